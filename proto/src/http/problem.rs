//! A refusal as HTTP carries it: RFC 9457, `application/problem+json`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    field_error::{self, FieldError, details_in_words},
    field_of,
    rejection::ApiRejection,
};
use crate::{
    rejection::{Explain, Rejected, RejectionKind},
    text::{Language, Words},
};

/// A refusal, and nothing was changed; but for `outcome-unknown`, which says that it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Problem {
    /// Which "no", as an address: `/api#<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What sort of "no", in the requested language.
    pub title: String,
    /// The status of the answer.
    #[schemars(range(min = 400, max = 599))]
    pub status: u16,
    /// What happened and what to do, in the requested language.
    pub detail: String,
    /// Which "no": stable, in kebab case.
    pub code: String,
    /// What happened and what to do, in both languages.
    pub message: Words,
    /// The facts that the sentence names, by their field names. A `problem` is in the requested language.
    pub details: Value,
    /// The field that is to be mended, as a path in what was sent; nothing where it is no single field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// All that is to be mended, each with where it is and what would be right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// The status that says what sort of "no" it is.
fn status(kind: RejectionKind) -> u16 {
    match kind {
        RejectionKind::Invalid => 422,
        RejectionKind::NotFound => 404,
        RejectionKind::Conflict => 409,
        RejectionKind::Forbidden => 403,
        RejectionKind::Unavailable => 503,
    }
}

impl Problem {
    /// A service's "no". One about `If-Match` is that the precondition failed, one about a full disk says so.
    pub fn of(rejected: &Rejected, language: Language) -> Self {
        let status = match rejected.code.as_str() {
            "stale-revision" => 412,
            "storage-full" => 507,
            _ => status(rejected.kind),
        };
        Self::new(status, rejected, language)
    }

    /// The interface's own "no".
    pub fn own(refused: &ApiRejection, language: Language) -> Self {
        Self::new(refused.status(), &refused.rejected(), language)
    }

    fn new(status: u16, rejected: &Rejected, language: Language) -> Self {
        Self {
            kind: format!("/api#{}", rejected.code),
            title: title(status).in_language(language).to_owned(),
            status,
            detail: rejected.message.in_language(language).to_owned(),
            code: rejected.code.clone(),
            message: rejected.message.clone(),
            details: details_in_words(rejected, language),
            field: field_of(rejected),
            errors: field_error::errors(rejected, language),
        }
    }

    /// The same, of a request that has no body to which its errors could point.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        for error in &mut self.errors {
            error.pointer = None;
        }
        self
    }
}

/// What sort of "no" a status is.
fn title(status: u16) -> Words {
    let (zh, en) = match status {
        400 => ("请求有误", "The request could not be parsed"),
        401 => ("尚未登录", "Not signed in"),
        403 => ("不准办理", "Not permitted"),
        404 => ("没有找到", "Not found"),
        405 => ("方法不对", "Method not allowed"),
        406 => ("格式不供", "Not acceptable"),
        409 => ("情况不符", "The case is in another state"),
        412 => ("案件已有变化", "The case has moved on"),
        413 => ("内容过大", "Too large"),
        415 => ("格式不收", "Unsupported media type"),
        422 => ("填写有误", "A field is invalid"),
        429 => ("请求过多", "Too many requests"),
        503 => ("暂无应答", "Service unavailable"),
        507 => ("磁盘已满", "Storage full"),
        _ => ("没有办理", "Not done"),
    };
    Words {
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}
