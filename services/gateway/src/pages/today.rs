//! `/today` (今日): the user's drafts, and the cases of their unit that came back, are due, or were registered today.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use onestop_proto::{
    ledger::{CaseGroup, CaseRow, Today, TodayQuery, WorklistTab},
    permission,
};

use super::shell::{Page, View, html};
use crate::{
    app::App,
    core::{
        db::drafts::{self, Kind},
        form_data::FormData,
        page_error::PageError,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/today", get(show))
}

/// A draft of a registration, in words.
struct DraftText {
    key: String,
    saved: String,
    name: String,
    about: String,
}

struct Section {
    /// The id of its message.
    name: &'static str,
    group: CaseGroup,
    /// The tab of the worklist that has all of its cases.
    tab: Option<WorklistTab>,
    action: Option<RowAction>,
}

/// What can be done with each case of a section.
#[derive(Clone, Copy)]
struct RowAction {
    service: &'static str,
    command: &'static str,
    /// The id of its message.
    name: &'static str,
}

const REFER_AGAIN: RowAction = RowAction {
    service: "intake",
    command: "request-referral",
    name: "today-refer-again",
};
const CLOSE: RowAction = RowAction {
    service: "intake",
    command: "close",
    name: "today-close",
};

#[derive(Template)]
#[template(path = "today.html")]
struct TodayTemplate<'a> {
    page: Page<'a>,
    drafts: Vec<DraftText>,
    sections: Vec<Section>,
    may_open: bool,
    on: jiff::civil::Date,
}

impl TodayTemplate<'_> {
    fn action(&self, row: &CaseRow, section: &Section) -> Option<(String, String)> {
        let RowAction {
            service,
            command,
            name,
        } = section.action?;
        let href = format!("/cases/{}/do/{service}/{command}?back=/today", row.number);
        Some((href, self.page.i18n.t(name)))
    }
}

async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    let query = TodayQuery {
        unit: session.staff.unit.clone(),
        staff: None,
    };
    let today = app.ask(session, &query).await?;
    let (key, staff) = (app.draft_key.clone(), session.staff.id.clone());
    let drafts = app
        .db
        .with(move |db| drafts::all(db, &key, Kind::Case, &staff))
        .await?;
    let page = view.page(&app);
    let may =
        |service: &str, command: &str| permission::permits(session.staff.role, service, command);
    Ok(html(&TodayTemplate {
        drafts: drafts
            .iter()
            .map(|draft| draft_text(draft, &page))
            .collect(),
        sections: sections(today, |action| may(action.service, action.command)),
        may_open: may("intake", "open"),
        on: page.now.china_date(),
        page,
    }))
}

fn sections(today: Today, may: impl Fn(&RowAction) -> bool) -> Vec<Section> {
    let section = |name, group, tab, action: Option<RowAction>| Section {
        name,
        group,
        tab,
        action: action.filter(&may),
    };
    vec![
        section("today-due", today.due, None, None),
        section(
            "today-returned",
            today.returned,
            Some(WorklistTab::Returned),
            Some(REFER_AGAIN),
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
        name: typed.get("name").to_owned(),
        about: about.unwrap_or_default(),
    }
}
