//! `/track` (查询办理进度): the progress of a case for citizens, without an account. Shows steps, the unit, the
//! expected day and a telephone number; no names of persons, nothing of their statements.

use std::{net::IpAddr, time::Instant};

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::client::{ClientError, QuestionMeta};
use onestop_directory::{CaseKey, Directory};
use onestop_proto::{
    case::{CaseStatus, PapersAwaited, Stage, TrackQuery, TrackView},
    matter::AwaitedPapers,
    query::{CustodyQuery, MatterQuery},
    rejection::{Rejected, RejectionKind},
    specialist,
};
use serde::Deserialize;

use super::shell::{Page, View, html};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        page_error::{PageError, status},
        query_string::Query,
    },
    identity::attempts::Attempt,
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/track", get(show_form).post(track))
}

/// The fields that the receipt's QR code fills in.
#[derive(Debug, Default, Deserialize)]
struct TrackForm {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "track.html")]
struct TrackTemplate<'a> {
    page: Page<'a>,
    form: TrackForm,
    problem: Option<String>,
    found: Option<TrackView>,
    /// The papers that the unit at work waits for.
    awaited: Option<AwaitedPapers>,
}

async fn show_form(State(app): State<App>, view: View, Query(form): Query<TrackForm>) -> Response {
    html(&TrackTemplate {
        page: view.page(&app),
        form,
        problem: None,
        found: None,
        awaited: None,
    })
}

async fn track(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    axum::Form(form): axum::Form<TrackForm>,
) -> Result<Response, PageError> {
    let page = view.page(&app);
    let (code, problem, mut found) = match form.query(&app.directory) {
        None => {
            let problem = page.i18n.t("track-incomplete");
            (StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None)
        }
        Some(query) => match guess(&app, from, &query).await? {
            Ok(found) => (StatusCode::OK, None, Some(found)),
            Err(rejected) => {
                let problem = match rejected.kind {
                    // Does not reveal whether the number exists.
                    RejectionKind::NotFound => page.i18n.t("track-wrong"),
                    RejectionKind::Invalid
                    | RejectionKind::Conflict
                    | RejectionKind::Forbidden
                    | RejectionKind::Unavailable => page.rejection(&rejected),
                };
                (status(rejected.kind), Some(problem), None)
            }
        },
    };
    let awaited = match &mut found {
        Some(found) => {
            let awaited = awaited(&app, found).await;
            set_status(&app, found, awaited.as_ref()).await;
            awaited
        }
        None => None,
    };
    let page = html(&TrackTemplate {
        page,
        form,
        problem,
        found,
        awaited,
    });
    Ok((code, page).into_response())
}

impl TrackForm {
    /// The question, if the form is complete.
    fn query(&self, directory: &Directory) -> Option<TrackQuery> {
        let code = self.code.trim();
        if code.is_empty() {
            return None;
        }
        match directory.read_case(&self.number).ok()? {
            CaseKey::Number(number) => Some(TrackQuery {
                number,
                code: code.to_owned(),
            }),
            // Neither is on a citizen's receipt to open anything by.
            CaseKey::Id(_) | CaseKey::ShortCode(_) => None,
        }
    }
}

/// Asks, unless this address has guessed too often: at this case, or at all. Sign-in has a budget of its own.
async fn guess(
    app: &App,
    from: IpAddr,
    query: &TrackQuery,
) -> Result<Result<TrackView, Box<Rejected>>, PageError> {
    let attempt = Attempt {
        at: Some(query.number.clone()),
        from,
        device: None,
    };
    let counted = app.tracking.count(&attempt, Instant::now());
    counted.map_err(PageError::too_many_attempts)?;
    let found = find(app, query).await;
    if !matches!(&found, Ok(Err(_))) {
        app.tracking.release(&attempt);
    }
    Ok(found?)
}

/// Asks the service of the item, as intake is asked: the citizen has shown the query code. Nothing where it does not answer.
async fn awaited(app: &App, found: &TrackView) -> Option<AwaitedPapers> {
    let case = found.case?;
    let mut all = specialist::ALL.iter();
    let own = all.find(|one| one.service == found.item.as_str())?.name();
    let query = MatterQuery { case };
    let answer = app
        .client
        .ask_service(&own, QuestionMeta::default(), &query);
    answer.await.ok()?.papers
}

/// Sets the status of a referred case to what staff read: intake alone does not know what it waits for. If referral does not
/// answer, its stage is shown.
async fn set_status(app: &App, found: &mut TrackView, awaited: Option<&AwaitedPapers>) {
    let (Some(Stage::Referred), Some(case)) = (found.stage, found.case) else {
        return;
    };
    let papers = if awaited.is_none() && found.missing.is_empty() {
        PapersAwaited::No
    } else {
        PapersAwaited::Yes
    };
    let query = CustodyQuery { case };
    let custody = app.client.ask(QuestionMeta::default(), &query);
    if let Ok(custody) = custody.await {
        let status = CaseStatus::of(Stage::Referred, custody.referred_to(), papers);
        found.standing = status.text().into();
    }
}

/// Asks intake without an actor.
async fn find(
    app: &App,
    query: &TrackQuery,
) -> Result<Result<TrackView, Box<Rejected>>, ClientError> {
    match app.client.ask(QuestionMeta::default(), query).await {
        Ok(found) => Ok(Ok(found)),
        Err(ClientError::Rejected(rejected)) if rejected.kind != RejectionKind::Unavailable => {
            Ok(Err(rejected))
        }
        Err(error) => Err(error),
    }
}
