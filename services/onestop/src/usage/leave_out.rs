//! Takes a wrong argument out of a line, so that the rest of it can be read.

use std::ffi::OsString;

use clap::{
    Error,
    error::{ContextKind, ErrorKind},
};

use super::{argument_of, given_twice::is_twice, text};

/// What a mistake is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Flag,
    /// A flag that there is not, and the word behind it: its value, or an argument of the command.
    BehindFlag,
    Positional,
}

/// Takes what is wrong out of a line; nothing where that is not known.
pub(super) fn leave_out(line: &mut Vec<OsString>, error: &Error) -> Option<Place> {
    let argument = argument_of(&text(error, ContextKind::InvalidArg)?);
    let is_flag = argument.starts_with("--");
    let kind = error.kind();
    if matches!(kind, ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        if is_flag {
            let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
            return leave_out_flag(line, &argument, &value);
        }
        let value = text(error, ContextKind::InvalidValue)?;
        let at = line.iter().skip(1).position(|word| *word == *value)? + 1;
        line.remove(at);
        return Some(Place::Positional);
    }
    if is_twice(error) {
        return leave_out_second(line, &argument, error);
    }
    if kind != ErrorKind::UnknownArgument {
        return None;
    }
    let is_it = |word: &OsString| argument_of(&word.to_string_lossy()) == argument;
    let at = line.iter().skip(1).position(is_it)? + 1;
    line.remove(at);
    let is_value = |word: &OsString| !word.to_string_lossy().starts_with('-');
    if is_flag && line.get(at).is_some_and(is_value) {
        line.remove(at);
        return Some(Place::BehindFlag);
    }
    Some(Place::Flag)
}

/// Takes the second of two equal flags out of a line, with its value.
fn leave_out_second(line: &mut Vec<OsString>, flag: &str, error: &Error) -> Option<Place> {
    let is_flag = |word: &OsString| argument_of(&word.to_string_lossy()) == flag;
    let at = line.iter().rposition(is_flag)?;
    let has_value = text(error, ContextKind::InvalidArg)?.contains('<');
    let is_joined = line.remove(at).to_string_lossy().contains('=');
    if has_value && !is_joined && at < line.len() {
        line.remove(at);
    }
    Some(Place::Flag)
}

/// Takes a flag with a wrong value out of a line.
fn leave_out_flag(line: &mut Vec<OsString>, flag: &str, value: &str) -> Option<Place> {
    let joined = format!("{flag}=");
    let has_value = |word: &OsString| word.to_string_lossy().contains(value);
    let is_flag = |at: usize| {
        let word = line.get(at).map(|word| word.to_string_lossy());
        word.is_some_and(|word| word == flag)
    };
    let is_joined = |word: &OsString| word.to_string_lossy().starts_with(&joined);
    let at = (1..line.len()).find(|at| {
        let of_it = line
            .get(*at)
            .is_some_and(|word| is_joined(word) && has_value(word));
        of_it || (is_flag(*at) && (value.is_empty() || line.get(at + 1).is_some_and(has_value)))
    });
    // The second of several values behind one flag: the flag goes with all of them.
    let at = at.or_else(|| (1..line.len()).find(|at| is_flag(*at)))?;
    let is_joined = line.get(at).is_some_and(is_joined);
    line.remove(at);
    if !is_joined && !value.is_empty() {
        while line
            .get(at)
            .is_some_and(|word| !word.to_string_lossy().starts_with('-'))
        {
            let is_last = line.get(at).is_some_and(has_value);
            line.remove(at);
            if is_last {
                break;
            }
        }
    }
    Some(Place::Flag)
}
