//! Why a request failed, and what its service may have got of it.

use async_nats::client::{RequestError, RequestErrorKind};
use onestop_proto::{
    actor::ServiceName,
    rejection::{CommonRejection, Explain as _, Rejected},
    subject,
};

use crate::bus::RefusedAct;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The service rejected it.
    #[error(transparent)]
    Rejected(Box<Rejected>),
    /// The service did not reply in time. The command may have been carried out: the caller must repeat it
    /// with the same idempotency key.
    #[error("{service} does not answer. Is it running? Asking again with the same key is safe")]
    NoAnswer {
        /// The service.
        service: ServiceName,
        /// What it may have got.
        sent: Sent,
        /// The client's error.
        #[source]
        source: RequestError,
    },
    /// The broker does not let this key send the request, or hear its answer.
    #[error(
        "the broker does not let this key ask {service}, or hear its answer. Is it the right key, and is the setting 'instance' that of its owner?"
    )]
    Refused {
        /// The service.
        service: ServiceName,
        /// What it may have got.
        sent: Sent,
        /// What is refused.
        act: RefusedAct,
    },
    /// The request does not encode, or the reply does not decode.
    #[error("{service} gave an answer that is not of the contract. Do the versions fit?")]
    Decode {
        /// The service.
        service: ServiceName,
        /// What it got.
        sent: Sent,
        /// The parser's error.
        #[source]
        source: serde_json::Error,
    },
}

/// What a service may have got of a request that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nothing: no service listened, or it was not sent.
    Nothing,
    /// A question, which changes nothing.
    Question,
    /// A command: it may have been carried out, or still be.
    Command,
}

impl Sent {
    pub(super) fn on(subject: &str) -> Self {
        if subject::is_command(subject) {
            Self::Command
        } else {
            Self::Question
        }
    }

    /// The same, where the broker refuses to let it pass or to bring the answer.
    pub(super) fn refused(self, act: RefusedAct) -> Self {
        match act {
            RefusedAct::Asking => Self::Nothing,
            RefusedAct::Listening => self,
        }
    }

    /// The same, after an error of the connection.
    pub(super) fn after(self, error: &RequestError) -> Self {
        match error.kind() {
            RequestErrorKind::NoResponders
            | RequestErrorKind::InvalidSubject
            | RequestErrorKind::MaxPayloadExceeded => Self::Nothing,
            RequestErrorKind::TimedOut | RequestErrorKind::Other => self,
        }
    }
}

impl ClientError {
    /// The service's rejection, or [`CommonRejection::Unavailable`]; for a command that may have been carried out
    /// [`CommonRejection::OutcomeUnknown`].
    pub fn into_rejected(self) -> Rejected {
        match self {
            Self::Rejected(rejected) => *rejected,
            Self::NoAnswer { service, sent, .. }
            | Self::Refused { service, sent, .. }
            | Self::Decode { service, sent, .. } => {
                let who = service.to_string();
                match sent {
                    Sent::Command => CommonRejection::OutcomeUnknown { who }.rejected(),
                    Sent::Nothing | Sent::Question => {
                        CommonRejection::Unavailable { who }.rejected()
                    }
                }
            }
        }
    }
}

pub(super) fn undecoded(
    service: &ServiceName,
    sent: Sent,
    source: serde_json::Error,
) -> ClientError {
    ClientError::Decode {
        service: service.clone(),
        sent,
        source,
    }
}
