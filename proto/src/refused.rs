//! Events that a service does not believe, and why.

use serde::{Deserialize, Serialize};

use crate::{envelope::Source, time::Timestamp};

/// Events that are not proven to be what their source wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct RefusedEvents {
    /// Who wrote the last of them, as it says.
    pub source: Source,
    /// Why they are not believed.
    pub why: Refusal,
    /// How many were refused.
    pub count: u64,
    /// The subject of the last.
    pub subject: String,
    /// When it was refused.
    pub at: Timestamp,
}

choices! {
    /// Why an event is not believed.
    pub enum Refusal {
        /// It is not on the subject that its own words give it.
        OtherSubject = "other-subject", "主题与事件所载不符", "it is not on its own subject";
        NotEnrolled = "not-enrolled", "该实例未登记", "its instance is not enrolled";
        /// The hash that is computed from it again is not the one that it names, or cannot be computed.
        Altered = "altered", "内容与其哈希不符", "it does not fit its hash";
        /// An instance other than the main one has not signed it.
        NotSigned = "not-signed", "未经该实例签名", "its instance has not signed it";
        /// The case was opened at a window outside the division of the instance.
        OtherDivision = "other-division", "案件不属于该实例的区划", "its case is of another division than its instance";
        OtherSource = "other-source", "见于另一来源的日志", "another source tells it";
    }
}
