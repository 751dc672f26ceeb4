//! `/cases/{case}`: the case file, now or at a past moment: every moment has its own address (`?step=7`,
//! `?as_of=…`, `?known_at=…`), and a past one offers no actions.

mod access_log;
mod alone;
mod applicant;
mod clock_bars;
mod correction;
pub(crate) mod files;
mod handoff;
mod history;
mod integrity;
mod lanes;
mod needs_then;
mod parts;
mod person_sections;
mod personal_links;
pub(super) mod sample;
mod step_text;
mod swimlane;
mod timeline;
mod walk;

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    response::IntoResponse,
    routing::get,
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    journal::ReplayQuery,
    ledger::{CaseHead, CaseRow},
};
use serde::Deserialize;

use self::{
    alone::AskedMoment,
    clock_bars::ClockBar,
    files::file_text::{FileText, Preview},
    history::{CaseHistory, Detail, Selection},
    lanes::Lanes,
    swimlane::{Shape, Swimlane},
    timeline::Entry,
};
use super::{
    actions::{
        act_card::ActCard,
        available::{self, Available},
    },
    case_head, case_rows,
    problems::Problems,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::PageResult,
        query_string::{self, Query},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}", get(show))
        .route("/cases/{case}/who", get(holder))
        .merge(correction::routes())
        .merge(integrity::routes())
        .merge(access_log::routes())
        .merge(applicant::routes())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CaseParams {
    /// Up to this step; by default the last one.
    step: Option<u32>,
    /// What had happened by then: 2026-03-04T15:20, in China.
    as_of: String,
    /// What the journal had received by then.
    known_at: String,
    /// `all` includes bookkeeping steps.
    show: String,
    /// A log position that the page must include: that of the user's own command.
    after: String,
}

/// What `show` says.
const ALL: &str = "all";

impl CaseParams {
    /// What of the steps is shown.
    fn selection(&self, query: &ReplayQuery) -> Selection {
        Selection {
            step: self.step,
            past: is_past(query),
            detail: if self.show == ALL {
                Detail::All
            } else {
                Detail::Main
            },
        }
    }
}

#[derive(Template)]
#[template(path = "case.html")]
struct CaseTemplate<'a> {
    page: Page<'a>,
    head: CaseHead,
    history: CaseHistory,
    lanes: Lanes,
    swimlane: Swimlane,
    /// The clocks that run or are paused now.
    clocks: Vec<ClockBar>,
    /// The beginning of the addresses of other steps, which keep the other parameters.
    base: String,
    params: &'a CaseParams,
    problems: Problems,
    /// What the user can do; none while a past moment is shown.
    card: Option<ActCard>,
    /// Those of now, none while a past moment is shown.
    files: Vec<FileText>,
    /// The cases that were merged into this one, none while a past moment is shown.
    merged: Vec<CaseRow>,
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<CaseParams>,
) -> PageResult {
    let session = view.session()?;
    let case = case_head::parse_case(&case)?;
    let page = view.page(&app);
    let mut filters = FilterReader::new(page.now.china_date());
    let query = ReplayQuery {
        as_of: filters.end_of("as_of", &params.as_of),
        known_at: filters.end_of("known_at", &params.known_at),
        ..ReplayQuery::whole(case.clone())
    };
    if params.show != ALL {
        view.used().misread("show");
    }
    let head = case_head::fetch(&app, session, &case, &params.after).await?;
    let after = app.positions.open(&params.after);
    let replay = parts::around(&app, session, after.clone(), (&query, params.step)).await;
    let replay = match replay {
        Err(ClientError::NoAnswer { .. } | ClientError::Refused { .. }) => {
            let asked = AskedMoment::of(&query, params.step);
            return Ok(alone::show(&app, session, page, head, asked).await);
        }
        answered => answered?,
    };
    let selection = params.selection(&query);
    let history = CaseHistory::build(&replay, &selection, &page);
    // An earlier step is the past as well.
    let Available {
        actions,
        files,
        merged_here,
    } = if history.past {
        Available::default()
    } else {
        available::available(&app, session, &head, after).await
    };
    let merged = case_rows::find(&app, session, merged_here).await;
    let lanes = Lanes::draw(&replay, history.at, selection.detail, &page);
    let until = query.as_of.or(query.known_at).unwrap_or(page.now);
    let problems = Problems::of_filters(&filters, &page);
    Ok(html(&CaseTemplate {
        base: base(&head, &params),
        swimlane: Swimlane::draw(&replay, &lanes, until, &page),
        files: files.iter().map(|file| FileText::of(file, &page)).collect(),
        merged: merged.into_values().collect(),
        clocks: clock_bars::draw(&head.clocks, &page),
        card: ActCard::of(actions, &head.row, &page),
        page,
        head,
        history,
        lanes,
        params: &params,
        problems,
    }))
}

/// The holder in one line, for a row of a list whose case another user has just taken.
async fn holder(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    let row = case_head::fetch(&app, session, &case_head::parse_case(&case)?, "")
        .await?
        .row;
    let page = view.page(&app);
    let unit = page.unit(&row.holder);
    let who = match &row.staff {
        Some(staff) => format!("{} {unit}", page.person(staff)),
        None => unit,
    };
    let (stage, moment) = (page.standing(&row), page.moment(&row.last_at));
    Ok(format!("{stage} · {who} · {moment}").into_response())
}

fn is_past(query: &ReplayQuery) -> bool {
    query.as_of.is_some() || query.known_at.is_some()
}

fn base(head: &CaseHead, params: &CaseParams) -> String {
    let query = query_string::encode_filled(&[
        ("as_of", params.as_of.as_str()),
        ("known_at", &params.known_at),
        ("show", &params.show),
    ]);
    let between = if query.is_empty() { "" } else { "&" };
    format!("/cases/{}?{query}{between}", head.row.number)
}
