//! A flag that a line gives twice. Clap looks at the words before and behind a command's name by themselves, and so does not
//! notice a flag of every command that is in both.

use std::ffi::OsString;

use clap::{
    Arg, CommandFactory, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{argument_of, command_of, text};
use crate::cli::Cli;

/// Whether an error says that a flag is given twice.
pub(super) fn is_twice(error: &Error) -> bool {
    let argument = |kind| text(error, kind).map(|said| argument_of(&said));
    let given = argument(ContextKind::InvalidArg);
    error.kind() == ErrorKind::ArgumentConflict
        && given.is_some()
        && given == argument(ContextKind::PriorArg)
}

/// The error of a flag of every command that a line gives twice.
pub(super) fn global_given_twice(line: &[OsString]) -> Option<Error> {
    let (mut all, (own, _)) = (Cli::command(), command_of(line));
    // A command may have a flag of its own by that name.
    let is_own = |long: &str| own.get_arguments().any(|arg| arg.get_long() == Some(long));
    let is_twice = |arg: &&Arg| {
        let long = arg.get_long();
        long.is_some_and(|long| {
            (own.get_name() == all.get_name() || !is_own(long)) && times(line, long) > 1
        })
    };
    let id = all
        .get_arguments()
        .filter(|arg| arg.is_global_set())
        .find(is_twice)?
        .get_id()
        .clone();
    // Clap writes an argument out only of a command that is built.
    all.build();
    let twice = all.get_arguments().find(|arg| *arg.get_id() == id)?;
    let twice = twice.to_string();
    let mut error = Error::new(ErrorKind::ArgumentConflict);
    error.insert(ContextKind::InvalidArg, ContextValue::String(twice.clone()));
    error.insert(ContextKind::PriorArg, ContextValue::String(twice));
    Some(error)
}

fn times(line: &[OsString], long: &str) -> usize {
    let words = line.iter().skip(1).map_while(|word| word.to_str());
    let words = words.take_while(|word| *word != "--");
    let flag = format!("--{long}");
    words.filter(|word| argument_of(word) == flag).count()
}
