//! What the interface itself refuses, before it calls a service.

use serde::{Deserialize, Serialize};

use crate::rejection::{Explain, RejectionKind};

/// What the interface refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ApiRejection {
    /// The caller is not signed in.
    NotSignedIn {},
    /// An administrator set the password; the caller has not changed it.
    PasswordFirst {},
    /// The token is not for this.
    MissingScope {
        /// What it would have to be for.
        scope: String,
    },
    /// Only for supervisors and auditors of all divisions.
    WholeOnly {},
    /// Not for this role.
    AdministratorsOnly {},
    /// A page of another site.
    OtherSite {},
    /// A header that does not read.
    BadHeader {
        /// Which.
        header: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something of the request that the library behind the interface does not take.
    Unreadable {},
    /// A command without a key.
    MissingKey {},
    /// The body is no JSON.
    NotJson {
        /// Where it stops being that.
        problem: String,
    },
    /// The body says that it is something else.
    WrongType {},
    /// Nothing that the client takes.
    NotAcceptable {
        /// As what it is answered.
        offered: String,
    },
    /// The body is too large.
    TooLarge {
        /// As large as it may be.
        limit: u64,
    },
    /// The address does not take the method.
    WrongMethod {
        /// What was sent.
        method: String,
        /// What can be.
        allowed: String,
    },
    /// There is no such address.
    UnknownAddress {},
    /// Too many requests.
    TooOften {
        /// When one may try again.
        seconds: u64,
    },
    /// It took too long.
    TooSlow {},
    /// Something failed here.
    Failed {},
    /// The events were numbered anew.
    OtherEpoch {
        /// The incarnation of its log now.
        epoch: uuid::Uuid,
    },
    /// There is no such webhook, or it is another unit's.
    UnknownWebhook {
        /// What was named.
        webhook: String,
    },
    /// A webhook's address that cannot be used.
    WebhookAddress {
        /// Why.
        problem: String,
    },
    /// Enough webhooks.
    TooManyWebhooks {
        /// As many as there may be.
        limit: u64,
    },
    /// A webhook that waits for nothing.
    NotParked {},
}

explained!(ApiRejection);

impl ApiRejection {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::BadHeader { .. }
            | Self::Unreadable {}
            | Self::MissingKey {}
            | Self::NotJson { .. } => 400,
            Self::NotSignedIn {} => 401,
            Self::PasswordFirst {}
            | Self::MissingScope { .. }
            | Self::WholeOnly {}
            | Self::AdministratorsOnly {}
            | Self::OtherSite {} => 403,
            Self::UnknownAddress {} | Self::UnknownWebhook { .. } => 404,
            Self::WrongMethod { .. } => 405,
            Self::NotAcceptable { .. } => 406,
            Self::OtherEpoch { .. } | Self::TooManyWebhooks { .. } | Self::NotParked {} => 409,
            Self::TooLarge { .. } => 413,
            Self::WrongType {} => 415,
            Self::WebhookAddress { .. } => 422,
            Self::TooOften { .. } => 429,
            Self::Failed {} => 500,
            Self::TooSlow {} => 503,
        }
    }
}

impl Explain for ApiRejection {
    fn kind(&self) -> RejectionKind {
        match self.status() {
            403 => RejectionKind::Forbidden,
            404 => RejectionKind::NotFound,
            409 => RejectionKind::Conflict,
            429.. => RejectionKind::Unavailable,
            _ => RejectionKind::Invalid,
        }
    }

    fn list(&self) -> &'static str {
        "api"
    }
}
