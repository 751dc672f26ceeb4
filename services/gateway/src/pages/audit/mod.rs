//! `/audit` (查阅审计): who opened more personal data than usual, and what a member of staff saw. `/cases/{case}/audit`: who saw
//! or changed what of a case. For supervisors and auditors; each act with the key that proved who it was.

mod csv_file;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use onestop_proto::{
    ids::{CaseNumber, StaffId},
    personal::{
        AuditedAct, CaseAuditQuery, ReadingAlarm, ReadingAlarmsQuery, SeenData, StaffAudit,
        StaffAuditQuery,
    },
};
use serde::Deserialize;

use super::{
    case_head,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{page_error::PageError, query_string, query_string::Query, visibility::sees_division},
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/audit", get(show))
        .route("/audit.csv", get(csv_file::download_staff))
        .route("/cases/{case}/audit", get(show_case))
        .route("/cases/{case}/audit.csv", get(csv_file::download_case))
}

#[derive(Deserialize)]
struct StaffParams {
    /// The account.
    #[serde(default)]
    staff: String,
    /// Where the part before ended.
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditTemplate<'a> {
    page: Page<'a>,
    typed: String,
    /// The message that says what is wrong with the account.
    problem: Option<&'static str>,
    alarms: Vec<ReadingAlarm>,
    found: Option<StaffAudit>,
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

    /// The address of the part after this one.
    fn next(&self, found: &StaffAudit) -> Option<String> {
        let (staff, before) = (found.staff.to_string(), found.next?.to_string());
        let query = query_string::encode(&[("staff", &staff), ("before", &before)]);
        Some(format!("/audit?{query}"))
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<StaffParams>,
) -> Result<Response, PageError> {
    let session = auditor(&view)?;
    let alarms = app.ask(session, &ReadingAlarmsQuery).await?.alarms;
    let typed = params.staff.trim().to_owned();
    let staff: Option<StaffId> = typed.parse().ok();
    let is_wrong = staff.is_none() && !typed.is_empty();
    let found = match staff {
        Some(staff) => {
            let before = query_string::parse_filled(&params.before)?;
            Some(app.ask(session, &StaffAuditQuery { staff, before }).await?)
        }
        None => None,
    };
    Ok(html(&AuditTemplate {
        page: view.page(&app),
        typed,
        problem: is_wrong.then_some("audit-staff-wrong"),
        alarms,
        found,
    }))
}

#[derive(Template)]
#[template(path = "case-audit.html")]
struct CaseAuditTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    acts: Vec<AuditedAct>,
    next: Option<u32>,
}

#[derive(Deserialize)]
struct CaseParams {
    /// The first act that is wanted.
    #[serde(default)]
    from: String,
}

async fn show_case(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<CaseParams>,
) -> Result<Response, PageError> {
    let session = auditor(&view)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, session, &case, "").await?;
    let from = query_string::parse_filled(&params.from)?;
    let audit = app.ask(session, &CaseAuditQuery { case, from }).await?;
    Ok(html(&CaseAuditTemplate {
        page: view.page(&app),
        number: head.row.number,
        acts: audit.acts,
        next: audit.next,
    }))
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
        format!("{saw} · {}", self.seen(seen))
    }

    fn seen(&self, seen: &SeenData) -> String {
        let kinds = seen.kinds.iter();
        let mut parts = vec![self.list(kinds.map(|kind| self.i18n.text(kind.text())))];
        parts.extend(seen.way.map(|way| self.i18n.text(way.text()).to_owned()));
        match seen.among {
            Some(0) => parts.push(self.i18n.t("audit-found-nothing")),
            Some(among) => parts.push(self.i18n.t1("audit-among", "count", among.to_string())),
            None => {}
        }
        // What found nothing rests on no custody.
        let custody = (!seen.is_of_no_case()).then(|| self.i18n.t("access-custody"));
        parts.extend(seen.reason.clone().or(custody));
        parts.join(" · ")
    }

    /// Whose key proved who it was.
    pub(super) fn proof_of(&self, act: &AuditedAct) -> String {
        let issuer = act.issuer.as_ref().map(ToString::to_string);
        issuer.unwrap_or_else(|| self.i18n.t("access-unproven"))
    }
}
