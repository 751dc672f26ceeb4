//! The list of erasures of another node: lines that its intake makes and reads. Here each follows the one before, and none goes.

use std::{
    fs::{self, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::Path,
};

use anyhow::ensure;
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

/// The list of one node. It is read once; then what is entered is written behind its end, and nothing before it is read.
#[derive(Debug, Default)]
pub(super) struct List {
    /// Where it ends, if that is known.
    end: Option<End>,
}

/// Where the whole lines of a list end, and the hash of the last.
#[derive(Debug)]
struct End {
    length: u64,
    chain: String,
}

impl List {
    /// Adds lines, if they follow the last one. They are durable.
    ///
    /// # Errors
    /// If the file cannot be read or written, or would be longer than what is read of it.
    pub(super) fn enter(&mut self, path: &Path, body: &[u8]) -> anyhow::Result<Entered> {
        let Ok(new) = serde_json::from_slice::<NewLines>(body) else {
            return Ok(Entered::Malformed);
        };
        let lines = new.lines.lines().map(serde_json::from_str::<Line>);
        let lines: Result<Vec<Line>, _> = lines.collect();
        let last = lines.ok().and_then(|mut lines| lines.pop());
        let Some(last) = last.filter(|_| new.lines.ends_with('\n')) else {
            return Ok(Entered::Malformed);
        };
        // Until the lines are durable, the end is not known.
        let end = match self.end.take() {
            Some(end) if end.length == length_of(path)? => end,
            Some(_) | None => End::read(path)?,
        };
        if end.chain != new.before {
            self.end = Some(end);
            return Ok(Entered::NotNext);
        }
        let length = end.length.saturating_add(u64::try_from(new.lines.len())?);
        ensure!(
            length <= bounded_file::GROWN,
            "{} is as long as it may be",
            path.display()
        );
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(path)?;
        // A line that was not finished was never confirmed, and is written over.
        file.set_len(end.length)?;
        file.write_all_at(new.lines.as_bytes(), end.length)?;
        file.sync_all()?;
        self.end = Some(End {
            length,
            chain: last.chain,
        });
        Ok(Entered::Kept)
    }
}

impl End {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let kept = match bounded_file::read_text(path, bounded_file::GROWN) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error.into()),
        };
        let whole = kept.rfind('\n').map_or(0, |end| end + 1);
        let last = kept.get(..whole).unwrap_or_default().lines().last();
        let last = last.map(serde_json::from_str::<Line>).transpose()?;
        Ok(Self {
            length: u64::try_from(whole)?,
            chain: last.map_or_else(String::new, |line| line.chain),
        })
    }
}

fn length_of(path: &Path) -> io::Result<u64> {
    match fs::metadata(path) {
        Ok(found) => Ok(found.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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
        assert_eq!(nodes.copy("puer", ERASURES, 0).unwrap(), None);
        assert_eq!(enter(&own, subject, &first), Entered::Kept);
        for body in [&first, &lines("a", &["c"]), &lines("z", &["c"])] {
            assert_eq!(enter(&own, subject, body), Entered::NotNext);
        }
        assert_eq!(enter(&own, subject, b"{}"), Entered::Malformed);
        assert_eq!(enter(&own, subject, &lines("b", &["c"])), Entered::Kept);
        let kept = nodes.copy("puer", ERASURES, 0).unwrap().unwrap();
        assert_eq!(kept.iter().filter(|byte| **byte == b'\n').count(), 3);
        let rest = nodes.copy("puer", ERASURES, 30).unwrap().unwrap();
        assert_eq!(rest, kept[30..]);
        assert_eq!(nodes.copy("dali", ERASURES, 0).unwrap(), None);
    }
    /// The work of an entry does not grow with the list; one that was put back from elsewhere is read again.
    #[test]
    fn what_is_known_of_a_list_is_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ERASURES);
        let mut list = List::default();
        let mut enter =
            |before: &str, chains: &[&str]| list.enter(&path, &lines(before, chains)).unwrap();
        assert_eq!(enter("", &["a"]), Entered::Kept);
        let earlier = fs::read(&path).unwrap();
        // What is before the end cannot be read any more.
        fs::write(&path, vec![0xff; earlier.len()]).unwrap();
        assert_eq!(enter("a", &["b", "c"]), Entered::Kept);
        assert_eq!(enter("a", &["b"]), Entered::NotNext);
        fs::write(&path, [&earlier[..], b"{\"case\":"].concat()).unwrap();
        assert_eq!(enter("c", &["d"]), Entered::NotNext);
        assert_eq!(enter("a", &["d"]), Entered::Kept);
        let added = b"{\"case\":\"1\",\"chain\":\"d\"}\n";
        assert_eq!(fs::read(&path).unwrap(), [&earlier[..], added].concat());
    }
}
