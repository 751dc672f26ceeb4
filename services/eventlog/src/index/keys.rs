//! Keys of the index in its one sled tree. The first byte tells the kind, so that each kind is one
//! contiguous range.
//!
//! Every name and number here is persisted: add, never change or reuse.

/// `x`, number of the table (8 bytes, big-endian), first key in the chunk: a chunk of a table.
const INDEX_CHUNK: u8 = b'x';
/// `d`, number of the table (8 bytes, big-endian): what a table consists of.
const INDEX_TABLE: u8 = b'd';

/// How far the index goes, written in the same atomic batch as the tables that it counts.
pub(crate) const INDEXED: &[u8] = b"m/indexed";
/// Layout version (1 byte) and epoch of the log (16 bytes).
pub(crate) const EPOCH: &[u8] = b"m/epoch";
/// The layout of the index.
pub(crate) const LAYOUT_VERSION: u8 = 2;

pub(crate) fn index_chunk(table: u64, first: &[u8]) -> Vec<u8> {
    [&[INDEX_CHUNK], &table.to_be_bytes()[..], first].concat()
}

/// The table's number in a chunk's key; `None` if it is no such key.
pub(crate) fn parse_index_chunk(key: &[u8]) -> Option<u64> {
    let (number, _) = key.strip_prefix(&[INDEX_CHUNK])?.split_first_chunk::<8>()?;
    Some(u64::from_be_bytes(*number))
}

/// What comes after every key of a chunk of the index.
pub(crate) const fn index_chunks_end() -> [u8; 1] {
    [INDEX_CHUNK + 1]
}

pub(crate) fn index_table(number: u64) -> Vec<u8> {
    [&[INDEX_TABLE], &number.to_be_bytes()[..]].concat()
}

/// What all keys of [`index_table`] begin with.
pub(crate) const fn index_table_prefix() -> [u8; 1] {
    [INDEX_TABLE]
}
