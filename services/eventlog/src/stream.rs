//! Names of streams and cursors: short, printable, safe in a path, a URL and a terminal.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// Longest name of a stream or a cursor, in bytes. Persisted: a frame stores the length in one
/// byte.
pub const MAX_NAME_BYTES: usize = 200;

/// A name that cannot be a stream, a cursor or a label.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// No bytes at all.
    #[error("the name is empty; give it at least one character")]
    Empty,
    /// More than [`MAX_NAME_BYTES`].
    #[error("the name has {bytes} bytes; shorten it to at most 200")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// A character outside `A-Z a-z 0-9 . _ / : -`. Others, and all that is not ASCII, can look alike, be
    /// written in two ways, or mean something to a terminal or a shell: keep such names in the payload.
    #[error("the name has {found:?} at byte {at}; use only letters, digits and . _ / : -")]
    Character {
        /// The character.
        found: char,
        /// Where it starts, in bytes.
        at: usize,
    },
    /// A part between slashes that is empty, `.` or `..`: in a path it would lead elsewhere.
    #[error("the name has the part {part:?} between slashes; give each part a name of its own")]
    Part {
        /// The part.
        part: String,
    },
}

/// A stream's name: 1 to 200 bytes of `A-Z a-z 0-9 . _ / : -`, in which no part between slashes is empty, `.` or
/// `..`. So it may be used as a relative path, which stays below where it begins.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(Arc<str>);

impl StreamName {
    /// Checks a name.
    ///
    /// # Errors
    /// [`NameError`] names what is wrong with it.
    pub fn new(name: &str) -> Result<StreamName, NameError> {
        check_name(name)?;
        Ok(StreamName(Arc::from(name)))
    }

    /// A name that a log has: those of before were not looked at part by part.
    pub(crate) fn stored(name: &str) -> Result<StreamName, NameError> {
        check_characters(name)?;
        Ok(StreamName(Arc::from(name)))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The rule for stream names and cursor names alike.
pub(crate) fn check_name(name: &str) -> Result<(), NameError> {
    check_characters(name)?;
    match name
        .split('/')
        .find(|part| matches!(*part, "" | "." | ".."))
    {
        None => Ok(()),
        Some(part) => Err(NameError::Part {
            part: part.to_owned(),
        }),
    }
}

/// The rule for labels, and for what a log has already: length and characters.
pub(crate) fn check_characters(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(NameError::TooLong { bytes: name.len() });
    }
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:-".contains(&byte);
    if name.bytes().all(is_allowed) {
        return Ok(());
    }
    let forbidden = |c: &char| !u8::try_from(*c).is_ok_and(is_allowed);
    match name.char_indices().find(|(_, c)| forbidden(c)) {
        Some((at, found)) => Err(NameError::Character { found, at }),
        None => Ok(()),
    }
}

impl FromStr for StreamName {
    type Err = NameError;

    fn from_str(name: &str) -> Result<StreamName, NameError> {
        StreamName::new(name)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "StreamName({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_within_the_rule_are_taken() {
        for name in [
            "a",
            "case/0192-af",
            "Case.1_2:3",
            &"x".repeat(MAX_NAME_BYTES),
        ] {
            assert_eq!(StreamName::new(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_in_a_path_is_refused() {
        for (name, part) in [
            (".", "."),
            ("..", ".."),
            ("../x", ".."),
            ("a/../b", ".."),
            ("a/.", "."),
            ("/etc/passwd", ""),
            ("a//b", ""),
            ("a/", ""),
        ] {
            let part = part.to_owned();
            assert_eq!(
                StreamName::new(name),
                Err(NameError::Part { part }),
                "{name}"
            );
            assert_eq!(StreamName::stored(name).unwrap().as_str(), name);
        }
        for name in ["...", "a/.b", "a..b/c", ".a", ":", "-"] {
            assert_eq!(StreamName::new(name).unwrap().as_str(), name);
        }
        for found in ['\0', '\u{1b}', '\n', '\u{7f}', '\\', 'é', '\u{202e}'] {
            let name = format!("a{found}b");
            assert_eq!(
                StreamName::new(&name),
                Err(NameError::Character { found, at: 1 })
            );
        }
    }

    #[test]
    fn other_names_are_refused_with_the_reason() {
        assert_eq!(StreamName::new(""), Err(NameError::Empty));
        assert_eq!(
            StreamName::new(&"x".repeat(201)),
            Err(NameError::TooLong { bytes: 201 })
        );
        assert_eq!(
            StreamName::new("a b"),
            Err(NameError::Character { found: ' ', at: 1 })
        );
        assert_eq!(
            StreamName::new("案"),
            Err(NameError::Character {
                found: '案', at: 0
            })
        );
    }
}
