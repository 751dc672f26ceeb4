//! A line as people type it with a Chinese input method: numbers in full width (`--limit ５`) are read like others.

use std::ffi::{OsStr, OsString};

use onestop_proto::typed::half_width;

/// The words of a line, those that are numbers in half width.
pub(super) fn typed_line(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    words.map(|word| number(&word).unwrap_or(word)).collect()
}

/// A word that is a number, or a flag with one, in half width; nothing for any other.
fn number(word: &OsStr) -> Option<OsString> {
    let word = word.to_str()?;
    let (flag, value) = match word.split_once('=') {
        Some((flag, value)) if flag.starts_with("--") => (Some(flag), value),
        Some(_) | None => (None, word),
    };
    let read = half_width(value);
    let is_number = !read.is_empty() && read.bytes().all(|sign| matches!(sign, b'0'..=b'9' | b'.'));
    let written = match flag {
        Some(flag) => format!("{flag}={read}"),
        None => read,
    };
    is_number.then(|| written.into())
}
