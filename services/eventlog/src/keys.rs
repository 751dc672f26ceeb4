//! Keys of the one sled tree. The first byte tells the kind, so that each kind is one contiguous
//! range.
//!
//! Every name and number here is persisted: add, never change or reuse.

/// `f`, first position of the frame (8 bytes, big-endian), number of the chunk (4 bytes,
/// big-endian).
const FRAME: u8 = b'f';
/// `c`, then the cursor's name. The value is the cursor (8 bytes, big-endian).
const CURSOR: u8 = b'c';
/// `t`, level (1 byte), index at that level (8 bytes, big-endian). The value is the hash of a node
/// of the Merkle tree. Derived from the frames.
const NODE: u8 = b't';

/// `x`, number of the segment (8 bytes, big-endian), first key in the chunk: a chunk of the index.
const INDEX_CHUNK: u8 = b'x';
/// `d`, number of the segment (8 bytes, big-endian): what a segment of the index consists of.
const INDEX_SEGMENT: u8 = b'd';

/// How far the index on disk goes, written in the same atomic batch as the segments that it counts.
pub(crate) const INDEXED: &[u8] = b"m/indexed";
/// Layout version (1 byte) and epoch (16 bytes).
pub(crate) const EPOCH: &[u8] = b"m/epoch";
/// The [`Mark`](crate::mark::Mark) of the last commit, written in the same atomic batch as the
/// commit itself.
pub(crate) const MARK: &[u8] = b"m/mark";
/// The only layout so far.
pub(crate) const LAYOUT_VERSION: u8 = 1;

const FRAME_KEY_BYTES: usize = 1 + 8 + 4;

/// Key of one chunk of the frame that starts at `first`.
pub(crate) fn frame(first: u64, chunk: u32) -> [u8; FRAME_KEY_BYTES] {
    let mut key = [FRAME; FRAME_KEY_BYTES];
    key[1..9].copy_from_slice(&first.to_be_bytes());
    key[9..].copy_from_slice(&chunk.to_be_bytes());
    key
}

/// First position and chunk number in a frame key; `None` if it is not one.
pub(crate) fn parse_frame(key: &[u8]) -> Option<(u64, u32)> {
    let (kind, rest) = key.split_first()?;
    let (first, chunk) = rest.split_first_chunk::<8>()?;
    let chunk: [u8; 4] = chunk.try_into().ok()?;
    (*kind == FRAME).then_some((u64::from_be_bytes(*first), u32::from_be_bytes(chunk)))
}

/// Key of a chunk of the index.
pub(crate) fn index_chunk(segment: u64, first: &[u8]) -> Vec<u8> {
    [&[INDEX_CHUNK], &segment.to_be_bytes()[..], first].concat()
}

/// The segment's number in a chunk's key; `None` if it is no such key.
pub(crate) fn parse_index_chunk(key: &[u8]) -> Option<u64> {
    let (number, _) = key.strip_prefix(&[INDEX_CHUNK])?.split_first_chunk::<8>()?;
    Some(u64::from_be_bytes(*number))
}

/// What comes after every key of a chunk of the index.
pub(crate) const fn index_chunks_end() -> [u8; 1] {
    [INDEX_CHUNK + 1]
}

/// Key of what describes a segment of the index.
pub(crate) fn index_segment(number: u64) -> Vec<u8> {
    [&[INDEX_SEGMENT], &number.to_be_bytes()[..]].concat()
}

/// What all keys of [`index_segment`] begin with.
pub(crate) const fn index_segment_prefix() -> [u8; 1] {
    [INDEX_SEGMENT]
}

/// Key of a cursor.
pub(crate) fn cursor(name: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(1 + name.len());
    key.push(CURSOR);
    key.extend_from_slice(name.as_bytes());
    key
}

/// What all cursor keys begin with.
pub(crate) const fn cursor_prefix() -> [u8; 1] {
    [CURSOR]
}

/// Name and value of a cursor entry; `None` if it is damaged.
pub(crate) fn parse_cursor(key: &[u8], value: &[u8]) -> Option<(String, u64)> {
    let name = std::str::from_utf8(key.strip_prefix(&[CURSOR])?).ok()?;
    crate::stream::check_name(name).ok()?;
    Some((name.to_owned(), u64::from_be_bytes(value.try_into().ok()?)))
}

/// Key of a node of the Merkle tree.
pub(crate) fn node(level: u8, index: u64) -> [u8; 10] {
    let mut key = [NODE; 10];
    key[1] = level;
    key[2..].copy_from_slice(&index.to_be_bytes());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_keys_sort_by_position_then_chunk() {
        let keys = [
            frame(0, 0),
            frame(0, 1),
            frame(1, 0),
            frame(255, 9),
            frame(256, 0),
        ];
        assert!(keys.is_sorted());
        assert_eq!(parse_frame(&keys[3]), Some((255, 9)));
        assert_eq!(parse_frame(&keys[3][..12]), None);
        assert_eq!(parse_frame(&cursor("twelve-bytes")), None);
    }

    #[test]
    fn a_cursor_entry_is_read_back_or_refused() {
        let key = cursor("relay");
        assert_eq!(
            parse_cursor(&key, &7u64.to_be_bytes()),
            Some(("relay".to_owned(), 7))
        );
        assert_eq!(parse_cursor(&key, &[0; 7]), None);
        assert_eq!(parse_cursor(b"c", &[0; 8]), None);
    }
}
