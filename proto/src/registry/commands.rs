//! The commands of the registry. Where no first day is given, a change takes effect today.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    ApproveChange, AttachEvidence, AttachPiece, CheckStandard, ConfirmEntry, DeclareDaysOff,
    MoveItemIn, MoveItemOut, PlanOpening, SendBackChange, SetDuty, SetHours, SetLimit,
    SetMeansLine, SetPapers, SiteState, WithdrawEvidence,
};
use crate::ids::{SiteId, UnitId};

/// Change the telephone or the address of a unit; a window's are those of its site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeContact {
    /// The unit.
    pub unit: UnitId,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The telephone: digits, and hyphens between them. Nothing: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The address. Nothing: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Set the state of a site: planned, pilot, operating, suspended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetState {
    /// The site.
    pub site: SiteId,
    /// The state.
    pub state: SiteState,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day, if it is to end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub until: Option<Date>,
    /// What it rests on: the approval, the inspection, the reason of a closure. It is public: shown with the site.
    pub evidence: String,
    /// The number of the document, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
}

/// Have a unit take no further ordinary cases until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkFull {
    /// The unit.
    pub unit: UnitId,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
    /// The last day.
    #[schemars(with = "String")]
    pub until: Date,
}

/// Have a unit that is full take cases again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkFree {
    /// The unit.
    pub unit: UnitId,
    /// The first day; today, if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Date>,
}

commands! {
    /// What the registry is asked to record.
    pub enum Command {
        /// 变更联系方式
        ChangeContact = "change-contact";
        /// 变更站点状态
        SetState = "set-state";
        /// 标记满负荷
        MarkFull = "mark-full";
        /// 恢复接收
        MarkFree = "mark-free";
        /// 计划开放
        PlanOpening = "plan-opening";
        /// 达标核查
        CheckStandard = "check-standard";
        /// 确认登记内容
        ConfirmEntry = "confirm-entry";
        /// 上传附件
        AttachPiece = "attach-piece";
        /// 登记开办依据
        AttachEvidence = "attach-evidence";
        /// 撤下文件
        WithdrawEvidence = "withdraw-evidence";
        /// 变更开放时间
        SetHours = "set-hours";
        /// 变更值班人员
        SetDuty = "set-duty";
        /// 变更时限
        SetLimit = "set-limit";
        /// 地方性假日
        DeclareDaysOff = "declare-days-off";
        /// 事项进驻
        MoveItemIn = "move-item-in";
        /// 事项撤出
        MoveItemOut = "move-item-out";
        /// 变更所需材料
        SetPapers = "set-papers";
        /// 变更经济困难标准
        SetMeansLine = "set-means-line";
        /// 批准变更
        ApproveChange = "approve-change";
        /// 退回变更
        SendBackChange = "send-back-change";
    }
}
