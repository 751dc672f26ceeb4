//! The nodes whose witness the journal is: a file of the operator, read at each request, so that a node that is struck off is
//! heard no more.

use std::path::Path;

use anyhow::Context;
use onestop_chassis::bounded_file;
use onestop_eventlog::CosignerKey;
use serde::Deserialize;

/// The longest name of a node.
const LONGEST: usize = 40;

/// The file: `{"nodes":[{"name":"puer","cosigner":"onestop/journal/main+…","erasures":"k4.public.…"}]}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nodes {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    /// The name in its address here, and of its folder.
    name: String,
    /// What is in its journal's cosigning.pub.
    cosigner: String,
    /// The public key of its intake, as its roster has it: with that it enters erasures here.
    #[serde(default)]
    erasures: Option<String>,
}

/// The keys of an enrolled node.
pub(super) struct NodeKeys {
    /// With which its journal cosigns.
    pub(super) cosigner: CosignerKey,
    /// With which its intake signs, where it enters erasures here.
    pub(super) erasures: Option<String>,
}

/// The keys of a node; nothing of one that is not enrolled.
///
/// # Errors
/// If the file cannot be read, or the node's key is none.
pub(super) fn keys_of(file: &Path, name: &str) -> anyhow::Result<Option<NodeKeys>> {
    let read = bounded_file::read(file, bounded_file::SMALL);
    let bytes =
        read.with_context(|| format!("cannot read {} (setting 'witness_nodes')", file.display()))?;
    let nodes: Nodes = serde_json::from_slice(&bytes)
        .with_context(|| format!("{} is no list of nodes", file.display()))?;
    let mut nodes = nodes.nodes.into_iter().filter(|node| is_name(&node.name));
    let Some(node) = nodes.find(|node| node.name == name) else {
        return Ok(None);
    };
    let cosigner = node.cosigner.trim().parse();
    let cosigner =
        cosigner.with_context(|| format!("the key of {name} in {} is none", file.display()))?;
    Ok(Some(NodeKeys {
        cosigner,
        erasures: node.erasures,
    }))
}

/// Whether a folder may have this name.
fn is_name(name: &str) -> bool {
    let is_sign = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
    !name.is_empty() && name.len() <= LONGEST && name.bytes().all(is_sign)
}
