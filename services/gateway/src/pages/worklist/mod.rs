//! `/worklist` (待办): the cases of a unit, one tab at a time. Each row has both clocks and a quick action.

mod params;
mod take_next;

use askama::Template;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use onestop_proto::{
    actor::{Role, ServiceName},
    case,
    ledger::{CaseRow, DueFilter, SortOrder, TabCount, WorklistPage, WorklistQuery, WorklistTab},
    permission,
    query::AvailableCommands,
    referral,
};

use self::params::{WorklistParams, tabs};
use super::{
    case_list_file, row_commands,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        command_schema,
        csv_file::{self, Completeness},
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
    identity::session::Session,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/worklist", get(show))
        .route("/worklist.csv", get(download))
        .route("/worklist/next", post(take_next::take_next))
}

/// The command that a tab shows beside a case, where its service lists it as available.
fn quick_action(tab: WorklistTab) -> Option<(ServiceName, &'static str)> {
    match tab {
        WorklistTab::ToAccept => Some((referral::service(), "accept")),
        WorklistTab::AtWindow => Some((case::service(), "answer")),
        WorklistTab::OfferedByUs => Some((referral::service(), "recall")),
        WorklistTab::Returned => Some((case::service(), "request-referral")),
        WorklistTab::ToClose => Some((case::service(), "close")),
        WorklistTab::PapersMissing => Some((case::service(), "receive-material")),
        WorklistTab::Done => Some((case::service(), "rate")),
        WorklistTab::Working
        | WorklistTab::AfterClose
        | WorklistTab::WaitingForPapers
        | WorklistTab::WithOthers
        | WorklistTab::SentAway
        | WorklistTab::ToDecide => None,
    }
}

#[derive(Template)]
#[template(path = "worklist.html")]
struct WorklistTemplate<'a> {
    page: Page<'a>,
    params: WorklistParams,
    tab: WorklistTab,
    role: Role,
    answer: WorklistPage,
    available: AvailableCommands,
    next: Option<String>,
    /// The address to which a quick action returns.
    back: String,
}

impl WorklistTemplate<'_> {
    fn tabs(&self) -> Vec<&TabCount> {
        let always = tabs(self.role);
        let place = |tab: WorklistTab| {
            let place = always.iter().position(|one| *one == tab);
            place.unwrap_or(always.len())
        };
        let is_shown = |count: &&TabCount| {
            count.count > 0 || always.contains(&count.tab) || count.tab == self.tab
        };
        let mut shown: Vec<_> = self.answer.counts.iter().filter(is_shown).collect();
        // What waits for the user's decision comes first, where there is any.
        let is_work = |tab| tab != WorklistTab::ToDecide;
        shown.sort_by_key(|count| (is_work(count.tab), place(count.tab), count.tab));
        shown
    }

    /// Other tabs with cases, linked from an empty one.
    fn other_tabs(&self) -> Vec<&TabCount> {
        let other = |count: &&TabCount| count.count > 0 && count.tab != self.tab;
        self.answer.counts.iter().filter(other).collect()
    }

    /// Whether the row has a button that accepts the offer at once.
    fn has_accept_button(&self, row: &CaseRow) -> bool {
        self.tab == WorklistTab::ToAccept
            && row.offer.is_some()
            && row.custody_revision.is_some()
            && self.available.include(row.case, "accept")
    }

    fn may_decline(&self, row: &CaseRow) -> bool {
        self.available.include(row.case, "decline")
    }

    /// Address and title of the quick action.
    fn action(&self, row: &CaseRow) -> Option<(String, String)> {
        let (service, command) = quick_action(self.tab)?;
        if !self.available.include(row.case, command) || row.waits_for_designation(command) {
            return None;
        }
        let back = query_string::encode(&[("back", &self.back)]);
        let href = format!("/cases/{}/do/{service}/{command}?{back}", row.number);
        let title = command_schema::title(&service, command)?;
        Some((href, self.page.i18n.words(&title).to_owned()))
    }

    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }

    fn may_accept(&self) -> bool {
        permission::permits(self.role, referral::SERVICE, "accept")
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<WorklistParams>,
) -> PageResult {
    let session = view.session()?;
    let mut query = params.query(session, app.clock.now().china_date())?;
    let mut answer = fetch(&app, session, &query, &params.after).await?;
    if answer.rows.is_empty()
        && let Some(next) = params.next_part(&answer.counts)
    {
        query.tab = next;
        answer = fetch(&app, session, &query, &params.after).await?;
    }
    let tab = query.tab;
    let next = answer.next.as_deref();
    let available = match quick_action(tab) {
        Some((service, _)) => {
            row_commands::fetch(&app, session, &service, answer.rows.iter()).await
        }
        None => AvailableCommands::default(),
    };
    Ok(html(&WorklistTemplate {
        next: next.map(|cursor| params.address(tab.as_str(), cursor)),
        back: params.address(tab.as_str(), ""),
        page: view.page(&app),
        role: session.staff.role,
        params,
        tab,
        answer,
        available,
    }))
}

/// The tab as a file: every page of it.
async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<WorklistParams>,
) -> PageResult {
    let session = view.session()?;
    let mut query = params.query(session, app.clock.now().china_date())?;
    query.limit = case_list_file::ROWS;
    query.cursor = None;
    let mut rows = Vec::new();
    loop {
        let answer = fetch(&app, session, &query, &params.after).await?;
        rows.extend(answer.rows);
        query.cursor = answer.next;
        if query.cursor.is_none() || rows.len() >= csv_file::MOST {
            break;
        }
    }
    let page = view.page(&app);
    let completeness = Completeness::of(query.cursor.as_ref());
    let bytes = case_list_file::write(&page, &rows, completeness).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, "worklist")
}

async fn fetch(
    app: &App,
    session: &Session,
    query: &WorklistQuery,
    after: &str,
) -> Result<WorklistPage, PageError> {
    let after = app.positions.open(after);
    let answer = app.ask_after(session, after, query);
    Ok(answer.await?)
}

#[cfg(test)]
mod tests {
    use onestop_proto::ledger::WorklistTab;

    use super::quick_action;
    use crate::pages::actions::form_spec::FormSpec;

    #[test]
    fn every_quick_action_has_a_form() {
        for tab in WorklistTab::ALL {
            if let Some((service, command)) = quick_action(*tab) {
                let form = FormSpec::of(&service, command);
                assert!(form.is_some(), "{tab}: {service} {command}");
            }
        }
    }
}
