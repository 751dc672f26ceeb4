//! `/audit` (查阅审计): who opened more personal data than usual, and what a member of staff saw. `/cases/{case}/audit`: who saw
//! or changed what of a case. For supervisors and auditors; each act with the key that proved who it was.

mod csv_file;
mod of_case;
mod person_search;
mod readings;

use askama::Template;
use axum::{Router, extract::State, routing::get};
use onestop_proto::{
    actor::Actor,
    ids::StaffId,
    personal::{AuditedAct, ReadingAlarm, ReadingAlarmsQuery, SeenData, StaffAuditQuery},
};
use serde::Deserialize;

use self::{
    person_search::PersonSearch,
    readings::{ReadingColumn, Readings},
};
use super::{
    problems::Problems,
    shell::{Page, View, html},
    table_sort::TableSort,
};
use crate::{
    app::App,
    core::{
        address_use::AddressUse,
        db::staff::Staff,
        page_error::{PageError, PageResult},
        query_string,
        query_string::Query,
        visibility::sees_division,
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/audit", get(show))
        .route("/audit.csv", get(csv_file::download_staff))
        .route("/cases/{case}/audit", get(of_case::show))
        .route("/cases/{case}/audit.csv", get(of_case::download))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct StaffParams {
    /// The account, or a name.
    staff: String,
    /// Where the part before ended.
    before: String,
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

impl StaffParams {
    fn sort(&self, used: &AddressUse) -> TableSort<ReadingColumn> {
        TableSort::read(&self.by, &self.sort, used)
    }
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditTemplate<'a> {
    page: Page<'a>,
    typed: String,
    problems: Problems,
    alarms: Vec<ReadingAlarm>,
    /// People who have the name that was typed.
    choices: Vec<Staff>,
    found: Option<Readings>,
}

impl AuditTemplate<'_> {
    fn limit(&self, alarm: &ReadingAlarm) -> String {
        let i18n = &self.page.i18n;
        let span = i18n.text(alarm.exceeded.span.text());
        let limit = alarm.exceeded.limit.to_string();
        i18n.t2("audit-limit-of", "span", span, "limit", limit)
    }

    fn about(&self, alarm: &ReadingAlarm) -> String {
        let staff = alarm.by.staff.to_string();
        format!("/audit?{}", query_string::encode(&[("staff", &staff)]))
    }

    fn post(&self, one: &Staff) -> String {
        self.page.post(&one.post())
    }

    fn of_person(&self, one: &Staff) -> String {
        let staff = one.id.to_string();
        format!("/audit?{}", query_string::encode(&[("staff", &staff)]))
    }
}

async fn show(State(app): State<App>, view: View, Query(params): Query<StaffParams>) -> PageResult {
    let session = auditor(&view)?;
    let alarms = app.ask(session, &ReadingAlarmsQuery).await?.alarms;
    let page = view.page(&app);
    let typed = params.staff.trim().to_owned();
    let mut problems = Problems::default();
    let (mut choices, mut found) = (Vec::new(), None);
    match person_search::find(&app, session, &typed).await? {
        PersonSearch::Nothing => {}
        PersonSearch::Unknown => problems.add("staff", unknown(&typed, &page)),
        PersonSearch::Several(several) => choices = several,
        PersonSearch::One(staff) => {
            found = Some(readings_of(&app, &view, staff, &params).await?);
        }
        PersonSearch::Elsewhere(staff) => {
            let readings = readings_of(&app, &view, staff, &params).await?;
            if readings.acts.is_empty() {
                problems.add("staff", unknown(&typed, &page));
            } else {
                found = Some(readings);
            }
        }
    }
    Ok(html(&AuditTemplate {
        page,
        typed,
        problems,
        alarms,
        choices,
        found,
    }))
}

/// What a person saw, by the part and the order that the page asks for.
async fn readings_of(
    app: &App,
    view: &View,
    staff: StaffId,
    params: &StaffParams,
) -> Result<Readings, PageError> {
    let session = auditor(view)?;
    let before = query_string::parse_filled("staff-audit.before", &params.before)?;
    let query = StaffAuditQuery { staff, before };
    let audit = app.ask(session, &query).await?;
    Ok(Readings::of(app, session, audit, params.sort(&view.used()), before).await)
}

fn unknown(typed: &str, page: &Page<'_>) -> String {
    page.i18n
        .t1("audit-staff-unknown", "typed", typed.to_owned())
}

/// The session of a supervisor or an auditor; to other roles there is no such page.
fn auditor(view: &View) -> Result<&Session, PageError> {
    let session = view.session()?;
    if sees_division(session.staff.role) {
        Ok(session)
    } else {
        Err(PageError::not_found())
    }
}

impl Page<'_> {
    /// What was seen, or that something was changed.
    pub(super) fn audited(&self, act: &AuditedAct) -> String {
        let title = self.i18n.words(&act.title);
        let Some(seen) = &act.seen else {
            return format!("{} · {title}", self.i18n.t("audit-changed"));
        };
        let saw = self.i18n.t("audit-saw");
        format!("{saw} · {}", self.seen(seen, &act.by))
    }

    fn seen(&self, seen: &SeenData, by: &Actor) -> String {
        let kinds = seen.kinds.iter();
        let mut parts = vec![self.list(kinds.map(|kind| self.i18n.text(kind.text())))];
        parts.extend(seen.way.map(|way| self.i18n.text(way.text()).to_owned()));
        match seen.among {
            Some(0) => parts.push(self.i18n.t("audit-found-nothing")),
            Some(among) => parts.push(self.i18n.t1("audit-among", "count", among.to_string())),
            None => {}
        }
        // What found nothing rests on no custody.
        let ground = (!seen.is_of_no_case()).then(|| self.ground_of_access(by));
        parts.extend(seen.reason.clone().or(ground));
        parts.join(" · ")
    }

    /// Whose key proved who it was.
    pub(super) fn proof_of(&self, act: &AuditedAct) -> String {
        let issuer = act.issuer.as_ref().map(|issuer| self.proving_key(issuer));
        issuer.unwrap_or_else(|| self.i18n.t("access-unproven"))
    }
}
