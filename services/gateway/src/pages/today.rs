//! `/today` (今日): what is late, what waits for the user, and what came back: the cases of their unit, requests that they
//! decide, answers to what they asked for, and their drafts.

mod answers;
mod case_order;
mod day_file;
mod decisions;
mod own_entries;
mod sections;

use askama::Template;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case,
    ledger::{CaseRow, Today, TodayQuery},
    query::AvailableCommands,
};
use serde::Deserialize;

use self::{
    answers::Answers,
    case_order::{CASE_HEADS, CaseColumn},
    decisions::Waits,
    own_entries::{DraftText, IssuedReceipt},
    sections::{RowAction, Section, sections},
};
use super::{
    form::Form,
    opening, row_commands,
    shell::{Page, View, html},
    table_sort::{ColumnHead, TableSort},
};
use crate::{
    app::App,
    core::{
        address_use::AddressUse,
        db::drafts::Kind,
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/today", get(show))
        .route("/today.csv", get(download))
        .route("/drafts/drop", post(discard))
        .merge(answers::routes())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TodayParams {
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

impl TodayParams {
    fn sort(&self, used: &AddressUse) -> TableSort<CaseColumn> {
        TableSort::read(&self.by, &self.sort, used)
    }
}

#[derive(Template)]
#[template(path = "today.html")]
struct TodayTemplate<'a> {
    page: Page<'a>,
    drafts: Vec<DraftText>,
    sections: Vec<Section>,
    /// While the journal does not answer: the receipts of the last days, which are here.
    issued: Option<Vec<IssuedReceipt>>,
    available: AvailableCommands,
    may_open: bool,
    /// What colleagues asked for and the user decides.
    decisions: Vec<Waits>,
    /// What became of what the user asked for.
    answers: Answers,
    on: jiff::civil::Date,
    sort: TableSort<CaseColumn>,
}

impl TodayTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &CASE_HEADS)
    }

    /// The address of all sections as a file.
    fn file(&self) -> String {
        format!("/today.csv?sort={}", self.sort.code())
    }

    /// The names of the groups that have nothing, in one line.
    fn empty_groups(&self) -> String {
        let drafts = self.drafts.is_empty().then_some("today-drafts");
        let sections = self.sections.iter();
        let empty = sections.filter(|section| section.group.rows.is_empty());
        let names = empty.map(|section| section.name).chain(drafts);
        self.page.list(names.map(|name| self.page.i18n.t(name)))
    }

    fn action(&self, row: &CaseRow, section: &Section) -> Option<(String, String)> {
        let RowAction { command, name } = section.action?;
        let (number, service) = (&row.number, case::SERVICE);
        let href = format!("/cases/{number}/do/{service}/{command}?back=/today");
        let is_available = self.available.include(row.case, command);
        is_available.then(|| (href, self.page.i18n.t(name)))
    }
}

/// The day of the user's unit, in an order.
async fn day(
    app: &App,
    session: &Session,
    page: &Page<'_>,
    sort: TableSort<CaseColumn>,
) -> Result<Today, ClientError> {
    let query = TodayQuery {
        unit: session.staff.unit.clone(),
        staff: None,
    };
    let mut today = app.ask(session, &query).await?;
    let Today {
        due,
        returned,
        papers,
        to_close,
        to_accept,
        taken,
        to_decide,
        answered,
        ..
    } = &mut today;
    for group in [
        due, to_decide, returned, answered, papers, to_close, to_accept, taken,
    ] {
        case_order::sort(&mut group.rows, sort, page);
    }
    Ok(today)
}

/// The day as CSV.
async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<TodayParams>,
) -> PageResult {
    let session = view.session()?;
    let page = view.page(&app);
    let today = day(&app, session, &page, params.sort(&view.used())).await?;
    let sections = sections(session.staff.role, today, &AvailableCommands::default());
    day_file::answer(&sections, &page)
}

#[derive(Deserialize)]
struct DiscardForm {
    kind: String,
    key: String,
}

/// Discards a draft.
async fn discard(State(app): State<App>, form: Form<DiscardForm>) -> PageResult {
    let DiscardForm { kind, key } = form.fields;
    let kind = Kind::of_unsent(&kind).ok_or_else(PageError::not_found)?;
    own_entries::discard(&app, form.session.staff.id, kind, key).await?;
    Ok(Redirect::to("/today").into_response())
}

async fn show(State(app): State<App>, view: View, Query(params): Query<TodayParams>) -> PageResult {
    let session = view.session()?;
    let page = view.page(&app);
    let sort = params.sort(&view.used());
    let today = match day(&app, session, &page, sort).await {
        Err(ClientError::NoAnswer { .. } | ClientError::Refused { .. }) => None,
        answered => Some(answered?),
    };
    let drafts = own_entries::draft_texts(&app, session, &page, today.as_ref()).await?;
    let decisions = decisions::waiting(&app, session, &page).await?;
    let answers = answers::unseen(&app, session, &page).await?;
    let role = session.staff.role;
    let (sections, available, issued) = match today {
        Some(today) => {
            let with_action = today.returned.rows.iter().chain(&today.papers.rows);
            let with_action = with_action.chain(&today.to_close.rows);
            let available = row_commands::fetch(&app, session, &case::service(), with_action).await;
            (sections(role, today, &available), available, None)
        }
        None => {
            let issued = Some(own_entries::issued(&app, session, &page).await?);
            (Vec::new(), AvailableCommands::default(), issued)
        }
    };
    Ok(html(&TodayTemplate {
        drafts,
        sections,
        issued,
        available,
        decisions,
        answers,
        may_open: opening::may_open(session, &app.directory),
        on: page.now.china_date(),
        page,
        sort,
    }))
}
