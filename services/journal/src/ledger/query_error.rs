//! Why a question gets no answer.

use onestop_proto::{
    ledger::Rejection,
    rejection::{CommonRejection, Explain, Rejected},
};

use super::LedgerError;

#[derive(Debug)]
pub(super) enum QueryError {
    Rejected(Box<Rejected>),
    Failed(LedgerError),
}

impl From<Rejection> for QueryError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(Box::new(rejection.rejected()))
    }
}

impl From<CommonRejection> for QueryError {
    fn from(refusal: CommonRejection) -> Self {
        Self::Rejected(Box::new(refusal.rejected()))
    }
}

impl From<LedgerError> for QueryError {
    fn from(error: LedgerError) -> Self {
        Self::Failed(error)
    }
}

impl From<rusqlite::Error> for QueryError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.into())
    }
}
