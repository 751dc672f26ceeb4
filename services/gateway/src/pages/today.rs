//! `/today`: somebody's day (今日): what they have begun to type, what came back, what is due, what was taken.

use askama::Template;
use axum::{Router, extract::State, response::Response, routing::get};
use onestop_proto::{
    journal,
    ledger::{CaseGroup, CaseRow, Today, TodayQuery, WorklistTab},
    permission,
};

use crate::{
    app::App,
    db::drafts::{self, Kind},
    error::Oops,
    page::{Page, View, html},
    pairs::Pairs,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/today", get(show))
}

/// A registration that was begun.
struct Begun {
    key: String,
    saved: String,
    /// Whose, and about what, as far as it was typed.
    name: String,
    about: String,
}

/// One part of the day.
struct Part {
    /// The id of its message.
    name: &'static str,
    group: CaseGroup,
    /// The part of the worklist with the rest of it.
    tab: Option<WorklistTab>,
    /// What can be done with each.
    action: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "today.html")]
struct Day<'a> {
    page: Page<'a>,
    begun: Vec<Begun>,
    parts: Vec<Part>,
    may_open: bool,
    on: jiff::civil::Date,
}

impl Day<'_> {
    fn action(&self, row: &CaseRow, part: &Part) -> Option<(String, String)> {
        let (command, message) = part.action?;
        let href = format!("/cases/{}/do/{command}?back=/today", row.number);
        Some((href, self.page.say.t(message)))
    }
}

async fn show(State(app): State<App>, view: View) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let asked = TodayQuery {
        unit: session.staff.unit.clone(),
        staff: None,
    };
    let service = journal::service();
    let today: Today = app.ask(session, (&service, "today"), None, &asked).await?;
    let (seal, staff) = (app.seal.clone(), session.staff.id.clone());
    let kept = app
        .db
        .with(move |db| drafts::all(db, &seal, Kind::Case, &staff))
        .await?;
    let role = session.staff.role;
    let may = |service: &str, command: &str| permission::permits(role, service, command);
    let page = view.page(&app);
    let begun = kept.iter().map(|draft| begun(draft, &page)).collect();
    let part = |name, group, tab, action: Option<(&'static str, &'static str)>| Part {
        name,
        group,
        tab: Some(tab),
        action: action.filter(|(path, _)| {
            let (service, command) = path.split_once('/').unwrap_or_default();
            may(service, command)
        }),
    };
    let parts = vec![
        Part {
            name: "today-due",
            group: today.due,
            tab: None,
            action: None,
        },
        part(
            "today-returned",
            today.returned,
            WorklistTab::Returned,
            Some(("intake/request-referral", "today-refer-again")),
        ),
        part(
            "today-to-close",
            today.to_close,
            WorklistTab::ToClose,
            Some(("intake/close", "today-close")),
        ),
        part(
            "today-to-accept",
            today.to_accept,
            WorklistTab::ToAccept,
            None,
        ),
        Part {
            name: "today-taken",
            group: today.taken,
            tab: None,
            action: None,
        },
    ];
    Ok(html(&Day {
        begun,
        parts,
        may_open: may("intake", "open"),
        on: page.now.china_date(),
        page,
    }))
}

fn begun(draft: &drafts::Draft, page: &Page<'_>) -> Begun {
    let typed = Pairs::read(&draft.text);
    let about = typed
        .get("topic")
        .split_once('/')
        .and_then(|(item, topic)| Some(page.about(&item.parse().ok()?, &topic.parse().ok()?)));
    Begun {
        key: draft.id.clone(),
        saved: page.moment(&draft.saved_at),
        name: typed.get("name").to_owned(),
        about: about.unwrap_or_default(),
    }
}
