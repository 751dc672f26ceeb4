//! What the workbench says, in its languages. A language is one file of messages in Mozilla's Fluent
//! (<https://projectfluent.org>): Chinese and English are built in from `locales/`; others are added as
//! files of the same kind in the folder that the setting `locales` names. A message that a language lacks
//! is said in Chinese.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, bail};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use onestop_proto::text::{Language, Text, Words};
use unic_langid::LanguageIdentifier;

/// The language that every message is in.
pub(crate) const FIRST: &str = "zh-CN";

const BUILT_IN: [(&str, &str); 2] = [
    (FIRST, include_str!("../locales/zh-CN.ftl")),
    ("en", include_str!("../locales/en.ftl")),
];

/// The languages there are, by tag.
pub(crate) struct Languages(BTreeMap<String, FluentBundle<FluentResource>>);

impl Languages {
    /// Those that are built in, and those of a folder.
    ///
    /// # Errors
    /// If a file does not read.
    pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Self> {
        let mut languages = Self(BTreeMap::new());
        for (tag, text) in BUILT_IN {
            languages.add(tag, text.to_owned())?;
        }
        let Some(folder) = folder else {
            return Ok(languages);
        };
        let entries = std::fs::read_dir(folder);
        for entry in entries
            .with_context(|| format!("cannot read {} (setting 'locales')", folder.display()))?
        {
            let path = entry?.path();
            let tag = path.file_stem().and_then(|stem| stem.to_str());
            let (Some(tag), Some("ftl")) = (tag, path.extension().and_then(|kind| kind.to_str()))
            else {
                continue;
            };
            let text = std::fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            languages
                .add(tag, text)
                .with_context(|| format!("in {}", path.display()))?;
        }
        Ok(languages)
    }

    fn add(&mut self, tag: &str, text: String) -> anyhow::Result<()> {
        let id: LanguageIdentifier = tag
            .parse()
            .with_context(|| format!("'{tag}' is no language tag, such as zh-CN, en or bo"))?;
        let resource = match FluentResource::try_new(text) {
            Ok(resource) => resource,
            Err((_, errors)) => bail!("the messages of '{tag}' do not read: {errors:?}"),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Marks around what is filled in serve mixed scripts; Chinese and English need none.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        self.0.insert(tag.to_owned(), bundle);
        Ok(())
    }

    /// The tags, for a choice.
    pub(crate) fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// One language, or the first if there is none of that tag.
    pub(crate) fn say(&self, tag: Option<&str>) -> Say<'_> {
        let known = tag.and_then(|tag| self.0.get_key_value(tag));
        let (tag, bundle) =
            known.map_or((FIRST, None), |(tag, bundle)| (tag.as_str(), Some(bundle)));
        Say {
            tag,
            bundle,
            first: self.0.get(FIRST),
        }
    }
}

/// Says things in one language.
#[derive(Clone, Copy)]
pub(crate) struct Say<'a> {
    /// The language's tag, for `lang`.
    pub(crate) tag: &'a str,
    bundle: Option<&'a FluentBundle<FluentResource>>,
    first: Option<&'a FluentBundle<FluentResource>>,
}

impl Say<'_> {
    /// A message.
    pub(crate) fn t(&self, id: &str) -> String {
        self.with(id, &FluentArgs::new())
    }

    /// A message with one thing filled in.
    pub(crate) fn t1<'v>(
        &self,
        id: &str,
        name: &'static str,
        value: impl Into<FluentValue<'v>>,
    ) -> String {
        let mut filled = FluentArgs::new();
        filled.set(name, value);
        self.with(id, &filled)
    }

    /// A message with two things filled in: each its name and its value.
    pub(crate) fn t2<'v>(
        &self,
        id: &str,
        name: &'static str,
        value: impl Into<FluentValue<'v>>,
        other: &'static str,
        also: impl Into<FluentValue<'v>>,
    ) -> String {
        let mut filled = FluentArgs::new();
        filled.set(name, value);
        filled.set(other, also);
        self.with(id, &filled)
    }

    /// A message, if this language or the first has it.
    pub(crate) fn maybe(&self, id: &str) -> Option<String> {
        self.found(id, &FluentArgs::new())
    }

    fn with(&self, id: &str, filled: &FluentArgs<'_>) -> String {
        // A test keeps every message that is asked for in every built-in language.
        self.found(id, filled).unwrap_or_else(|| id.to_owned())
    }

    fn found(&self, id: &str, filled: &FluentArgs<'_>) -> Option<String> {
        [self.bundle, self.first]
            .into_iter()
            .flatten()
            .find_map(|bundle| {
                let pattern = bundle.get_message(id)?.value()?;
                let said = bundle.format_pattern(pattern, Some(filled), &mut Vec::new());
                Some(said.into_owned())
            })
    }

    /// Whether the contract's own words are wanted in Chinese or in English: it has them in both alone.
    pub(crate) fn language(&self) -> Language {
        crate::db::staff::words_in(self.tag)
    }

    /// Words of the contract.
    pub(crate) fn words<'w>(&self, words: &'w Words) -> &'w str {
        words.in_language(self.language())
    }

    /// A fixed text of the contract.
    pub(crate) fn text(&self, text: Text) -> &'static str {
        match self.language() {
            Language::Zh => text.zh,
            Language::En => text.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The ids of a file's messages.
    fn ids(text: &str) -> BTreeSet<&str> {
        let heads = text
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()));
        heads
            .filter_map(|line| line.split_once('='))
            .map(|(id, _)| id.trim())
            .collect()
    }

    #[test]
    fn every_built_in_language_has_every_message() {
        let [(_, first), others @ ..] = BUILT_IN;
        for (tag, text) in others {
            let (wanted, there) = (ids(first), ids(text));
            assert_eq!(
                wanted.difference(&there).collect::<Vec<_>>(),
                Vec::<&&str>::new(),
                "missing in {tag}"
            );
            assert_eq!(
                there.difference(&wanted).collect::<Vec<_>>(),
                Vec::<&&str>::new(),
                "only in {tag}"
            );
        }
    }

    /// Every message that a template or a page asks for by name.
    #[test]
    fn what_is_asked_for_can_be_said() {
        let known = ids(BUILT_IN[0].1);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut asked = 0;
        for folder in [
            "templates",
            "src",
            "src/pages",
            "src/pages/case",
            "src/pages/moves",
            "src/pages/new_case",
            "src/auth",
        ] {
            let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
                continue;
            };
            for entry in entries {
                let path = entry.unwrap().path();
                if !path.is_file() {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for call in [".t(\"", ".t1(\"", ".t2(\""] {
                    for part in text.split(call).skip(1) {
                        let id = part.split('"').next().unwrap();
                        asked += 1;
                        assert!(
                            known.contains(id),
                            "{} asks for '{id}', which no language has",
                            path.display()
                        );
                    }
                }
            }
        }
        assert!(asked > 20, "only {asked}: have the templates moved?");
    }

    #[test]
    fn a_language_that_is_not_there_is_chinese_and_a_missing_message_too() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("bo.ftl"), "sign-in = ནང་འཛུལ།\n").unwrap();
        let languages = Languages::load(Some(folder.path())).unwrap();
        assert_eq!(languages.say(Some("bo")).t("sign-in"), "ནང་འཛུལ།");
        assert_eq!(
            languages.say(Some("bo")).t("sign-out"),
            languages.say(None).t("sign-out")
        );
        assert_eq!(languages.say(Some("xx")).tag, FIRST);
    }
}
