//! What a request expects of streams, cursors and the log, compared with the durable log and what goes before
//! the request in its batch.

use super::{Batch, closed};
use crate::append::{CursorUpdate, ExpectedCursor, ExpectedRevision};
use crate::error::AppendError;
use crate::prepare::{Prepared, PreparedCondition};
use crate::stream::StreamName;

impl Batch<'_> {
    /// Whether all conditions hold. Searches go on where they ended before the writer had them.
    pub(super) fn check_conditions(&self, request: &mut Prepared) -> Result<(), AppendError> {
        for condition in &mut request.conditions {
            match condition {
                PreparedCondition::Head(expected) => {
                    let (expected, actual) = (*expected, self.head.count);
                    if expected != actual {
                        return Err(AppendError::WrongHead { expected, actual });
                    }
                }
                PreparedCondition::Stream(stream, expected) => {
                    let next = self.next_revision(stream).map_err(closed)?;
                    check_revision(stream, *expected, next)?;
                }
                PreparedCondition::None(search) => {
                    let durable = &self.shared.records;
                    let searched = search.run(durable, self.base.count);
                    searched.map_err(|source| AppendError::ConditionUnreadable { source })?;
                    search.look_at(&self.records);
                    if let Some(position) = search.found {
                        return Err(AppendError::Conflicting { position });
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether all cursors are as expected.
    pub(super) fn check_cursors(&self, cursors: &[CursorUpdate]) -> Result<(), AppendError> {
        for update in cursors {
            let actual = self.cursor(&update.name);
            if !is_expected(update, actual) {
                return Err(AppendError::WrongCursor {
                    name: update.name.clone(),
                    expected: update.expected,
                    actual,
                });
            }
        }
        Ok(())
    }

    /// Whether a repeated request sets its cursors: never back.
    pub(super) fn may_set_again(&self, cursors: &[CursorUpdate]) -> bool {
        let is_forward = |first: &CursorUpdate| {
            let actual = self.cursor(&first.name);
            actual.is_none_or(|actual| actual < first.value)
        };
        cursors.first().is_some_and(is_forward) && self.check_cursors(cursors).is_ok()
    }

    fn cursor(&self, name: &str) -> Option<u64> {
        let own = self.cursors.get(name).copied();
        own.or_else(|| self.shared.index().cursor(name))
    }
}

fn is_expected(update: &CursorUpdate, actual: Option<u64>) -> bool {
    match update.expected {
        ExpectedCursor::Any => true,
        ExpectedCursor::Unset => actual.is_none(),
        ExpectedCursor::Exact(value) => actual == Some(value),
        ExpectedCursor::Lower => actual.is_none_or(|actual| actual < update.value),
    }
}

/// Compares a stream's next revision with what is expected of it.
pub(super) fn check_revision(
    stream: &StreamName,
    expected: ExpectedRevision,
    next: u64,
) -> Result<(), AppendError> {
    let actual = next.checked_sub(1);
    let is_expected = match expected {
        ExpectedRevision::Any => true,
        ExpectedRevision::NoStream => next == 0,
        ExpectedRevision::Exact(revision) => actual == Some(revision),
    };
    if !is_expected {
        return Err(AppendError::WrongRevision {
            stream: stream.clone(),
            expected,
            actual,
        });
    }
    Ok(())
}
