//! The error of every id's parser.

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not {kind}: {rule}")]
pub struct InvalidId {
    /// What was given, cut to 80 characters.
    pub text: String,
    /// What was wanted, with its article: "a case id".
    pub kind: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
}

impl InvalidId {
    pub(crate) fn new(text: &str, kind: &'static str, rule: &'static str) -> Self {
        Self {
            text: text.chars().take(80).collect(),
            kind,
            rule,
        }
    }
}
