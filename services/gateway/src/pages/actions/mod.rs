//! `/cases/{case}/do/{service}/{command}`: a page for one command, whose form is made from the command's
//! schema. The form carries the revision that the user saw and an idempotency key. A rejected form is shown
//! again with everything that was typed.

pub(super) mod act_card;
pub(super) mod available;
pub(super) mod drafts;
mod field_values;
mod fitting_grounds;
pub(in crate::pages) mod form_spec;
mod main_act;
mod number_fields;
mod open_dates;
mod open_needs;
pub(super) mod papers;
mod parties;
mod refused_fields;
pub(super) mod sample;
mod shown_again;
mod submission;
mod typed_values;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use onestop_proto::{
    actor::ServiceName,
    contract,
    division::DivisionCode,
    ids::{CaseRef, Topic, UnitId},
    ledger::CaseHead,
    permission,
    referral::HandoverPurpose,
    registry,
    time::Timestamp,
};
use serde::Deserialize;

use self::{
    available::ServiceView,
    drafts::ActDraft,
    form_spec::{Field, FormSpec, HANDOFF, Kind},
    papers::PaperGroup,
    parties::{AskedParties, Parties, PartyChoice},
};
use super::{
    case_head,
    lookup::{find_place, units_around},
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult},
        query_string::{Query, local_path},
    },
    identity::session::Session,
};

/// The command by which the window hands a case over to a body outside.
const HAND_OVER: &str = "hand-over";

pub(super) fn routes() -> Router<App> {
    let path = "/cases/{case}/do/{service}/{command}";
    Router::new()
        .route(path, get(show_form).post(submission::submit))
        .route(
            "/cases/{case}/draft/{service}/{command}",
            post(drafts::save),
        )
}

#[derive(Template)]
#[template(path = "action.html")]
struct ActionTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    view: ServiceView,
    command: String,
    spec: FormSpec,
    typed: FormData,
    problems: Problems,
    parties: Parties,
    back: String,
    /// Whether the service accepts the command now, from this user.
    possible: bool,
    /// When what is shown was typed, if it was not sent then.
    restored: Option<Timestamp>,
}

impl ActionTemplate<'_> {
    fn title(&self) -> &str {
        self.page.i18n.words(&self.spec.title)
    }

    /// The needs that wait, where the command ends the work on them; empty where there are none.
    fn open_needs(&self) -> String {
        if open_needs::are_told(&self.view.service, &self.command) {
            self.page.open_needs(&self.head.row)
        } else {
            String::new()
        }
    }

    /// The state of the case as on every page, with that in the service's own words.
    fn standing(&self) -> String {
        let standing = self.page.standing(&self.head.row);
        match &self.view.standing {
            Some(own) => {
                let own = self.page.i18n.words(own);
                format!("{standing}{}", self.page.in_brackets(own))
            }
            None => standing,
        }
    }

    fn parties(&self, field: &Field) -> Vec<PartyChoice> {
        self.parties.choices(&self.command, field, &self.page.i18n)
    }

    /// The papers that a field offers.
    fn papers(&self, id: &str) -> Vec<PaperGroup> {
        let is_chosen = |paper: &Topic| self.typed.has(id, paper.as_str());
        papers::paper_groups(&self.head.row, &self.page, is_chosen)
    }

    /// The units that the command takes.
    fn units(&self) -> Vec<(UnitId, String)> {
        match self.view.units_for(&self.command) {
            Some(units) => {
                let named = units.iter();
                let named = named.map(|unit| (unit.clone(), self.page.unit(unit)));
                named.collect()
            }
            None => units_around(self.head.row.place, &self.page),
        }
    }

    fn matching_places(&self, id: &str) -> Vec<(DivisionCode, String)> {
        let found = find_place(self.typed.get(id), "", &self.page);
        let found = found.err().unwrap_or_default().into_iter();
        found
            .map(|place| (place, self.page.place(&place)))
            .collect()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ActionParams {
    /// A log position that the page must include.
    after: String,
    back: String,
}

/// The case, service and command in an address.
struct Target {
    case: CaseRef,
    service: ServiceName,
    command: String,
    spec: FormSpec,
}

impl Target {
    fn parse(
        session: &Session,
        Path((case, service, command)): Path<(String, String, String)>,
    ) -> Result<Self, PageError> {
        let case = case_head::parse_case(&case)?;
        let mut known = contract::services().into_iter();
        let service = known.find(|known| known.as_str() == service);
        // What the registry records is about no case.
        let service = service.filter(|service| *service != registry::service());
        let service = service.ok_or_else(PageError::not_found)?;
        let spec = FormSpec::of(&service, &command).ok_or_else(PageError::not_found)?;
        if !permission::permits(session.staff.role, service.as_str(), &command) {
            return Err(PageError::forbidden());
        }
        Ok(Self {
            case,
            service,
            command,
            spec,
        })
    }
}

async fn show_form(
    State(app): State<App>,
    view: View,
    path: Path<(String, String, String)>,
    Query(params): Query<ActionParams>,
) -> PageResult {
    let session = view.session()?;
    let target = Target::parse(session, path)?;
    let typed = FormData::default();
    let mut page = render(&app, &view, session, target, typed, &params).await?;
    let case = page.head.row.case;
    let draft = ActDraft::of(session, case, &page.view.service, &page.command);
    if let Some(draft) = drafts::find(&app, draft).await? {
        page.restore(&draft);
    }
    Ok(html(&page))
}

/// The page, with the present state of the case and a fresh idempotency key.
async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
    target: Target,
    mut typed: FormData,
    params: &ActionParams,
) -> Result<ActionTemplate<'a>, PageError> {
    let head = case_head::fetch(app, session, &target.case, &params.after).await?;
    let after = app.positions.open(&params.after);
    let service_view =
        available::service_view(app, session, &target.service, &head.row, after).await?;
    let service_view = service_view.ok_or_else(PageError::not_found)?;
    // A form that is shown again keeps its key: what was refused left no trace under it.
    if typed.get("key").is_empty() {
        typed.set("key", app.clock.command().to_string());
    }
    typed.set("case", head.row.case.to_string());
    typed.set("revision", service_view.revision.to_string());
    if let (true, Some(handoff)) = (target.spec.has_handoff, service_view.handoff) {
        typed.set(&format!("f.{HANDOFF}"), handoff.to_string());
    }
    name_body(&head, &target.command, &mut typed);
    let spec = fitting_grounds::kept(
        target.spec,
        &target.service,
        &target.command,
        &head.row.topic,
        &app.directory,
    );
    let spec = open_dates::kept(spec, &target.command, &service_view.critical_dates);
    let spec = open_needs::kept(spec, &target.service, &target.command, &head.row);
    let page = view.page(app);
    let possible = service_view.accepts(&target.command);
    let parties = if possible {
        let asked = AskedParties {
            respondents: service_view.respondents,
            recorded: service_view.recorded_by(&target.command),
        };
        Parties::find(app, session, (&spec, &head), asked, &page).await
    } else {
        Parties::default()
    };
    Ok(ActionTemplate {
        page,
        back: back_or_case(&params.back, &head),
        possible,
        parties,
        head,
        view: service_view,
        command: target.command,
        spec,
        typed,
        problems: Problems::default(),
        restored: None,
    })
}

/// Fills in the body outside that is responsible, where a case is handed over.
fn name_body(head: &CaseHead, command: &str, typed: &mut FormData) {
    let body = head.row.external.as_ref();
    if let Some(body) = body.filter(|_| command == HAND_OVER && typed.filled("f.to").is_none()) {
        typed.set("f.to", body.to.as_str());
        typed.set("f.purpose", HandoverPurpose::Handle.as_str());
    }
}

fn back_or_case(back: &str, head: &CaseHead) -> String {
    if back.is_empty() {
        format!("/cases/{}", head.row.number)
    } else {
        local_path(back).to_owned()
    }
}
