//! What a page says when nobody was signed in: the status, the reason, when to try again.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::shell::Page;
use crate::identity::authentication::SignInError;

/// Why nobody was signed in.
pub(super) fn problem(page: &Page<'_>, error: SignInError) -> String {
    let seconds = error.retry_after().map_or(0, |wait| wait.0);
    page.i18n
        .t1(error.message_id(), "seconds", seconds.to_string())
}

/// Gives a page that says why nobody was signed in its status and headers.
pub(super) fn response(error: SignInError, page: Response) -> Response {
    let mut response = (error.status(), page).into_response();
    if let Some(wait) = error.retry_after() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.0.into());
    }
    response
}
