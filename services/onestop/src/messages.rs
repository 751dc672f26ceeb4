//! The texts of the command line, by id, in Mozilla's Fluent (<https://projectfluent.org>): one file for each
//! language in `locales/`.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use onestop_proto::text::Language;
use unic_langid::LanguageIdentifier;

/// The messages of one language.
pub(crate) struct Messages(FluentBundle<FluentResource>);

impl Messages {
    pub(crate) fn of(language: Language) -> Self {
        let (tag, text) = match language {
            Language::Zh => ("zh-CN", include_str!("../locales/zh-CN.ftl")),
            Language::En => ("en", include_str!("../locales/en.ftl")),
        };
        // A test reads both files: neither has an error.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
        let language = tag.parse::<LanguageIdentifier>().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![language]);
        // Isolating marks serve mixed scripts; Chinese and English need none.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource);
        Self(bundle)
    }

    /// A message with its arguments filled in; the id itself if there is no such message.
    pub(crate) fn format(&self, id: &str, arguments: &[(&'static str, &str)]) -> String {
        let filled: FluentArgs<'_> = arguments.iter().copied().collect();
        let message = self.0.get_message(id);
        let Some(pattern) = message.and_then(|message| message.value()) else {
            return id.to_owned();
        };
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(&filled), &mut errors);
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    const LANGUAGES: [&str; 2] = [
        include_str!("../locales/zh-CN.ftl"),
        include_str!("../locales/en.ftl"),
    ];

    fn ids(text: &str) -> BTreeSet<&str> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split_once(" = "))
            .map(|(id, _)| id)
            .collect()
    }

    #[test]
    fn every_language_reads_and_has_every_message() {
        let [zh, en] = LANGUAGES.map(ids);
        assert_eq!(zh, en);
        for text in LANGUAGES {
            FluentResource::try_new(text.to_owned()).unwrap();
        }
    }

    fn sources(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        let entries = entries.map(|entry| entry.unwrap().path());
        entries
            .flat_map(|path| {
                if path.is_dir() {
                    sources(&path)
                } else {
                    vec![path]
                }
            })
            .collect()
    }

    #[test]
    fn every_message_is_used_and_every_used_id_is_a_message() {
        let known = ids(LANGUAGES[0]);
        let mut code = String::new();
        for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
            code += &fs::read_to_string(file).unwrap();
        }
        for call in [".message", ".message_with"] {
            for after in code.split(&format!("{call}(")).skip(1) {
                let Some(id) = after.trim_start().strip_prefix('"') else {
                    continue;
                };
                let id = id.split('"').next().unwrap();
                assert!(known.contains(id), "there is no message '{id}'");
            }
        }
        for id in known {
            assert!(code.contains(&format!("\"{id}\"")), "'{id}' is not used");
        }
    }
}
