//! Query strings of the gateway's own addresses.

use std::{fmt::Display, str::FromStr};

use jiff::civil::Date;

use super::{page_error::PageError, typed_dates};

/// Encodes pairs as a query string.
pub(crate) fn encode(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Encodes the pairs whose text is not empty.
pub(crate) fn encode_filled(pairs: &[(&str, &str)]) -> String {
    let filled = pairs.iter().filter(|(_, text)| !text.is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(filled)
        .finish()
}

/// Parses a parameter; an empty one is none.
///
/// # Errors
/// If it cannot be parsed.
pub(crate) fn parse_filled<T: FromStr<Err: Display>>(text: &str) -> Result<Option<T>, PageError> {
    let text = text.trim();
    let parsed = (!text.is_empty()).then(|| text.parse()).transpose();
    parsed.map_err(PageError::unreadable_form)
}

/// A day as people type it; `None` where nothing was filled in.
pub(crate) fn parse_day(text: &str) -> Result<Option<Date>, PageError> {
    parse_filled(&typed_dates::plain(text))
}

/// A redirect target within this site; `/` for anything else.
pub(crate) fn local_path(next: &str) -> &str {
    // Browsers leave tabs and line breaks out of an address: `/<tab>/evil.example` is `//evil.example` to them.
    let inside = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(|c: char| c == '\\' || c.is_control());
    if inside { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn redirects_stay_on_this_site() {
        assert_eq!(local_path("/worklist?tab=done"), "/worklist?tab=done");
        for elsewhere in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "",
            "javascript:1",
        ] {
            assert_eq!(local_path(elsewhere), "/");
        }
    }
}
