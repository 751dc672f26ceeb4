//! One record in a frame.

use bytes::Bytes;
use uuid::Uuid;

use crate::hash::Hash;
use crate::labels::Labels;
use crate::record::{Record, Unchained};
use crate::stream::{MAX_NAME_BYTES, StreamName};

/// How much of each record's hash is stored.
pub(super) const CHECK_BYTES: usize = 4;

/// What is stored of each record in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// No labels: none of the records has any.
    Bare,
    /// Labels, which may be none.
    Labelled,
}

impl Layout {
    pub(super) fn of<'a>(mut records: impl Iterator<Item = &'a Record>) -> Layout {
        if records.all(|record| record.labels.is_empty()) {
            Layout::Bare
        } else {
            Layout::Labelled
        }
    }
}

/// Check bytes, revision (8), id (16), labels unless the layout is bare, length of the stream's name (1), name,
/// length of the payload (4), payload; numbers big-endian. Persisted. Position and both hashes follow from the
/// chain.
pub(super) fn encode(record: &Record, layout: Layout, raw: &mut Vec<u8>) {
    let name = record.stream.as_str().as_bytes();
    raw.extend_from_slice(&record.hash.as_bytes()[..CHECK_BYTES]);
    raw.extend_from_slice(&record.revision.to_be_bytes());
    raw.extend_from_slice(record.id.as_bytes());
    if layout == Layout::Labelled {
        record.labels.put(raw);
    }
    raw.push(name.len() as u8);
    raw.extend_from_slice(name);
    raw.extend_from_slice(&(record.payload.len() as u32).to_be_bytes());
    raw.extend_from_slice(&record.payload);
}

/// The next record, and its check bytes.
pub(super) fn decode(
    rest: &mut Reader,
    layout: Layout,
    stream_before: Option<&StreamName>,
) -> Option<([u8; CHECK_BYTES], Unchained)> {
    let check = rest.array::<CHECK_BYTES>()?;
    let revision = u64::from_be_bytes(rest.array()?);
    let id = Uuid::from_bytes(rest.array()?);
    let labels = match layout {
        Layout::Bare => Labels::NONE,
        Layout::Labelled => rest.labels()?,
    };
    let [name_bytes] = rest.array::<1>()?;
    let name = rest.take(usize::from(name_bytes).min(MAX_NAME_BYTES))?;
    let stream = match stream_before {
        Some(before) if before.as_str().as_bytes() == &name[..] => before.clone(),
        Some(_) | None => StreamName::stored(std::str::from_utf8(&name).ok()?).ok()?,
    };
    let payload_bytes = u32::from_be_bytes(rest.array()?) as usize;
    let payload = rest.take(payload_bytes)?;
    let payload_hash = Hash::of_payload(&payload);
    Some((
        check,
        Unchained {
            stream,
            revision,
            id,
            labels,
            payload,
            payload_hash,
        },
    ))
}

/// Reads bytes front to back; `None` when they run out.
pub(super) struct Reader {
    bytes: Bytes,
    at: usize,
}

impl Reader {
    pub(super) fn new(bytes: Bytes) -> Reader {
        Reader { bytes, at: 0 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn labels(&mut self) -> Option<Labels> {
        let all = self.bytes.get(self.at..)?;
        let rest = &mut &all[..];
        let labels = Labels::take(rest)?;
        self.at += all.len() - rest.len();
        Some(labels)
    }

    fn take(&mut self, length: usize) -> Option<Bytes> {
        let end = self.at.checked_add(length)?;
        if end > self.bytes.len() {
            return None;
        }
        let taken = self.bytes.slice(self.at..end);
        self.at = end;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let array = *self.bytes.get(self.at..)?.first_chunk::<N>()?;
        self.at += N;
        Some(array)
    }
}
