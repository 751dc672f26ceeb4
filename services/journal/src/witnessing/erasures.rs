//! The list of erasures of another node: lines that its intake makes and reads. Here each follows the one before, and none goes.

use std::{
    fs::OpenOptions,
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use onestop_chassis::bounded_file;
use serde::Deserialize;

/// The file, in the folder of the node.
pub(super) const ERASURES: &str = "erasures.jsonl";

/// What became of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entered {
    Kept,
    /// Others were entered meanwhile.
    NotNext,
    /// They are no lines of a list.
    Malformed,
    /// The node's intake has not signed them, or is not enrolled.
    NotSigned,
}

/// Lines that follow the one with this hash.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLines {
    before: String,
    lines: String,
}

/// Of a line, what this node reads.
#[derive(Deserialize)]
struct Line {
    chain: String,
}

/// Adds lines, if they follow the last one. They are durable.
pub(super) fn enter(path: &Path, body: &[u8]) -> anyhow::Result<Entered> {
    let Ok(new) = serde_json::from_slice::<NewLines>(body) else {
        return Ok(Entered::Malformed);
    };
    let is_line = |line: &str| serde_json::from_str::<Line>(line).is_ok();
    if !new.lines.ends_with('\n') || !new.lines.lines().all(is_line) {
        return Ok(Entered::Malformed);
    }
    let kept = match bounded_file::read_text(path, bounded_file::GROWN) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error.into()),
    };
    // A line that was not finished was never confirmed, and is written over.
    let whole = kept.rfind('\n').map_or(0, |end| end + 1);
    let last = kept.get(..whole).unwrap_or_default().lines().last();
    let last = last.map(serde_json::from_str::<Line>).transpose()?;
    if last.map_or_else(String::new, |line| line.chain) != new.before {
        return Ok(Entered::NotNext);
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(path)?;
    let at = u64::try_from(whole)?;
    file.set_len(at)?;
    file.write_all_at(new.lines.as_bytes(), at)?;
    file.sync_all()?;
    Ok(Entered::Kept)
}

#[cfg(test)]
mod tests {
    use std::{fs, sync::Arc};

    use onestop_chassis::{
        clock::SystemClock,
        identity::{Issuer, IssuerKey},
    };
    use onestop_eventlog::CosigningKey;

    use super::*;
    use crate::witnessing::WitnessedNodes;

    fn lines(before: &str, chains: &[&str]) -> Vec<u8> {
        let line = |chain: &&str| format!("{{\"case\":\"1\",\"chain\":\"{chain}\"}}\n");
        let lines: String = chains.iter().map(line).collect();
        let sent = serde_json::json!({ "before": before, "lines": lines });
        sent.to_string().into_bytes()
    }

    /// Nothing goes, is put in between, or comes unsigned.
    #[test]
    fn a_list_only_grows_by_what_the_nodes_intake_has_signed() {
        let folder = tempfile::tempdir().unwrap();
        let name = "service/intake/main".parse().unwrap();
        let [own, other] = [(); 2].map(|()| IssuerKey::make(&name).unwrap());
        let journal = CosigningKey::from_seed("onestop/journal/main", &[7; 32]).unwrap();
        let enrolled = folder.path().join("nodes.json");
        let node = serde_json::json!({
            "name": "puer", "cosigner": journal.cosigner().to_string(), "erasures": own.public,
        });
        fs::write(
            &enrolled,
            serde_json::json!({ "nodes": [node] }).to_string(),
        )
        .unwrap();
        let nodes = WitnessedNodes::new(Arc::new(SystemClock), folder.path(), enrolled, journal);
        let enter = |key: &IssuerKey, subject: &str, body: &[u8]| {
            let issuer = Issuer::parse(&key.secret).unwrap();
            let token = issuer.token(subject, body, None);
            nodes
                .enter_erasures("puer", token.as_deref(), body)
                .unwrap()
        };
        let subject = "witness/puer/erasures";
        let first = lines("", &["a", "b"]);
        assert_eq!(enter(&other, subject, &first), Entered::NotSigned);
        assert_eq!(
            enter(&own, "witness/dali/erasures", &first),
            Entered::NotSigned
        );
        assert_eq!(nodes.copy("puer", ERASURES).unwrap(), None);
        assert_eq!(enter(&own, subject, &first), Entered::Kept);
        for body in [&first, &lines("a", &["c"]), &lines("z", &["c"])] {
            assert_eq!(enter(&own, subject, body), Entered::NotNext);
        }
        assert_eq!(enter(&own, subject, b"{}"), Entered::Malformed);
        assert_eq!(enter(&own, subject, &lines("b", &["c"])), Entered::Kept);
        let kept = nodes.copy("puer", ERASURES).unwrap().unwrap();
        assert_eq!(kept.iter().filter(|byte| **byte == b'\n').count(), 3);
        assert_eq!(nodes.copy("dali", ERASURES).unwrap(), None);
    }
}
