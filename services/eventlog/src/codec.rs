//! Reading and writing the pieces that the log's files are made of. Numbers are big-endian.

use std::collections::BTreeMap;

use crate::hash::Hash;
use crate::stream::{MAX_NAME_BYTES, check_characters};

/// Takes the next `N` bytes; `None` when they run out.
pub(crate) fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}

pub(crate) fn take_u32(rest: &mut &[u8]) -> Option<u32> {
    take(rest).map(u32::from_be_bytes)
}

pub(crate) fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    take(rest).map(u64::from_be_bytes)
}

pub(crate) fn take_hash(rest: &mut &[u8]) -> Option<Hash> {
    take(rest).map(Hash::from_bytes)
}

/// Length (1 byte), name.
pub(crate) fn put_name(bytes: &mut Vec<u8>, name: &str) {
    bytes.push(name.len() as u8);
    bytes.extend_from_slice(name.as_bytes());
}

/// A name as [`put_name`] writes it; it may be empty.
pub(crate) fn take_name<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    // Names that are stored were not always looked at part by part.
    let [length] = take::<1>(rest)?;
    let (name, after) = rest.split_at_checked(usize::from(length).min(MAX_NAME_BYTES))?;
    *rest = after;
    let name = std::str::from_utf8(name).ok()?;
    (name.is_empty() || check_characters(name).is_ok()).then_some(name)
}

/// Number of cursors (4 bytes), then each: its name, its value (8).
pub(crate) fn put_cursors(bytes: &mut Vec<u8>, cursors: &BTreeMap<String, u64>) {
    bytes.extend_from_slice(&(cursors.len() as u32).to_be_bytes());
    for (name, value) in cursors {
        put_name(bytes, name);
        bytes.extend_from_slice(&value.to_be_bytes());
    }
}

pub(crate) fn take_cursors(rest: &mut &[u8]) -> Option<BTreeMap<String, u64>> {
    let mut cursors = BTreeMap::new();
    for _ in 0..take_u32(rest)? {
        let name = take_name(rest).filter(|name| !name.is_empty())?.to_owned();
        cursors.insert(name, take_u64(rest)?);
    }
    Some(cursors)
}

/// Bytes that [`seal_part`] puts before the body, without the magic.
const FRAMING_BYTES: usize = 4 + 4;

/// Magic, CRC-32 of all that follows (4 bytes), length of the body (4), the body. `bytes` begins with
/// room for all but the body: [`begin_part`].
pub(crate) fn seal_part(magic: &[u8], mut bytes: Vec<u8>) -> Vec<u8> {
    let start = magic.len();
    let length = (bytes.len() - start - FRAMING_BYTES) as u32;
    bytes[..start].copy_from_slice(magic);
    bytes[start + 4..start + 8].copy_from_slice(&length.to_be_bytes());
    let check = crc32fast::hash(&bytes[start + 4..]);
    bytes[start..start + 4].copy_from_slice(&check.to_be_bytes());
    bytes
}

/// Room for what [`seal_part`] fills in, and for a body of about `capacity` bytes.
pub(crate) fn begin_part(magic: &[u8], capacity: usize) -> Vec<u8> {
    begin_part_in(Vec::new(), magic, capacity)
}

/// The same, in memory that something else was in.
pub(crate) fn begin_part_in(mut bytes: Vec<u8>, magic: &[u8], capacity: usize) -> Vec<u8> {
    let head = magic.len() + FRAMING_BYTES;
    bytes.clear();
    bytes.reserve(head + capacity);
    bytes.resize(head, 0);
    bytes
}

/// The body of the part that `bytes` begins with, and the length of the whole part; `None` if it is not
/// whole.
pub(crate) fn open_part<'a>(magic: &[u8], bytes: &'a [u8]) -> Option<(&'a [u8], usize)> {
    let rest = bytes.strip_prefix(magic)?;
    let (check, checked) = rest.split_first_chunk::<4>()?;
    let (length, rest) = checked.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let body = rest.get(..length)?;
    let is_whole = crc32fast::hash(&checked[..4 + length]) == u32::from_be_bytes(*check);
    is_whole.then_some((body, magic.len() + FRAMING_BYTES + length))
}

/// How long the part that `bytes` begins with says that it is, and what of its body is there: none of it
/// is checked.
pub(crate) fn open_torn_part<'a>(magic: &[u8], bytes: &'a [u8]) -> Option<(usize, &'a [u8])> {
    let rest = bytes.strip_prefix(magic)?.get(4..)?;
    let (length, body) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    Some((magic.len() + FRAMING_BYTES + length, body))
}
