//! What happened to a case, as intake says it.

use serde::{Deserialize, Serialize};

use super::{Channel, Grade, Material, Sealed, Stage};
use crate::{
    division::DivisionCode,
    ids::{CaseId, CaseNumber, HandoffId, ServiceItem, SiteId, Topic, UnitId},
    personal::Erased,
    referral::{Outcome, RecallReason},
};

/// The case was opened (登记受理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Opened {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// The site.
    pub site: SiteId,
    /// The window at that site: it has custody from this moment.
    pub window: UnitId,
    /// The division of the window.
    pub window_division: DivisionCode,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible: of the dispute, of the house.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// Who asks and what for.
    pub applicant: Sealed,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The case of the other side, where both came (利益冲突).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
}

/// The window asks that the case be carried to whoever is responsible (转办请求).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReferralRequested {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// Whether it cannot wait (紧急): somebody on duty is asked first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The case of the other side, where both came (利益冲突): it goes to another unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
}

/// The window answered the citizen itself (当场答复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Answered {
    /// The answer, sealed like the question.
    pub answer: Sealed,
}

/// The window took in material, and gave a receipt (材料接收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MaterialReceived {
    /// What was handed in.
    pub materials: Vec<Material>,
}

/// The window was told that a unit has accepted the case (已签收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HolderNoted {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who has it now.
    pub holder: UnitId,
    /// Where that unit is.
    pub holder_division: DivisionCode,
}

/// The case is back at the window without a result: nobody else could be found to take it, or its
/// route ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CameBack {}

/// The window was told the result (反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ResultNoted {
    /// The unit that worked it.
    pub unit: UnitId,
    /// What came of it.
    pub outcome: Outcome,
}

/// The citizen withdrew (撤回).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Withdrawn {
    /// Why.
    pub reason: RecallReason,
}

/// The citizen rated the service (好差评).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Rated {
    /// The grade.
    pub grade: Grade,
}

/// The case was closed (办结).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Closed {
    /// The stage at which it was closed.
    pub after: Stage,
}

/// The case's file was archived (归档).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Archived {}

events! {
    /// What happened to a case, as intake says it.
    pub enum Event {
        /// 登记
        Opened = "cn.onestop.case.opened.v1", "登记受理", "Case opened";
        /// 转办请求
        ReferralRequested = "cn.onestop.case.referral-requested.v1", "申请转办", "Referral requested";
        /// 当场答复
        Answered = "cn.onestop.case.answered.v1", "窗口答复", "Answered at the window";
        /// 材料接收
        MaterialReceived = "cn.onestop.case.material-received.v1", "接收材料", "Material received";
        /// 窗口得知签收
        HolderNoted = "cn.onestop.case.holder-noted.v1", "窗口获知承办单位", "Window told who has it";
        /// 回到窗口
        CameBack = "cn.onestop.case.came-back.v1", "案件回到窗口", "Back at the window";
        /// 反馈
        ResultNoted = "cn.onestop.case.result-noted.v1", "窗口收到结果", "Window told the result";
        /// 撤回
        Withdrawn = "cn.onestop.case.withdrawn.v1", "群众撤回", "Withdrawn by the citizen";
        /// 评价
        Rated = "cn.onestop.case.rated.v1", "群众评价", "Rated by the citizen";
        /// 办结
        Closed = "cn.onestop.case.closed.v1", "办结", "Case closed";
        /// 归档
        Archived = "cn.onestop.case.archived.v1", "归档", "Case archived";
        /// 删除个人信息
        Erased = "cn.onestop.case.erased.v1", "删除个人信息", "Persons erased";
    }
}
