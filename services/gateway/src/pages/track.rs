//! `/track` (查询办理进度): for citizens, with the receipt in hand and no account. Plain steps, who has it, by when,
//! whom to call; no name of anybody, nothing of what was said.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    case::{self, TrackQuery, TrackView},
    ids::CaseNumber,
    rejection::RejectionKind,
};
use serde::Deserialize;

use crate::{
    app::App,
    error::{Oops, status},
    page::{Page, View, html},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/track", get(ask).post(show))
}

/// What stands on the receipt. The receipt's square code fills it in.
#[derive(Debug, Default, Deserialize)]
struct Given {
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    phone_end: String,
}

#[derive(Template)]
#[template(path = "track.html")]
struct Track<'a> {
    page: Page<'a>,
    given: Given,
    problem: Option<String>,
    found: Option<TrackView>,
}

async fn ask(State(app): State<App>, view: View, Query(given): Query<Given>) -> Response {
    html(&Track {
        page: view.page(&app),
        given,
        problem: None,
        found: None,
    })
}

async fn show(
    State(app): State<App>,
    view: View,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    axum::Form(given): axum::Form<Given>,
) -> Result<Response, Oops> {
    if app.limits.is_over(from.ip(), app.clock.now()) {
        return Err(Oops::too_often());
    }
    let page = view.page(&app);
    let asked = given
        .number
        .trim()
        .parse::<CaseNumber>()
        .ok()
        .map(|number| {
            let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            TrackQuery {
                number,
                code: some(&given.code),
                phone_end: some(&given.phone_end),
            }
        });
    let complete = asked.filter(|asked| asked.code.is_some() || asked.phone_end.is_some());
    let (code, problem, found) = match complete {
        None => {
            let problem = page.say.t("track-incomplete");
            (StatusCode::UNPROCESSABLE_ENTITY, Some(problem), None)
        }
        Some(query) => {
            let service = case::service();
            let answer = app
                .client
                .question(&service, "track", (None, None), &query)
                .await;
            match answer {
                Ok(found) => (StatusCode::OK, None, Some(found)),
                Err(ClientError::Rejected(rejected))
                    if rejected.kind != RejectionKind::Unavailable =>
                {
                    app.limits.count(from.ip(), app.clock.now());
                    // Whether the number or the code is wrong is nobody's business.
                    let problem = match rejected.kind {
                        RejectionKind::NotFound => page.say.t("track-wrong"),
                        RejectionKind::Invalid
                        | RejectionKind::Conflict
                        | RejectionKind::Forbidden
                        | RejectionKind::Unavailable => {
                            page.say.words(&rejected.message).to_owned()
                        }
                    };
                    (status(rejected.kind), Some(problem), None)
                }
                Err(error) => return Err(error.into()),
            }
        }
    };
    let shown = html(&Track {
        page,
        given,
        problem,
        found,
    });
    Ok((code, shown).into_response())
}
