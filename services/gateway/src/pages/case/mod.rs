//! `/cases/{case}`: the case file. A case as it stands, or as it stood: every moment has an address of its
//! own (`?step=7`, `?as_of=…`, `?known_at=…`), and one that is past offers nothing to do.

mod correct;
pub(crate) mod files;
mod integrity;
mod lanes;
mod person;
mod story;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_proto::{
    ids::CaseRef,
    journal::{self, Replay, ReplayQuery},
    ledger::{CaseHead, CaseHeadQuery},
    time::Timestamp,
};
use serde::Deserialize;

use self::{lanes::Lanes, story::Story};
use super::moves::offered::{self, Move};
use crate::{
    app::App,
    auth::Session,
    error::Oops,
    live,
    page::{Page, View, html},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}", get(show))
        .route("/cases/{case}/who", get(who))
        .merge(correct::routes())
        .merge(integrity::routes())
        .merge(person::routes())
}

/// Which moment is looked at, and how.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    /// Up to this step; the last one if nothing is said.
    step: Option<u32>,
    /// What had happened by then: 2026-03-04T15:20, a moment in China.
    #[serde(default)]
    as_of: String,
    /// What the journal had heard by then.
    #[serde(default)]
    known_at: String,
    /// `all` shows the bookkeeping too: clocks, notes between services.
    #[serde(default)]
    show: String,
    /// A position that must be in what is shown: one's own decision.
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CaseFile<'a> {
    page: Page<'a>,
    head: CaseHead,
    story: Story,
    lanes: Lanes,
    /// What the addresses of other steps begin with: the moment and the manner stay.
    base: String,
    asked: &'a Asked,
    /// What this person can do with it now; nothing while the past is looked at.
    moves: Vec<Move>,
}

/// The head of a case's file, if it is for this person to see.
pub(in crate::pages) async fn head(
    app: &App,
    session: &Session,
    case: &CaseRef,
    after: &str,
) -> Result<CaseHead, Oops> {
    let query = CaseHeadQuery { case: case.clone() };
    let service = journal::service();
    let after = live::position(after);
    Ok(app.ask(session, (&service, "case"), after, &query).await?)
}

/// The case that an address names.
pub(in crate::pages) fn named(text: &str) -> Result<CaseRef, Oops> {
    text.parse().map_err(|_| Oops::not_found())
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let case = named(&case)?;
    let moment = |text: &str| -> Result<Option<Timestamp>, Oops> {
        let parsed = (!text.is_empty()).then(|| text.parse()).transpose();
        parsed.map_err(|error: onestop_proto::time::InvalidTime| Oops::form(&error.to_string()))
    };
    let query = ReplayQuery {
        case: case.clone(),
        as_of: moment(&asked.as_of)?,
        known_at: moment(&asked.known_at)?,
    };
    let head = head(&app, session, &case, &asked.after).await?;
    let after = live::position(&asked.after);
    let service = journal::service();
    let replay: Replay = app
        .ask(session, (&service, "replay"), after, &query)
        .await?;
    let moves = if is_past(&query) {
        Vec::new()
    } else {
        offered::offered(&app, session, &head, live::position(&asked.after)).await
    };
    let page = view.page(&app);
    let story = Story::tell(
        &replay,
        asked.step,
        is_past(&query),
        asked.show == "all",
        &page,
    );
    let lanes = Lanes::draw(&replay, story.at, asked.show == "all", &page);
    Ok(html(&CaseFile {
        base: base(&head, &asked),
        page,
        head,
        story,
        lanes,
        moves,
        asked: &asked,
    })
    .into_response())
}

/// Who has it now, in one line: for a row that another has just taken.
async fn who(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let row = head(&app, session, &named(&case)?, "").await?.row;
    let page = view.page(&app);
    let unit = page.unit(&row.holder);
    let who = match &row.staff {
        Some(staff) => format!("{} {unit}", page.person(staff)),
        None => unit,
    };
    let (stage, moment) = (page.say.text(row.stage.text()), page.moment(&row.last_at));
    Ok(format!("{stage} · {who} · {moment}").into_response())
}

fn is_past(query: &ReplayQuery) -> bool {
    query.as_of.is_some() || query.known_at.is_some()
}

fn base(head: &CaseHead, asked: &Asked) -> String {
    let pairs = [
        ("as_of", asked.as_of.as_str()),
        ("known_at", &asked.known_at),
        ("show", &asked.show),
    ];
    let said: Vec<(&str, &str)> = pairs
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let query = crate::page::query(&said);
    let between = if query.is_empty() { "" } else { "&" };
    format!("/cases/{}?{query}{between}", head.row.number)
}
