//! Names of streams and cursors: short, printable, safe in a path, a URL and a terminal.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

/// Longest name of a stream or a cursor, in bytes. Persisted: a frame stores the length in one
/// byte.
pub const MAX_NAME_BYTES: usize = 200;

/// A name that cannot be a stream or a cursor.
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
    /// A character outside `A-Z a-z 0-9 . _ / : -`.
    #[error("the name has {found:?} at byte {at}; use only letters, digits and . _ / : -")]
    Character {
        /// The character.
        found: char,
        /// Where it starts, in bytes.
        at: usize,
    },
}

/// A stream's name: 1 to 200 bytes of `A-Z a-z 0-9 . _ / : -`.
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

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The rule for stream names and cursor names alike.
pub(crate) fn check_name(name: &str) -> Result<(), NameError> {
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
