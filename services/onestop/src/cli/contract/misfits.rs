//! The error of a command line whose data does not fit the contract: clap's, with all fields and what is wrong with each.

use std::iter;

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};
use onestop_proto::rejection::Malformed;

/// Between a field and what is wrong with it.
const BETWEEN: char = '\t';

/// The error of data that does not fit.
pub(super) fn error_of(wrong: &Malformed) -> Error {
    let all = iter::once(&wrong.first).chain(&wrong.others);
    let fields = all.map(|misfit| format!("{}{BETWEEN}{}", misfit.field, misfit.problem));
    let mut error = Error::new(ErrorKind::ValueValidation);
    error.insert(ContextKind::Custom, ContextValue::Strings(fields.collect()));
    error
}

/// The fields that an error says do not fit, each with the problem; none of another error.
pub(crate) fn fields_that_do_not_fit(error: &Error) -> Vec<(String, String)> {
    let Some(ContextValue::Strings(fields)) = error.get(ContextKind::Custom) else {
        return Vec::new();
    };
    let fields = fields.iter().filter_map(|field| field.split_once(BETWEEN));
    fields
        .map(|(field, problem)| (field.to_owned(), problem.to_owned()))
        .collect()
}
