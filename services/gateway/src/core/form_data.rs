//! Submitted form data: name and text pairs in their order. Text is kept as typed, so that a rejected form is
//! shown again with every answer, and a draft holds all of them.

use onestop_proto::ids::CommandId;
use serde::Deserialize;

use super::page_error::PageError;

/// Fields of the submission itself, not of what was typed.
const TRANSPORT_FIELDS: [&str; 2] = ["csrf", "do"];

#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct FormData(Vec<(String, String)>);

impl std::fmt::Debug for FormData {
    /// Prints no personal data: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FormData({})", self.0.len())
    }
}

impl FormData {
    /// The trimmed text of a field; empty if the field is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, text)| text.trim())
    }

    /// The idempotency key that was made with the form.
    ///
    /// # Errors
    /// If it is none: no page makes such a form.
    pub(crate) fn key(&self) -> Result<CommandId, PageError> {
        let key = self.get("key").parse::<CommandId>();
        key.map_err(PageError::unreadable_form)
    }

    /// The trimmed text of a field, unless it is empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// All non-empty texts of a field that may occur more than once.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        let named = self.0.iter().filter(move |(key, _)| *key == name);
        named
            .map(|(_, text)| text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether a choice has this value, or a box of this value is ticked.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|text| text == value)
    }

    /// The non-empty texts of the fields below a name, `name.<part>`, each with its part.
    pub(crate) fn parts<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = format!("{name}.");
        let parts = self.0.iter().filter_map(move |(key, text)| {
            let part = key.strip_prefix(&prefix)?;
            Some((part, text.trim()))
        });
        parts.filter(|(_, text)| !text.is_empty())
    }

    pub(crate) fn is_ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Whether all fields but these are empty.
    pub(crate) fn is_empty_except(&self, prefilled: &[&str]) -> bool {
        let typed = |(name, text): &(String, String)| {
            !prefilled.contains(&name.as_str()) && !text.trim().is_empty()
        };
        !self.0.iter().any(typed)
    }

    /// Replaces all texts of a field by one.
    pub(crate) fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), text.into()));
    }

    /// Replaces all texts of a field.
    pub(crate) fn set_all(&mut self, name: &str, texts: &[&str]) {
        self.0.retain(|(key, _)| key != name);
        for text in texts {
            self.add(name, *text);
        }
    }

    /// Adds a text to those of a field.
    pub(crate) fn add(&mut self, name: &str, text: impl Into<String>) {
        self.0.push((name.to_owned(), text.into()));
    }

    /// The names of all fields, each once for each of its texts.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Encodes it for a draft, without the transport fields.
    pub(crate) fn encode(&self) -> String {
        let pairs = self
            .0
            .iter()
            .filter(|(name, _)| !TRANSPORT_FIELDS.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish()
    }

    /// Parses what [`FormData::encode`] returned, or a query string.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.into_owned().collect())
    }
}

/// Splits a typed list at spaces, commas and semicolons, also those of a Chinese input method.
pub(crate) fn split_list(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |sign: char| {
        sign.is_whitespace() || matches!(sign, ',' | ';' | '\u{ff0c}' | '\u{3001}' | '\u{ff1b}')
    };
    text.split(is_between).filter(|one| !one.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_split_where_people_and_their_input_methods_split_it() {
        for typed in [
            "李华 王敏",
            "李华　王敏",
            "李华，王敏",
            "李华、王敏；",
            " 李华;王敏\n",
        ] {
            let parts: Vec<&str> = split_list(typed).collect();
            assert_eq!(parts, ["李华", "王敏"], "{typed}");
        }
    }

    #[test]
    fn a_form_is_read_as_pairs_and_written_back() {
        let sent = "csrf=secret&do=save&name=%E5%B2%A9%E6%B8%A9%20&care=minor&care=disabled&phone=";
        let data: FormData = serde_html_form::from_str(sent).unwrap();
        assert_eq!(data.get("name"), "岩温");
        assert!(data.has("care", "disabled") && !data.has("care", "woman"));
        assert_eq!(data.filled("phone"), None);
        let pairs = FormData::parse(&data.encode());
        assert_eq!(pairs.get("name"), "岩温");
        assert_eq!(pairs.all("care").count(), 2);
        assert_eq!(pairs.get("csrf"), "");
        assert!(!format!("{data:?}").contains("岩温"));
    }
}
