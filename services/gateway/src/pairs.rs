//! A form as it was sent: pairs of name and text, in their order. What somebody typed is kept as it is, so
//! that a page that says no shows every answer again, and a draft holds them all.

use serde::Deserialize;

/// Names that belong to the sending and not to what was typed.
const OF_THE_SENDING: [&str; 2] = ["csrf", "do"];

/// The pairs.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl std::fmt::Debug for Pairs {
    /// Never prints what a citizen said: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pairs({})", self.0.len())
    }
}

impl Pairs {
    /// The text of a field, without the space around it; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, text)| text.trim())
    }

    /// The text of a field, if there is any.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// All texts of a field that may come more than once.
    pub(crate) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let name = name.to_owned();
        let named = self.0.iter().filter(move |(key, _)| *key == name);
        named
            .map(|(_, text)| text.trim())
            .filter(|text| !text.is_empty())
    }

    /// Whether a choice is this one, or a box of that value is ticked.
    pub(crate) fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|text| text == value)
    }

    /// Whether a box is ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.get(name).is_empty()
    }

    /// Whether anything was typed besides what the page itself put in.
    pub(crate) fn is_empty_but(&self, own: &[&str]) -> bool {
        let typed = |(name, text): &(String, String)| {
            !own.contains(&name.as_str()) && !text.trim().is_empty()
        };
        !self.0.iter().any(typed)
    }

    /// Sets a field to one text.
    pub(crate) fn set(&mut self, name: &str, text: impl Into<String>) {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), text.into()));
    }

    /// As one text, for a draft: without what belongs to the sending.
    pub(crate) fn encoded(&self) -> String {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !OF_THE_SENDING.contains(&name.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .finish()
    }

    /// What [`Pairs::encoded`] made, or the query of an address.
    pub(crate) fn read(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(pairs.into_owned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_as_pairs_and_what_was_typed_comes_back() {
        let sent = "csrf=secret&do=save&name=%E5%B2%A9%E6%B8%A9%20&care=minor&care=disabled&phone=";
        let pairs: Pairs = serde_html_form::from_str(sent).unwrap();
        assert_eq!(pairs.get("name"), "岩温");
        assert!(pairs.has("care", "disabled") && !pairs.has("care", "woman"));
        assert_eq!(pairs.some("phone"), None);
        let kept = Pairs::read(&pairs.encoded());
        assert_eq!(kept.get("name"), "岩温");
        assert_eq!(kept.all("care").count(), 2);
        assert_eq!(kept.get("csrf"), "");
        assert!(!format!("{pairs:?}").contains("岩温"));
    }
}
