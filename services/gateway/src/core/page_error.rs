//! Errors shown as a page: what happened and what the reader can do. Internal errors are logged, never shown.

use std::fmt::Display;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    ids::StaffId,
    rejection::{Explain as _, Rejected, RejectionKind},
};
use tracing::{error, warn};

use super::{
    budgets::RetryAfter,
    db,
    filters::{Unreadable, UnreadableFilters},
};

#[derive(Debug, Clone)]
pub(crate) enum PageError {
    Page {
        status: StatusCode,
        message: Message,
    },
    /// The user must go to another page first, such as the one to sign in.
    Redirect(String),
}

/// What an error page says.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A message of the catalogues, by its id.
    Id(&'static str),
    /// A message with the argument `problem`.
    WithProblem(&'static str, String),
    /// A message with the argument `seconds`, after which the reader can try again.
    TryLater(&'static str, RetryAfter),
    /// What of the address could not be read.
    Unreadable(Vec<Unreadable>),
    /// A service's rejection.
    Rejection(Box<Rejected>),
}

/// The message of a page that took too long.
const TIMED_OUT: &str = "error-timed-out";

impl Message {
    /// Whether no service has answered: the same form can be sent again as it is, under its key.
    pub(crate) fn is_unanswered(&self) -> bool {
        match self {
            Self::Id(id) => *id == TIMED_OUT,
            Self::Rejection(rejected) => rejected.kind == RejectionKind::Unavailable,
            Self::WithProblem(..) | Self::TryLater(..) | Self::Unreadable(_) => false,
        }
    }
}

/// What the handler of a page answers.
pub(crate) type PageResult = Result<Response, PageError>;

impl PageError {
    fn new(status: StatusCode, id: &'static str) -> Self {
        let message = Message::Id(id);
        Self::Page { status, message }
    }

    /// The same for a page that does not exist and for one that this user may not see: it must not reveal
    /// which cases exist.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "error-not-found")
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "error-forbidden")
    }

    pub(crate) fn csrf(staff: &StaffId) -> Self {
        warn!(%staff, "a form was submitted without the CSRF token of its session");
        Self::new(StatusCode::FORBIDDEN, "error-csrf")
    }

    /// The form or address is none that a page of this gateway makes. The problem is in the words of a program and may
    /// quote what was typed: it is neither shown nor logged.
    pub(crate) fn unreadable_form(_problem: impl Display) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "error-unreadable-form")
    }

    /// More was sent than a form may hold.
    pub(crate) fn too_long() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "error-too-long")
    }

    /// A file was asked for by filters that cannot be read.
    pub(crate) fn unreadable_filter() -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "error-unreadable-filter")
    }

    /// Parameters of the address cannot be read: these.
    pub(crate) fn unreadable_filters(unreadable: Vec<Unreadable>) -> Self {
        Self::Page {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            message: Message::Unreadable(unreadable),
        }
    }

    /// The address takes other methods: these.
    pub(crate) fn wrong_method(allowed: &str) -> Self {
        Self::Page {
            status: StatusCode::METHOD_NOT_ALLOWED,
            message: Message::WithProblem("error-wrong-method", allowed.to_owned()),
        }
    }

    /// The page took longer than pages may: whether what was sent is carried out is not known.
    pub(crate) fn timed_out() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, TIMED_OUT)
    }

    pub(crate) fn too_many_attempts(wait: RetryAfter) -> Self {
        Self::Page {
            status: StatusCode::TOO_MANY_REQUESTS,
            message: Message::TryLater("error-too-many-attempts", wait),
        }
    }

    /// Others need what there is of something; the message says what.
    pub(crate) fn busy(id: &'static str, seconds: u64) -> Self {
        Self::Page {
            status: StatusCode::SERVICE_UNAVAILABLE,
            message: Message::TryLater(id, RetryAfter(seconds)),
        }
    }
}

/// Why a service refused a form, which then shows it beside what was typed.
///
/// # Errors
/// If no service has answered: a form needs them to be shown, so the error page keeps what was typed, and offers to send it
/// again under the same key.
pub(crate) fn refusal(error: ClientError) -> Result<Rejected, PageError> {
    let rejected = error.into_rejected();
    match rejected.kind {
        RejectionKind::Unavailable => Err(rejected.into()),
        RejectionKind::Invalid
        | RejectionKind::NotFound
        | RejectionKind::Conflict
        | RejectionKind::Forbidden => Ok(rejected),
    }
}

pub(crate) fn status(kind: RejectionKind) -> StatusCode {
    match kind {
        RejectionKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        RejectionKind::NotFound => StatusCode::NOT_FOUND,
        RejectionKind::Conflict => StatusCode::CONFLICT,
        RejectionKind::Forbidden => StatusCode::FORBIDDEN,
        RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

pub(crate) fn status_of(rejected: &Rejected) -> StatusCode {
    match rejected.code.as_str() {
        "storage-full" => StatusCode::INSUFFICIENT_STORAGE,
        _ => status(rejected.kind),
    }
}

impl From<UnreadableFilters> for PageError {
    fn from(UnreadableFilters(unreadable): UnreadableFilters) -> Self {
        Self::unreadable_filters(unreadable)
    }
}

impl From<Rejected> for PageError {
    fn from(rejected: Rejected) -> Self {
        Self::Page {
            status: status_of(&rejected),
            message: Message::Rejection(Box::new(rejected)),
        }
    }
}

impl From<ClientError> for PageError {
    fn from(error: ClientError) -> Self {
        if let ClientError::Decode {
            service, source, ..
        } = &error
        {
            error!(%service, error = %source, "an answer could not be decoded");
        }
        Self::from(error.into_rejected())
    }
}

impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        error!(error = format!("{error:#}"), "a page failed");
        if let Some(refused) = db::refused_by_disk(&error) {
            return Self::from(refused.rejected());
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "error-internal")
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::from(anyhow::Error::new(error))
    }
}

impl IntoResponse for PageError {
    /// The error pages' middleware renders the extension.
    fn into_response(self) -> Response {
        match &self {
            Self::Redirect(to) => Redirect::to(to).into_response(),
            Self::Page { status, .. } => {
                let mut response = status.into_response();
                response.extensions_mut().insert(self);
                response
            }
        }
    }
}
