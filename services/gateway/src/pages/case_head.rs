//! The head of a case's file: the journal answers only to those who may see the case. While it does not answer, as at a site
//! whose link is down, the head says what intake knows, so that receipts are printed and intake's acts go on.

use onestop_chassis::client::ClientError;
use onestop_directory::Directory;
use onestop_proto::{
    case::Channel,
    clock::DayKind,
    ids::{CaseRef, UnitId},
    ledger::{AnswerBasis, CaseHead, CaseHeadQuery, CaseRow, ClockStatus, Journey},
    query::{CaseQuery, CaseView},
    time::Timestamp,
};

use crate::{app::App, core::page_error::PageError, identity::session::Session};

/// Fetches the head, including the log position of the token `after`, which may be empty.
pub(super) async fn fetch(
    app: &App,
    session: &Session,
    case: &CaseRef,
    after: &str,
) -> Result<CaseHead, PageError> {
    Ok(find(app, session, case, after).await?)
}

/// The same, with why there is none.
pub(super) async fn find(
    app: &App,
    session: &Session,
    case: &CaseRef,
    after: &str,
) -> Result<CaseHead, ClientError> {
    let query = CaseHeadQuery { case: case.clone() };
    let after = app.positions.open(after);
    let silent = match app.ask_after(session, after, &query).await {
        Err(silent @ (ClientError::NoAnswer { .. } | ClientError::Refused { .. })) => silent,
        answered => return answered,
    };
    let query = CaseQuery { case: case.clone() };
    let known = app.ask(session, &query).await;
    let known = known.map(|view| of_intake(view, &app.directory, app.clock.now()));
    // Another window's case is not known here: then it is the journal that is missed.
    known.map_err(|_| silent)
}

pub(super) fn parse_case(text: &str) -> Result<CaseRef, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}

/// What intake knows. It says neither how the citizen came nor which clocks run elsewhere.
fn of_intake(view: CaseView, directory: &Directory, now: Timestamp) -> CaseHead {
    let division = |unit: &UnitId| {
        directory
            .unit(unit)
            .map_or(view.place, |unit| unit.division)
    };
    let row = CaseRow {
        case: view.case,
        item: view.item,
        topic: view.topic,
        place: view.place,
        channel: Channel::Window,
        urgent: view.urgent,
        late_entry: false,
        needs: view.needs,
        settled: view.settled,
        settlements: Vec::new(),
        window_division: division(&view.window),
        holder_division: division(&view.holder),
        stage: view.stage,
        tab: None,
        opened_at: view.opened_at,
        last_at: view.opened_at,
        closed_at: None,
        offer: None,
        handoff: None,
        custody_revision: None,
        back: None,
        refusal: None,
        external: None,
        staff: None,
        holder_staff: None,
        to_decide: Vec::new(),
        group: None,
        designation: None,
        answers: Vec::new(),
        outcome: None,
        rating: None,
        step: None,
        papers: None,
        reopened: None,
        critical_date: None,
        journey: journey_without_limit(view.opened_at, now),
        overdue: Vec::new(),
        number: view.number,
        short_code: view.short_code,
        window: view.window,
        holder: view.holder,
    };
    CaseHead {
        row,
        custody: Vec::new(),
        clocks: Vec::new(),
        critical_dates: Vec::new(),
        seen: AnswerBasis {
            position: 0,
            at: now,
        },
    }
}

fn journey_without_limit(opened_at: Timestamp, now: Timestamp) -> Journey {
    let days = opened_at.china_date().until(now.china_date());
    let days = days.map_or(0, |span| span.get_days());
    Journey {
        used: u32::try_from(days).unwrap_or_default(),
        limit: None,
        left: 0,
        over: 0,
        kind: DayKind::Calendar,
        due: None,
        certainty: None,
        pace: ClockStatus::Running,
    }
}
