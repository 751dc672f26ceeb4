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
    command::Execution,
    http::{ApiRejection, BASE},
    problem_words::own,
};
use serde_json::Value;

use super::{
    Address, error::ApiError, headers::CommandHeaders, named_case, params::Sent,
    principal::Principal, strict_json,
};
use crate::{
    app::App,
    identity::{late_approval, scope::Scope},
};

pub(super) fn route(address: &'static Address) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              principal: Principal,
              path: RawPathParams,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            let sent = Sent {
                path: &path,
                query: None,
                headers: &headers,
            };
            send(&app, address, principal, sent, body).await
        },
    )
}

async fn send(
    app: &App,
    address: &Address,
    principal: Principal,
    sent: Sent<'_>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    principal.require(match address.operation.service {
        case::SERVICE => Scope::Intake,
        _ => Scope::Decide,
    })?;
    let CommandHeaders {
        key,
        revision,
        occurred_at,
        late_entry,
    } = CommandHeaders::read(sent.headers)?;
    let case = named_case::read(app, &principal, sent.path, address.operation.service).await?;
    let meta = CommandMeta {
        id: key,
        actor: principal.actor,
        case,
        expected_revision: revision,
        occurred_at,
        late_entry,
    };
    let data = parse_json(sent.headers, body)?;
    let service = known_service(address.operation.service);
    let opens = meta.case.is_none() && address.operation.path == "/cases";
    let command = (address.operation.name, data);
    let accepted = late_approval::send(app, &service, meta, command).await?;
    let mut response = axum::Json(&accepted).into_response();
    let mut put = |name: &'static str, text: String| {
        // Numbers and ids are ASCII.
        if let Ok(value) = text.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    put("etag", format!("\"{}\"", accepted.revision));
    put("position", app.positions.seal(&accepted.at));
    if opens {
        put("location", format!("{BASE}/cases/{}", accepted.case));
    }
    if opens && accepted.answer == Execution::First {
        *response.status_mut() = StatusCode::CREATED;
    }
    Ok(response)
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
            problem: own::BROKEN_OFF.en.to_owned(),
        },
    })?;
    strict_json::parse(&body).map_err(|error| {
        let problem = error.to_string();
        ApiRejection::NotJson { problem }.into()
    })
}
