//! Several refusals of one command as one, each at its field: a form is sent again once.

use serde::Deserialize;

use crate::{case::FieldProblem, http::field_of, matter, referral, rejection::Explain};

/// A list of refusals that has one of several fields.
pub trait RefusesSeveral: Explain + Sized {
    /// All of these at once.
    fn several(problems: Vec<FieldProblem>) -> Self;
}

impl<R: Explain + From<matter::Rejection>> RefusesSeveral for R {
    fn several(problems: Vec<FieldProblem>) -> Self {
        matter::Rejection::Several { problems }.into()
    }
}

impl RefusesSeveral for referral::Rejection {
    fn several(problems: Vec<FieldProblem>) -> Self {
        Self::Several { problems }
    }
}

/// The results of two checks of one command.
///
/// # Errors
/// What either refuses; what both refuse, at once.
pub fn both<T, U, R: RefusesSeveral>(
    first: Result<T, R>,
    second: Result<U, R>,
) -> Result<(T, U), R> {
    match (first, second) {
        (Ok(first), Ok(second)) => Ok((first, second)),
        (Err(refused), Ok(_)) | (Ok(_), Err(refused)) => Err(refused),
        (Err(first), Err(second)) => Err(as_one(first, &[second])),
    }
}

/// Refuses what the checks of a command found, all of it at once.
///
/// # Errors
/// The refusals, if there are any.
pub fn refuse_all<R: RefusesSeveral>(refused: impl IntoIterator<Item = R>) -> Result<(), R> {
    let mut refused = refused.into_iter();
    let Some(first) = refused.next() else {
        return Ok(());
    };
    let others: Vec<R> = refused.collect();
    Err(as_one(first, &others))
}

/// All of these; the first as it is, if no other field has a problem.
fn as_one<R: RefusesSeveral>(first: R, others: &[R]) -> R {
    let mut problems = problems_of(&first);
    let told = problems.len();
    for more in others.iter().flat_map(problems_of) {
        // A field has one problem.
        let mut before = problems.iter();
        let is_told = !more.field.is_empty() && before.any(|one| one.field == more.field);
        if !is_told {
            problems.push(more);
        }
    }
    if problems.len() == told {
        return first;
    }
    R::several(problems)
}

fn problems_of<R: Explain>(refused: &R) -> Vec<FieldProblem> {
    let rejected = refused.rejected();
    let several = rejected.details.get("problems");
    let several = several.and_then(|all| Vec::<FieldProblem>::deserialize(all).ok());
    several.unwrap_or_else(|| {
        let field = field_of(&rejected).unwrap_or_default();
        let message = rejected.message;
        vec![FieldProblem { field, message }]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legal_aid::Rejection;

    fn empty(field: &str) -> Rejection {
        let field = field.to_owned();
        matter::Rejection::Incomplete { field }.into()
    }

    fn no_licence() -> Rejection {
        Rejection::NotALicence {
            licence: "12".to_owned(),
        }
    }

    #[test]
    fn what_is_wrong_with_several_fields_is_said_at_once() {
        let refused = both::<(), (), _>(Err(empty("firm")), Err(no_licence()));
        let rejected = refused.unwrap_err().rejected();
        assert_eq!(rejected.code, "several");
        let fields = rejected.details["problems"].as_array().unwrap();
        let fields: Vec<_> = fields
            .iter()
            .map(|one| one["field"].as_str().unwrap())
            .collect();
        assert_eq!(fields, ["firm", "licence"]);
        for said in ["律师事务所", "执业证号"] {
            assert!(
                rejected.message.zh.contains(said),
                "{}",
                rejected.message.zh
            );
        }
    }

    #[test]
    fn a_field_has_one_problem_and_one_refusal_stays_as_it_is() {
        let refused = both::<(), (), _>(Err(empty("licence")), Err(no_licence()));
        assert_eq!(refused, Err(empty("licence")));
        let refused = both::<(), u8, _>(Err(empty("firm")), Ok(1));
        assert_eq!(refused, Err(empty("firm")));
        assert_eq!(refuse_all::<Rejection>([]), Ok(()));
    }
}
