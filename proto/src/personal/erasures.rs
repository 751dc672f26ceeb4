//! Requests for the erasure of persons that wait for a second person (待复核的删除申请).

use serde::{Deserialize, Serialize};

use super::ErasureRequested;
use crate::ids::{CaseId, CaseNumber, ServiceItem, Topic, UnitId};

question_without_data! {
    /// `qry.intake.erasures`: the requests that wait for a second person now. The administrator of a case's unit and the
    /// supervisors of its division see them. It decrypts nothing.
    ErasureRequestsQuery
}

/// The answer to [`ErasureRequestsQuery`], the request that lapses first on top.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ErasureRequests {
    /// The requests.
    pub requests: Vec<OpenErasureRequest>,
    /// Whether there are more than these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// A request that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenErasureRequest {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Revision of the case's stream, for a decision on the sight of this.
    pub revision: u64,
    /// What the case is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The window that took it.
    pub window: UnitId,
    /// Who asked, on what basis, and until when it waits.
    pub requested: ErasureRequested,
    /// What the caller can do about it, as names of commands: `erase` for the second person; nothing for the person who
    /// asked, and for one who is not above them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub available: Vec<String>,
}
