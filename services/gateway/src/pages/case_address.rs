//! Addresses of a case (`/cases/…`) that name it in another way than by its number or id lead to the one by its number: by the
//! official form, in another spelling, by the short code.

use axum::{
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, Method},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use onestop_directory::{CaseKey, Directory};
use onestop_proto::ids::CaseRef;

use super::lookup::find_row;
use crate::{app::App, core::page_error::PageError, identity::session::Session};

const CASES: &str = "/cases/";

pub(super) async fn lead(
    State(app): State<App>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let key = params
        .ok()
        .filter(|_| request.uri().path().starts_with(CASES))
        .and_then(|params| named_otherwise(&params, &app.directory));
    match key {
        None => next.run(request).await,
        Some(key) => match canonical(&app, RequestedPage::of(&request), key).await {
            Ok(Some(case)) => Redirect::to(&with_case(&request, &case)).into_response(),
            // The page asks a stranger to sign in.
            Ok(None) => next.run(request).await,
            Err(error) => error.into_response(),
        },
    }
}

/// The case that an address names otherwise than its pages do.
fn named_otherwise(params: &RawPathParams, directory: &Directory) -> Option<CaseKey> {
    let (_, text) = params.iter().find(|(name, _)| *name == "case")?;
    let named: CaseRef = text.parse().ok()?;
    let key = directory.case_key(&named)?;
    let is_canonical = match &key {
        CaseKey::Id(id) => id.to_string() == text,
        CaseKey::Number(number) => number.as_str() == text,
        CaseKey::ShortCode(_) => false,
    };
    (!is_canonical).then_some(key)
}

/// What of a request is looked at while its body waits.
struct RequestedPage {
    method: Method,
    headers: HeaderMap,
}

impl RequestedPage {
    fn of(request: &Request) -> Self {
        Self {
            method: request.method().clone(),
            headers: request.headers().clone(),
        }
    }
}

/// How the pages name that case. A form is sent to an address of theirs alone.
async fn canonical(
    app: &App,
    asked: RequestedPage,
    key: CaseKey,
) -> Result<Option<String>, PageError> {
    if asked.method != Method::GET && asked.method != Method::HEAD {
        return Err(PageError::not_found());
    }
    match key {
        CaseKey::Id(id) => Ok(Some(id.to_string())),
        CaseKey::Number(number) => Ok(Some(number.to_string())),
        CaseKey::ShortCode(_) => {
            let Some(session) = Session::find(app, &asked.headers).await? else {
                return Ok(None);
            };
            let row = find_row(app, &session, key).await?;
            let row = row.ok_or_else(PageError::not_found)?;
            Ok(Some(row.number.to_string()))
        }
    }
}

/// The address of a request with the case named so.
fn with_case(request: &Request, case: &str) -> String {
    let path = request.uri().path().strip_prefix(CASES).unwrap_or_default();
    let rest = path.find('/').map_or("", |at| &path[at..]);
    let query = request.uri().query();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{CASES}{case}{rest}{query}")
}
