//! Which commands the user may send to each case of a list: the services that decide say so.

use onestop_proto::{
    actor::ServiceName,
    case,
    ids::CaseId,
    ledger::CaseRow,
    query::{AvailableCommands, CaseCommandsQuery, CustodyCommandsQuery},
    referral,
};
use tracing::debug;

use crate::{app::App, identity::session::Session};

/// Asks a service about the cases of some rows. A service that does not answer offers nothing.
pub(super) async fn fetch<'a>(
    app: &App,
    session: &Session,
    service: &ServiceName,
    rows: impl Iterator<Item = &'a CaseRow>,
) -> AvailableCommands {
    fetch_of(app, session, service, rows.map(|row| row.case).collect()).await
}

/// The same of cases by their ids.
pub(super) async fn fetch_of(
    app: &App,
    session: &Session,
    service: &ServiceName,
    cases: Vec<CaseId>,
) -> AvailableCommands {
    if cases.is_empty() {
        return AvailableCommands::default();
    }
    let answer = match service.as_str() {
        case::SERVICE => app.ask(session, &CaseCommandsQuery { cases }).await,
        referral::SERVICE => app.ask(session, &CustodyCommandsQuery { cases }).await,
        // Those of a specialist have forms on the page of the case.
        _ => return AvailableCommands::default(),
    };
    answer.unwrap_or_else(|error| {
        debug!(%error, %service, "does not say what can be done; a list offers nothing of it");
        AvailableCommands::default()
    })
}
