//! Closing a case (办结).

use onestop_proto::{
    case::{Closed, Event},
    clock::Step,
};

use crate::domain::{Case, Context};

/// The step that limits how long a closed case can be reopened, in the directory's standards.
const REOPEN: &str = "intake.reopen";

pub(super) fn decide(case: &Case, context: &Context<'_>) -> Vec<Event> {
    let step: Option<Step> = REOPEN.parse().ok();
    let directory = context.directory;
    let closed = context.happened_at();
    let (place, on) = (case.opened.window_division, closed.china_date());
    let limit = step.map(|step| directory.bounding_limit(&step, place, on));
    vec![Event::from(Closed {
        after: case.stage(),
        reopen_until: limit.map(|limit| directory.due(&limit, closed).at),
        open_needs: case.open_needs(),
    })]
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::{Close, Rejection, Stage};

    use crate::domain::test_support::*;

    #[test]
    fn a_case_that_is_elsewhere_is_not_closed_here() {
        let world = world();
        let history = [world.opened(), world.requested(), world.with_agency()];
        let refused = world.after(&history).when(Close {}).unwrap_err();
        assert_eq!(
            refused,
            Rejection::NotNow {
                stage: Stage::Referred,
                holder: world.agency.clone()
            },
        );
    }
}
