//! Another lawyer at the recipient's request (更换承办人): the recipient asks the agency, which assigns another one or keeps the
//! one who has the case, and says why (法律援助法 art. 55; 办理法律援助案件程序规定).

use serde::{Deserialize, Serialize};

use crate::{free_text::FreeText, ids::StaffId};

/// Record that the recipient asks for another lawyer: the agency decides within its days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskOtherLawyer {
    /// What the lawyer did or left undone, and what shows it.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// Decide that the lawyer stays. To agree to the request, assign another one (`reassign`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepLawyer {
    /// Why, as the recipient is told.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// The recipient asked for another lawyer (请求更换).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OtherLawyerAsked {
    /// What the lawyer did or left undone.
    #[schemars(with = "FreeText")]
    pub why: String,
}

/// The agency decided that the lawyer stays (决定不予更换).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LawyerKept {
    /// Why.
    #[schemars(with = "FreeText")]
    pub why: String,
    /// Who decided it.
    pub decided_by: StaffId,
}
