//! Query strings of the gateway's own addresses.

use std::{fmt::Display, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use super::page_error::PageError;

/// The parameters of an address. One that cannot be read gets an error page in the reader's language.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let query = parts.uri.query().unwrap_or_default();
        let params = serde_html_form::from_str(query);
        params.map(Self).map_err(PageError::unreadable_form)
    }
}

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
