//! What somebody can do with a case now: what the services say is possible, of that what the role permits,
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
};
use serde::Serialize;
use serde_json::Value;

use super::form::{Form, title};
use crate::{app::App, auth::Session, page::Page};

/// A service's side of a case, as it stands.
pub(crate) struct Side {
    pub(crate) service: ServiceName,
    pub(crate) revision: u64,
    /// Names of commands; nothing where the service does not say.
    pub(crate) possible: Option<Vec<String>>,
    /// Where it stands, in words, where the service has words of its own for it.
    pub(crate) standing: Option<(String, String)>,
    /// The offer that waits for an answer.
    pub(crate) handoff: Option<HandoffId>,
}

/// Something that can be done.
pub(crate) struct Move {
    pub(crate) href: String,
    title: (String, String),
}

impl Move {
    pub(crate) fn title(&self, page: &Page<'_>) -> &str {
        match page.say.language() {
            onestop_proto::text::Language::Zh => &self.title.0,
            onestop_proto::text::Language::En => &self.title.1,
        }
    }
}

/// The side of one service; nothing if it does not know the case.
pub(crate) async fn side(
    app: &App,
    session: &Session,
    (service, row): (&ServiceName, &CaseRow),
    after: Option<LogPosition>,
) -> Result<Option<Side>, ClientError> {
    let case = row.case;
    // Each service waits for positions of its own log only.
    let after = after.filter(|at| at.source.service == *service);
    let found = match service.as_str() {
        case::SERVICE => {
            let asked = CaseQuery {
                case: CaseRef::Id(case),
            };
            ask(app, session, (service, "case"), after, &asked).await
        }
        referral::SERVICE => {
            ask(
                app,
                session,
                (service, "custody"),
                after,
                &CustodyQuery { case },
            )
            .await
        }
        _ => {
            ask(
                app,
                session,
                (service, "matter"),
                after,
                &MatterQuery { case },
            )
            .await
        }
    };
    Ok(found?.map(|view| Side {
        service: service.clone(),
        revision: view["revision"].as_u64().unwrap_or_default(),
        possible: serde_json::from_value(view["possible"].clone()).ok(),
        standing: view["standing"]["zh"].as_str().map(|zh| {
            let en = view["standing"]["en"].as_str().unwrap_or_default();
            (zh.to_owned(), en.to_owned())
        }),
        handoff: serde_json::from_value(view["offer"]["handoff"].clone()).ok(),
    }))
}

async fn ask(
    app: &App,
    session: &Session,
    about: (&ServiceName, &str),
    after: Option<LogPosition>,
    data: &(impl Serialize + Sync),
) -> Result<Option<Value>, ClientError> {
    match app.ask(session, about, after, data).await {
        Ok(view) => Ok(Some(view)),
        Err(ClientError::Rejected(rejected)) => match rejected.kind {
            // It does not know the case, or has none of it.
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

/// The services that may have something to do for a case: intake, custody, the one whose item it is.
pub(crate) fn services(row: &CaseRow) -> Vec<ServiceName> {
    let its_own = specialist::ALL.iter();
    let its_own = its_own.filter(|one| one.service == row.item.as_str());
    let mut services: Vec<ServiceName> = its_own.map(specialist::Specialist::name).collect();
    services.extend([referral::service(), case::service()]);
    services
}

/// Everything that this person can do with the case now. A service that does not answer offers nothing.
pub(crate) async fn offered(
    app: &App,
    session: &Session,
    head: &CaseHead,
    after: Option<LogPosition>,
) -> Vec<Move> {
    let mut moves = Vec::new();
    for service in services(&head.row) {
        let asked = side(app, session, (&service, &head.row), after.clone()).await;
        let Ok(Some(side)) = asked else { continue };
        for command in side.possible.iter().flatten() {
            if is_for(session, &head.row, &service, command) {
                moves.extend(as_move(&head.row, &service, command));
            }
        }
    }
    moves
}

fn as_move(row: &CaseRow, service: &ServiceName, command: &str) -> Option<Move> {
    let href = match (service.as_str(), command) {
        // What needs more than a form.
        (case::SERVICE, "correct") => format!("/cases/{}/correct", row.number),
        (case::SERVICE, "attach") => format!("/cases/{}/files", row.number),
        _ => {
            Form::of(service, command)?;
            format!("/cases/{}/do/{service}/{command}", row.number)
        }
    };
    Some(Move {
        href,
        title: title(service, command)?,
    })
}

/// Whether the role may do it at all, and whether the case is this person's to do it to. The service decides.
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
