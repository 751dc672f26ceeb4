//! A command line that cannot be used: all that is wrong with it, in the reader's language, and where the help is.

mod given_twice;
mod leave_out;
mod typed_line;

use std::{
    error::Error as _,
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{
    Command, CommandFactory, Error, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};
use onestop_proto::{
    field_names::{field_words, parameter_words},
    problem_words::{own, problem_words},
    text::{Language, Words},
};

use self::{
    given_twice::{global_given_twice, is_twice},
    leave_out::{Place, leave_out},
    typed_line::typed_line,
};
use crate::{
    cli::{Cli, contract::fields_that_do_not_fit},
    messages::Messages,
};

/// The exit code of a command line that cannot be used.
pub(crate) const USAGE: u8 = 2;
/// How many mistakes are named at most.
const MOST: usize = 20;

/// Reads the command line of this process; prints what is wrong with it, or the help that it asks for.
pub(crate) fn read_command_line() -> Result<Cli, ExitCode> {
    let line = typed_line(std::env::args_os());
    read(&line).map_err(|error| {
        let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
        if is_help || !error.use_stderr() {
            error.exit();
        }
        let said = explained(&line, error, language_of(&line));
        let _ = writeln!(io::stderr().lock(), "{said}");
        ExitCode::from(USAGE)
    })
}

fn read(line: &[OsString]) -> Result<Cli, Error> {
    if let Some(twice) = global_given_twice(line) {
        return Err(twice);
    }
    let mut command = Cli::command().version(onestop_chassis::version!());
    let mut matches = command.try_get_matches_from_mut(line)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// The language that a line asks for: what is wrong with it is said before it is read.
fn language_of(line: &[OsString]) -> Language {
    let mut language = std::env::var("ONESTOP_LANG").unwrap_or_default();
    for (index, word) in line.iter().enumerate() {
        let word = word.to_string_lossy();
        if let Some(said) = word.strip_prefix("--lang=") {
            said.clone_into(&mut language);
        } else if word == "--lang"
            && let Some(said) = line.get(index + 1)
        {
            language = said.to_string_lossy().into_owned();
        }
    }
    match language.as_str() {
        "en" => Language::En,
        _ => Language::Zh,
    }
}

/// An argument that is wrong, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
struct Mistake {
    /// As it is written: `--place`, `<CASE>`; empty where it is the line itself.
    argument: String,
    words: Words,
}

/// What a line is told that cannot be used.
fn explained(line: &[OsString], error: Error, language: Language) -> String {
    let messages = Messages::of(language);
    let mut said = messages.format("usage-wrong", &[]);
    let command = command_of(line).1;
    for Mistake { argument, words } in mistakes(line, error) {
        let words = words.in_language(language);
        let argument = match argument.as_str() {
            "" => String::new(),
            argument => {
                let label = labelled(argument, &command, language);
                messages.format("usage-argument", &[("argument", label.as_str())])
            }
        };
        said = format!("{said}\n  {argument}{words}");
    }
    let help = format!("{command} --help");
    let help = messages.format("usage-help", &[("command", help.as_str())]);
    format!("{said}\n{help}")
}

/// An argument with what a page calls the field.
fn labelled(argument: &str, command: &str, language: Language) -> String {
    let command = command.rsplit(' ').next().unwrap_or_default();
    let label = parameter_words(command, &path_of(argument));
    if label == field_words("") {
        return argument.to_owned();
    }
    match language {
        Language::Zh => format!("{argument}（{}）", label.zh),
        Language::En => format!("{argument} ({})", label.en),
    }
}

/// `--last-day` → `last_day`.
fn path_of(argument: &str) -> String {
    let name = argument.trim_matches(|sign: char| "-<>.[]".contains(sign));
    name.replace('-', "_").to_lowercase()
}

/// The command of a line, and how it is written without its arguments.
fn command_of(line: &[OsString]) -> (Command, String) {
    let (mut command, mut said) = (Cli::command(), "onestop".to_owned());
    for word in line.iter().skip(1).filter_map(|word| word.to_str()) {
        let Some(inner) = command.find_subcommand(word).cloned() else {
            continue;
        };
        said = format!("{said} {word}");
        command = inner;
    }
    (command, said)
}

/// All that is wrong with a line: what is wrong is left out, and the rest is read again.
fn mistakes(line: &[OsString], mut error: Error) -> Vec<Mistake> {
    let (mut line, mut found) = (line.to_vec(), Vec::<Mistake>::new());
    let (mut have_moved, mut may_lack) = (false, false);
    loop {
        let is_missing = error.kind() == ErrorKind::MissingRequiredArgument;
        for mistake in mistakes_of(&error) {
            let is_known = found.iter().any(|known| known.argument == mistake.argument);
            // Others move up into the place of an argument that was left out; what is left out behind a flag that there is not
            // may have been one.
            let is_unsure = have_moved || (may_lack && is_missing);
            let is_moved = is_unsure && mistake.argument.starts_with('<');
            if !is_known && !is_moved {
                found.push(mistake);
            }
        }
        let Some(place) = leave_out(&mut line, &error) else {
            break;
        };
        have_moved |= place == Place::Positional;
        may_lack |= place == Place::BehindFlag;
        if found.len() >= MOST {
            break;
        }
        match read(&line) {
            Err(next) if next.use_stderr() => error = next,
            Ok(_) | Err(_) => break,
        }
    }
    found
}

/// The argument that a word of clap's is about: `--place <PLACE>` → `--place`.
fn argument_of(said: &str) -> String {
    let name = said.split([' ', '=']).next().unwrap_or_default();
    name.trim_end_matches("...").to_owned()
}

fn text(error: &Error, kind: ContextKind) -> Option<String> {
    let said = error.get(kind)?.to_string();
    (!said.is_empty()).then_some(said)
}

fn mistakes_of(error: &Error) -> Vec<Mistake> {
    let of_data = fields_that_do_not_fit(error);
    if !of_data.is_empty() {
        let mistakes = of_data.into_iter().map(|(field, problem)| {
            let name = field.trim_start_matches("data.").replace('_', "-");
            Mistake {
                argument: format!("--{name}"),
                words: problem_words(&field, &problem),
            }
        });
        return mistakes.collect();
    }
    if let (ErrorKind::MissingRequiredArgument, Some(ContextValue::Strings(all))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        let missing = all.iter().map(|said| Mistake {
            argument: argument_of(said),
            words: own::MISSING.into(),
        });
        return missing.collect();
    }
    let argument = text(error, ContextKind::InvalidArg).unwrap_or_default();
    let argument = argument_of(&argument);
    let words = words_of(error, &argument);
    vec![Mistake { argument, words }]
}

fn words_of(error: &Error, argument: &str) -> Words {
    let value = text(error, ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::ValueValidation => {
            let problem = error.source().map(ToString::to_string);
            problem_words(&path_of(argument), &problem.unwrap_or_default())
        }
        ErrorKind::InvalidValue => match (value, text(error, ContextKind::ValidValue)) {
            (Some(value), Some(known)) => {
                let problem = format!("'{value}' is not on the list; known: {known}");
                problem_words(&path_of(argument), &problem)
            }
            (Some(_), None) => problem_words(&path_of(argument), ""),
            (None, _) => own::MISSING.into(),
        },
        ErrorKind::UnknownArgument => {
            let meant = text(error, ContextKind::SuggestedArg);
            unknown(own::unknown(argument), meant.as_deref())
        }
        ErrorKind::InvalidSubcommand => {
            let typed = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let meant = text(error, ContextKind::SuggestedSubcommand);
            unknown(own::unknown(&typed), meant.as_deref())
        }
        ErrorKind::ArgumentConflict if is_twice(error) => own::TWICE.into(),
        ErrorKind::ArgumentConflict => {
            let other = text(error, ContextKind::PriorArg).unwrap_or_default();
            let other = argument_of(&other);
            Words {
                zh: format!("不能与 {other} 同时使用，请去掉一个"),
                en: format!("it cannot be used with {other}: leave one out"),
            }
        }
        ErrorKind::MissingSubcommand => own::MISSING.into(),
        ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::TooManyValues
        | ErrorKind::WrongNumberOfValues => Words {
            zh: "后面值的个数不对，请核对".to_owned(),
            en: "it has too many values, or too few: check them".to_owned(),
        },
        ErrorKind::MissingRequiredArgument
        | ErrorKind::InvalidUtf8
        | ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => problem_words(&path_of(argument), ""),
    }
}

/// What is unknown, and what may be meant.
fn unknown(words: Words, meant: Option<&str>) -> Words {
    match meant {
        Some(meant) => Words {
            zh: format!("{}；是不是 {meant}", words.zh),
            en: format!("{}; is it {meant}", words.en),
        },
        None => words,
    }
}

#[cfg(test)]
mod tests;
