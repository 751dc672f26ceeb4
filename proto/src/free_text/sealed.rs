//! How a sealed text is written: `{sealed:v1:<case>:<base64url>}`. It says where it begins and ends, so that a reader finds
//! it in a sentence that was made around it, and it needs no escape in JSON or HTML.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use crate::ids::CaseId;

/// How it begins. Persisted.
const BEGINNING: &str = "{sealed:v1:";
const END: char = '}';

/// A text that is sealed to the public key of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedText {
    /// The case.
    pub case: CaseId,
    /// The sender's public key and the ciphertext.
    pub bytes: Vec<u8>,
}

impl SealedText {
    /// The sealed text that a string is, all of it.
    pub fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix(BEGINNING)?.strip_suffix(END)?;
        let (case, sealed) = inner.split_once(':')?;
        Some(Self {
            case: case.parse().ok()?,
            bytes: BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?,
        })
    }

    /// Whether a text holds what a reader would take for a sealed one.
    pub fn is_in(text: &str) -> bool {
        text.contains(BEGINNING)
    }
}

impl fmt::Display for SealedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sealed = BASE64URL_NOPAD.encode(&self.bytes);
        write!(f, "{BEGINNING}{}:{sealed}{END}", self.case)
    }
}

/// The sealed texts within a text, each once, in their order.
pub fn sealed_texts(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some((_, sealed, after)) = next(rest) {
        if !found.contains(&sealed) {
            found.push(sealed);
        }
        rest = after;
    }
    found
}

/// The text with each sealed text in it replaced.
pub fn replace_sealed(text: &str, mut with: impl FnMut(&str) -> String) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, sealed, after)) = next(rest) {
        replaced.push_str(before);
        replaced.push_str(&with(sealed));
        rest = after;
    }
    replaced.push_str(rest);
    replaced
}

/// What is before the next sealed text, that text, and what comes after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let begin = text.find(BEGINNING)?;
    let (before, at) = text.split_at_checked(begin)?;
    let end = at.find(END)? + END.len_utf8();
    let (sealed, after) = at.split_at_checked(end)?;
    Some((before, sealed, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(byte: u8) -> SealedText {
        SealedText {
            case: "019ab0c4-8000-7000-8000-000000000002".parse().unwrap(),
            bytes: vec![byte; 80],
        }
    }

    #[test]
    fn a_sealed_text_is_found_in_a_sentence_and_replaced() {
        let (one, other) = (sealed(250).to_string(), sealed(7).to_string());
        assert_eq!(SealedText::parse(&one), Some(sealed(250)));
        let sentence = format!("说明：“{one}”；{other}, again {one}.");
        assert_eq!(sealed_texts(&sentence), [one.as_str(), other.as_str()]);
        let shown = replace_sealed(&sentence, |text| {
            if text == one {
                "甲".to_owned()
            } else {
                "乙".to_owned()
            }
        });
        assert_eq!(shown, "说明：“甲”；乙, again 甲.");
        // It needs no escape.
        assert_eq!(serde_json::to_string(&one).unwrap(), format!("\"{one}\""));
    }

    #[test]
    fn what_looks_like_one_is_none() {
        for text in [
            "",
            "{sealed:v1:",
            "{sealed:v1:7:AA}",
            "{sealed:v2:x}",
            "typed",
        ] {
            assert_eq!(SealedText::parse(text), None, "{text}");
        }
        assert_eq!(sealed_texts("{sealed:v1: no end"), [""; 0]);
        assert_eq!(
            replace_sealed("{sealed:v1: no end", |_| String::new()),
            "{sealed:v1: no end"
        );
    }
}
