//! API errors. [`middleware`](super::middleware), which knows the client's language, renders them.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    http::{ApiRejection, Problem},
    rejection::{CommonRejection, Explain, Malformed, Misfit, Rejected, refused_question},
    text::Language,
};
use serde::Deserialize;
use tracing::error;

use crate::core::db;

#[derive(Debug, Clone)]
pub(crate) enum ApiError {
    /// A service rejected the question or command.
    Rejected(Box<Rejected>),
    /// The API itself refused the request.
    ApiRejection(ApiRejection),
}

impl ApiError {
    /// An invalid field of the request.
    pub(super) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::from(CommonRejection::from(Malformed::new(field, problem)))
    }

    /// An invalid header of the request.
    pub(super) fn header(header: &str, problem: impl Into<String>) -> Self {
        Self::ApiRejection(ApiRejection::BadHeader {
            header: header.to_owned(),
            problem: problem.into(),
            others: Vec::new(),
        })
    }

    /// The same, with what people call the parameters of a question.
    pub(super) fn of_question(self, question: &str) -> Self {
        let Self::Rejected(rejected) = &self else {
            return self;
        };
        let others = rejected.details.get("others");
        let others = others.and_then(|all| Vec::<Misfit>::deserialize(all).ok());
        match Misfit::deserialize(&rejected.details) {
            Ok(first) if rejected.code == "malformed" => {
                let others = others.unwrap_or_default();
                refused_question(question, Malformed { first, others }).into()
            }
            Ok(_) | Err(_) => self,
        }
    }

    pub(super) fn problem(&self, language: Language) -> Problem {
        match self {
            Self::Rejected(rejected) => Problem::of(rejected, language),
            Self::ApiRejection(refused) => Problem::own(refused, language),
        }
    }
}

/// What does not fit of a request, so that all of it is named at once.
#[derive(Debug, Default)]
pub(super) struct Misfits(Vec<Misfit>);

impl Misfits {
    /// The value of a field, or none and what is wrong with it noted.
    pub(super) fn note<T>(&mut self, field: &str, read: Result<T, String>) -> Option<T> {
        let noted = |problem| {
            let field = field.to_owned();
            self.0.push(Misfit { field, problem });
        };
        read.map_err(noted).ok()
    }

    /// Notes what else does not fit.
    pub(super) fn extend(&mut self, others: Vec<Misfit>) {
        self.0.extend(others);
    }

    /// Whether all fits.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses parameters that do not fit.
    pub(super) fn of_parameters(self) -> Result<(), ApiError> {
        match Malformed::of(self.0) {
            Some(malformed) => Err(CommonRejection::from(malformed).into()),
            None => Ok(()),
        }
    }

    /// Refuses headers that do not fit.
    pub(super) fn of_headers(self) -> Result<(), ApiError> {
        match Malformed::of(self.0) {
            Some(Malformed { first, others }) => Err(ApiRejection::BadHeader {
                header: first.field,
                problem: first.problem,
                others,
            }
            .into()),
            None => Ok(()),
        }
    }
}

impl From<ApiRejection> for ApiError {
    fn from(refused: ApiRejection) -> Self {
        Self::ApiRejection(refused)
    }
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(Box::new(rejected))
    }
}

impl From<CommonRejection> for ApiError {
    fn from(refusal: CommonRejection) -> Self {
        refusal.rejected().into()
    }
}

impl From<ClientError> for ApiError {
    fn from(error: ClientError) -> Self {
        if let ClientError::Decode {
            service, source, ..
        } = &error
        {
            error!(%service, error = %source, "an answer could not be decoded");
        }
        error.into_rejected().into()
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        error!(error = format!("{error:#}"), "an API request failed");
        if let Some(refused) = db::refused_by_disk(&error) {
            return refused.into();
        }
        Self::ApiRejection(ApiRejection::Failed {})
    }
}

impl IntoResponse for ApiError {
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
