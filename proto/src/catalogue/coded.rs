//! Messages by the code of what they say.

use fluent_bundle::FluentArgs;
use serde::Serialize;
use serde_json::Value;

use super::{BilingualCatalogue, Catalogue};
use crate::{
    rejection_texts::text_of,
    text::{Language, Words},
};

impl BilingualCatalogue {
    /// The message for a value: the field `tag` names it, and the other fields are its arguments.
    #[must_use]
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
        Words {
            zh: format(&self.zh, Language::Zh),
            en: format(&self.en, Language::En),
        }
    }
}
