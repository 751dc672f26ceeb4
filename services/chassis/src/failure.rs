//! Why a request was not carried out.

use onestop_proto::{
    command::AcceptedCommand,
    rejection::{CommonRejection, Explain as _, Malformed, Rejected},
};

/// What a service answers a command.
pub type CommandResult = Result<AcceptedCommand, Failure>;

/// Why a request was not carried out.
#[derive(Debug)]
pub enum Failure {
    /// The rules rejected it; nothing changed.
    Rejected(Box<Rejected>),
    /// The service failed. The caller may repeat the request with the same idempotency key.
    Internal(anyhow::Error),
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(Box::new(rejected))
    }
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        CommonRejection::from(malformed).rejected().into()
    }
}
