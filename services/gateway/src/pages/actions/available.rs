//! The actions that a user has for a case: what the services say is available to them, of that what a form can hold.

use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::ServiceName,
    case,
    envelope::LogPosition,
    ids::{CaseId, CaseRef, HandoffId, UnitId},
    ledger::{CaseHead, CaseRow},
    matter::CriticalDateKind,
    query::{
        Addressees, AttachmentView, CaseQuery, CaseView, CustodyQuery, CustodyView, MatterQuery,
        MatterView, RecordedPerson,
    },
    referral,
    rejection::RejectionKind,
    specialist,
    text::Words,
};

use super::{form_spec::FormSpec, main_act};
use crate::{app::App, core::command_schema, identity::session::Session};

/// A service's view of a case.
pub(super) struct ServiceView {
    pub(super) service: ServiceName,
    pub(super) revision: u64,
    /// The commands that this user may send now.
    available: Vec<String>,
    /// The state in the service's own words, if it has any.
    pub(super) standing: Option<Words>,
    /// How many other parties a dispute has, as its specialist counts them.
    pub(super) respondents: Option<u32>,
    /// Of which persons a command is recorded already.
    pub(super) recorded: Vec<RecordedPerson>,
    /// The kinds of critical dates that are open.
    pub(super) critical_dates: Vec<CriticalDateKind>,
    /// The pending offer.
    pub(super) handoff: Option<HandoffId>,
    /// The units that commands may name.
    addressees: Vec<Addressees>,
    /// The files that intake keeps.
    files: Vec<AttachmentView>,
    /// The cases that were merged into this one.
    merged_here: Vec<CaseId>,
}

impl ServiceView {
    pub(super) fn accepts(&self, command: &str) -> bool {
        self.available.iter().any(|one| one == command)
    }

    /// What the user may do now, in words.
    pub(super) fn titles(&self) -> Vec<Words> {
        let named = self.available.iter();
        let named = named.filter(|command| FormSpec::of(&self.service, command).is_some());
        named
            .filter_map(|command| command_schema::title(&self.service, command))
            .collect()
    }

    /// The places of the persons of whom a command is recorded.
    pub(super) fn recorded_by(&self, command: &str) -> Vec<u32> {
        let of_command = self.recorded.iter().filter(|one| one.command == command);
        of_command.map(|one| one.person).collect()
    }

    /// The units that a command may name; none where the service does not say, as one of an earlier version.
    pub(super) fn units_for(&self, command: &str) -> Option<&[UnitId]> {
        let mut named = self.addressees.iter();
        let found = named.find(|one| one.command == command)?;
        Some(&found.units)
    }
}

/// A link to the page of a command.
pub(in crate::pages) struct Action {
    pub(in crate::pages) href: String,
    pub(in crate::pages) title: Words,
    /// Whether it is what the case waits for.
    pub(in crate::pages) is_main: bool,
    /// `<service>/<command>`.
    pub(super) act: String,
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
    Ok(match service.as_str() {
        case::SERVICE => {
            let query = CaseQuery {
                case: CaseRef::Id(case),
            };
            let view = app.ask_after(session, after, &query).await;
            known(view)?.map(ServiceView::of_intake)
        }
        referral::SERVICE => {
            let query = CustodyQuery { case };
            let view = app.ask_after(session, after, &query).await;
            known(view)?.map(ServiceView::of_referral)
        }
        _ => {
            let query = MatterQuery::of(case);
            let view = app.ask_service(session, service, after, &query).await;
            known(view)?.map(|view| ServiceView::of_specialist(view, service))
        }
    })
}

impl ServiceView {
    fn of_intake(view: CaseView) -> Self {
        Self {
            service: case::service(),
            revision: view.revision,
            available: view.available,
            standing: None,
            respondents: None,
            recorded: Vec::new(),
            critical_dates: Vec::new(),
            handoff: None,
            addressees: Vec::new(),
            files: view.attachments,
            merged_here: view.merged_here,
        }
    }

    fn of_referral(view: CustodyView) -> Self {
        Self {
            service: referral::service(),
            revision: view.revision,
            available: view.available,
            standing: None,
            respondents: None,
            recorded: Vec::new(),
            critical_dates: Vec::new(),
            handoff: view.offer.map(|offer| offer.handoff),
            addressees: view.addressees,
            files: Vec::new(),
            merged_here: Vec::new(),
        }
    }

    fn of_specialist(view: MatterView, service: &ServiceName) -> Self {
        Self {
            service: service.clone(),
            revision: view.revision,
            available: view.available,
            standing: Some(view.standing),
            respondents: view.respondents,
            recorded: view.recorded,
            critical_dates: view.critical_dates.iter().map(|open| open.kind).collect(),
            handoff: None,
            addressees: Vec::new(),
            files: Vec::new(),
            merged_here: Vec::new(),
        }
    }
}

/// None if the service does not know the case, or may not show it.
fn known<T>(view: Result<T, ClientError>) -> Result<Option<T>, ClientError> {
    match view {
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

/// What the services say of a case to the user.
#[derive(Default)]
pub(in crate::pages) struct Available {
    pub(in crate::pages) actions: Vec<Action>,
    pub(in crate::pages) files: Vec<AttachmentView>,
    /// The cases that were merged into this one.
    pub(in crate::pages) merged_here: Vec<CaseId>,
}

/// All actions that the user has now, and the files. A service that does not answer adds none.
pub(in crate::pages) async fn available(
    app: &App,
    session: &Session,
    head: &CaseHead,
    after: Option<LogPosition>,
) -> Available {
    let mut all = Available::default();
    for service in services(&head.row) {
        let view = service_view(app, session, &service, &head.row, after.clone()).await;
        let Ok(Some(view)) = view else { continue };
        let available = view.available.iter();
        let available = available.filter(|command| !is_pointless(&head.row, command));
        let actions = available.filter_map(|command| action(&head.row, &service, command));
        all.actions.extend(actions);
        all.files.extend(view.files);
        all.merged_here.extend(view.merged_here);
    }
    mark_main(&mut all.actions, &head.row);
    all
}

/// Marks the main act, and moves it to the front.
fn mark_main(actions: &mut [Action], row: &CaseRow) {
    let acts = actions.iter().map(|action| action.act.as_str());
    let Some(at) = main_act::place(row, acts) else {
        return;
    };
    if let Some(front) = actions.get_mut(..=at) {
        front.rotate_right(1);
    }
    if let Some(main) = actions.first_mut() {
        main.is_main = true;
    }
}

fn action(row: &CaseRow, service: &ServiceName, command: &str) -> Option<Action> {
    let href = match (service.as_str(), command) {
        // These have pages of their own.
        (case::SERVICE, "correct") => format!("/cases/{}/correct", row.number),
        (case::SERVICE, "attach") => format!("/cases/{}/files", row.number),
        (case::SERVICE, "request-erasure") => format!("/cases/{}/erasure", row.number),
        _ => {
            FormSpec::of(service, command)?;
            format!("/cases/{}/do/{service}/{command}", row.number)
        }
    };
    Some(Action {
        href,
        title: command_schema::title(service, command)?,
        is_main: false,
        act: format!("{service}/{command}"),
    })
}

/// Referral does not know that intake has closed a case: then there is nothing to urge.
fn is_pointless(row: &CaseRow, command: &str) -> bool {
    row.closed_at.is_some() && command == "supervise"
}
