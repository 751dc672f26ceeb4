//! Archiving a closed case (归档).

use onestop_proto::case::{Archived, Event, Rejection};

use crate::domain::{Case, Decision, redo_clock};

pub(super) fn decide(case: &Case) -> Decision {
    redo_clock::check_no_redo_pending(case)?;
    let needs = case.open_needs();
    if !needs.is_empty() {
        return Err(Rejection::NeedsOpen { needs });
    }
    Ok(vec![Event::from(Archived {})])
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Archive, Close};

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn nothing_is_archived_while_a_bad_rating_waits() {
        let world = world();
        let mut history = world.rated_badly();
        history.extend(world.after(&history).when(Close {}).unwrap());
        let refused = world.after(&history).when(Archive {}).unwrap_err();
        assert_eq!(
            refused,
            Rejection::RedoPending {
                day: "2026-12-14".to_owned()
            }
        );
        history.extend(world.after(&history).when(redo()).unwrap());
        let archived = world.after(&history).when(Archive {}).unwrap();
        assert_eq!(archived, [Event::from(Archived {})]);
    }
}
