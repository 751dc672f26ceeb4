//! Which parameters of an address a page understands. Those that it does not are named on the page: a link that was mistyped
//! or has grown old shows something else than it says.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::request::Parts;
use serde::{
    Deserializer,
    de::{DeserializeOwned, Error as _, Visitor, value::Error},
    forward_to_deserialize_any,
};

/// Parameters of every page: what was just done, what did not follow from it, and the log position that has it.
const OF_EVERY_PAGE: [&str; 3] = ["done", "undone", "after"];
/// So many are named, each with so many characters.
const MOST: usize = 5;
const LONGEST: usize = 40;

/// What a page has understood of its address; shared by all that read it.
#[derive(Debug, Clone, Default)]
pub(crate) struct AddressUse(Arc<Mutex<Uses>>);

#[derive(Debug, Default)]
struct Uses {
    known: Vec<&'static str>,
    /// Parameters that the page knows, with a value that it does not.
    misread: Vec<&'static str>,
    reach: Reach,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Reach {
    #[default]
    Known,
    /// Another service has made the address.
    Everything,
}

impl AddressUse {
    /// That of a request.
    pub(crate) fn of(parts: &mut Parts) -> Self {
        parts.extensions.get_or_insert_default::<Self>().clone()
    }

    /// The page takes parameters of these names.
    pub(crate) fn know(&self, names: &[&'static str]) {
        self.lock().known.extend_from_slice(names);
    }

    /// The page takes the parameters of this type.
    pub(crate) fn know_fields<T: DeserializeOwned>(&self) {
        self.know(field_names::<T>());
    }

    /// The page says nothing of the address.
    pub(crate) fn know_everything(&self) {
        self.lock().reach = Reach::Everything;
    }

    /// The page knows the parameter, and not what it says.
    pub(crate) fn misread(&self, name: &'static str) {
        self.lock().misread.push(name);
    }

    /// The names in a query string that the page has not understood, each once.
    pub(crate) fn left_over(&self, query: &str) -> Vec<String> {
        let uses = self.lock();
        let mut names: Vec<String> = Vec::new();
        if uses.reach == Reach::Everything {
            return names;
        }
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            let is_known = |known: &&str| *known == name;
            let is_read = OF_EVERY_PAGE.iter().chain(&uses.known).any(is_known);
            let is_misread = !text.is_empty() && uses.misread.iter().any(is_known);
            let shown: String = name.chars().take(LONGEST).collect();
            if (!is_read || is_misread) && !names.contains(&shown) && names.len() < MOST {
                names.push(shown);
            }
        }
        names
    }

    fn lock(&self) -> MutexGuard<'_, Uses> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The names of a struct's fields, as an address has them.
fn field_names<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut names: &'static [&'static str] = &[];
    // It ends with an error where the names are known.
    let _ = T::deserialize(FieldNames(&mut names));
    names
}

/// Asks a type for its fields, and gives it none.
struct FieldNames<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for FieldNames<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("not a struct"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        *self.0 = fields;
        Err(Error::custom("the names alone are wanted"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Params {
        sort: String,
        #[serde(rename = "do")]
        change: String,
    }

    #[test]
    fn what_a_page_does_not_understand_is_named_once() {
        let used = AddressUse::default();
        used.know_fields::<Params>();
        let left_over = |query: &str| used.left_over(query);
        assert!(left_over("sort=name&do=x&done=intake.open").is_empty());
        assert_eq!(
            left_over("sort=name&colour=-name&colour=x&change=y"),
            ["colour", "change"]
        );
        used.misread("sort");
        assert_eq!(left_over("sort=abc"), ["sort"]);
        // A form without an order sends it empty.
        assert!(left_over("sort=").is_empty());
        let long = format!("{}=1", "x".repeat(1_000));
        assert_eq!(left_over(&long)[0].len(), LONGEST);
        assert_eq!(left_over("a&b&c&d&e&f&g").len(), MOST);
        used.know_everything();
        assert!(left_over("code=secret").is_empty());
    }
}
