//! What the interface itself refuses, before it calls a service.

use serde::{Deserialize, Serialize};

use crate::{
    field_names::field_words,
    ids::StaffId,
    problem_words::problem_words,
    rejection::{Explain, Misfit, RejectionKind, joined},
    text::Words,
};

/// What the interface refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ApiRejection {
    /// The caller is not signed in.
    NotSignedIn {},
    /// An administrator set the password; the caller has not changed it.
    PasswordFirst {},
    /// The role requires a second factor; the caller has set up none.
    SecondFactorFirst {},
    /// The token lacks the scope that the operation needs.
    MissingScope {
        /// The scope that is needed.
        scope: String,
    },
    /// Only for supervisors and auditors of the whole province.
    #[serde(rename = "whole-only")]
    WholeProvinceOnly {},
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
        /// What does not fit either: other headers, parameters, and fields of the body as in `data.place`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<Misfit>,
    },
    /// The HTTP library cannot parse the request.
    Unreadable {},
    /// A command without an idempotency key.
    MissingKey {},
    /// The body is not JSON.
    NotJson {
        /// The position of the first error, and the error.
        problem: String,
        /// Of a key that occurs twice: its path, as in `data.place`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// `Content-Type` is not that of JSON.
    WrongType {},
    /// The body is compressed, or encoded in another way (`Content-Encoding`).
    EncodedBody {
        /// The encoding sent.
        encoding: String,
    },
    /// The text of the body is in another character set than UTF-8 (`Content-Type: …; charset=…`).
    OtherCharset {
        /// The character set sent.
        charset: String,
    },
    /// None of the media types in `Accept` is available.
    NotAcceptable {
        /// The media type of the answer.
        offered: String,
    },
    /// The body is too large.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The address does not take the method.
    WrongMethod {
        /// The method sent.
        method: String,
        /// The methods that are allowed.
        allowed: String,
    },
    /// There is no such address.
    UnknownAddress {},
    /// Too many requests.
    TooOften {
        /// Seconds until the next try.
        seconds: u64,
    },
    /// The request was not answered within the timeout.
    TooSlow {},
    /// Something failed here.
    Failed {},
    /// The position that the client gave belongs to an earlier epoch of the log.
    OtherEpoch {
        /// The epoch now.
        epoch: uuid::Uuid,
    },
    /// The person who is named as the approver of a late entry has no account that may approve it (补录审批).
    UnknownApprover {
        /// Who was named.
        approver: StaffId,
    },
    /// The person who is named as the approver of a late entry was asked for it, and has not answered yet (补录审批).
    LateApprovalAsked {
        /// Who was asked.
        approver: StaffId,
    },
    /// The person who is named as the approver of a late entry has refused it (补录审批).
    LateApprovalRefused {
        /// Who refused.
        approver: StaffId,
        /// Why.
        why: String,
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
    /// The unit has as many webhooks as it may have.
    TooManyWebhooks {
        /// The limit.
        limit: u64,
    },
    /// The webhook has no parked delivery.
    NotParked {},
}

explained!(ApiRejection);

impl ApiRejection {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::BadHeader { .. }
            | Self::Unreadable {}
            | Self::MissingKey {}
            | Self::NotJson { .. } => 400,
            Self::NotSignedIn {} => 401,
            Self::PasswordFirst {}
            | Self::SecondFactorFirst {}
            | Self::MissingScope { .. }
            | Self::WholeProvinceOnly {}
            | Self::AdministratorsOnly {}
            | Self::OtherSite {} => 403,
            Self::UnknownAddress {} | Self::UnknownWebhook { .. } => 404,
            Self::WrongMethod { .. } => 405,
            Self::NotAcceptable { .. } => 406,
            Self::OtherEpoch { .. }
            | Self::LateApprovalAsked { .. }
            | Self::LateApprovalRefused { .. }
            | Self::TooManyWebhooks { .. }
            | Self::NotParked {} => 409,
            Self::TooLarge { .. } => 413,
            Self::WrongType {} | Self::EncodedBody { .. } | Self::OtherCharset { .. } => 415,
            Self::WebhookAddress { .. } | Self::UnknownApprover { .. } => 422,
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

    fn words(&self) -> Vec<(&'static str, Words)> {
        // Of what does not fit, headers alone begin with a capital.
        let of_header = |name: &str, problem| {
            let is_header = name.starts_with(|sign: char| sign.is_ascii_uppercase());
            let label = if is_header {
                Words::untranslated(name)
            } else {
                field_words(name)
            };
            (label, problem_words(name, problem))
        };
        if let Self::BadHeader {
            header,
            problem,
            others,
        } = self
        {
            let others = others.iter();
            let others: Vec<_> = others
                .map(|other| of_header(&other.field, &other.problem))
                .collect();
            let (header, problem) = joined(of_header(header, problem), &others);
            return vec![("header", header), ("problem", problem)];
        }
        if let Self::NotJson { problem, .. } = self {
            return vec![("problem", problem_words("", problem))];
        }
        if let Self::WebhookAddress { problem } = self {
            return vec![("problem", problem_words("url", problem))];
        }
        Vec::new()
    }
}
