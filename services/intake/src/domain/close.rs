//! The end of a case: close (办结), archive (归档), and opening it again (重新办理).

use onestop_proto::{
    case::{Archived, Closed, Event, Rejection, Reopen, Reopened},
    clock::Step,
};

use super::{Case, Context, rating};

/// Within which a closed case can be opened again, in the directory's standards.
const REOPEN: &str = "intake.reopen";
/// A case that was opened again so often is better looked at as a new one.
const MOST_REOPENINGS: u32 = 3;

pub(super) fn close(case: &Case, context: &Context<'_>) -> Vec<Event> {
    let step: Option<Step> = REOPEN.parse().ok();
    let directory = context.directory;
    let today = context.now.china_date();
    let limit = step.and_then(|step| directory.limit(&step, case.opened.window_division, today));
    vec![Event::from(Closed {
        after: case.stage(),
        reopen_until: limit.map(|limit| directory.due(&limit, context.now).at),
    })]
}

pub(super) fn archive(case: &Case) -> Result<Vec<Event>, Rejection> {
    rating::settled(case)?;
    Ok(vec![Event::from(Archived {})])
}

pub(super) fn reopen(
    case: &Case,
    reopen: &Reopen,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if let Some(until) = case.reopen_until
        && until <= context.now
    {
        return Err(Rejection::ReopenLate { until });
    }
    if case.reopened >= MOST_REOPENINGS {
        return Err(Rejection::ReopenedBefore {
            times: case.reopened,
        });
    }
    Ok(vec![Event::from(Reopened {
        reason: reopen.reason,
    })])
}
