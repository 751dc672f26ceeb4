//! Query strings of the gateway's own addresses.

use std::{fmt::Display, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};
use onestop_proto::{problem_words::own, typed::half_width};
use serde::de::DeserializeOwned;

use super::{address_use::AddressUse, filters::Unreadable, page_error::PageError};

/// The parameters of an address. One that cannot be read gets an error page in the reader's language.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        AddressUse::of(parts).know_fields::<T>();
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

/// The parameters of a query string. What does not fit is read in half width, as people type numbers.
fn parse<T: DeserializeOwned>(query: &str) -> Result<T, PageError> {
    if let Ok(params) = serde_html_form::from_str(query) {
        return Ok(params);
    }
    let typed = form_urlencoded::parse(query.as_bytes());
    let typed: Vec<_> = typed
        .map(|(name, text)| (name, half_width(&text)))
        .collect();
    let typed = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&typed)
        .finish();
    let pairs = || form_urlencoded::parse(typed.as_bytes());
    let reader = serde_html_form::Deserializer::new(pairs());
    let read = serde_path_to_error::deserialize(reader);
    read.map_err(|error: serde_path_to_error::Error<_>| {
        let field = error.path().to_string();
        let mut values = pairs().filter(|(name, _)| *name == field);
        let value = values.next().map(|(_, value)| value).unwrap_or_default();
        let unreadable = match values.next() {
            Some(_) => Unreadable::of(&field, &value, &own::TWICE.en),
            None => Unreadable::of(&field, &value, error.inner()),
        };
        PageError::unreadable_filters(vec![unreadable])
    })
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

/// Parses a parameter of this name; an empty one is none.
///
/// # Errors
/// If it cannot be parsed.
pub(crate) fn parse_filled<T: FromStr<Err: Display>>(
    name: &str,
    text: &str,
) -> Result<Option<T>, PageError> {
    let typed = half_width(text);
    let typed = typed.trim();
    let parsed = (!typed.is_empty()).then(|| typed.parse()).transpose();
    parsed.map_err(|error| PageError::unreadable_filters(vec![Unreadable::of(name, text, &error)]))
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
    use serde::Deserialize;

    use super::{local_path, parse};
    use crate::core::page_error::{Message, PageError};

    #[derive(Debug, Deserialize)]
    struct Params {
        step: Option<u32>,
    }

    #[test]
    fn a_number_is_read_as_people_type_it_and_a_wrong_one_is_named() {
        let step = |query: &str| parse::<Params>(query).map(|read| read.step);
        assert_eq!(step("").unwrap(), None);
        assert_eq!(step("step=5").unwrap(), Some(5));
        assert_eq!(step("step=%EF%BC%95").unwrap(), Some(5));
        let refused = step("step=many").unwrap_err();
        let PageError::Page {
            message: Message::Unreadable(unreadable),
            ..
        } = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!(unreadable[0].field, "step");
    }

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
