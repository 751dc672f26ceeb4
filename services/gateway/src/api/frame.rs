//! What every answer of the API has in common: a limit of time and of rate, a form that the client takes,
//! and problems in place of whatever else would have been said.

use std::{net::SocketAddr, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use onestop_proto::{http::ApiRejection, text::Language};

use super::{no::No, rates::Known, unread::Unread};
use crate::{app::App, auth::caller};

/// A request waits for services, which have limits of their own.
const ANSWER: Duration = Duration::from_secs(30);

/// See the module.
pub(super) async fn frame(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let language = language(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let (request, unread) = Unread::of(request);
    let answered = answer(&app, from, request, next).await;
    let response = answered.unwrap_or_else(IntoResponse::into_response);
    let mut response = told(response, language, (&method, &path));
    if response.status().is_client_error() && !unread.read_out().await {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

async fn answer(
    app: &App,
    from: SocketAddr,
    mut request: Request,
    next: Next,
) -> Result<Response, No> {
    let shown = caller::shown(app, request.headers());
    app.rates
        .count(shown.as_deref(), from.ip(), app.clock.now())?;
    let offered =
        if request.uri().path().ends_with("/api/v1/events") || request.uri().path() == "/events" {
            "text/event-stream"
        } else {
            "application/json"
        };
    if !takes(request.headers(), offered) {
        let offered = offered.to_owned();
        return Err(ApiRejection::NotAcceptable { offered }.into());
    }
    let known = Known::default();
    request.extensions_mut().insert(known.clone());
    let answered = tokio::time::timeout(ANSWER, next.run(request)).await;
    let response = answered.map_err(|_| ApiRejection::TooSlow {})?;
    if response.status() == StatusCode::UNAUTHORIZED {
        app.rates
            .stranger(shown.as_deref(), from.ip(), app.clock.now());
    } else if known.is_so()
        && let Some(shown) = shown
    {
        app.rates.known(&shown, app.clock.now());
    }
    Ok(response)
}

/// A form that a page of another site sends is refused before it comes here.
pub(crate) fn other_site(headers: &HeaderMap) -> Response {
    let no = No::from(ApiRejection::OtherSite {});
    told(no.into_response(), language(headers), (&Method::POST, ""))
}

/// Everything that is no answer becomes a problem, in the language asked for.
fn told(response: Response, language: Language, (method, path): (&Method, &str)) -> Response {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let no = response.extensions().get::<No>().cloned();
    let no = no.unwrap_or_else(|| No::Own(guessed(&response, method, path)));
    let problem = no.problem(language);
    let status = StatusCode::from_u16(problem.status).unwrap_or(status);
    let mut headers = response.headers().clone();
    headers.remove(header::CONTENT_LENGTH);
    let mut put = |name, value: &str| {
        // What is put there is of our own making.
        let value = HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("-"));
        headers.insert(name, value);
    };
    put(header::CONTENT_TYPE, "application/problem+json");
    put(
        header::CONTENT_LANGUAGE,
        match language {
            Language::Zh => "zh",
            Language::En => "en",
        },
    );
    put(header::VARY, "Accept-Language");
    if let No::Own(ApiRejection::TooOften { seconds }) = &no {
        put(header::RETRY_AFTER, &seconds.to_string());
    }
    if let No::Own(ApiRejection::NotSignedIn {}) = &no {
        put(header::WWW_AUTHENTICATE, "Bearer realm=\"onestop\"");
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let body = if *method == Method::HEAD {
        Body::empty()
    } else {
        Body::from(body)
    };
    (status, headers, body).into_response()
}

/// What the library meant by an answer that says nothing.
fn guessed(response: &Response, method: &Method, path: &str) -> ApiRejection {
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
            limit: super::BODY as u64,
        },
        415 => ApiRejection::WrongType {},
        503 => ApiRejection::TooSlow {},
        status if status < 500 => {
            tracing::debug!(status, "a request does not read");
            ApiRejection::Unreadable {}
        }
        status => {
            tracing::error!(status, %method, path, "an answer of the API failed");
            ApiRejection::Failed {}
        }
    }
}

/// The first of Chinese and English in the list, as it stands.
fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE);
    let wanted = wanted
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut tags = wanted.split(',').filter_map(|one| {
        let (tag, wanted) = said(one);
        wanted.then(|| tag.to_ascii_lowercase())
    });
    let known = tags.find_map(|tag| match tag.get(..2) {
        Some("zh") => Some(Language::Zh),
        Some("en") => Some(Language::En),
        _ => None,
    });
    known.unwrap_or(Language::Zh)
}

/// Whether the client takes answers of this type: what is said most closely of it counts.
fn takes(headers: &HeaderMap, offered: &str) -> bool {
    let family = offered.split('/').next().unwrap_or_default();
    let ranges = headers.get_all(header::ACCEPT).into_iter();
    let mut ranges = ranges
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(said)
        .filter(|(range, _)| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return true;
    }
    let fitting = ranges.filter_map(|(range, wanted)| {
        let closely = if range.eq_ignore_ascii_case(offered) {
            2
        } else if range == "*/*" {
            0
        } else if range.strip_suffix("/*")?.eq_ignore_ascii_case(family) {
            1
        } else {
            return None;
        };
        Some((closely, wanted))
    });
    fitting.max().is_some_and(|(_, wanted)| wanted)
}

/// One element of such a list, and whether it is wanted: `q=0` says that it is not.
fn said(element: &str) -> (&str, bool) {
    let mut parts = element.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let mut weights = parts.filter_map(|part| {
        let (key, weight) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| weight.trim())
    });
    let weight = weights.find_map(|weight| weight.parse::<f32>().ok());
    (name, weight.is_none_or(|weight| weight > 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn the_first_language_that_there_is() {
        let asked = |value| language(&headers(header::ACCEPT_LANGUAGE, value));
        assert_eq!(asked("en-GB,en;q=0.9,zh;q=0.8"), Language::En);
        assert_eq!(asked("bo, zh-CN"), Language::Zh);
        assert_eq!(asked("fr"), Language::Zh);
        assert_eq!(asked("zh;q=0, en"), Language::En);
        assert_eq!(language(&HeaderMap::new()), Language::Zh);
    }

    #[test]
    fn what_the_client_takes() {
        let asked = |value| takes(&headers(header::ACCEPT, value), "application/json");
        assert!(asked("application/json"));
        assert!(asked("text/html, */*;q=0.1"));
        assert!(asked("application/*"));
        assert!(!asked("text/html"));
        assert!(asked("") && asked(", application/json"));
        assert!(takes(&HeaderMap::new(), "application/json"));
    }

    #[test]
    fn what_the_client_does_not_want_it_is_not_sent() {
        let asked = |value| takes(&headers(header::ACCEPT, value), "application/json");
        assert!(!asked("application/json;q=0"));
        assert!(!asked("*/*, application/json; q=0.000"));
        assert!(!asked("*/*;q=1, application/*; Q=0"));
        assert!(asked("application/*;q=0, application/json;q=0.1"));
        assert!(asked("text/html;q=0, */*"));
    }

    #[test]
    fn a_request_that_does_not_read_is_not_called_an_unknown_address() {
        let answer = |status| {
            let library = StatusCode::from_u16(status).unwrap().into_response();
            guessed(&library, &Method::GET, "/cases")
        };
        assert_eq!(answer(400), ApiRejection::Unreadable {});
        assert_eq!(answer(431), ApiRejection::Unreadable {});
        assert_eq!(answer(404), ApiRejection::UnknownAddress {});
    }
}
