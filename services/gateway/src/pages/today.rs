//! `/today` (今日): what is late, what waits for the user, and what came back: the cases of their unit, requests that they
//! decide, answers to what they asked for, and their drafts.

mod answers;
mod case_order;
mod day_file;
mod decisions;

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::Role,
    case,
    ids::CaseNumber,
    ledger::{CaseGroup, CaseRow, Today, TodayQuery, WorklistTab},
    permission,
    query::AvailableCommands,
    typed::is_blank,
};
use serde::Deserialize;

use self::{
    answers::AnswerText,
    case_order::{CASE_HEADS, CaseColumn},
    decisions::Waits,
};
use super::{
    row_commands,
    shell::{Page, View, html},
    table_sort::{ColumnHead, TableSort},
};
use crate::{
    app::App,
    core::{
        address_use::AddressUse,
        db::drafts::{self, Kind},
        form_data::FormData,
        page_error::PageError,
        query_string::Query,
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/today", get(show))
        .route("/today.csv", get(download))
        .merge(answers::routes())
}

#[derive(Default, Deserialize)]
struct TodayParams {
    /// The order of before, and the head that was pressed.
    #[serde(default)]
    sort: String,
    #[serde(default)]
    by: String,
}

impl TodayParams {
    fn sort(&self, used: &AddressUse) -> TableSort<CaseColumn> {
        TableSort::read(&self.by, &self.sort, used)
    }
}

/// A draft of a registration, in words.
struct DraftText {
    key: String,
    saved: String,
    name: String,
    about: String,
}

/// The list of what is late.
const LATE: &str = "today-due";

/// A receipt that the user has issued.
struct IssuedReceipt {
    number: CaseNumber,
    issued: String,
}

struct Section {
    /// The id of its message.
    name: &'static str,
    group: CaseGroup,
    tab: Option<WorklistTab>,
    action: Option<RowAction>,
}

impl Section {
    fn is_late(&self) -> bool {
        self.name == LATE
    }

    /// How many cases are not among its rows.
    fn missing(&self) -> u64 {
        self.group
            .count
            .saturating_sub(self.group.rows.len() as u64)
    }
}

/// The command of intake that a section shows beside a case, where intake lists it as available.
#[derive(Clone, Copy)]
struct RowAction {
    command: &'static str,
    /// The id of its message.
    name: &'static str,
}

const RECEIVE: RowAction = RowAction {
    command: "receive-material",
    name: "today-receive",
};
const REFER_AGAIN: RowAction = RowAction {
    command: "request-referral",
    name: "today-refer-again",
};
const CLOSE: RowAction = RowAction {
    command: "close",
    name: "today-close",
};

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
    answers: Vec<AnswerText>,
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
        let has_no_draft = self.may_open && self.drafts.is_empty();
        let drafts = has_no_draft.then_some("today-drafts");
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
) -> Result<Response, PageError> {
    let session = view.session()?;
    let page = view.page(&app);
    let today = day(&app, session, &page, params.sort(&view.used())).await?;
    let sections = sections(session.staff.role, today, &AvailableCommands::default());
    day_file::answer(&sections, &page)
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<TodayParams>,
) -> Result<Response, PageError> {
    let session = view.session()?;
    let page = view.page(&app);
    let sort = params.sort(&view.used());
    let today = match day(&app, session, &page, sort).await {
        Err(ClientError::NoAnswer { .. }) => None,
        answered => Some(answered?),
    };
    let drafts = stored(&app, session, Kind::Case).await?;
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
            let receipts = stored(&app, session, Kind::Receipt).await?;
            let issued = receipts.iter().filter_map(|receipt| {
                Some(IssuedReceipt {
                    number: receipt.id.parse().ok()?,
                    issued: page.moment(&receipt.saved_at),
                })
            });
            let issued = Some(issued.collect());
            (Vec::new(), AvailableCommands::default(), issued)
        }
    };
    Ok(html(&TodayTemplate {
        drafts: drafts
            .iter()
            .map(|draft| draft_text(draft, &page))
            .collect(),
        sections,
        issued,
        available,
        decisions,
        answers,
        may_open: permission::permits(role, case::SERVICE, "open"),
        on: page.now.china_date(),
        page,
        sort,
    }))
}

/// What is stored of the user.
async fn stored(app: &App, session: &Session, kind: Kind) -> Result<Vec<drafts::Draft>, PageError> {
    let (key, staff) = (app.draft_key.clone(), session.staff.id.clone());
    let all = app.db.with(move |db| drafts::all(db, &key, kind, &staff));
    Ok(all.await?)
}

/// The lists of a role: what is late first, then what waits for a decision, then what came back and what is to be done.
fn sections(role: Role, today: Today, available: &AvailableCommands) -> Vec<Section> {
    let section = |name, group: CaseGroup, tab, action: Option<RowAction>| {
        let is_offered = |action: &RowAction| {
            let mut rows = group.rows.iter();
            rows.any(|row| available.include(row.case, action.command))
        };
        Section {
            name,
            action: action.filter(is_offered),
            group,
            tab,
        }
    };
    let due = section(LATE, today.due, None, None);
    let to_decide = section(
        "tab-to-decide",
        today.to_decide,
        Some(WorklistTab::ToDecide),
        None,
    );
    if role == Role::Supervisor {
        let answered = section("today-answered", today.answered, None, None);
        return vec![due, to_decide, answered];
    }
    vec![
        due,
        to_decide,
        section(
            "today-returned",
            today.returned,
            Some(WorklistTab::Returned),
            Some(REFER_AGAIN),
        ),
        section(
            "today-papers",
            today.papers,
            Some(WorklistTab::PapersMissing),
            Some(RECEIVE),
        ),
        section(
            "today-to-close",
            today.to_close,
            Some(WorklistTab::ToClose),
            Some(CLOSE),
        ),
        section(
            "today-to-accept",
            today.to_accept,
            Some(WorklistTab::ToAccept),
            None,
        ),
        section("today-taken", today.taken, None, None),
    ]
}

fn draft_text(draft: &drafts::Draft, page: &Page<'_>) -> DraftText {
    let typed = FormData::parse(&draft.text);
    let about = typed
        .get("topic")
        .split_once('/')
        .and_then(|(item, topic)| Some(page.about(&item.parse().ok()?, &topic.parse().ok()?)));
    DraftText {
        key: draft.id.clone(),
        saved: page.moment(&draft.saved_at),
        name: Some(typed.get("name"))
            .filter(|name| !is_blank(name))
            .unwrap_or_default()
            .to_owned(),
        about: about.unwrap_or_default(),
    }
}
