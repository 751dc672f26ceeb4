//! The actions that a user has for a case: what the services say is possible, of that what the role permits,
//! of that what a form can hold.

use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::ServiceName,
    case,
    envelope::LogPosition,
    ids::{CaseRef, HandoffId},
    ledger::{CaseHead, CaseRow},
    permission,
    query::{CaseQuery, CustodyQuery, MatterQuery},
    referral,
    rejection::RejectionKind,
    specialist,
    text::Words,
};
use serde::Serialize;
use serde_json::Value;

use super::form_spec::FormSpec;
use crate::{app::App, core::command_schema, identity::session::Session};

/// A service's view of a case.
pub(super) struct ServiceView {
    pub(super) service: ServiceName,
    pub(super) revision: u64,
    /// Names of commands; none if the service does not list them.
    pub(super) possible: Option<Vec<String>>,
    /// The state in the service's own words, if it has any.
    pub(super) standing: Option<Words>,
    /// The pending offer.
    pub(super) handoff: Option<HandoffId>,
}

impl ServiceView {
    pub(super) fn accepts(&self, command: &str) -> bool {
        let possible = self.possible.as_ref();
        possible.is_none_or(|all| all.iter().any(|one| one == command))
    }
}

/// A link to the page of a command.
pub(in crate::pages) struct Action {
    pub(in crate::pages) href: String,
    pub(in crate::pages) title: Words,
}

/// Asks a service for its view; none if it does not know the case.
pub(super) async fn service_view(
    app: &App,
    session: &Session,
    service: &ServiceName,
    row: &CaseRow,
    after: Option<LogPosition>,
) -> Result<Option<ServiceView>, ClientError> {
    let case = row.case;
    // A service waits for positions of its own log only.
    let after = after.filter(|at| at.source.service == *service);
    let found = match service.as_str() {
        case::SERVICE => {
            let query = CaseQuery {
                case: CaseRef::Id(case),
            };
            ask(app, session, (service, "case"), after, &query).await
        }
        referral::SERVICE => {
            let query = CustodyQuery { case };
            ask(app, session, (service, "custody"), after, &query).await
        }
        _ => {
            let query = MatterQuery { case };
            ask(app, session, (service, "matter"), after, &query).await
        }
    };
    Ok(found?.map(|view| ServiceView {
        service: service.clone(),
        revision: view["revision"].as_u64().unwrap_or_default(),
        possible: serde_json::from_value(view["possible"].clone()).ok(),
        standing: serde_json::from_value(view["standing"].clone()).ok(),
        handoff: serde_json::from_value(view["offer"]["handoff"].clone()).ok(),
    }))
}

async fn ask(
    app: &App,
    session: &Session,
    question: (&ServiceName, &str),
    after: Option<LogPosition>,
    data: &(impl Serialize + Sync),
) -> Result<Option<Value>, ClientError> {
    match app.ask(session, question, after, data).await {
        Ok(view) => Ok(Some(view)),
        Err(ClientError::Rejected(rejected)) => match rejected.kind {
            RejectionKind::NotFound | RejectionKind::Conflict | RejectionKind::Forbidden => {
                Ok(None)
            }
            RejectionKind::Invalid | RejectionKind::Unavailable => {
                Err(ClientError::Rejected(rejected))
            }
        },
        Err(error) => Err(error),
    }
}

/// The services that may have commands for a case: that of its item, referral, intake.
fn services(row: &CaseRow) -> Vec<ServiceName> {
    let specialists = specialist::ALL.iter();
    let own = specialists.filter(|one| one.service == row.item.as_str());
    let mut services: Vec<ServiceName> = own.map(specialist::Specialist::name).collect();
    services.extend([referral::service(), case::service()]);
    services
}

/// All actions that the user has now. A service that does not answer adds none.
pub(in crate::pages) async fn available(
    app: &App,
    session: &Session,
    head: &CaseHead,
    after: Option<LogPosition>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    for service in services(&head.row) {
        let view = service_view(app, session, &service, &head.row, after.clone()).await;
        let Ok(Some(view)) = view else { continue };
        for command in view.possible.iter().flatten() {
            if is_for(session, &head.row, &service, command) {
                actions.extend(action(&head.row, &service, command));
            }
        }
    }
    actions
}

fn action(row: &CaseRow, service: &ServiceName, command: &str) -> Option<Action> {
    let href = match (service.as_str(), command) {
        // These have pages of their own.
        (case::SERVICE, "correct") => format!("/cases/{}/correct", row.number),
        (case::SERVICE, "attach") => format!("/cases/{}/files", row.number),
        _ => {
            FormSpec::of(service, command)?;
            format!("/cases/{}/do/{service}/{command}", row.number)
        }
    };
    Some(Action {
        href,
        title: command_schema::title(service, command)?,
    })
}

/// Whether the role may do it at all, and whether the case is this user's to do it to. The service decides.
fn is_for(session: &Session, row: &CaseRow, service: &ServiceName, command: &str) -> bool {
    if !permission::permits(session.staff.role, service.as_str(), command) {
        return false;
    }
    let unit = &session.staff.unit;
    let asked = row.offer.as_ref().is_some_and(|offer| offer.to == *unit);
    match (service.as_str(), command) {
        (referral::SERVICE, "accept" | "decline") => asked,
        (referral::SERVICE, "recall") => {
            row.offer.as_ref().is_some_and(|offer| offer.from == *unit)
        }
        (referral::SERVICE, "return" | "complete") => row.holder == *unit,
        // What is over is not hurried on.
        (referral::SERVICE, "supervise") => row.closed_at.is_none(),
        (case::SERVICE, _) => row.window == *unit,
        _ => true,
    }
}
