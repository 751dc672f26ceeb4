//! Refuses a command with all of its faults at once.

use onestop_proto::registry::Rejection;

/// Refuses what was found, all of it: one by itself, several together.
pub(super) fn refuse_all<const N: usize>(found: [Option<Rejection>; N]) -> Result<(), Rejection> {
    match Rejection::all(found.into_iter().flatten().collect()) {
        Some(refused) => Err(refused),
        None => Ok(()),
    }
}

/// What is wrong, if something is.
pub(super) fn fault<T>(checked: &Result<T, Rejection>) -> Option<Rejection> {
    checked.as_ref().err().cloned()
}
