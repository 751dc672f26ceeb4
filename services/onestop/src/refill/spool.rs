//! Keeps envelopes in a file while it is not yet known which of them belong to the log.

use std::{
    fs::File,
    io::{BufWriter, Write},
    os::unix::fs::FileExt,
    path::Path,
};

use anyhow::Context;
use onestop_proto::envelope::Envelope;
use serde::{Deserialize, Serialize};

/// An envelope as it is kept.
#[derive(Serialize)]
struct KeptText<'a> {
    event: &'a Envelope,
    header: Option<&'a str>,
}

/// The same, read back.
#[derive(Deserialize)]
pub(super) struct Kept {
    pub(super) event: Envelope,
    /// The header of its message, if it came in one.
    pub(super) header: Option<String>,
}

/// A file without a name: it is gone with the process.
pub(super) struct Spool {
    file: BufWriter<File>,
    /// Where each envelope ends.
    ends: Vec<u64>,
}

impl Spool {
    pub(super) fn new_in(folder: &Path) -> anyhow::Result<Self> {
        let file = tempfile::tempfile_in(folder)
            .with_context(|| said!("cannot-write-in", path = folder.display()))?;
        Ok(Self {
            file: BufWriter::new(file),
            ends: Vec::new(),
        })
    }

    /// The place that the next envelope gets.
    pub(super) fn next(&self) -> u64 {
        self.ends.len() as u64
    }

    pub(super) fn put(&mut self, event: &Envelope, header: Option<&str>) -> anyhow::Result<()> {
        let text = serde_json::to_vec(&KeptText { event, header })?;
        self.file
            .write_all(&text)
            .with_context(|| said!("refill-not-kept"))?;
        let begin = self.ends.last().copied().unwrap_or(0);
        self.ends.push(begin + text.len() as u64);
        Ok(())
    }

    /// Writes out what is still in memory, before anything is read.
    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        let flushed = self.file.flush();
        flushed.with_context(|| said!("refill-not-kept"))
    }

    pub(super) fn get(&self, place: u64) -> anyhow::Result<Kept> {
        let place = usize::try_from(place)?;
        let end = self.ends.get(place).copied();
        let end = end.with_context(|| said!("refill-no-envelope", place = place))?;
        let before = place
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        let begin = before.copied().unwrap_or(0);
        let mut text = vec![0; usize::try_from(end - begin)?];
        let file = self.file.get_ref();
        file.read_exact_at(&mut text, begin)
            .with_context(|| said!("refill-kept-not-read"))?;
        Ok(serde_json::from_slice(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the journal keeps it.
    const EVENT: &str = r#"{"specversion":"1.0","id":"019ab0c4-8000-7000-8000-000000000001","source":"/onestop/intake/main","type":"cn.onestop.case.noted.v1","subject":"019ab0c4-8000-7000-8000-000000000002","time":"2026-03-04T07:20:00Z","datacontenttype":"application/json","sequence":"7","epoch":"019ab0c4-8000-7000-8000-000000000005","recordedtime":"2026-03-04T07:20:00Z","correlationid":"019ab0c4-8000-7000-8000-000000000002","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"019ab0c4-8000-7000-8000-000000000004","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxa.window","division":"530821000000","item":"none","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","prevhash":"00","hash":"ff","data":{ "b":1.50 }}"#;

    #[test]
    fn what_was_put_is_got_by_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new_in(folder.path()).unwrap();
        let event: Envelope = serde_json::from_str(EVENT).unwrap();
        for header in [None, Some("3 id case/1"), None] {
            spool.put(&event, header).unwrap();
        }
        assert_eq!(spool.next(), 3);
        spool.flush().unwrap();
        let kept = spool.get(1).unwrap();
        assert_eq!(kept.event.data.text(), r#"{ "b":1.50 }"#);
        assert_eq!(
            (kept.event, kept.header.as_deref()),
            (event, Some("3 id case/1"))
        );
        assert!(spool.get(2).unwrap().header.is_none());
        assert!(spool.get(3).is_err());
    }
}
