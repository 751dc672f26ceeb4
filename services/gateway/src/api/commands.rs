//! A command, sent on.

use axum::{
    body::Bytes,
    extract::{RawPathParams, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use onestop_chassis::client::CommandMeta;
use onestop_proto::{
    actor::known_service,
    case,
    command::{AcceptedCommand, CommandType, Execution},
    http::{ApiRejection, BASE},
    ids::CaseRef,
    replication,
};
use serde_json::Value;

use super::{Address, asker::Asker, headers, no::No};
use crate::{app::App, auth::Scope};

pub(super) fn at(address: &'static Address) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              asker: Asker,
              path: RawPathParams,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            send(&app, address, asker, (&path, &headers), body).await
        },
    )
}

async fn send(
    app: &App,
    address: &Address,
    asker: Asker,
    (path, given): (&RawPathParams, &HeaderMap),
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    asker.may(match address.operation.service {
        case::SERVICE => Scope::Intake,
        _ => Scope::Decide,
    })?;
    // Whose log a service follows concerns every case there is.
    if replication::Command::NAMES.contains(&address.operation.name) && !asker.sees_the_whole(app) {
        return Err(ApiRejection::WholeOnly {}.into());
    }
    let order = CommandMeta {
        id: headers::key(given)?,
        actor: asker.actor,
        case: case_in(path)?,
        expected_revision: headers::revision(given)?,
        occurred_at: headers::occurred_at(given)?,
    };
    let data = json(given, body)?;
    let (service, opens) = (
        known_service(address.operation.service),
        order.case.is_none(),
    );
    let sent = app
        .client
        .command_named(&service, order, (address.operation.name, data));
    let accepted = sent.await?;
    Ok(done(
        app,
        &accepted,
        opens && address.operation.path == "/cases",
    ))
}

/// The case in the address, where there is one.
pub(super) fn case_in(path: &RawPathParams) -> Result<Option<CaseRef>, No> {
    let Some((_, text)) = path.iter().find(|(name, _)| *name == "case") else {
        return Ok(None);
    };
    let case = text.parse::<CaseRef>();
    case.map(Some)
        .map_err(|error| No::field("case", error.to_string()))
}

/// The body, as the JSON that it says it is.
pub(super) fn json(given: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Value, No> {
    let kind = given
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Err(ApiRejection::WrongType {}.into());
    }
    let body = body.map_err(|rejection| match rejection.status().as_u16() {
        413 => ApiRejection::TooLarge {
            limit: super::BODY as u64,
        },
        _ => ApiRejection::NotJson {
            problem: "it breaks off".to_owned(),
        },
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let problem = error.to_string();
        ApiRejection::NotJson { problem }.into()
    })
}

fn done(app: &App, accepted: &AcceptedCommand, opened: bool) -> Response {
    let status = match accepted.answer {
        Execution::First if opened => StatusCode::CREATED,
        Execution::First | Execution::Repeated => StatusCode::OK,
    };
    let mut response = (status, axum::Json(accepted)).into_response();
    let mut put = |name: &'static str, text: String| {
        // Numbers and ids are fit for a header.
        if let Ok(value) = text.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    put("etag", format!("\"{}\"", accepted.revision));
    put("position", app.positions.seal(&accepted.at));
    if opened {
        put("location", format!("{BASE}/cases/{}", accepted.case));
    }
    response
}
