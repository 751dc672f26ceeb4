//! Keys of a store of version 0.1.0, as far as records and cursors go.

/// `f`, first position of the frame (8 bytes, big-endian), number of the chunk (4 bytes,
/// big-endian).
const FRAME: u8 = b'f';
/// `c`, then the cursor's name. The value is the cursor (8 bytes, big-endian).
const CURSOR: u8 = b'c';

/// Layout version (1 byte) and epoch (16 bytes).
pub(crate) const EPOCH: &[u8] = b"m/epoch";
/// The state after the last commit that the store has.
pub(crate) const MARK: &[u8] = b"m/mark";
/// The layout version of 0.1.0.
pub(crate) const LAYOUT_VERSION: u8 = 1;

/// Key of one chunk of the frame that starts at `first`.
pub(crate) fn frame(first: u64, chunk: u32) -> [u8; 13] {
    let mut key = [FRAME; 13];
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

pub(crate) const fn cursor_prefix() -> [u8; 1] {
    [CURSOR]
}

/// Name and value of a cursor entry; `None` if it is damaged.
pub(crate) fn parse_cursor(key: &[u8], value: &[u8]) -> Option<(String, u64)> {
    let name = std::str::from_utf8(key.strip_prefix(&[CURSOR])?).ok()?;
    crate::stream::check_characters(name).ok()?;
    Some((name.to_owned(), u64::from_be_bytes(value.try_into().ok()?)))
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
        assert_eq!(parse_frame(b"ctwelve-bytes"), None);
    }

    #[test]
    fn a_cursor_entry_is_read_back_or_refused() {
        assert_eq!(
            parse_cursor(b"crelay", &7u64.to_be_bytes()),
            Some(("relay".to_owned(), 7))
        );
        assert_eq!(parse_cursor(b"crelay", &[0; 7]), None);
        assert_eq!(parse_cursor(b"c", &[0; 8]), None);
    }
}
