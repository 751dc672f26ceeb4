//! Hashes as text: 64 hexadecimal digits.

use onestop_eventlog::Hash;

/// Reads a hash; nothing if the text is none.
pub(crate) fn parse_hash(text: &str) -> Option<Hash> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let digits = text.get(2 * index..2 * index + 2)?;
        *byte = u8::from_str_radix(digits, 16).ok()?;
    }
    Some(Hash::from_bytes(bytes))
}

pub(crate) fn format_hash(hash: Hash) -> String {
    hash.to_string()
}
