//! What a page says after a sign-in that failed: the status, the reason, when to try again.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::shell::Page;
use crate::identity::authentication::SignInError;

/// Why a sign-in failed.
pub(super) fn problem(page: &Page<'_>, error: SignInError) -> String {
    let seconds = error.retry_after().map_or(0, |wait| wait.0);
    page.i18n
        .t1(error.message_id(), "seconds", seconds.to_string())
}

/// Sets status and headers of a page that says why a sign-in failed.
pub(super) fn response(error: SignInError, page: Response) -> Response {
    let mut response = (error.status(), page).into_response();
    if let Some(wait) = error.retry_after() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.0.into());
    }
    response
}
