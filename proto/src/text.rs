//! Words for people, in the two languages that every text has.

use serde::{Deserialize, Serialize};

/// A fixed text in Chinese and in English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Text {
    /// Chinese, as a window would say it.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// A text made at run time, in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl From<Text> for Words {
    fn from(text: Text) -> Self {
        Self {
            zh: text.zh.to_owned(),
            en: text.en.to_owned(),
        }
    }
}

/// The language in which something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Chinese.
    Zh,
    /// English.
    En,
}

impl Words {
    /// A text that is the same in both: an id, a number, a name.
    pub fn untranslated(text: &str) -> Self {
        Self {
            zh: text.to_owned(),
            en: text.to_owned(),
        }
    }

    /// The name of a code; the code itself where none is known, as in what was recorded before names were.
    pub fn of_code(name: Option<&Self>, code: &str) -> Self {
        name.cloned().unwrap_or_else(|| Self::untranslated(code))
    }

    /// Several words, one after the other.
    pub fn list(all: impl IntoIterator<Item = Self>) -> Self {
        let all = all.into_iter().map(|words| (words.zh, words.en));
        let (zh, en): (Vec<_>, Vec<_>) = all.unzip();
        Self {
            zh: zh.join("、"),
            en: en.join(", "),
        }
    }

    /// The words in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A word that is not on a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is not on the list; known: {known}")]
pub struct UnknownChoice {
    /// What was given.
    pub text: String,
    /// Everything that would do.
    pub known: String,
}
