//! Content negotiation: the headers `Accept` and `Accept-Language`.

use axum::http::{HeaderMap, HeaderName, header};

/// The first language in the order of the header for which `find` returns something.
pub(crate) fn preferred_language<T>(
    headers: &HeaderMap,
    find: impl FnMut(&str) -> Option<T>,
) -> Option<T> {
    elements(headers, header::ACCEPT_LANGUAGE)
        .filter(|element| element.accepted)
        .map(|element| element.name)
        .find_map(find)
}

/// Whether the client accepts a media type: the most specific range that matches decides.
pub(crate) fn accepts_media_type(headers: &HeaderMap, offered: &str) -> bool {
    let family = offered.split('/').next().unwrap_or_default();
    let mut ranges = elements(headers, header::ACCEPT).peekable();
    if ranges.peek().is_none() {
        return true;
    }
    let matching = ranges.filter_map(|range| {
        let specificity = if range.name.eq_ignore_ascii_case(offered) {
            2
        } else if range.name == "*/*" {
            0
        } else if range.name.strip_suffix("/*")?.eq_ignore_ascii_case(family) {
            1
        } else {
            return None;
        };
        Some((specificity, range.accepted))
    });
    matching.max().is_some_and(|(_, accepted)| accepted)
}

/// One element of such a header.
struct Element<'a> {
    name: &'a str,
    /// False for `q=0`.
    accepted: bool,
}

fn elements(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = Element<'_>> {
    let values = headers.get_all(name).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(Element::parse)
        .filter(|element| !element.name.is_empty())
}

impl<'a> Element<'a> {
    fn parse(text: &'a str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let mut weights = parts.filter_map(|part| {
            let (key, weight) = part.split_once('=')?;
            key.trim().eq_ignore_ascii_case("q").then(|| weight.trim())
        });
        let weight = weights.find_map(|weight| weight.parse::<f32>().ok());
        let accepted = weight.is_none_or(|weight| weight > 0.0);
        Self { name, accepted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn the_first_known_language_that_is_accepted() {
        let preferred = |headers: &HeaderMap| {
            let known = |tag: &str| {
                ["zh", "en"]
                    .into_iter()
                    .find(|known| tag.starts_with(known))
            };
            preferred_language(headers, known)
        };
        let language_of = |value| preferred(&headers(header::ACCEPT_LANGUAGE, value));
        assert_eq!(language_of("en-GB,en;q=0.9,zh;q=0.8"), Some("en"));
        assert_eq!(language_of("bo, zh-CN"), Some("zh"));
        assert_eq!(language_of("fr"), None);
        assert_eq!(language_of("zh;q=0, en"), Some("en"));
        assert_eq!(preferred(&HeaderMap::new()), None);
    }

    #[test]
    fn accepted_media_types() {
        let accepts =
            |value| accepts_media_type(&headers(header::ACCEPT, value), "application/json");
        assert!(accepts("application/json"));
        assert!(accepts("text/html, */*;q=0.1"));
        assert!(accepts("application/*"));
        assert!(!accepts("text/html"));
        assert!(accepts("") && accepts(", application/json"));
        assert!(accepts_media_type(&HeaderMap::new(), "application/json"));
    }

    #[test]
    fn a_media_type_of_weight_zero_is_not_accepted() {
        let accepts =
            |value| accepts_media_type(&headers(header::ACCEPT, value), "application/json");
        assert!(!accepts("application/json;q=0"));
        assert!(!accepts("*/*, application/json; q=0.000"));
        assert!(!accepts("*/*;q=1, application/*; Q=0"));
        assert!(accepts("application/*;q=0, application/json;q=0.1"));
        assert!(accepts("text/html;q=0, */*"));
    }
}
