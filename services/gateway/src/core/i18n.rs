//! Languages of the workbench. A language is one catalogue: a file of messages in Mozilla's Fluent
//! (<https://projectfluent.org>). All files in `locales/` are built in; the folder that the setting `locales`
//! names adds or replaces catalogues. A message that a catalogue lacks is looked up in the language that its
//! message `language-fallback` names, then in Chinese.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context;
use fluent_bundle::{FluentArgs, FluentValue};
use onestop_chassis::bounded_file;
use onestop_proto::{
    catalogue::Catalogue,
    rejection::Rejected,
    text::{Language, Text, Words},
};

/// The language whose catalogue has every message.
pub(crate) const DEFAULT: &str = "zh-CN";

const BUILT_IN: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/locales.rs"));

/// One language.
struct Messages {
    catalogue: Catalogue,
    count: usize,
}

impl Messages {
    fn parse(tag: &str, text: &str) -> anyhow::Result<Self> {
        let begins = |line: &&str| line.starts_with(|first: char| first.is_ascii_alphabetic());
        Ok(Self {
            catalogue: Catalogue::parse(tag, text)?,
            count: text.lines().filter(begins).count(),
        })
    }
}

/// All catalogues, by language tag.
pub(crate) struct Languages(BTreeMap<String, Messages>);

impl Languages {
    /// Loads the built-in catalogues, then those of a folder.
    ///
    /// # Errors
    /// If a catalogue cannot be read or parsed.
    pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Self> {
        let mut catalogues = BTreeMap::new();
        for (tag, text) in BUILT_IN {
            catalogues.insert((*tag).to_owned(), Messages::parse(tag, text)?);
        }
        let Some(folder) = folder else {
            return Ok(Self(catalogues));
        };
        let entries = std::fs::read_dir(folder)
            .with_context(|| format!("cannot read {} (setting 'locales')", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            let tag = path.file_stem().and_then(|stem| stem.to_str());
            let (Some(tag), Some("ftl")) = (tag, path.extension().and_then(|kind| kind.to_str()))
            else {
                continue;
            };
            let text = bounded_file::read_text(&path, bounded_file::LIST)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let messages =
                Messages::parse(tag, &text).with_context(|| format!("in {}", path.display()))?;
            catalogues.insert(tag.to_owned(), messages);
        }
        Ok(Self(catalogues))
    }

    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a language lacks messages, which are then shown in another language.
    pub(crate) fn is_partial(&self, tag: &str) -> bool {
        let count = |tag: &str| self.0.get(tag).map_or(0, |messages| messages.count);
        count(tag) < count(DEFAULT)
    }

    /// The language of an `Accept-Language` element, matched by its primary subtag.
    pub(crate) fn matching(&self, requested: &str) -> Option<&str> {
        let primary = |tag: &str| tag.split('-').next().map(str::to_ascii_lowercase);
        self.tags().find(|tag| primary(tag) == primary(requested))
    }

    /// Translates into one language; into the default if there is none of this tag.
    pub(crate) fn translator(&self, tag: Option<&str>) -> Translator<'_> {
        let found = tag.and_then(|tag| self.0.get_key_value(tag));
        let (tag, own) = found.map_or((DEFAULT, None), |(tag, own)| (tag.as_str(), Some(own)));
        let fallback = own.and_then(|own| {
            own.catalogue
                .format("language-fallback", &FluentArgs::new())
        });
        let fallback = fallback.and_then(|tag| self.0.get_key_value(tag.trim()));
        Translator {
            tag,
            contract_tag: fallback.map_or_else(|| contract_tag(tag), |(tag, _)| tag.as_str()),
            chain: [own, fallback.map(|(_, other)| other), self.0.get(DEFAULT)]
                .map(|messages| messages.map(|messages| &messages.catalogue)),
        }
    }
}

/// The language of texts of the contract beside messages of a language that names no fallback: what it lacks is
/// Chinese as well.
fn contract_tag(tag: &str) -> &str {
    let primary = tag.split('-').next();
    if matches!(primary, Some("zh" | "en")) {
        tag
    } else {
        DEFAULT
    }
}

/// Looks up messages in one language.
#[derive(Clone, Copy)]
pub(crate) struct Translator<'a> {
    /// The language's tag, for `lang`.
    pub(crate) tag: &'a str,
    /// The language in which the contract's texts are shown: the contract has Chinese and English only.
    pub(crate) contract_tag: &'a str,
    /// Where messages are looked up, in this order.
    chain: [Option<&'a Catalogue>; 3],
}

impl Translator<'_> {
    /// The same for what is beside texts of the contract, such as days: in the language of those, since a partial catalogue has
    /// no words for them.
    pub(crate) fn of_contract(&self) -> Self {
        let [own, fallback, default] = self.chain;
        if self.contract_tag == self.tag {
            return *self;
        }
        let chain = [fallback.or(default), default, own];
        Self { chain, ..*self }
    }

    /// Translates a message.
    pub(crate) fn t(&self, id: &str) -> String {
        self.format(id, &FluentArgs::new())
    }

    /// Translates a message with one argument.
    pub(crate) fn t1<'v>(
        &self,
        id: &str,
        name: &'static str,
        value: impl Into<FluentValue<'v>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(id, &args)
    }

    /// Translates a message with two arguments.
    pub(crate) fn t2<'v>(
        &self,
        id: &str,
        name: &'static str,
        value: impl Into<FluentValue<'v>>,
        other_name: &'static str,
        other_value: impl Into<FluentValue<'v>>,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        args.set(other_name, other_value);
        self.format(id, &args)
    }

    /// Translates a message with any arguments.
    pub(crate) fn format(&self, id: &str, args: &FluentArgs<'_>) -> String {
        // A test checks that the default language has every message used.
        self.find(id, args).unwrap_or_else(|| id.to_owned())
    }

    /// Translates a message, if there is one of this id.
    pub(crate) fn try_t(&self, id: &str) -> Option<String> {
        self.find(id, &FluentArgs::new())
    }

    /// An attribute of a message, such as `.input` of a field's label.
    pub(crate) fn attribute(&self, id: &str, name: &str) -> Option<String> {
        self.chain
            .iter()
            .flatten()
            .find_map(|catalogue| catalogue.attribute(id, name))
    }

    fn find(&self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let mut chain = self.chain.iter().flatten();
        chain.find_map(|catalogue| catalogue.format(id, args))
    }

    /// The language in which the contract's texts are shown.
    pub(crate) fn contract_language(&self) -> Language {
        if self.contract_tag.starts_with("zh") {
            Language::Zh
        } else {
            Language::En
        }
    }

    /// A text of the contract made at run time.
    pub(crate) fn words<'w>(&self, words: &'w Words) -> &'w str {
        words.in_language(self.contract_language())
    }

    /// The sentence of a rejection: in this language if its service has a catalogue of it.
    pub(crate) fn rejection<'r>(&self, rejected: &'r Rejected) -> &'r str {
        rejected.sentence(self.tag, self.contract_language())
    }

    pub(crate) fn text(&self, text: Text) -> &'static str {
        match self.contract_language() {
            Language::Zh => text.zh,
            Language::En => text.en,
        }
    }
}

#[cfg(test)]
mod tests;
