//! `/waiting/{what}`: how much waits for the user's decision, for the number beside an entry of the navigation; and the cases
//! that wait for the user's unit, for notices of what has come.

use axum::{
    Router,
    extract::{Path, State},
    response::IntoResponse,
    routing::get,
};
use onestop_proto::{
    ids::CaseId,
    ledger::{Filters, SortOrder, TodayQuery, WorklistQuery, WorklistTab},
    permission, registry,
};
use serde::{Deserialize, Serialize};

use super::{shell::View, staff_requests, staff_rights::require_second_person, waiting::Waiting};
use crate::{
    app::App,
    core::{
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/waiting/{what}", get(count))
        .route("/waiting/work", get(work))
}

/// The position of a log that the answer includes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WorkParams {
    after: String,
}

/// The cases that wait for the user's unit, by their ids: a page compares two such answers.
#[derive(Serialize)]
struct Work {
    cases: Vec<CaseId>,
}

async fn work(State(app): State<App>, view: View, Query(params): Query<WorkParams>) -> PageResult {
    let session = view.session()?;
    let query = TodayQuery {
        unit: session.staff.unit.clone(),
        staff: None,
    };
    let after = app.positions.open(&params.after);
    let day = app.ask_after(session, after, &query).await?;
    let waits = [day.to_accept, day.to_decide, day.returned, day.to_close];
    let rows = waits.into_iter().flat_map(|group| group.rows);
    let cases = rows.map(|row| row.case).collect();
    Ok(axum::Json(Work { cases }).into_response())
}

#[derive(Serialize)]
struct Count {
    count: u64,
}

async fn count(State(app): State<App>, view: View, Path(what): Path<String>) -> PageResult {
    let session = view.session()?;
    let what = Waiting::ALL.into_iter().find(|one| one.as_str() == what);
    let count = match what.ok_or_else(PageError::not_found)? {
        Waiting::Decisions => decisions(&app, session).await?,
        Waiting::Requests => requests(&app, session).await?,
        Waiting::Changes if decides_changes(session) => changes(&app, session),
        Waiting::Changes => return Err(PageError::forbidden()),
    };
    Ok(axum::Json(Count { count }).into_response())
}

async fn decisions(app: &App, session: &Session) -> Result<u64, PageError> {
    let query = WorklistQuery {
        unit: session.staff.unit.clone(),
        tab: WorklistTab::ToDecide,
        filters: Filters::default(),
        order: SortOrder::Due,
        cursor: None,
        limit: 1,
    };
    let answer = app.ask(session, &query).await?;
    let mut counts = answer.counts.iter();
    let found = counts.find(|count| count.tab == WorklistTab::ToDecide);
    Ok(found.map_or(0, |count| count.count))
}

/// Without what the user has asked for, which waits for another person.
pub(super) async fn requests(app: &App, session: &Session) -> Result<u64, PageError> {
    require_second_person(session)?;
    let waiting = staff_requests::waiting(app, session).await?;
    let own = &session.staff.id;
    let others = waiting.iter().filter(|request| request.asked_by != *own);
    Ok(others.count() as u64)
}

pub(super) fn decides_changes(session: &Session) -> bool {
    permission::permits(session.staff.role, registry::SERVICE, "approve-change")
}

pub(super) fn changes(app: &App, session: &Session) -> u64 {
    app.directory.waiting_for(&session.actor()).len() as u64
}

#[cfg(test)]
mod tests {
    use onestop_proto::{actor::Role, legal_aid, referral};

    use super::*;
    use crate::pages::shell::tabs;

    /// What waits for a person who decides is the first that they see, with its number.
    #[test]
    fn who_decides_begins_with_what_waits_for_the_decision() {
        let first = &tabs(Role::Supervisor)[0];
        let decisions = Some(Waiting::Decisions);
        assert_eq!((first.href, first.waiting), ("/worklist", decisions));
        // Whom no decision about cases is for is shown no number of them.
        for role in [Role::Clerk, Role::UnitAdministrator, Role::Auditor] {
            for (service, command) in [
                (referral::SERVICE, "designate"),
                (referral::SERVICE, "grant-extension"),
                (legal_aid::SERVICE, "decide-objection"),
                (legal_aid::SERVICE, "approve-decision"),
            ] {
                let decides = permission::permits(role, service, command);
                assert!(!decides, "{role}: {service} {command}");
            }
            let is_shown = tabs(role).iter().any(|tab| tab.waiting == decisions);
            assert!(!is_shown, "{role}");
        }
        let counted = |role| tabs(role).iter().filter_map(|tab| tab.waiting).count();
        assert_eq!(counted(Role::Supervisor), 3);
        assert_eq!(counted(Role::Clerk), 0);
        for role in [Role::Clerk, Role::Specialist, Role::Auditor] {
            let changes = permission::permits(role, registry::SERVICE, "approve-change");
            assert!(!changes, "{role} has no entry that counts them");
        }
    }
}
