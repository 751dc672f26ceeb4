//! `/places/waiting` (待审批的变更): the changes that wait for the user's bureau, each approved or sent back.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use onestop_directory::Waiting;
use serde_json::json;

use super::{
    submission::{send, updated_app},
    suspension::{self, Suspension},
};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult, status_of},
    },
    identity::session::Session,
    pages::{
        form::Form,
        problems::Problems,
        shell::{Page, View, html},
    },
};

#[derive(Template)]
#[template(path = "changes-waiting.html")]
struct WaitingTemplate<'a> {
    page: Page<'a>,
    waiting: Vec<WaitingDecision<'a>>,
    problems: Problems,
}

/// A change that the user decides about.
struct WaitingDecision<'a> {
    waiting: Waiting<'a>,
    /// What it means for open cases, if it closes a site.
    suspension: Option<Suspension>,
}

impl WaitingTemplate<'_> {
    /// The key of a form: one for each proposal, so that neither decides twice.
    fn key(&self) -> String {
        self.page.app.clock.command().to_string()
    }
}

pub(super) async fn show(State(app): State<App>, view: View) -> PageResult {
    let session = view.session()?;
    Ok(html(&render(&app, &view, session).await?))
}

async fn render<'a>(
    app: &'a App,
    view: &'a View,
    session: &Session,
) -> Result<WaitingTemplate<'a>, PageError> {
    let page = view.page(app);
    if !page.may_decide_changes() {
        return Err(PageError::forbidden());
    }
    let mut decisions = Vec::new();
    for waiting in app.directory.waiting_for(&session.actor()) {
        let suspension = if suspension::closes(&waiting.proposal.proposed.change) {
            Some(suspension::find(app, session, waiting.site, &page).await?)
        } else {
            None
        };
        decisions.push(WaitingDecision {
            waiting,
            suspension,
        });
    }
    Ok(WaitingTemplate {
        page,
        waiting: decisions,
        problems: Problems::default(),
    })
}

/// Approves a change, or sends it back, whichever button was pressed.
pub(super) async fn decide(State(app): State<App>, view: View, form: Form<FormData>) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    let proposal: u32 = typed
        .get("proposal")
        .parse()
        .map_err(|_| PageError::not_found())?;
    let site = typed.get("site");
    let (name, data) = match typed.get("decision") {
        "approve-change" => (
            "approve-change",
            json!({ "site": site, "proposal": proposal }),
        ),
        "send-back-change" => {
            let reason = typed.get("reason");
            let data = json!({ "site": site, "proposal": proposal, "reason": reason });
            ("send-back-change", data)
        }
        _ => return Err(PageError::not_found()),
    };
    match send(&app, &session, &typed, (name, data)).await? {
        Ok(accepted) => {
            updated_app(&app, &accepted).await;
            let to = format!("/places/waiting?done=registry.{name}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(rejected) => {
            let mut page = render(&app, &view, &session).await?;
            "/places/waiting".clone_into(&mut page.page.path);
            let field = |path: &str| match path {
                "reason" => format!("reason-{site}-{proposal}"),
                _ => String::new(),
            };
            page.problems = Problems::rejected(&rejected, &page.page, field);
            Ok((status_of(&rejected), html(&page)).into_response())
        }
    }
}
