//! What the interface itself refuses, before a service is asked.

use serde::{Deserialize, Serialize};

use crate::rejection::{Explain, RejectionKind};

/// What the interface refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum ApiRejection {
    /// Nobody is signed in.
    #[error("nobody is signed in. Send 'Authorization: Bearer <token>', or sign in in the browser")]
    NotSignedIn {},
    /// The password was set by somebody else.
    #[error("the password was set by somebody else. Change it in the browser first")]
    PasswordFirst {},
    /// The token is not for this.
    #[error("the token does not have the scope '{scope}'. Ask for one that has it")]
    MissingScope {
        /// What it would have to be for.
        scope: String,
    },
    /// Only whoever answers for all divisions.
    #[error(
        "this is about all divisions at once: it is answered to supervisors and auditors of the whole"
    )]
    WholeOnly {},
    /// Not for this role.
    #[error(
        "webhooks are looked after by unit administrators, or by a token of theirs with the scope 'webhooks'"
    )]
    AdministratorsOnly {},
    /// A page of another site.
    #[error("the request comes from another site. Send it from here, or with a token")]
    OtherSite {},
    /// A header that does not read.
    #[error("the header '{header}' does not read: {problem}. Mend it and send again")]
    BadHeader {
        /// Which.
        header: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Something of the request that the library behind the interface does not take.
    #[error(
        "the request does not read. The document at /api/v1/openapi.json says what is taken; an address is percent-encoded UTF-8"
    )]
    Unreadable {},
    /// A command without a key.
    #[error(
        "a command needs the header 'Idempotency-Key' with a new UUID of version 7: sent again with it, nothing is done twice"
    )]
    MissingKey {},
    /// The body is no JSON.
    #[error("the body is not JSON: {problem}")]
    NotJson {
        /// Where it stops being that.
        problem: String,
    },
    /// The body says that it is something else.
    #[error("the body must be 'Content-Type: application/json'")]
    WrongType {},
    /// Nothing that the client takes.
    #[error("this is answered as {offered} only. Mend the header 'Accept'")]
    NotAcceptable {
        /// As what it is answered.
        offered: String,
    },
    /// The body is too large.
    #[error("the body is larger than {limit} bytes")]
    TooLarge {
        /// As large as it may be.
        limit: u64,
    },
    /// The address does not take the method.
    #[error("this address does not take {method}, but {allowed}")]
    WrongMethod {
        /// What was sent.
        method: String,
        /// What can be.
        allowed: String,
    },
    /// There is no such address.
    #[error("there is no such address. The document at /api/v1/openapi.json names all there are")]
    UnknownAddress {},
    /// Too many requests.
    #[error("too many requests. Try again in {seconds} seconds")]
    TooOften {
        /// When one may try again.
        seconds: u64,
    },
    /// It took too long.
    #[error("it took too long. If it was a command, send it again with the same key")]
    TooSlow {},
    /// Something failed here.
    #[error(
        "something failed here; it is in the log. If it was a command, send it again with the same key"
    )]
    Failed {},
    /// The events were numbered anew.
    #[error(
        "the journal was restored and numbers its events anew (epoch {epoch}). Begin again with '?from=0'"
    )]
    OtherEpoch {
        /// The incarnation of its log now.
        epoch: uuid::Uuid,
    },
    /// There is no such webhook, or it is another unit's.
    #[error("there is no webhook {webhook} of your unit")]
    UnknownWebhook {
        /// What was asked for.
        webhook: String,
    },
    /// A webhook's address that cannot be used.
    #[error("the address cannot be used: {problem}")]
    WebhookAddress {
        /// Why.
        problem: String,
    },
    /// Enough webhooks.
    #[error("a unit has at most {limit} webhooks. Remove one that is not needed")]
    TooManyWebhooks {
        /// As many as there may be.
        limit: u64,
    },
    /// A webhook that waits for nothing.
    #[error("the webhook is not parked: there is nothing to skip")]
    NotParked {},
}

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

    fn zh(&self) -> String {
        match self {
            Self::NotSignedIn {} => {
                "尚未登录。请在请求中附 Authorization: Bearer <令牌>，或在浏览器中登录".to_owned()
            }
            Self::PasswordFirst {} => "密码由他人设置。请先在浏览器中修改密码".to_owned(),
            Self::MissingScope { scope } => format!("令牌没有“{scope}”权限。请申请有此权限的令牌"),
            Self::WholeOnly {} => "此项涉及全部区划，只答复主管全部区划的督办人和审计人员".to_owned(),
            Self::AdministratorsOnly {} => {
                "事件推送由单位管理员办理，或使用其有 webhooks 权限的令牌".to_owned()
            }
            Self::OtherSite {} => "请求来自其他网站。请从本站提交，或使用令牌".to_owned(),
            Self::BadHeader { header, problem } => {
                format!("请求头“{header}”有误（{problem}）。请改正后重新提交")
            }
            Self::Unreadable {} => {
                "请求无法识别。可接受的内容见 /api/v1/openapi.json；地址须为百分号编码的 UTF-8"
                    .to_owned()
            }
            Self::MissingKey {} => {
                "办理事项须附请求头 Idempotency-Key：一个新的第7版UUID。用同一编号重发，不会重复办理"
                    .to_owned()
            }
            Self::NotJson { problem } => format!("内容不是 JSON（{problem}）"),
            Self::WrongType {} => "内容须为 Content-Type: application/json".to_owned(),
            Self::NotAcceptable { offered } => {
                format!("此处只以 {offered} 答复。请改正请求头 Accept")
            }
            Self::TooLarge { limit } => format!("内容超过 {limit} 字节"),
            Self::WrongMethod { method, allowed } => {
                format!("此地址不接受 {method}，只接受 {allowed}")
            }
            Self::UnknownAddress {} => {
                "没有这个地址。全部地址见 /api/v1/openapi.json".to_owned()
            }
            Self::TooOften { seconds } => format!("请求过多。请 {seconds} 秒后再试"),
            Self::TooSlow {} => "用时过长。如系办理事项，请用同一编号重发".to_owned(),
            Self::Failed {} => "系统出错，已记入日志。如系办理事项，请用同一编号重发".to_owned(),
            Self::OtherEpoch { epoch } => {
                format!("日志总册已恢复，事件重新编号（{epoch}）。请用 ?from=0 从头读取")
            }
            Self::UnknownWebhook { webhook } => format!("本单位没有事件推送 {webhook}"),
            Self::WebhookAddress { problem } => format!("推送地址不能使用（{problem}）"),
            Self::TooManyWebhooks { limit } => {
                format!("每个单位最多 {limit} 个事件推送。请先删除不再需要的")
            }
            Self::NotParked {} => "推送没有搁置，无需略过".to_owned(),
        }
    }
}
