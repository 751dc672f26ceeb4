//! A question, asked. What a service would tell anybody is told here to those whom it concerns: the journal
//! is asked first whether the case is for whoever asks.

use axum::{
    body::Bytes,
    extract::{RawPathParams, RawQuery, State, rejection::BytesRejection},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use onestop_proto::{
    actor::known_service,
    case,
    envelope::LogPosition,
    http::{ApiRejection, OF_THE_WHOLE},
    ids::{CaseId, CaseRef, UnitId},
    journal, ledger, referral,
    rejection::Explain,
};
use serde_json::{Value, json};

use super::{Address, asker::Asker, commands, given, headers, no::No};
use crate::{app::App, auth::Scope};

pub(super) fn at(address: &'static Address) -> MethodRouter<App> {
    get(
        move |State(app): State<App>,
              asker: Asker,
              path: RawPathParams,
              RawQuery(query): RawQuery,
              headers: HeaderMap| async move {
            ask(&app, address, &asker, (&path, query.as_deref(), &headers)).await
        },
    )
}

pub(super) fn with_body(address: &'static Address) -> MethodRouter<App> {
    post(
        move |State(app): State<App>,
              asker: Asker,
              path: RawPathParams,
              RawQuery(query): RawQuery,
              headers: HeaderMap,
              body: Result<Bytes, BytesRejection>| async move {
            ask_personal(
                &app,
                address,
                asker,
                (&path, query.as_deref(), &headers),
                body,
            )
            .await
        },
    )
}

/// What is asked with stands in the body; the service itself decides whether it may be told.
async fn ask_personal(
    app: &App,
    address: &Address,
    asker: Asker,
    (path, query, headers): (&RawPathParams, Option<&str>, &HeaderMap),
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    asker.may(Scope::Read)?;
    let after = given::only_after(query)?;
    let after = headers::after(&app.positions, headers, after.as_deref())?;
    let mut data = commands::json(headers, body)?;
    let fields = data.as_object_mut();
    let fields = fields.ok_or_else(|| No::field("data", "an object is wanted"))?;
    if let Some(case) = commands::case_in(path)? {
        let twice = fields.insert("case".to_owned(), json!(case)).is_some();
        if twice {
            return Err(No::field("case", "it stands in the address"));
        }
    }
    let operation = &address.operation;
    let service = known_service(operation.service);
    let who = (Some(asker.actor), after);
    let asked = app.client.question(&service, operation.name, who, &data);
    let answer: Value = asked.await?;
    Ok(answered(&answer))
}

async fn ask(
    app: &App,
    address: &Address,
    asker: &Asker,
    (path, query, headers): (&RawPathParams, Option<&str>, &HeaderMap),
) -> Result<Response, No> {
    asker.may(Scope::Read)?;
    let operation = &address.operation;
    if OF_THE_WHOLE.contains(&operation.name) && !asker.sees_the_whole(app) {
        return Err(ApiRejection::WholeOnly {}.into());
    }
    let mut given = given::read(&address.parameters, path, query)?;
    let after = headers::after(&app.positions, headers, given.after.as_deref())?;
    let case = commands::case_in(path)?;
    match (operation.service, operation.name) {
        (referral::SERVICE, "worklist") => check_unit(app, asker, &given.data["unit"])?,
        (_, "matter" | "proof" | "custody") => {
            let id = seen(app, asker, case.as_ref(), after.clone()).await?;
            given.data.insert("case".to_owned(), json!(id));
        }
        _ => {}
    }
    let data = if operation.data["type"] == "null" {
        Value::Null
    } else {
        Value::Object(given.data)
    };
    let service = known_service(operation.service);
    let who = (Some(asker.actor.clone()), after.clone());
    let answer: Value = app
        .client
        .question(&service, operation.name, who, &data)
        .await?;
    if (operation.service, operation.name) == (case::SERVICE, "case") && !takes_part(asker, &answer)
    {
        seen(app, asker, case.as_ref(), after).await?;
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

/// The window that took a case and the unit that holds it see it whatever the journal has heard.
fn takes_part(asker: &Asker, answer: &Value) -> bool {
    let own = asker.actor.unit.to_string();
    answer["window"] == own.as_str() || answer["holder"] == own.as_str()
}

/// The id of a case that whoever asks may see.
async fn seen(
    app: &App,
    asker: &Asker,
    case: Option<&CaseRef>,
    after: Option<LogPosition>,
) -> Result<CaseId, No> {
    let case = case
        .ok_or_else(|| No::field("case", "it is missing"))?
        .clone();
    let query = ledger::CaseHeadQuery { case };
    let who = (Some(asker.actor.clone()), after);
    let journal = journal::service();
    let asked = app.client.question(&journal, "case", who, &query);
    let head: ledger::CaseHead = asked.await?;
    Ok(head.row.case)
}

fn check_unit(app: &App, asker: &Asker, unit: &Value) -> Result<(), No> {
    let parsed = serde_json::from_value::<UnitId>(unit.clone());
    let unit = parsed.map_err(|error| No::field("unit", error.to_string()))?;
    if asker.sees_unit(app, &unit) {
        return Ok(());
    }
    let yours = asker.actor.unit.clone();
    let refused = ledger::Rejection::NotYourUnit { unit, yours };
    Err(refused.rejected().into())
}
