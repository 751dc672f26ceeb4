//! The texts of the command line, by id, in Mozilla's Fluent (<https://projectfluent.org>): one file for each
//! language in `locales/`.

use std::sync::LazyLock;

use fluent_bundle::FluentArgs;
use onestop_proto::{catalogue::Catalogue, text::Language};

/// The words of a failure, by the id of a message and its arguments, in both languages: who prints it chooses one.
macro_rules! said {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::messages::failure($id, &[$((stringify!($name), &$value.to_string())),*])
    };
}

/// A message as `中文 / English`, as [`both_languages`](onestop_proto::field_names::both_languages) reads it.
pub(crate) fn failure(id: &str, arguments: &[(&'static str, &str)]) -> String {
    static BOTH: LazyLock<[Messages; 2]> =
        LazyLock::new(|| [Language::Zh, Language::En].map(Messages::of));
    BOTH.each_ref()
        .map(|messages| messages.format(id, arguments))
        .join(" / ")
}

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
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            let messages = lines.filter(|line| line.contains(" = ")).count();
            assert_eq!(messages, ids(text).len(), "an id has two messages");
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
        for call in [".message", ".message_with", "said!"] {
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

    /// Names of files have the moments of programs; a line for people has them as its language writes them.
    #[test]
    fn no_line_for_people_writes_a_moment_as_programs_do() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let names_files = source.join("backup/scheduled.rs");
        let calls = ["china", "text()"].join("_");
        for file in sources(&source).iter().filter(|file| **file != names_files) {
            let code = fs::read_to_string(file).unwrap();
            assert!(!code.contains(&calls), "{}", file.display());
        }
    }

    /// What follows these is said to people when something fails.
    const FAILURES: [&str; 5] = ["bail!(", "anyhow!(", "ensure!(", ".context(", "|| format!("];

    /// The arguments of a call: the text up to its closing bracket, from behind the opening one.
    fn arguments(call: &str) -> &str {
        let (mut depth, mut is_quoted, mut is_escaped) = (1, false, false);
        for (at, sign) in call.char_indices() {
            match sign {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => is_quoted = !is_quoted,
                '(' if !is_quoted => depth += 1,
                ')' if !is_quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return &call[..at];
            }
        }
        call
    }

    /// Whether a text has English words beside each other, and no Chinese ones.
    fn is_english_alone(text: &str) -> bool {
        let mut plain = String::new();
        let mut depth = 0_u32;
        for sign in text.chars() {
            match sign {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ if depth == 0 => plain.push(sign),
                _ => {}
            }
        }
        let words: Vec<&str> = plain.split_whitespace().collect();
        let is_word =
            |word: &str| word.len() > 1 && word.bytes().all(|sign| sign.is_ascii_alphabetic());
        plain.is_ascii()
            && words
                .windows(2)
                .any(|pair| pair.iter().all(|word| is_word(word)))
    }

    /// Files of other crates whose failures this program prints: accounts, and the checks of proofs.
    fn spoken_elsewhere() -> Vec<PathBuf> {
        let services = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let gateway = services.join("gateway/src/identity");
        let accounts = sources(&gateway.join("accounts"));
        let accounts = accounts
            .into_iter()
            .filter(|file| !file.ends_with("tests.rs"));
        let files = [
            gateway.join("accounts.rs"),
            gateway.join("password.rs"),
            services.join("chassis/src/proof/check.rs"),
        ];
        files.into_iter().chain(accounts).collect()
    }

    #[test]
    fn no_failure_is_said_in_english_alone() {
        let own = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        for file in own.into_iter().chain(spoken_elsewhere()) {
            let code = fs::read_to_string(&file).unwrap();
            let code = code.split("#[cfg(test)]").next().unwrap();
            for call in FAILURES {
                for after in code.split(call).skip(1) {
                    let texts = arguments(after).split('"').skip(1).step_by(2);
                    for text in texts {
                        assert!(!is_english_alone(text), "{}: {text}", file.display());
                    }
                }
            }
        }
        assert!(is_english_alone("cannot read {path}"));
        assert!(!is_english_alone("无法读取 {path} / cannot read {path}"));
    }
}
