//! The citizen's rating (好差评): once, and once more after a bad rating was put right. A bad one starts the
//! clock of the redo (差评整改).

use onestop_proto::case::{Event, Rate, Rated, Rejection};

use crate::domain::{Case, Context, Decision, Rating, redo_clock};

pub(super) fn decide(case: &Case, rate: &Rate, context: &Context<'_>) -> Decision {
    let first = match case.rating {
        Rating::None => true,
        Rating::Redone { .. } => false,
        Rating::Rated { grade } => {
            return Err(Rejection::AlreadyRated { grade });
        }
    };
    let mut events = vec![Event::from(Rated { grade: rate.grade })];
    if first && rate.grade.is_bad() {
        events.push(Event::from(redo_clock::start(case, context)));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Archive, Close, Closed, Grade, Stage};

    use super::*;
    use crate::domain::test_support::*;

    #[test]
    fn a_case_is_rated_once_closed_and_archived() {
        let world = world();
        let history = [
            world.opened(),
            world.requested(),
            world.with_agency(),
            world.result(),
        ];
        let rate = Rate {
            grade: Grade::VerySatisfied,
        };
        let rated = Event::from(Rated {
            grade: Grade::VerySatisfied,
        });
        assert_eq!(
            world.after(&history).when(rate.clone()).unwrap(),
            std::slice::from_ref(&rated)
        );
        let mut history = history.to_vec();
        history.push(rated);
        assert_eq!(
            world.after(&history).when(rate).unwrap_err(),
            Rejection::AlreadyRated {
                grade: Grade::VerySatisfied
            },
        );
        let closed = Event::from(Closed {
            after: Stage::ResultBack,
            // Thirty days after 23 November, at their end.
            reopen_until: Some("2026-12-24 00:00:00".parse().unwrap()),
            open_needs: Vec::new(),
        });
        assert_eq!(
            world.after(&history).when(Close {}).unwrap(),
            std::slice::from_ref(&closed)
        );
        history.push(closed);
        assert_eq!(world.after(&history).when(Archive {}).unwrap().len(), 1);
    }
}
