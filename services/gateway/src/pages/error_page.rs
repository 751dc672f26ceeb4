//! Renders error pages: in Chinese, in English, and in the reader's language if it is another one.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::shell;
use crate::{
    app::App,
    core::{
        i18n::{DEFAULT, Languages, Translator},
        page_error::{Message, PageError},
    },
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    status: u16,
    texts: Vec<Text<'a>>,
}

/// The page in one language.
struct Text<'a> {
    i18n: Translator<'a>,
    message: String,
}

/// Gives every response that holds a [`PageError`] its body.
pub(super) async fn render_errors(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let language = shell::preferred_language(request.headers(), &app);
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<PageError>();
    let allowed = response.headers().get(header::ALLOW).cloned();
    let error = error.or_else(|| {
        let allowed = allowed.as_ref()?.to_str().ok()?;
        let is_refused = response.status() == StatusCode::METHOD_NOT_ALLOWED;
        is_refused.then(|| PageError::wrong_method(allowed))
    });
    let Some(PageError::Page { status, message }) = error else {
        return response;
    };
    let html = render(status, &message, language.as_deref(), &app.languages);
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    let mut response = (status, headers, html).into_response();
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    if let Message::TryLater(_, wait) = message {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.0.into());
    }
    response
}

fn render(
    status: StatusCode,
    message: &Message,
    language: Option<&str>,
    languages: &Languages,
) -> String {
    let mut tags = vec![DEFAULT, "en"];
    tags.extend(language.filter(|tag| !tags.contains(tag)));
    let text = |tag: &str| {
        let i18n = languages.translator(Some(tag));
        let message = translate(message, &i18n);
        Text { i18n, message }
    };
    let template = ErrorTemplate {
        status: status.as_u16(),
        texts: tags.into_iter().map(text).collect(),
    };
    let rendered = template.render();
    rendered.unwrap_or_else(|_| status.to_string())
}

fn translate(message: &Message, i18n: &Translator<'_>) -> String {
    match message {
        Message::Id(id) => i18n.t(id),
        Message::WithProblem(id, problem) => i18n.t1(id, "problem", problem.as_str()),
        Message::TryLater(id, wait) => i18n.t1(id, "seconds", wait.0.to_string()),
        Message::Rejection(rejected) => i18n.rejection(rejected).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_has_both_languages_and_the_readers_own() {
        let languages = Languages::load(None).unwrap();
        let page = |error: PageError, language| match error {
            PageError::Page { status, message } => render(status, &message, language, &languages),
            PageError::Redirect(_) => panic!("not a page"),
        };
        let not_found = page(PageError::not_found(), Some("en"));
        assert!(not_found.contains("没有这个页面") && not_found.contains("There is no such page"));
        assert_eq!(not_found.matches("lang=\"en\"").count(), 2);
        let method = page(PageError::wrong_method("GET,HEAD"), None);
        assert!(method.contains("只接受 GET,HEAD"), "{method}");
        let problem = page(PageError::unreadable_form("<x>"), None);
        assert!(
            problem.contains("&#60;x&#62;") && !problem.contains("<x>"),
            "{problem}"
        );
    }
}
