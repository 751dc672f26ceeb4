//! Forms that another site sends: a request that changes something must come from a page of ours. Browsers
//! say where it comes from (`Sec-Fetch-Site`, `Origin`), and a form carries a secret of its session.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use super::{Session, again};
use crate::{app::App, error::Oops, page::View};

/// Lets through what changes nothing, and what a page of ours sends.
pub(crate) async fn same_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if safe || comes_from_us(request.headers(), &app.origin) {
        return next.run(request).await;
    }
    if crate::api::is_of_the_api(request.uri().path()) {
        return crate::api::other_site(request.headers());
    }
    (
        StatusCode::FORBIDDEN,
        "the request comes from another site\n",
    )
        .into_response()
}

/// A program that is no browser says nothing of where it comes from, and carries no cookie of a browser.
fn comes_from_us(headers: &HeaderMap, origin: &str) -> bool {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match said("sec-fetch-site") {
        Some("same-origin" | "none") => true,
        Some(_) => false,
        None => match said(header::ORIGIN.as_str()) {
            Some(from) => from == origin || host_of(from) == said(header::HOST.as_str()),
            None => true,
        },
    }
}

fn host_of(origin: &str) -> Option<&str> {
    origin.split_once("://").map(|(_, host)| host)
}

/// A form that a page of this session sent: its fields, without the session's secret. Fields may come more
/// than once (boxes that are ticked).
pub(crate) struct Form<T> {
    pub(crate) session: Session,
    pub(crate) fields: T,
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let view = View::from_request_parts(&mut parts, app).await?;
        let to = parts
            .uri
            .path_and_query()
            .map_or("/", |path| path.as_str())
            .to_owned();
        let request = Request::from_parts(parts, body);
        let pairs = axum::extract::RawForm::from_request(request, app).await;
        let pairs = pairs.map_err(IntoResponse::into_response)?.0;
        if view.session.is_none() {
            return Err(again::ask(app, &view, &to, &pairs));
        }
        let session = view.session()?.clone();
        let given = form_urlencoded(&pairs).find(|(name, _)| name == "csrf");
        if given.is_none_or(|(_, value)| value != session.csrf) {
            return Err(Oops::forged(&session).into_response());
        }
        let fields = serde_html_form::from_bytes(&pairs);
        let fields = fields.map_err(|error| Oops::form(&error.to_string()).into_response())?;
        Ok(Self { session, fields })
    }
}

fn form_urlencoded(pairs: &[u8]) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(pairs).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (name.parse().unwrap(), value.parse().unwrap())
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_pages_of_ours_change_something() {
        let us = "http://127.0.0.1:8080";
        assert!(comes_from_us(
            &headers(&[("sec-fetch-site", "same-origin")]),
            us
        ));
        assert!(!comes_from_us(
            &headers(&[("sec-fetch-site", "cross-site")]),
            us
        ));
        assert!(!comes_from_us(
            &headers(&[("sec-fetch-site", "same-site")]),
            us
        ));
        assert!(comes_from_us(
            &headers(&[("origin", "http://127.0.0.1:8080")]),
            us
        ));
        assert!(!comes_from_us(
            &headers(&[
                ("origin", "http://evil.example"),
                ("host", "127.0.0.1:8080")
            ]),
            us
        ));
        // Behind a proxy the host is the browser's.
        assert!(comes_from_us(
            &headers(&[("origin", "https://law.example"), ("host", "law.example")]),
            us
        ));
        assert!(comes_from_us(&headers(&[]), us));
    }
}
