//! Type and tags of an event: what records are selected by.

use std::fmt;
use std::sync::Arc;

use crate::codec::{put_name, take, take_name};
use crate::stream::{NameError, check_characters};

/// Most tags of one event.
pub const MAX_TAGS: usize = 32;

/// A type or a tag: 1 to 200 bytes of `A-Z a-z 0-9 . _ / : -`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(Arc<str>);

impl Label {
    /// Checks a label.
    ///
    /// # Errors
    /// [`NameError`] names what is wrong with it.
    pub fn new(label: &str) -> Result<Label, NameError> {
        check_characters(label)?;
        Ok(Label(Arc::from(label)))
    }

    /// The label as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Label({})", self.0)
    }
}

/// An event's type, if it has one, and its tags: a set, in the order of their bytes. Covered by the record's
/// hash. An event without any costs nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels(Option<Arc<Inner>>);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Inner {
    event_type: Option<Label>,
    /// Sorted, each once.
    tags: Vec<Label>,
}

impl Labels {
    /// No type and no tags.
    pub const NONE: Labels = Labels(None);

    /// A type, or none, and tags.
    #[must_use]
    pub fn new(event_type: Option<Label>, tags: impl IntoIterator<Item = Label>) -> Labels {
        let mut tags: Vec<Label> = tags.into_iter().collect();
        tags.sort_unstable();
        tags.dedup();
        if event_type.is_none() && tags.is_empty() {
            return Labels::NONE;
        }
        Labels(Some(Arc::new(Inner { event_type, tags })))
    }

    /// The type.
    #[must_use]
    pub fn event_type(&self) -> Option<&Label> {
        self.0.as_ref()?.event_type.as_ref()
    }

    /// The tags.
    #[must_use]
    pub fn tags(&self) -> &[Label] {
        self.0.as_ref().map_or(&[], |inner| &inner.tags)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Length and type (length 0 for none), number of tags, length and each of them; lengths and number in 1
    /// byte. Persisted, and part of the record's hash.
    pub(crate) fn put(&self, bytes: &mut Vec<u8>) {
        put_name(bytes, self.event_type().map_or("", Label::as_str));
        bytes.push(self.tags().len() as u8);
        for tag in self.tags() {
            put_name(bytes, tag.as_str());
        }
    }

    /// What [`Labels::put`] wrote: only that, so that no two forms mean the same.
    pub(crate) fn take(rest: &mut &[u8]) -> Option<Labels> {
        let event_type = match take_name(rest)? {
            "" => None,
            name => Some(Label::new(name).ok()?),
        };
        let [count] = take(rest)?;
        let mut tags = Vec::with_capacity(usize::from(count).min(MAX_TAGS));
        for _ in 0..count {
            tags.push(Label::new(take_name(rest)?).ok()?);
        }
        let is_set = tags.is_sorted_by(|a, b| a < b) && tags.len() <= MAX_TAGS;
        is_set.then(|| Labels::new(event_type, tags))
    }

    /// Memory that they take, roughly.
    pub(crate) fn weight(&self) -> usize {
        let labels = self.event_type().into_iter().chain(self.tags());
        labels.map(|label| label.as_str().len() + 32).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(text: &str) -> Label {
        Label::new(text).unwrap()
    }

    #[test]
    fn labels_are_read_back_as_written() {
        for labels in [
            Labels::NONE,
            Labels::new(Some(label("opened")), []),
            Labels::new(None, [label("b"), label("a"), label("b")]),
            Labels::new(
                Some(label("x")),
                (0..32).map(|at| label(&format!("t{at:02}"))),
            ),
        ] {
            let mut bytes = Vec::new();
            labels.put(&mut bytes);
            bytes.push(9);
            let rest = &mut &bytes[..];
            assert_eq!(Labels::take(rest), Some(labels));
            assert_eq!(*rest, [9]);
        }
    }

    #[test]
    fn no_other_form_is_taken() {
        for bytes in [
            &b""[..],
            b"\x01",
            b"\x00\x01",
            // Not sorted, twice the same, empty, not allowed.
            b"\x00\x02\x01b\x01a",
            b"\x00\x02\x01a\x01a",
            b"\x00\x01\x00",
            b"\x01 \x00",
        ] {
            assert_eq!(Labels::take(&mut &bytes[..]), None, "{bytes:?}");
        }
    }
}
