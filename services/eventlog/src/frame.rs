//! The form of records on disk: a few of them together, as they are or compressed.
//!
//! In the write-ahead log a frame is one group commit as it is; in segments and in backups it is a block
//! of neighbours, compressed. The form says which, so both are read alike.
//!
//! A frame keeps the hash before its first record, the hash of its last one, and four bytes of
//! every record's hash. Decoding re-computes the whole chain between the two, so altered bytes
//! never reach a reader, and the four bytes tell which record is the first bad one. Storing all
//! hashes in full would cost a fifth more disk for ordinary JSON, since hashes do not compress.

mod record;

use std::cell::RefCell;
use std::io;

use bytes::Bytes;
use zstd::bulk::{Compressor, Decompressor};

use self::record::{CHECK_BYTES, Layout};
use crate::error::{Damage, Damaged};
use crate::hash::Hash;
use crate::record::{Head, Record};

/// How the records of a frame are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One behind the other.
    Plain,
    /// The same, compressed with zstd.
    Packed,
}

/// All forms, each without and with labels.
const FORMS: [(Form, Layout); 4] = [
    (Form::Plain, Layout::Bare),
    (Form::Packed, Layout::Bare),
    (Form::Plain, Layout::Labelled),
    (Form::Packed, Layout::Labelled),
];

/// First byte of a frame. Persisted; a new form gets a new number. (1 was LZ4, never released.)
const fn version(form: Form, layout: Layout) -> u8 {
    match (form, layout) {
        (Form::Plain, Layout::Bare) => 2,
        (Form::Packed, Layout::Bare) => 3,
        (Form::Plain, Layout::Labelled) => 4,
        (Form::Packed, Layout::Labelled) => 5,
    }
}

/// Fast first: what a higher level saves on blocks of this size is little.
const ZSTD_LEVEL: i32 = 1;
/// Version, number of records, plain and stored length (4 bytes each, big-endian), hash before the
/// first record, hash of the last. Persisted.
const HEADER_BYTES: usize = 1 + 4 + 4 + 4 + 32 + 32;
/// What a damaged header may at most make us allocate; twice the largest frame the limits allow.
const MAX_PLAIN_BYTES: usize = 128 << 20;

/// Neighbouring records; never empty.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub(crate) first: u64,
    pub(crate) previous: Hash,
    pub(crate) records: Vec<Record>,
}

impl Frame {
    /// Position after the frame's last record.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// The frame without what is at `end` or behind it.
    pub(crate) fn before(mut self, end: u64) -> Frame {
        let kept = usize::try_from(end.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.records.truncate(kept);
        self
    }

    /// What of the frame comes behind `head`, if it does continue it; `None` if it ends before.
    pub(crate) fn after(mut self, head: Head) -> Result<Option<Frame>, Damaged> {
        if self.end() <= head.count {
            return Ok(None);
        }
        let known = usize::try_from(head.count.saturating_sub(self.first));
        self.records.drain(..known.unwrap_or(usize::MAX));
        self.first = self.first.max(head.count);
        self.previous = self
            .records
            .first()
            .map_or(self.previous, |first| first.previous);
        if (self.first, self.previous) != (head.count, head.hash) {
            return Err(Damaged {
                position: head.count,
                damage: Damage::ChainBroken,
            });
        }
        Ok(Some(self))
    }

    pub(crate) fn record(&self, position: u64) -> Option<&Record> {
        let offset = usize::try_from(position.checked_sub(self.first)?).ok()?;
        self.records.get(offset)
    }

    /// Memory held by the frame, roughly: payloads plus what each record adds.
    pub(crate) fn weight(&self) -> usize {
        self.records
            .iter()
            .map(|record| record.payload.len() + record.labels.weight() + 256)
            .sum()
    }
}

/// Header and compressed records.
pub(crate) fn encode<'a, I>(records: I) -> Vec<u8>
where
    I: IntoIterator<Item = &'a Record, IntoIter: Clone>,
{
    let mut bytes = Vec::new();
    encode_into(records, Form::Packed, &mut bytes);
    bytes
}

/// Appends header and records to `bytes`. What zstd cannot compress, for lack of memory, is stored
/// as it is.
pub(crate) fn encode_into<'a, I>(records: I, form: Form, bytes: &mut Vec<u8>)
where
    I: IntoIterator<Item = &'a Record, IntoIter: Clone>,
{
    let records = records.into_iter();
    let layout = Layout::of(records.clone());
    let start = bytes.len();
    bytes.extend_from_slice(&[0; HEADER_BYTES]);
    let (mut count, mut previous, mut last) = (0, None, Hash::ZERO);
    for record in records {
        record::encode(record, layout, bytes);
        count += 1;
        previous.get_or_insert(record.previous);
        last = record.hash;
    }
    let body = start + HEADER_BYTES;
    let plain_bytes = bytes.len() - body;
    let mut stored_as = Form::Plain;
    if form == Form::Packed
        && let Ok(packed) = with_zstd(|zstd| zstd.packer.compress(&bytes[body..]))
    {
        bytes.truncate(body);
        bytes.extend_from_slice(&packed);
        stored_as = Form::Packed;
    }
    let stored_bytes = bytes.len() - body;

    let header = &mut bytes[start..body];
    header[0] = version(stored_as, layout);
    for (at, length) in [(1, count), (5, plain_bytes), (9, stored_bytes)] {
        // The limits on an append and a batch keep every one of these far below four GiB.
        header[at..at + 4].copy_from_slice(&(length as u32).to_be_bytes());
    }
    header[13..45].copy_from_slice(previous.unwrap_or(Hash::ZERO).as_bytes());
    header[45..].copy_from_slice(last.as_bytes());
}

/// Making these costs more than compressing a block: each thread keeps its own.
struct Zstd {
    packer: Compressor<'static>,
    unpacker: Decompressor<'static>,
}

fn with_zstd<T>(with: impl FnOnce(&mut Zstd) -> io::Result<T>) -> io::Result<T> {
    thread_local!(static ZSTD: RefCell<Option<Zstd>> = const { RefCell::new(None) });
    ZSTD.with_borrow_mut(|zstd| match zstd {
        Some(zstd) => with(zstd),
        None => with(zstd.insert(Zstd {
            packer: Compressor::new(ZSTD_LEVEL)?,
            unpacker: Decompressor::new()?,
        })),
    })
}

/// Reads a frame back and checks every hash in it.
///
/// That `previous` is indeed the hash of the record before is for the caller to check, who may know
/// that record.
pub(crate) fn decode(first: u64, bytes: &[u8]) -> Result<Frame, Damaged> {
    let at_first = |damage| Damaged {
        position: first,
        damage,
    };
    let header = Header::decode(bytes).map_err(at_first)?;
    let stored = &bytes[HEADER_BYTES..];
    let plain = match header.form {
        Form::Plain => stored.to_vec(),
        Form::Packed => with_zstd(|zstd| zstd.unpacker.decompress(stored, header.plain_bytes))
            .map_err(|_| {
                at_first(Damage::FrameUnreadable {
                    part: "compressed records",
                })
            })?,
    };
    let mut rest = record::Reader::new(Bytes::from(plain));

    let mut head = Head {
        count: first,
        hash: header.previous,
    };
    let mut records: Vec<Record> = Vec::with_capacity(header.count.min(65_536));
    for _ in 0..header.count {
        let position = head.count;
        let stream_before = records.last().map(|record| &record.stream);
        let (check, parts) =
            record::decode(&mut rest, header.layout, stream_before).ok_or(Damaged {
                position,
                damage: Damage::FrameUnreadable { part: "record" },
            })?;
        let record = Record::chain(head, parts);
        if record.hash.as_bytes()[..CHECK_BYTES] != check {
            return Err(Damaged {
                position,
                damage: Damage::RecordAltered,
            });
        }
        head = record.head();
        records.push(record);
    }
    if !rest.is_empty() || head.hash != header.last {
        let position = head.count.saturating_sub(1).max(first);
        return Err(Damaged {
            position,
            damage: Damage::RecordAltered,
        });
    }
    Ok(Frame {
        first,
        previous: header.previous,
        records,
    })
}

/// The hash before the frame that `bytes` may begin with, and its length, as its header has them.
pub(crate) fn peek(bytes: &[u8]) -> Option<(Hash, usize)> {
    let header = Header::read(bytes)?;
    let length = HEADER_BYTES + header.stored;
    (length <= bytes.len()).then_some((header.previous, length))
}

struct Header {
    form: Form,
    layout: Layout,
    count: usize,
    plain_bytes: usize,
    stored: usize,
    previous: Hash,
    last: Hash,
}

impl Header {
    fn decode(bytes: &[u8]) -> Result<Header, Damage> {
        let header = Header::read(bytes).ok_or(Damage::FrameUnreadable { part: "header" })?;
        let (expected, found) = (HEADER_BYTES + header.stored, bytes.len());
        if expected != found {
            return Err(Damage::FrameIncomplete { expected, found });
        }
        Ok(header)
    }

    fn read(bytes: &[u8]) -> Option<Header> {
        let header = bytes.first_chunk::<HEADER_BYTES>()?;
        let number = |at: usize| {
            let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            u32::from_be_bytes(bytes) as usize
        };
        let hash = |at: usize| {
            let mut bytes = [0; 32];
            bytes.copy_from_slice(&header[at..at + 32]);
            Hash::from_bytes(bytes)
        };
        let mut forms = FORMS.into_iter();
        let (form, layout) = forms.find(|(form, layout)| version(*form, *layout) == header[0])?;
        let (count, plain_bytes, stored) = (number(1), number(5), number(9));
        if count == 0 || plain_bytes > MAX_PLAIN_BYTES {
            return None;
        }
        Some(Header {
            form,
            layout,
            count,
            plain_bytes,
            stored,
            previous: hash(13),
            last: hash(45),
        })
    }
}

#[cfg(test)]
mod tests;
