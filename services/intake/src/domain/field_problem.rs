//! What is wrong with a field of what was taken down.

use onestop_proto::case::Rejection;

/// Something that was left empty or is too long.
pub(super) fn incomplete(field: &str, problem: &str) -> Rejection {
    Rejection::Incomplete {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }
}
