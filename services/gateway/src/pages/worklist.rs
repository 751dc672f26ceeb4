//! `/worklist`: a unit's work (待办), a part of it at a time. What it is narrowed to stands in the address;
//! each line has both clocks and the one thing that is usually done with it. `/worklist/next` takes the next
//! case (取下一件): the offer that is due first, or, if somebody was faster, the one after it.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use onestop_proto::{
    actor::{Role, ServiceName},
    case,
    ids::CaseRef,
    journal,
    ledger::{
        CaseRow, DueFilter, Filters, SortOrder, TabCount, WorklistPage, WorklistQuery, WorklistTab,
    },
    permission, referral,
    rejection::{Rejected, RejectionKind},
};
use serde::Deserialize;
use serde_json::json;

use super::moves::form::title;
use crate::{
    app::App,
    ask::Decision,
    auth::{Form, Session},
    error::Oops,
    live,
    page::{Page, View, html, query},
    pairs::Pairs,
};

/// Rows on a page.
const ROWS: u32 = 50;
/// Offers that are tried before it is said that others were faster.
const TRIES: usize = 5;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/worklist", get(show))
        .route("/worklist/next", post(next))
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    item: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    origin: String,
    #[serde(default)]
    mine: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    cursor: String,
    /// A position that must be in what is shown: one's own decision.
    #[serde(default)]
    after: String,
}

impl Asked {
    /// What the address says; a value that is none narrows nothing.
    fn query(&self, session: &Session) -> WorklistQuery {
        let text = self.text.trim();
        WorklistQuery {
            unit: session.staff.unit.clone(),
            tab: self
                .tab
                .parse()
                .unwrap_or_else(|_| first_tab(session.staff.role)),
            filters: Filters {
                item: self.item.parse().ok(),
                origin: self.origin.parse().ok(),
                due: self.due.parse().ok(),
                text: (!text.is_empty()).then(|| text.to_owned()),
                mine: (!self.mine.is_empty()).then(|| session.staff.id.clone()),
            },
            order: self.order.parse().unwrap_or(SortOrder::Due),
            cursor: (!self.cursor.is_empty()).then(|| self.cursor.clone()),
            limit: ROWS,
        }
    }

    /// The address of this list with another part or page; what it is narrowed to stays.
    fn address(&self, tab: &str, cursor: &str) -> String {
        let pairs = [
            ("tab", tab),
            ("text", self.text.as_str()),
            ("item", &self.item),
            ("due", &self.due),
            ("origin", &self.origin),
            ("mine", &self.mine),
            ("order", &self.order),
            ("cursor", cursor),
        ];
        let said: Vec<_> = pairs
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        format!("/worklist?{}", query(&said))
    }

    fn is_narrowed(&self) -> bool {
        let all = [&self.text, &self.item, &self.due, &self.origin, &self.mine];
        all.iter().any(|text| !text.is_empty())
    }
}

/// The parts that a role always sees; of the others, those that hold something.
fn tabs(role: Role) -> &'static [WorklistTab] {
    match role {
        Role::Clerk => &[
            WorklistTab::AtWindow,
            WorklistTab::Returned,
            WorklistTab::OfferedByUs,
            WorklistTab::WithOthers,
            WorklistTab::ToClose,
            WorklistTab::Done,
        ],
        Role::Specialist
        | Role::Supervisor
        | Role::UnitAdministrator
        | Role::Auditor
        | Role::System => &[
            WorklistTab::ToAccept,
            WorklistTab::Working,
            WorklistTab::WaitingForPapers,
            WorklistTab::SentAway,
            WorklistTab::Done,
        ],
    }
}

fn first_tab(role: Role) -> WorklistTab {
    tabs(role).first().copied().unwrap_or(WorklistTab::ToAccept)
}

/// The one thing that is usually done with a case of this part.
fn usual(tab: WorklistTab) -> Option<(ServiceName, &'static str)> {
    match tab {
        WorklistTab::ToAccept => Some((referral::service(), "accept")),
        WorklistTab::AtWindow => Some((case::service(), "answer")),
        WorklistTab::OfferedByUs => Some((referral::service(), "recall")),
        WorklistTab::Returned => Some((case::service(), "request-referral")),
        WorklistTab::ToClose => Some((case::service(), "close")),
        WorklistTab::Done => Some((case::service(), "rate")),
        WorklistTab::Working
        | WorklistTab::WaitingForPapers
        | WorklistTab::WithOthers
        | WorklistTab::SentAway => None,
    }
}

#[derive(Template)]
#[template(path = "worklist.html")]
struct Worklist<'a> {
    page: Page<'a>,
    asked: Asked,
    tab: WorklistTab,
    role: Role,
    answer: WorklistPage,
    next: Option<String>,
    /// Where a quick action comes back to.
    back: String,
}

impl Worklist<'_> {
    fn tabs(&self) -> Vec<&TabCount> {
        let always = tabs(self.role);
        let place = |tab: WorklistTab| {
            always
                .iter()
                .position(|one| *one == tab)
                .unwrap_or(always.len())
        };
        let shown = |count: &&TabCount| {
            count.count > 0 || always.contains(&count.tab) || count.tab == self.tab
        };
        let mut shown: Vec<_> = self.answer.counts.iter().filter(shown).collect();
        shown.sort_by_key(|count| (place(count.tab), count.tab));
        shown
    }

    /// Parts that hold something, to be told of where this one is empty.
    fn elsewhere(&self) -> Vec<&TabCount> {
        let other = |count: &&TabCount| count.count > 0 && count.tab != self.tab;
        self.answer.counts.iter().filter(other).collect()
    }

    fn is_sent_at_once(&self, row: &CaseRow) -> bool {
        self.tab == WorklistTab::ToAccept && row.offer.is_some() && row.custody_revision.is_some()
    }

    /// The usual action, as a page to go to.
    fn action(&self, row: &CaseRow) -> Option<(String, String)> {
        let (service, command) = usual(self.tab)?;
        if !permission::permits(self.role, service.as_str(), command)
            || (command == "rate" && row.rating.is_some())
        {
            return None;
        }
        let back = query(&[("back", &self.back)]);
        let href = format!("/cases/{}/do/{service}/{command}?{back}", row.number);
        let (zh, en) = title(&service, command)?;
        let name = match self.page.say.language() {
            onestop_proto::text::Language::Zh => zh,
            onestop_proto::text::Language::En => en,
        };
        Some((href, name))
    }

    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }

    fn may_take(&self) -> bool {
        permission::permits(self.role, referral::SERVICE, "accept")
    }

    /// How this line came back, in words.
    fn back_told(&self, row: &CaseRow) -> Option<String> {
        let back = row.back.as_ref()?;
        let by = back
            .by
            .as_ref()
            .map(|unit| self.page.unit(unit))
            .unwrap_or_default();
        let reason = back
            .reason
            .map(|reason| format!("：{}", self.page.say.text(reason.text())));
        let how = self.page.say.text(back.how.text());
        Some(format!("{by} {how}{}", reason.unwrap_or_default()))
    }

    fn from(&self, row: &CaseRow) -> String {
        self.page.unit(&row.window)
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let wanted = asked.query(session);
    let answer = desk(&app, session, &wanted, &asked.after).await?;
    let tab = wanted.tab;
    Ok(html(&Worklist {
        next: answer
            .next
            .as_deref()
            .map(|cursor| asked.address(tab.as_str(), cursor)),
        back: asked.address(tab.as_str(), ""),
        page: view.page(&app),
        role: session.staff.role,
        asked,
        tab,
        answer,
    }))
}

async fn desk(
    app: &App,
    session: &Session,
    wanted: &WorklistQuery,
    after: &str,
) -> Result<WorklistPage, Oops> {
    let service = journal::service();
    let after = live::position(after);
    Ok(app
        .ask(session, (&service, "worklist"), after, wanted)
        .await?)
}

/// Takes the offer that is due first.
async fn next(State(app): State<App>, form: Form<Pairs>) -> Result<Response, Oops> {
    let session = form.session;
    let wanted = WorklistQuery {
        tab: WorklistTab::ToAccept,
        ..Asked::default().query(&session)
    };
    let offered = desk(&app, &session, &wanted, "").await?.rows;
    let typed = form.fields.get("key").parse().ok();
    let mut key = typed.unwrap_or_else(|| app.clock.command());
    for row in offered.iter().take(TRIES) {
        let Some(offer) = &row.offer else { continue };
        let decision = Decision {
            key,
            case: Some(CaseRef::Id(row.case)),
            revision: row.custody_revision,
            command: "accept",
            data: json!({ "handoff": offer.handoff }),
        };
        match app.order(&session, &referral::service(), decision).await {
            Ok(accepted) => {
                let after = live::token(&accepted.at);
                let to = format!(
                    "/cases/{}?done={}.accept&after={after}",
                    row.number,
                    referral::SERVICE
                );
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => was_faster(error.into_rejected())?,
        }
        key = app.clock.command();
    }
    Ok(Redirect::to("/worklist?tab=to-accept&done=none-left").into_response())
}

/// Somebody else was faster, so that the next offer is tried; any other "no" is told.
fn was_faster(rejected: Rejected) -> Result<(), Oops> {
    match rejected.kind {
        // The form was sent before: what it took, it has taken.
        RejectionKind::Conflict if rejected.code != "key-reused" => Ok(()),
        RejectionKind::Conflict
        | RejectionKind::NotFound
        | RejectionKind::Invalid
        | RejectionKind::Forbidden
        | RejectionKind::Unavailable => Err(rejected.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_list_is_narrowed_to_stays_in_its_address() {
        let asked = Asked {
            text: "讨薪".to_owned(),
            due: "soon".to_owned(),
            after: "intake.main.x.1".to_owned(),
            ..Asked::default()
        };
        let address = asked.address("to-accept", "");
        assert!(
            address.starts_with("/worklist?tab=to-accept&text="),
            "{address}"
        );
        assert!(
            address.contains("due=soon") && !address.contains("after"),
            "{address}"
        );
        assert!(asked.is_narrowed() && !Asked::default().is_narrowed());
    }

    #[test]
    fn every_role_begins_with_a_part_of_its_own() {
        assert_eq!(first_tab(Role::Clerk), WorklistTab::AtWindow);
        assert_eq!(first_tab(Role::Specialist), WorklistTab::ToAccept);
    }

    #[test]
    fn the_usual_action_of_every_part_is_a_command_with_a_form() {
        for tab in WorklistTab::ALL {
            if let Some((service, command)) = usual(*tab) {
                let shape = super::super::moves::form::Form::of(&service, command);
                assert!(shape.is_some(), "{tab}: {service} {command}");
            }
        }
    }
}
