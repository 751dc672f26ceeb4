//! Forwards questions to their services. Some services answer every caller; for those, the journal is asked first
//! whether the principal may see the case.

use axum::{
    body::Bytes,
    extract::{RawPathParams, RawQuery, State, rejection::BytesRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use onestop_proto::{
    actor::known_service,
    case::{self, TrackQuery, TrackView},
    envelope::LogPosition,
    http::{ApiRejection, BODY_LIMIT, OF_THE_WHOLE},
    ids::{CaseRef, UnitId},
    ledger,
    problem_words::own,
    query::{CaseView, QuestionType},
    referral,
    rejection::Explain,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Address, commands,
    error::ApiError,
    headers, named_case,
    params::{self, Sent},
    principal::Principal,
};
use crate::{app::App, core::track_status::with_status, identity::scope::Scope};

pub(super) fn route(address: &'static Address) -> MethodRouter<App> {
    get(
        move |State(app): State<App>,
              principal: Principal,
              path: RawPathParams,
              RawQuery(query): RawQuery,
              headers: HeaderMap| async move {
            let sent = Sent {
                path: &path,
                query: query.as_deref(),
                headers: &headers,
            };
            let answered = ask(&app, address, &principal, sent).await;
            answered.map_err(|error| error.of_question(address.operation.name))
        },
    )
}

pub(super) fn route_with_body(address: &'static Address) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              principal: Principal,
              path: RawPathParams,
              RawQuery(query): RawQuery,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            let sent = Sent {
                path: &path,
                query: query.as_deref(),
                headers: &headers,
            };
            ask_personal(&app, address, principal, sent, body).await
        },
    )
}

/// The question's data is in the body; the service itself checks who may see the answer.
async fn ask_personal(
    app: &App,
    address: &Address,
    principal: Principal,
    sent: Sent<'_>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    principal.require(Scope::Read)?;
    headers::refuse_of_acts(sent.headers)?;
    let after = params::parse_after(sent.query)?;
    let after = headers::after(&app.positions, sent.headers, after.as_deref())?;
    let _slot = app.slots.waiting(&principal.actor, after.as_ref())?;
    let mut data = commands::parse_json(sent.headers, body, BODY_LIMIT)?;
    let fields = data.as_object_mut();
    let fields = fields.ok_or_else(|| ApiError::field("data", own::OBJECT.en))?;
    let service = address.operation.service;
    if let Some(case) =
        named_case::read(app, &principal, sent.path, service, after.as_ref()).await?
    {
        let twice = fields.insert("case".to_owned(), json!(case)).is_some();
        if twice {
            return Err(ApiError::field("case", own::IN_ADDRESS.en));
        }
    }
    let operation = &address.operation;
    let service = known_service(operation.service);
    let who = (Some(principal.actor), after);
    let answer = app.client.question(&service, operation.name, who, &data);
    let answer: Value = answer.await?;
    if (operation.service, operation.name) == (case::SERVICE, TrackQuery::NAME) {
        return tracked(app, answer).await;
    }
    Ok(answered(&answer))
}

/// The case of a receipt with its status, as the page of citizens has it.
async fn tracked(app: &App, answer: Value) -> Result<Response, ApiError> {
    let found = TrackView::deserialize(&answer).map_err(anyhow::Error::from)?;
    Ok(axum::Json(with_status(&app.client, found).await).into_response())
}

async fn ask(
    app: &App,
    address: &Address,
    principal: &Principal,
    sent: Sent<'_>,
) -> Result<Response, ApiError> {
    principal.require(Scope::Read)?;
    let operation = &address.operation;
    if OF_THE_WHOLE.contains(&operation.name) && !app.directory.oversees_all(&principal.actor) {
        return Err(ApiRejection::WholeProvinceOnly {}.into());
    }
    let mut params = params::parse(&address.parameters, sent.path, sent.query)?;
    let after = headers::after(&app.positions, sent.headers, params.after.as_deref())?;
    let _slot = app.slots.waiting(&principal.actor, after.as_ref())?;
    let case =
        named_case::read(app, principal, sent.path, operation.service, after.as_ref()).await?;
    if let (Some(case), Some(named)) = (&case, params.data.get_mut("case")) {
        *named = json!(case);
    }
    match (operation.service, operation.name) {
        (referral::SERVICE, "worklist") => check_unit(app, principal, &params.data["unit"])?,
        (_, "matter" | "proof" | "custody") => {
            let named = case.clone();
            let named = named.ok_or_else(|| ApiError::field("case", own::MISSING.en))?;
            let id = named_case::visible(app, principal, named, after.clone()).await?;
            params.data.insert("case".to_owned(), json!(id));
        }
        _ => {}
    }
    let data = if operation.data["type"] == "null" {
        Value::Null
    } else {
        Value::Object(params.data)
    };
    let service = known_service(operation.service);
    let who = (Some(principal.actor.clone()), after.clone());
    let answer: Value = app
        .client
        .question(&service, operation.name, who, &data)
        .await?;
    if (operation.service, operation.name) == (case::SERVICE, "case") {
        check_takes_part(app, principal, case, &answer, after).await?;
    }
    Ok(answered(&answer))
}

fn answered(answer: &Value) -> Response {
    let mut response = axum::Json(answer).into_response();
    if let Some(revision) = answer["revision"].as_u64()
        && let Ok(tag) = format!("\"{revision}\"").parse()
    {
        response.headers_mut().insert("etag", tag);
    }
    response
}

/// The window that registered a case and its holder see it before the journal knows of it.
async fn check_takes_part(
    app: &App,
    principal: &Principal,
    named: Option<CaseRef>,
    answer: &Value,
    after: Option<LogPosition>,
) -> Result<(), ApiError> {
    let view = CaseView::deserialize(answer).map_err(anyhow::Error::from)?;
    if [&view.window, &view.holder].contains(&&principal.actor.unit) {
        return Ok(());
    }
    let named = named.unwrap_or(CaseRef::Id(view.case));
    named_case::visible(app, principal, named, after).await?;
    Ok(())
}

fn check_unit(app: &App, principal: &Principal, unit: &Value) -> Result<(), ApiError> {
    let parsed = serde_json::from_value::<UnitId>(unit.clone());
    let unit = parsed.map_err(|error| ApiError::field("unit", error.to_string()))?;
    let visibility = principal.visibility(app);
    if visibility.includes_unit(&unit, &app.directory) {
        return Ok(());
    }
    let yours = principal.actor.unit.clone();
    let refused = ledger::Rejection::NotYourUnit { unit, yours };
    Err(refused.rejected().into())
}
