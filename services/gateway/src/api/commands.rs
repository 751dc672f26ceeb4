//! Forwards commands to their services.

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

use super::{Address, error::ApiError, headers, principal::Principal};
use crate::{app::App, identity::scope::Scope};

pub(super) fn route(address: &'static Address) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              principal: Principal,
              path: RawPathParams,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            send(&app, address, principal, (&path, &headers), body).await
        },
    )
}

async fn send(
    app: &App,
    address: &Address,
    principal: Principal,
    (path, given): (&RawPathParams, &HeaderMap),
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    principal.require(match address.operation.service {
        case::SERVICE => Scope::Intake,
        _ => Scope::Decide,
    })?;
    // Replication commands concern every case.
    if replication::Command::NAMES.contains(&address.operation.name)
        && !principal.sees_all_divisions(app)
    {
        return Err(ApiRejection::WholeOnly {}.into());
    }
    let meta = CommandMeta {
        id: headers::key(given)?,
        actor: principal.actor,
        case: case_in(path)?,
        expected_revision: headers::revision(given)?,
        occurred_at: headers::occurred_at(given)?,
    };
    let data = parse_json(given, body)?;
    let (service, opens) = (
        known_service(address.operation.service),
        meta.case.is_none(),
    );
    let sent = app
        .client
        .command_named(&service, meta, (address.operation.name, data));
    let accepted = sent.await?;
    Ok(respond(
        app,
        &accepted,
        opens && address.operation.path == "/cases",
    ))
}

/// The case in the address, if it names one.
pub(super) fn case_in(path: &RawPathParams) -> Result<Option<CaseRef>, ApiError> {
    let Some((_, text)) = path.iter().find(|(name, _)| *name == "case") else {
        return Ok(None);
    };
    let case = text.parse::<CaseRef>();
    case.map(Some)
        .map_err(|error| ApiError::field("case", error.to_string()))
}

/// Parses the body as JSON.
pub(super) fn parse_json(
    given: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Value, ApiError> {
    let kind = given
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) {
        return Err(ApiRejection::WrongType {}.into());
    }
    let body = body.map_err(|rejection| match rejection.status().as_u16() {
        413 => ApiRejection::TooLarge {
            limit: super::BODY_LIMIT as u64,
        },
        _ => ApiRejection::NotJson {
            problem: "the body breaks off".to_owned(),
        },
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        let problem = error.to_string();
        ApiRejection::NotJson { problem }.into()
    })
}

fn respond(app: &App, accepted: &AcceptedCommand, opened: bool) -> Response {
    let status = match accepted.answer {
        Execution::First if opened => StatusCode::CREATED,
        Execution::First | Execution::Repeated => StatusCode::OK,
    };
    let mut response = (status, axum::Json(accepted)).into_response();
    let mut put = |name: &'static str, text: String| {
        // Numbers and ids are ASCII.
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
