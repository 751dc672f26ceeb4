//! The case (案件): what intake says and takes. Stream `case/<id>` of service `intake`.

mod commands;
mod events;
mod rejection;

use serde::{Deserialize, Serialize};

use crate::{actor::ServiceName, ids::Topic};

pub use commands::*;
pub use events::*;
pub use rejection::Rejection;

/// The name of the service that owns cases.
pub const SERVICE: &str = "intake";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

/// Who asks and what for, in clear: only in commands and in answers to those who may know, never in
/// an event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// Name (姓名).
    pub name: String,
    /// Telephone; none if the person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What happened, in the citizen's words (诉求摘要).
    #[serde(default)]
    pub summary: String,
}

impl std::fmt::Debug for Applicant {
    /// Never prints the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Applicant(sealed)")
    }
}

/// Personal data under the case's own key: base64 of nonce and ciphertext
/// (XChaCha20-Poly1305, the case id as associated data). Erasing the key erases the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Sealed(pub String);

choices! {
    /// How the citizen came.
    pub enum Channel {
        /// In person at a window.
        Window = "window", "窗口", "at the window";
        /// By telephone (12348).
        Phone = "phone", "电话", "by telephone";
        /// Written on paper while the network was away, entered later.
        Paper = "paper", "纸质登记", "on paper, entered later";
    }
}

choices! {
    /// What the window does with a case when it opens it.
    pub enum Request {
        /// Hand it to whoever is responsible (转办).
        Refer = "refer", "转办", "refer it";
        /// Answer it at the window.
        Answer = "answer", "窗口答复", "answer it at the window";
    }
}

choices! {
    /// Where a case stands, as intake knows it.
    pub enum Stage {
        /// The window has it and has not answered.
        AtWindow = "at-window", "窗口办理中", "at the window";
        /// Referred, on its way or with a unit.
        Referred = "referred", "已转办", "referred";
        /// The unit's result is back at the window.
        ResultBack = "result-back", "结果已返回窗口", "the result is back";
        /// Answered at the window.
        Answered = "answered", "窗口已答复", "answered at the window";
        /// Withdrawn by the citizen.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
        /// Closed (办结).
        Closed = "closed", "已办结", "closed";
        /// Archived (归档).
        Archived = "archived", "已归档", "archived";
    }
}

choices! {
    /// The five grades of 好差评.
    pub enum Grade {
        /// 5
        VerySatisfied = "very-satisfied", "非常满意", "very satisfied";
        /// 4
        Satisfied = "satisfied", "满意", "satisfied";
        /// 3
        Fair = "fair", "基本满意", "fairly satisfied";
        /// 2
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
        /// 1
        VeryDissatisfied = "very-dissatisfied", "非常不满意", "very dissatisfied";
    }
}

/// A thing that the citizen handed in (材料).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// What it is, such as `property-title`.
    pub kind: Topic,
    /// How many copies.
    pub copies: u32,
}
