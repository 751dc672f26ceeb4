//! Prints text for people in one of two languages, or JSON. A reader that closes its end (`| head`) is no
//! failure.

use std::io::{self, Write};

use jiff::civil::Date;
use onestop_proto::{
    actor::Actor,
    clock::{Certainty, Due},
    date_words::{day_text, moment_text},
    http::details_in_words,
    rejection::Rejected,
    text::{Language, Text, Words},
    time::Timestamp,
};
use serde::Serialize;

use crate::{cli::GlobalArgs, failure_words::words_of, messages::Messages};

/// Prints to standard output and standard error, in one form and language.
pub(crate) struct Output {
    form: Form,
    language: Language,
    messages: Messages,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
}

impl Output {
    pub(crate) fn new(args: &GlobalArgs) -> Self {
        let form = if args.json { Form::Json } else { Form::Text };
        let language = args.lang.into();
        Self {
            form,
            language,
            messages: Messages::of(language),
        }
    }

    #[cfg(test)]
    pub(crate) fn text_in(language: Language) -> Self {
        Self {
            form: Form::Text,
            language,
            messages: Messages::of(language),
        }
    }

    /// The same for a task that goes on by itself.
    pub(crate) fn for_task(&self) -> Self {
        Self {
            form: self.form,
            language: self.language,
            messages: Messages::of(self.language),
        }
    }

    pub(crate) fn message(&self, id: &str) -> String {
        self.messages.format(id, &[])
    }

    /// A message of the catalogue with its arguments filled in.
    pub(crate) fn message_with(&self, id: &str, arguments: &[(&'static str, &str)]) -> String {
        self.messages.format(id, arguments)
    }

    /// A fixed text of the contract.
    pub(crate) fn text(&self, text: Text) -> &'static str {
        match self.language {
            Language::Zh => text.zh,
            Language::En => text.en,
        }
    }

    /// A last day, and that it is provisional where the calendar behind it is not announced (暂定).
    pub(crate) fn due_day(&self, due: &Due) -> String {
        self.day_of(due.day, due.certainty)
    }

    /// The same of a day of which no more is known.
    pub(crate) fn day_of(&self, day: Date, certainty: Certainty) -> String {
        let day = self.day(day);
        match certainty.remark() {
            Some(remark) => {
                let filled = [("day", &*day), ("certainty", self.text(remark))];
                self.message_with("matter-day", &filled)
            }
            None => day,
        }
    }

    /// A text of a service, in the language of the output.
    pub(crate) fn words<'a>(&self, words: &'a Words) -> &'a str {
        words.in_language(self.language)
    }

    /// A rejection, whose facts programs read in the same language.
    pub(crate) fn in_words(&self, rejected: Rejected) -> Rejected {
        Rejected {
            details: details_in_words(&rejected, self.language),
            ..rejected
        }
    }

    /// A day, as a sentence writes it.
    pub(crate) fn day(&self, day: Date) -> String {
        day_text(day, self.language)
    }

    /// A moment, as a sentence writes it.
    pub(crate) fn moment(&self, moment: Timestamp) -> String {
        moment_text(moment, self.language)
    }

    /// The end of a limit: its last day, where it ends with a day.
    pub(crate) fn limit_end(&self, until: Timestamp) -> String {
        let last = until.plus_seconds(-1).china_date();
        if Timestamp::end_of_china_day(last) == until {
            self.day(last)
        } else {
            self.moment(until)
        }
    }

    /// Who acted, and in which role.
    pub(crate) fn person(&self, actor: &Actor) -> String {
        format!("{} {}", self.text(actor.role.text()), actor.staff)
    }

    /// A failure with its causes, in the language of the output.
    pub(crate) fn failure(&self, error: &anyhow::Error) -> String {
        words_of(error).in_language(self.language).to_owned()
    }

    /// Prints the value as JSON, or the text made of it.
    pub(crate) fn print_value<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        match self.form {
            Form::Json => self.json(value),
            Form::Text => self.print(&(text() + "\n")),
        }
    }

    /// Prints one value as one line of JSON.
    fn json<T: Serialize>(&self, value: &T) {
        // The contract's own types serialize.
        let line = serde_json::to_string(value).unwrap_or_default();
        self.print(&(line + "\n"));
    }

    /// Prints a text without changing it.
    #[allow(clippy::unused_self, reason = "only the holder of the output prints")]
    pub(crate) fn print(&self, text: &str) {
        let mut out = io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    #[allow(clippy::unused_self, reason = "only the holder of the output prints")]
    pub(crate) fn print_error(&self, text: &str) {
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Prints a failure to standard error, as JSON or as text.
    pub(crate) fn print_failure<T: Serialize>(&self, value: &T, text: &str) {
        match self.form {
            Form::Json => self.print_error(&serde_json::to_string(value).unwrap_or_default()),
            Form::Text => self.print_error(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::rejection::{CommonRejection, Explain, Malformed};

    use super::*;

    #[test]
    fn programs_read_no_sentence_of_a_parser() {
        let malformed = Malformed::new(
            "data.urgent",
            "invalid type: string \"yes\", expected a boolean",
        );
        let rejected = CommonRejection::from(malformed).rejected();
        for (language, said) in [
            (Language::Zh, "请填 true（是）或者 false（否）"),
            (Language::En, "give true or false"),
        ] {
            let printed = Output::text_in(language).in_words(rejected.clone());
            assert_eq!(printed.details["problem"], said);
            assert_eq!(printed.details["field"], "data.urgent");
        }
    }
}
