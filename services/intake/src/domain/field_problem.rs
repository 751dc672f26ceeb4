//! What is wrong with a field of what was taken down.

use onestop_proto::case::Rejection;

/// Something that was left empty or is too long.
pub(super) fn incomplete(field: &str, problem: &str) -> Rejection {
    Rejection::Incomplete {
        field: field.to_owned(),
        problem: problem.to_owned(),
    }
}

/// The result of the second check, or the problems of both at once.
pub(super) fn collect_problems<T>(
    first: Result<(), Rejection>,
    second: Result<T, Rejection>,
) -> Result<T, Rejection> {
    match (first, second) {
        (Ok(()), second) => second,
        (Err(first), Ok(_)) => Err(first),
        (Err(first), Err(second)) => {
            let both = Rejection::all(vec![first.clone(), second]);
            Err(both.unwrap_or(first))
        }
    }
}

/// An address, an authority, a passport's number.
pub(super) const LINE_LIMIT: usize = 200;

/// Refuses a text of more characters than fit.
pub(super) fn check_length(text: &str, field: &str, limit: usize) -> Result<(), Rejection> {
    if text.chars().count() <= limit {
        return Ok(());
    }
    let problem = format!("不超过 {limit} 字 / at most {limit} characters");
    Err(incomplete(field, &problem))
}
