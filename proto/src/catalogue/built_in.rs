//! Catalogues that are compiled into a program.

use std::sync::OnceLock;

use fluent_bundle::FluentArgs;
use serde::Serialize;
use serde_json::Value;

use super::{Argument, BilingualCatalogue, Catalogue};
use crate::text::{Language, Words};

/// The messages of two files that are compiled in, parsed when the first is wanted. A test of the crate that has the files
/// parses them: a file that cannot be parsed shows the ids of its messages.
pub struct BuiltInCatalogue {
    zh: &'static str,
    en: &'static str,
    parsed: OnceLock<Option<BilingualCatalogue>>,
}

impl BuiltInCatalogue {
    /// The messages in Chinese and in English.
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self {
            zh,
            en,
            parsed: OnceLock::new(),
        }
    }

    fn parsed(&self) -> Option<&BilingualCatalogue> {
        let parse = || BilingualCatalogue::parse(self.zh, self.en).ok();
        self.parsed.get_or_init(parse).as_ref()
    }

    /// The message `id`, as [`BilingualCatalogue::words`].
    pub fn words(&self, id: &str, arguments: &[(&'static str, Argument)]) -> Words {
        let words = self.parsed().map(|parsed| parsed.words(id, arguments));
        words.unwrap_or_else(|| Words::untranslated(id))
    }

    /// The message `id` without arguments, if there is one.
    pub fn find(&self, id: &str) -> Option<Words> {
        let parsed = self.parsed()?;
        let none = FluentArgs::new();
        Some(Words {
            zh: parsed.zh.format(id, &none)?,
            en: parsed.en.format(id, &none)?,
        })
    }

    /// The message for a value: the field `tag` says its id, and the other fields are its arguments.
    pub fn words_of(&self, tag: &str, value: &impl Serialize) -> Words {
        let Ok(Value::Object(fields)) = serde_json::to_value(value) else {
            return Words::untranslated(tag);
        };
        let id = fields.get(tag).and_then(Value::as_str).unwrap_or(tag);
        let format = |catalogue: &Catalogue, language| {
            let arguments = fields.iter();
            let arguments =
                arguments.map(|(name, value)| (name.as_str(), text_of(value, language)));
            let text = catalogue.format(id, &arguments.collect());
            text.unwrap_or_else(|| id.to_owned())
        };
        match self.parsed() {
            Some(parsed) => Words {
                zh: format(&parsed.zh, Language::Zh),
                en: format(&parsed.en, Language::En),
            },
            None => Words::untranslated(id),
        }
    }
}

/// A field as a sentence shows it. Numbers are written as they are, without marks between thousands.
pub(crate) fn text_of(value: &Value, language: Language) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(fields) => {
            let key = match language {
                Language::Zh => "zh",
                Language::En => "en",
            };
            let text = fields.get(key).and_then(Value::as_str);
            text.map_or_else(|| value.to_string(), str::to_owned)
        }
        Value::Bool(_) | Value::Number(_) | Value::Array(_) => value.to_string(),
    }
}
