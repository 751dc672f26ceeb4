//! `/places/waiting` (待审批的变更): the changes that wait for the user's bureau, each approved or sent back.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;
use onestop_directory::Waiting;
use onestop_proto::{
    ids::ServiceItem,
    registry::{PapersSet, ProposedChange, Weekday},
};
use serde_json::json;

use super::{
    fields::Change,
    submission::{send, updated_app},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, status_of},
    },
    identity::session::Session,
    pages::{
        form::Form,
        problems::Problems,
        shell::{Page, View, html},
    },
};

#[derive(Template)]
#[template(path = "changes-waiting.html")]
struct WaitingTemplate<'a> {
    page: Page<'a>,
    waiting: Vec<Waiting<'a>>,
    problems: Problems,
}

impl WaitingTemplate<'_> {
    /// The key of a form: one for each proposal, so that neither decides twice.
    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }
}

impl Page<'_> {
    /// What a change that waits would do, and when.
    pub(super) fn proposed(&self, waiting: &Waiting<'_>) -> String {
        let (kind, what, from) = self.proposed_change(waiting);
        let name = Change::of(kind).map_or_else(String::new, |change| self.change_name(change));
        let period = match waiting.proposal.proposed.change.until() {
            Some(until) => {
                let (from, until) = (self.day(&from), self.day(&until));
                self.i18n.t2("changes-period", "from", from, "until", until)
            }
            None => self.i18n.t1("changes-from", "from", self.day(&from)),
        };
        self.list([name, what, period])
    }

    /// Which change it is, what it says, and its first day.
    fn proposed_change(&self, waiting: &Waiting<'_>) -> (&'static str, String, Date) {
        match &waiting.proposal.proposed.change {
            ProposedChange::ContactChanged(one) => {
                let said = [one.phone.clone(), one.address.clone()];
                (
                    "change-contact",
                    self.list(said.into_iter().flatten()),
                    one.from,
                )
            }
            ProposedChange::StateSet(one) => {
                let state = self.i18n.text(one.state.text()).to_owned();
                let number = one.document_number.clone();
                let said = [Some(state), Some(one.evidence.clone()), number];
                ("set-state", self.list(said.into_iter().flatten()), one.from)
            }
            ProposedChange::UnitFilled(one) => ("mark-full", self.unit(&one.unit), one.from),
            ProposedChange::UnitFreed(one) => ("mark-free", self.unit(&one.unit), one.from),
            ProposedChange::OpeningPlanned(one) => {
                let said = [Some(self.day(&one.opens)), one.reason.clone()];
                (
                    "plan-opening",
                    self.list(said.into_iter().flatten()),
                    one.from,
                )
            }
            ProposedChange::StandardChecked(one) => {
                let points = self.app.directory.checkpoints(waiting.site, one.from);
                let mut points = points.into_iter().map(|(point, _)| point);
                let point = points.find(|point| point.id == one.checkpoint);
                let point = point.map(|point| self.i18n.words(&point.name).to_owned());
                let found = self.i18n.text(one.finding.text()).to_owned();
                let said = [point, Some(found), Some(one.evidence.clone())];
                (
                    "check-standard",
                    self.list(said.into_iter().flatten()),
                    one.from,
                )
            }
            ProposedChange::HoursSet(one) => {
                let days = self.day_names(&one.weekdays);
                let hours = one.hours.iter().map(ToString::to_string);
                let said = std::iter::once(days).chain(hours);
                ("set-hours", self.list(said), one.from)
            }
            ProposedChange::DutySet(one) => {
                let days = self.day_names(&one.weekdays);
                let said = std::iter::once(days).chain(one.names.iter().cloned());
                ("set-duty", self.list(said), one.from)
            }
            ProposedChange::LimitSet(one) => {
                let kind = self.i18n.text(one.day_kind.text());
                let length = format!("{} {kind}", one.days);
                let said = [self.step_name(&one.step), length, one.basis.clone()];
                ("set-limit", self.list(said), one.from)
            }
            ProposedChange::DaysOffDeclared(one) => {
                let said = [one.holiday.clone(), one.basis.clone()];
                ("declare-days-off", self.list(said), one.from)
            }
            ProposedChange::ItemMovedIn(one) => {
                ("move-item-in", self.item_named(&one.item), one.from)
            }
            ProposedChange::ItemMovedOut(one) => {
                ("move-item-out", self.item_named(&one.item), one.from)
            }
            ProposedChange::PapersSet(one) => ("set-papers", self.papers_of(one), one.from),
        }
    }

    fn item_named(&self, item: &ServiceItem) -> String {
        let words = self.app.directory.item_name(item);
        self.i18n.words(&words).to_owned()
    }

    /// A matter, the papers that a place asks for, and what that rests on.
    fn papers_of(&self, set: &PapersSet) -> String {
        let matter = match &set.topic {
            Some(topic) => self.about(&set.item, topic),
            None => self.item_named(&set.item),
        };
        let named = set.papers.iter().map(|paper| {
            let known = self.app.directory.material_name(paper);
            known.map_or(paper.as_str(), |words| self.i18n.words(words))
        });
        let papers = self.list(named);
        let none = self.i18n.t("changes-no-papers");
        let papers = if set.papers.is_empty() { none } else { papers };
        self.list([matter, papers, set.basis.clone()])
    }

    /// Who has proposed it, and when.
    pub(super) fn proposed_by(&self, waiting: &Waiting<'_>) -> String {
        let Some(report) = &waiting.proposal.report else {
            return String::new();
        };
        let who = format!(
            "{} {}",
            self.unit(&report.by.unit),
            self.person(&report.by.staff)
        );
        let day = self.day(&report.on);
        self.i18n.t2("changes-proposed-by", "who", who, "day", day)
    }

    fn day_names(&self, weekdays: &[Weekday]) -> String {
        self.list(weekdays.iter().map(|day| self.i18n.text(day.text())))
    }
}

pub(super) async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    Ok(html(&render(&app, &view, session)?))
}

fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
) -> Result<WaitingTemplate<'a>, PageError> {
    let page = view.page(app);
    if !page.may_decide_changes() {
        return Err(PageError::forbidden());
    }
    Ok(WaitingTemplate {
        page,
        waiting: app.directory.waiting_for(&session.actor()),
        problems: Problems::default(),
    })
}

/// Approves a change, or sends it back, whichever button was pressed.
pub(super) async fn decide(
    State(app): State<App>,
    view: View,
    form: Form<FormData>,
) -> Result<Response, PageError> {
    let (session, typed) = (form.session, form.fields);
    let proposal: u32 = typed
        .get("proposal")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let site = typed.get("site");
    let (name, data) = match typed.get("decision") {
        "approve-change" => (
            "approve-change",
            json!({ "site": site, "proposal": proposal }),
        ),
        "send-back-change" => {
            let reason = typed.get("reason");
            let data = json!({ "site": site, "proposal": proposal, "reason": reason });
            ("send-back-change", data)
        }
        _ => return Err(PageError::not_found()),
    };
    match send(&app, &session, &typed, (name, data)).await? {
        Ok(accepted) => {
            updated_app(&app, &accepted).await;
            let to = format!("/places/waiting?done=registry.{name}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(rejected) => {
            let mut page = render(&app, &view, &session)?;
            "/places/waiting".clone_into(&mut page.page.path);
            let field = |path: &str| match path {
                "reason" => format!("reason-{site}-{proposal}"),
                _ => String::new(),
            };
            page.problems = Problems::rejected(&rejected, &page.page, field);
            Ok((status_of(&rejected), html(&page)).into_response())
        }
    }
}
