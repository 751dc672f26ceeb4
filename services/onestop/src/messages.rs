//! The texts of the command line, by id, in Mozilla's Fluent (<https://projectfluent.org>): one file for each
//! language in `locales/`.

use fluent_bundle::FluentArgs;
use onestop_proto::{catalogue::Catalogue, text::Language};

/// The messages of one language.
pub(crate) struct Messages(Option<Catalogue>);

impl Messages {
    pub(crate) fn of(language: Language) -> Self {
        let (tag, text) = match language {
            Language::Zh => ("zh-CN", include_str!("../locales/zh-CN.ftl")),
            Language::En => ("en", include_str!("../locales/en.ftl")),
        };
        // A test parses both files.
        Self(Catalogue::parse(tag, text).ok())
    }

    /// A message with its arguments filled in; the id itself if there is no such message.
    pub(crate) fn format(&self, id: &str, arguments: &[(&'static str, &str)]) -> String {
        let filled: FluentArgs<'_> = arguments.iter().copied().collect();
        let catalogue = self.0.as_ref();
        let text = catalogue.and_then(|catalogue| catalogue.format(id, &filled));
        text.unwrap_or_else(|| id.to_owned())
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
            Catalogue::parse("en", text).unwrap();
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
