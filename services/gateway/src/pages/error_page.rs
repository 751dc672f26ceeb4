//! Renders error pages: in the shell of every page and in the reader's language, so that users keep the navigation. Where no
//! service answered a form, the page keeps it, and offers to send it again under the same key.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use onestop_proto::rejection::Rejected;

use super::{
    carried_form::TypedForm,
    form::SentForm,
    shell::{Page, View},
};
use crate::{
    app::App,
    core::{
        i18n::Translator,
        page_error::{Message, PageError},
    },
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    page: Page<'a>,
    status: u16,
    message: String,
}

#[derive(Template)]
#[template(path = "unanswered.html")]
struct UnansweredTemplate<'a> {
    page: Page<'a>,
    message: String,
    form: TypedForm,
}

/// Gives every response that holds a [`PageError`] its body.
pub(super) async fn render_errors(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str()).to_owned();
    let sent = SentForm::default();
    request.extensions_mut().insert(sent.clone());
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<PageError>();
    let error = error.or_else(|| of_layer(&response));
    let Some(PageError::Page { status, message }) = error else {
        return response;
    };
    // A client that asks too often gets no look-up.
    let view = match message {
        Message::TryLater(..) => View::of_nobody(&headers, path, &app),
        Message::Id(_)
        | Message::WithProblem(..)
        | Message::Unreadable(_)
        | Message::Rejection(_) => View::of_error(&headers, path, &app).await,
    };
    let form = sent.typed(view.path());
    let page = view.page(&app);
    let html = match form.filter(|_| message.is_unanswered()) {
        Some(form) => render_unanswered(status, &message, page, form),
        None => render(status, &message, page),
    };
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let mut response = (status, headers, html).into_response();
    if let Message::TryLater(_, wait) = message {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.0.into());
    }
    response
}

/// Gives a page to who sends what an address does not take. What it takes is known outside all other layers alone.
pub(crate) async fn tell_wrong_method(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers().clone();
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str()).to_owned();
    let mut response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED || path.starts_with("/api/v1") {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW);
    let Some(Ok(allowed)) = allowed.map(|allowed| allowed.to_str().map(str::to_owned)) else {
        return response;
    };
    if let PageError::Page { status, message } = PageError::wrong_method(&allowed) {
        let view = View::of_error(&headers, path, &app).await;
        *response.body_mut() = render(status, &message, view.page(&app)).into();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        response.headers_mut().remove(header::CONTENT_LENGTH);
    }
    response
}

/// What a layer refused before a page answered: a body that is too long, or a page that took too long.
fn of_layer(response: &Response) -> Option<PageError> {
    let is_empty = !response.headers().contains_key(header::CONTENT_TYPE);
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Some(PageError::too_long()),
        StatusCode::SERVICE_UNAVAILABLE if is_empty => Some(PageError::timed_out()),
        _ => None,
    }
}

fn render_unanswered(
    status: StatusCode,
    message: &Message,
    page: Page<'_>,
    form: TypedForm,
) -> String {
    let template = UnansweredTemplate {
        message: translate(message, &page.i18n, |rejected| page.rejection(rejected)),
        page,
        form,
    };
    let rendered = template.render();
    rendered.unwrap_or_else(|_| status.to_string())
}

fn render(status: StatusCode, message: &Message, page: Page<'_>) -> String {
    let template = ErrorTemplate {
        status: status.as_u16(),
        message: translate(message, &page.i18n, |rejected| page.rejection(rejected)),
        page,
    };
    let rendered = template.render();
    rendered.unwrap_or_else(|_| status.to_string())
}

/// What a message says. A rejection names units and people by ids: `with_names` puts their names in.
fn translate(
    message: &Message,
    i18n: &Translator<'_>,
    with_names: impl FnOnce(&Rejected) -> String,
) -> String {
    match message {
        Message::Id(id) => i18n.t(id),
        Message::WithProblem(id, problem) => i18n.t1(id, "problem", problem.as_str()),
        Message::TryLater(id, wait) => i18n.t1(id, "seconds", wait.0.to_string()),
        Message::Unreadable(unreadable) => {
            let all = unreadable.iter().map(|one| one.message(i18n));
            let all = all.collect::<Vec<_>>().join("; ");
            i18n.t1("error-unreadable-filters", "problem", all)
        }
        Message::Rejection(rejected) => with_names(rejected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::i18n::Languages;

    #[test]
    fn an_error_is_told_in_the_readers_language_alone() {
        let languages = Languages::load(None).unwrap();
        let told = |error: PageError, language| match error {
            PageError::Page { message, .. } => {
                let i18n = languages.translator(Some(language));
                translate(&message, &i18n, |rejected| rejected.code.to_string())
            }
            PageError::Redirect(_) => panic!("not a page"),
        };
        let not_found = told(PageError::not_found(), "en");
        assert!(not_found.contains("There is no such page"), "{not_found}");
        assert!(!not_found.contains("没有"), "{not_found}");
        let method = told(PageError::wrong_method("GET,HEAD"), "zh-CN");
        assert!(method.contains("只接受 GET,HEAD"), "{method}");
    }
}
