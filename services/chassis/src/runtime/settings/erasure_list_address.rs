//! Where the list of erasures is, as the setting `erasure_list` names it.

use std::{fmt, path::PathBuf, str::FromStr};

use serde::{Deserialize, Serialize};

use super::witness_address::{NODE, is_web};

/// A file outside the node; or its place at another node's journal, `node:https://witness.example/witness/puer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ErasureListAddress {
    /// The path of a file.
    File(PathBuf),
    /// The address of this node at another node's journal.
    Node(String),
}

/// Why a text names no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' names no list of erasures. Write the path of a file on another machine, such as /mnt/witness/erasures.jsonl, or another node such as node:https://witness.example/witness/puer"
)]
pub struct InvalidErasureList {
    text: String,
}

impl FromStr for ErasureListAddress {
    type Err = InvalidErasureList;

    fn from_str(text: &str) -> Result<Self, InvalidErasureList> {
        let address = text.trim();
        let Some(node) = address.strip_prefix(NODE) else {
            return Ok(Self::File(PathBuf::from(text)));
        };
        let node = node.trim_end_matches('/');
        let node = is_web(node).then(|| Self::Node(node.to_owned()));
        node.ok_or_else(|| InvalidErasureList {
            text: text.to_owned(),
        })
    }
}

impl TryFrom<String> for ErasureListAddress {
    type Error = InvalidErasureList;

    fn try_from(text: String) -> Result<Self, InvalidErasureList> {
        text.parse()
    }
}

impl From<ErasureListAddress> for String {
    fn from(list: ErasureListAddress) -> Self {
        list.to_string()
    }
}

impl From<PathBuf> for ErasureListAddress {
    fn from(file: PathBuf) -> Self {
        Self::File(file)
    }
}

impl fmt::Display for ErasureListAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(f, "{}", file.display()),
            Self::Node(address) => write!(f, "{NODE}{address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_a_file_or_at_a_node() {
        for (text, wanted) in [
            (
                "/mnt/witness/erasures.jsonl",
                ErasureListAddress::File("/mnt/witness/erasures.jsonl".into()),
            ),
            (
                "node:https://witness.example/witness/puer",
                ErasureListAddress::Node("https://witness.example/witness/puer".to_owned()),
            ),
        ] {
            let read: ErasureListAddress = text.parse().unwrap();
            assert_eq!(read, wanted);
            assert_eq!(read.to_string(), text);
        }
        for open in [
            "witness.example",
            "127.0.0.1.example",
            "localhost:42280@witness.example",
        ] {
            let open = format!("node:http://{open}/witness/puer");
            assert!(open.parse::<ErasureListAddress>().is_err(), "{open}");
        }
        let here = "node:http://127.0.0.1:42280/witness/puer";
        assert!(here.parse::<ErasureListAddress>().is_ok());
    }
}
