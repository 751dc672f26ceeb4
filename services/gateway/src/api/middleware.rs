//! Middleware of every API request: timeout, rate limit, content negotiation, and errors as
//! `application/problem+json` in the client's language.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use onestop_proto::{
    http::{ApiRejection, BASE, BODY_LIMIT},
    text::Language,
};

use super::{
    drain_body::UnreadBody, error::ApiError, headers, principal, rate_limit::Authenticated,
};
use crate::{
    app::App,
    core::{
        accept::{accepts_media_type, preferred_language},
        client_address::ClientAddress,
    },
    identity::csrf,
};

/// Longer than the timeouts of the services that a request waits for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// After so many seconds a service that did not answer may be there again.
const AWAY_SECONDS: u64 = 2;

pub(super) async fn handle(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let language = language(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (request, unread) = UnreadBody::share(request);
    let answered = answer(&app, from, request, next).await;
    let response = answered.unwrap_or_else(IntoResponse::into_response);
    let mut response = with_problem(response, language, &method, &path);
    if response.status().is_client_error() && !unread.drain().await {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

async fn answer(
    app: &App,
    from: IpAddr,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if !csrf::is_same_origin(request.method(), request.headers(), &app.origin) {
        return Err(ApiRejection::OtherSite {}.into());
    }
    let credential = principal::credential(app, request.headers());
    let limit = &app.api_rate_limit;
    if let Err(refused) = limit.admit(credential.as_deref(), from, Instant::now()) {
        // Others at this address have used up its limit: a good token or session has its own.
        let Some(credential) = credential.as_deref() else {
            return Err(refused.into());
        };
        let is_first = !limit.is_known(credential);
        if !is_first || !principal::is_authentic(app, request.headers()).await? {
            return Err(refused.into());
        }
        limit.record_authenticated(credential, Instant::now());
    }
    let path = request.uri().path();
    let offered = if path.trim_start_matches(BASE) == "/events" {
        "text/event-stream"
    } else {
        "application/json"
    };
    if !accepts_media_type(request.headers(), offered) {
        let offered = offered.to_owned();
        return Err(ApiRejection::NotAcceptable { offered }.into());
    }
    // Whether an address takes the method is known once it was asked: the refusal of the method goes before that of headers.
    let is_read = [Method::GET, Method::HEAD].contains(request.method());
    let unheeded = is_read.then(|| headers::refuse_of_acts(request.headers()));
    let authenticated = Authenticated::default();
    request.extensions_mut().insert(authenticated.clone());
    let answered = tokio::time::timeout(TIMEOUT, next.run(request)).await;
    let response = answered.map_err(|_| ApiRejection::TooSlow {})?;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        unheeded.transpose()?;
    }
    let now = Instant::now();
    if response.status() == StatusCode::UNAUTHORIZED {
        app.api_rate_limit
            .record_unauthenticated(credential.as_deref(), from, now);
    } else if let Some(credential) = credential.filter(|_| authenticated.get()) {
        app.api_rate_limit.record_authenticated(&credential, now);
    }
    Ok(response)
}

/// Names in the problem what an address takes instead of the method that was sent. What it takes is known outside all other
/// layers alone.
pub(crate) async fn tell_wrong_method(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let is_wrong_method = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    if is_wrong_method && path.starts_with(BASE) && response.headers().contains_key(header::ALLOW) {
        // The text is another one, and is not compressed.
        response.headers_mut().remove(header::CONTENT_ENCODING);
        response = with_problem(response, language, &method, &path);
    }
    response
}

/// Renders an error response as a problem.
fn with_problem(response: Response, language: Language, method: &Method, path: &str) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error = response.extensions().get::<ApiError>().cloned();
    let error =
        error.unwrap_or_else(|| ApiError::ApiRejection(error_of_library(&response, method, path)));
    let mut problem = error.problem(language);
    if [Method::GET, Method::HEAD].contains(method) {
        problem = problem.without_body();
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(status);
    let mut headers = response.headers().clone();
    headers.remove(header::CONTENT_LENGTH);
    let mut put = |name: HeaderName, value: &str| {
        // All of these values are ASCII.
        let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("-"));
        headers.insert(name, value);
    };
    put(header::CONTENT_TYPE, "application/problem+json");
    let tag = match language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    put(header::CONTENT_LANGUAGE, tag);
    put(header::VARY, "Accept-Language");
    if let Some(seconds) = retry_after(&error, status) {
        put(header::RETRY_AFTER, &seconds.to_string());
    }
    if let ApiError::ApiRejection(ApiRejection::NotSignedIn {}) = &error {
        put(header::WWW_AUTHENTICATE, "Bearer realm=\"onestop\"");
    }
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(serde_json::to_vec(&problem).unwrap_or_default())
    };
    (status, headers, body).into_response()
}

/// Seconds after which a client may send the request again with its key.
fn retry_after(error: &ApiError, status: StatusCode) -> Option<u64> {
    if let ApiError::ApiRejection(ApiRejection::TooOften { seconds }) = error {
        return Some(*seconds);
    }
    let told = match error {
        ApiError::Rejected(rejected) if rejected.code == "not-ready" => {
            rejected.details["seconds"].as_u64()
        }
        ApiError::Rejected(_) | ApiError::ApiRejection(_) => None,
    };
    (status == StatusCode::SERVICE_UNAVAILABLE).then(|| told.unwrap_or(AWAY_SECONDS).max(1))
}

/// The error behind a response that axum made without a body of ours.
fn error_of_library(response: &Response, method: &Method, path: &str) -> ApiRejection {
    let allowed = response.headers().get(header::ALLOW);
    let allowed = allowed
        .and_then(|value| value.to_str().ok())
        .unwrap_or("GET");
    match response.status().as_u16() {
        405 => ApiRejection::WrongMethod {
            method: method.to_string(),
            allowed: allowed.to_owned(),
        },
        404 => ApiRejection::UnknownAddress {},
        413 => ApiRejection::TooLarge {
            limit: BODY_LIMIT as u64,
        },
        415 => ApiRejection::WrongType {},
        503 => ApiRejection::TooSlow {},
        status if status < 500 => {
            tracing::debug!(status, "a request could not be parsed");
            ApiRejection::Unreadable {}
        }
        status => {
            tracing::error!(status, %method, path, "an API request failed");
            ApiRejection::Failed {}
        }
    }
}

/// The client's preferred one of Chinese and English.
fn language(headers: &HeaderMap) -> Language {
    let known = preferred_language(headers, |tag| match tag.to_ascii_lowercase().get(..2) {
        Some("zh") => Some(Language::Zh),
        Some("en") => Some(Language::En),
        Some(_) | None => None,
    });
    known.unwrap_or(Language::Zh)
}

#[cfg(test)]
mod tests {
    use onestop_proto::rejection::CommonRejection;

    use super::*;

    /// A client that is to come again learns when.
    #[test]
    fn what_is_away_says_when_to_come_again() {
        let away = |error: ApiError| {
            let status = error.problem(Language::Zh).status;
            retry_after(&error, StatusCode::from_u16(status).unwrap())
        };
        let who = "intake".to_owned();
        let not_ready = CommonRejection::NotReady {
            who: who.clone(),
            percent: 40,
            seconds: 9,
        };
        assert_eq!(away(not_ready.into()), Some(9));
        let unavailable = CommonRejection::Unavailable { who };
        assert_eq!(away(unavailable.into()), Some(AWAY_SECONDS));
        assert_eq!(away(ApiRejection::TooSlow {}.into()), Some(AWAY_SECONDS));
        let often = ApiRejection::TooOften { seconds: 40 };
        assert_eq!(away(often.into()), Some(40));
        assert_eq!(away(ApiRejection::UnknownAddress {}.into()), None);
    }

    #[test]
    fn the_language_is_chinese_unless_english_is_preferred() {
        let language_of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, value.parse().unwrap());
            language(&headers)
        };
        assert_eq!(language_of("en-GB,en;q=0.9,zh;q=0.8"), Language::En);
        assert_eq!(language_of("bo, zh-CN"), Language::Zh);
        assert_eq!(language_of("fr"), Language::Zh);
        assert_eq!(language_of("zh;q=0, en"), Language::En);
        assert_eq!(language(&HeaderMap::new()), Language::Zh);
    }

    #[test]
    fn a_request_that_cannot_be_parsed_is_not_called_an_unknown_address() {
        let error = |status| {
            let response = StatusCode::from_u16(status).unwrap().into_response();
            error_of_library(&response, &Method::GET, "/cases")
        };
        assert_eq!(error(400), ApiRejection::Unreadable {});
        assert_eq!(error(431), ApiRejection::Unreadable {});
        assert_eq!(error(404), ApiRejection::UnknownAddress {});
    }
}
