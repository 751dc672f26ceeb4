//! A catalogue: the sentences that people read, in one language, from a file in Mozilla's Fluent
//! (<https://projectfluent.org>). The rejections, the workbench and the command line read theirs with it.
//!
//! ```
//! use fluent_bundle::FluentArgs;
//! use onestop_proto::catalogue::Catalogue;
//! let catalogue = Catalogue::parse("en", "next = Go to window { $number }.")?;
//! let arguments: FluentArgs = [("number", "3")].into_iter().collect();
//! assert_eq!(catalogue.format("next", &arguments).as_deref(), Some("Go to window 3."));
//! assert_eq!(catalogue.format("unknown", &arguments), None);
//! let catalogue = Catalogue::parse("vi", "date = ngày { $day } tháng { $month }\nby = Trước { $when }")?;
//! let day: FluentArgs = [("when", "2026-03-07")].into_iter().collect();
//! assert_eq!(catalogue.format("by", &day).as_deref(), Some("Trước ngày 7 tháng 3"));
//! # Ok::<(), onestop_proto::catalogue::CatalogueError>(())
//! ```

mod built_in;

pub use built_in::BuiltInCatalogue;
pub(crate) use built_in::text_of;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use crate::{
    date_words,
    text::{Language, Text, Words},
};

/// The message that says how a language writes days.
const DATE: &str = "date";

/// The messages of one language.
///
/// An argument that is a day or a moment, as programs write them, is shown as sentences for people write it; a day as the
/// catalogue's own message `date` says, where it has one.
pub struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Of days and moments.
    language: Language,
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// The file is named after no language.
    #[error("'{tag}' is no language tag, such as zh-CN, en or bo")]
    Tag {
        /// The name given.
        tag: String,
    },
    /// The file breaks the syntax of Fluent.
    #[error("the messages of '{tag}' could not be parsed: {problems}")]
    Syntax {
        /// The language.
        tag: String,
        /// The parser's errors.
        problems: String,
    },
}

impl Catalogue {
    /// Parses the messages of the language `tag` (BCP 47).
    ///
    /// # Errors
    /// If `tag` names no language, or a message breaks the syntax.
    pub fn parse(tag: &str, text: &str) -> Result<Self, CatalogueError> {
        let language: LanguageIdentifier = tag.parse().map_err(|_| CatalogueError::Tag {
            tag: tag.to_owned(),
        })?;
        let resource = FluentResource::try_new(text.to_owned());
        let resource = resource.map_err(|(_, problems)| CatalogueError::Syntax {
            tag: tag.to_owned(),
            problems: format!("{problems:?}"),
        })?;
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Isolating marks around arguments serve mixed writing directions; Chinese and English need none.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        let language = if tag.starts_with("zh") {
            Language::Zh
        } else {
            Language::En
        };
        Ok(Self { bundle, language })
    }

    /// The message `id` with its arguments; `None` if the catalogue lacks it. An argument that is missing shows as its
    /// name in braces.
    pub fn format(&self, id: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let arguments = arguments.iter().map(|(name, value)| match value {
            FluentValue::String(text) => {
                let date = self.own_day(text);
                let date = date.or_else(|| date_words::of_program(text, self.language));
                (name, date.map_or_else(|| value.clone(), FluentValue::from))
            }
            FluentValue::Number(_)
            | FluentValue::Custom(_)
            | FluentValue::None
            | FluentValue::Error => (name, value.clone()),
        });
        let arguments: FluentArgs<'_> = arguments.collect();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&arguments), &mut Vec::new());
        Some(text.into_owned())
    }

    /// A day that programs wrote, as this language writes days.
    fn own_day(&self, text: &str) -> Option<String> {
        if text.len() != "2026-03-04".len() {
            return None;
        }
        let day: Date = text.parse().ok()?;
        let pattern = self.bundle.get_message(DATE)?.value()?;
        let mut parts = FluentArgs::new();
        parts.set("iso", text);
        parts.set("year", day.year().to_string());
        parts.set("month", day.month().to_string());
        parts.set("day", day.day().to_string());
        let text = self
            .bundle
            .format_pattern(pattern, Some(&parts), &mut Vec::new());
        Some(text.into_owned())
    }

    /// The attribute `name` of the message `id`, such as `.input` of a field's label.
    pub fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let pattern = message.get_attribute(name)?.value();
        let text = self.bundle.format_pattern(pattern, None, &mut Vec::new());
        Some(text.into_owned())
    }
}

/// The messages of one kind of text, in the two languages that every text has.
pub struct BilingualCatalogue {
    zh: Catalogue,
    en: Catalogue,
}

/// An argument of a message in two languages.
#[derive(Debug, Clone)]
pub enum Argument {
    /// The same in both: a name, a number, what a person wrote.
    Same(String),
    /// A label.
    Label(Words),
}

impl<T: ToString> From<&T> for Argument {
    fn from(same: &T) -> Self {
        Self::Same(same.to_string())
    }
}

impl From<Words> for Argument {
    fn from(label: Words) -> Self {
        Self::Label(label)
    }
}

impl From<Text> for Argument {
    fn from(label: Text) -> Self {
        Self::Label(label.into())
    }
}

impl BilingualCatalogue {
    /// Parses the messages in Chinese and in English.
    ///
    /// # Errors
    /// If a message breaks the syntax.
    pub fn parse(zh: &str, en: &str) -> Result<Self, CatalogueError> {
        Ok(Self {
            zh: Catalogue::parse("zh-CN", zh)?,
            en: Catalogue::parse("en", en)?,
        })
    }

    /// The message `id` in both languages; the id itself where a language lacks it.
    pub fn words(&self, id: &str, arguments: &[(&'static str, Argument)]) -> Words {
        let format = |catalogue: &Catalogue, language| {
            let value = |argument: &Argument| match argument {
                Argument::Same(text) => text.clone(),
                Argument::Label(words) => words.in_language(language).to_owned(),
            };
            let given = arguments.iter();
            let given = given.map(|(name, argument)| (*name, value(argument)));
            let text = catalogue.format(id, &given.collect());
            text.unwrap_or_else(|| id.to_owned())
        };
        Words {
            zh: format(&self.zh, Language::Zh),
            en: format(&self.en, Language::En),
        }
    }
}
