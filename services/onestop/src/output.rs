//! What is printed: text for people in one of two languages, or JSON. A reader that goes away
//! (`| head`) is no failure.

use std::io::{self, Write};

use onestop_proto::text::{Language, Words};
use serde::Serialize;

use crate::cli::Lang;

/// Where and how to print.
pub(crate) struct Output {
    form: Form,
    language: Language,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
}

impl Output {
    pub(crate) fn new(json: bool, lang: Lang) -> Self {
        let form = if json { Form::Json } else { Form::Text };
        Self {
            form,
            language: lang.into(),
        }
    }

    /// Chinese or English.
    pub(crate) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// The words in the language asked for.
    pub(crate) fn words<'a>(&self, words: &'a Words) -> &'a str {
        words.in_language(self.language)
    }

    /// Prints the value as JSON, or the text made of it.
    pub(crate) fn show<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        match self.form {
            Form::Json => self.json(value),
            Form::Text => self.text(&(text() + "\n")),
        }
    }

    /// Prints one value as one line of JSON.
    fn json<T: Serialize>(&self, value: &T) {
        // The contract's own types serialize.
        let line = serde_json::to_string(value).unwrap_or_default();
        self.text(&(line + "\n"));
    }

    /// Prints a text as it stands.
    #[allow(
        clippy::unused_self,
        reason = "whoever prints needs to have been told how"
    )]
    pub(crate) fn text(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    /// Prints to standard error.
    #[allow(
        clippy::unused_self,
        reason = "whoever prints needs to have been told how"
    )]
    pub(crate) fn error(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Prints a failure to standard error: JSON if that was asked for.
    pub(crate) fn failure<T: Serialize>(&self, value: &T, text: &str) {
        match self.form {
            Form::Json => self.error(&serde_json::to_string(value).unwrap_or_default()),
            Form::Text => self.error(text),
        }
    }
}
