//! A "no" on its way out. It is rendered where the language is known, by [`frame`](super::frame).

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    http::{ApiRejection, Problem},
    rejection::{CommonRejection, Explain, Malformed, Rejected},
    text::Language,
};
use tracing::error;

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub(crate) enum No {
    /// A service said so.
    Service(Box<Rejected>),
    /// The interface itself.
    Own(ApiRejection),
}

impl No {
    /// A field of what was sent that is not right.
    pub(super) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::from(CommonRejection::from(Malformed {
            field: field.into(),
            problem: problem.into(),
        }))
    }

    /// A header that does not read.
    pub(super) fn header(header: &str, problem: impl Into<String>) -> Self {
        Self::Own(ApiRejection::BadHeader {
            header: header.to_owned(),
            problem: problem.into(),
        })
    }

    pub(super) fn problem(&self, language: Language) -> Problem {
        match self {
            Self::Service(rejected) => Problem::of(rejected, language),
            Self::Own(refused) => Problem::own(refused, language),
        }
    }
}

/// Whether an address is one where answers are for programs.
pub(crate) fn is_of_the_api(path: &str) -> bool {
    path.starts_with("/api/v1/")
}

impl From<ApiRejection> for No {
    fn from(refused: ApiRejection) -> Self {
        Self::Own(refused)
    }
}

impl From<Rejected> for No {
    fn from(rejected: Rejected) -> Self {
        Self::Service(Box::new(rejected))
    }
}

impl From<CommonRejection> for No {
    fn from(refusal: CommonRejection) -> Self {
        refusal.rejected().into()
    }
}

impl From<ClientError> for No {
    fn from(error: ClientError) -> Self {
        if let ClientError::Decode { service, source } = &error {
            error!(%service, error = %source, "an answer does not read");
        }
        error.into_rejected().into()
    }
}

impl From<anyhow::Error> for No {
    fn from(error: anyhow::Error) -> Self {
        error!(error = format!("{error:#}"), "a request failed");
        Self::Own(ApiRejection::Failed {})
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        let problem = self.problem(Language::Zh);
        let status = StatusCode::from_u16(problem.status);
        let mut response = status
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        response.extensions_mut().insert(self);
        response
    }
}
