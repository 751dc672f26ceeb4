//! What happened to a case, as intake records it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    Channel, Ciphertext, CorrectionReason, FileHash, FollowUpResult, Grade, Material, MediaType,
    MergeReason, NeedKind, NeedOutcome, Needs, ReopenReason, Stage, UrgencyEnd, UrgencyGround,
    VisitOutcome, VisitPurpose, Warning,
};
pub use crate::clock::{
    ClockCorrected, ClockDueSoon, ClockOverdue, ClockStarted, ClockStopped, ClockSupervised,
};
use crate::{
    division::DivisionCode,
    free_text::TextKey,
    ids::short_code::ShortCode,
    ids::{CaseId, CaseNumber, EventId, HandoffId, ServiceItem, SiteId, Topic, UnitId},
    organ_notice::OrganNotice,
    personal::{Erased, ErasureRefused, ErasureRequested},
    referral::{Outcome, RecallReason, ReferralSubject},
    time::Timestamp,
};

/// The case was opened (登记).
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
    /// The applicants and their request.
    pub applicant: Ciphertext,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// The case of the other side, where both came (利益冲突).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opposed_to: Option<CaseId>,
    /// Other cases that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<CaseId>,
    /// What the window must see to.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// The query code on the receipt (查询码).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_code: Option<Ciphertext>,
    /// What was odd about what was taken down, and no reason to refuse it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
    /// The organ's letter that opened the case (办案机关公函); nothing where a citizen asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Box<OrganNotice>>,
    /// How many other parties the case's file names (被申请人人数); nothing where it names none, and in events from before it was
    /// kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// How many people ask (申请人数): their names stay sealed; nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// The public key to which texts about the case are sealed (加密公钥); nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_key: Option<TextKey>,
    /// The short code for the telephone (电话短码); nothing in events from before it was given: those cases have the first that
    /// is free when they are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_code: Option<ShortCode>,
}

/// The applicants are a group (群体性事项): notifies the supervisor, once a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct GroupReported {
    /// How many ask together.
    pub people: u32,
    /// The number of applicants from which on the supervisor is notified.
    pub least: u32,
    /// By which rule.
    pub basis: String,
    /// The notified supervisor.
    pub supervisor: UnitId,
    /// Where that supervisor is.
    pub division: DivisionCode,
}

/// The window requests that the case be referred to the responsible unit (转办请求).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReferralRequested {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// What the case is referred for.
    #[serde(flatten)]
    pub subject: ReferralSubject,
}

/// The window answered the citizen itself (当场答复).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Answered {
    /// The answer, sealed like the question.
    pub answer: Ciphertext,
}

/// The window took in material, and gave a receipt (材料接收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MaterialReceived {
    /// What was handed in.
    pub materials: Vec<Material>,
    /// The how manieth receipt of the case it is (材料接收凭证); old ones have no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<u32>,
}

/// Something that was taken down is corrected (更正). What it corrects stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Corrected {
    /// The event that said it.
    pub corrects: EventId,
    /// Why.
    pub reason: CorrectionReason,
    /// The applicants and their request, as it should have been; nothing if that was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<Ciphertext>,
    /// What the window must see to, as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Needs>,
    /// The place that decides who is responsible, as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// What exactly it is about, as it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<Topic>,
    /// How many other parties the applicants name, as it should have been; nothing where they name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondents: Option<u32>,
    /// How many people ask, as it should have been; nothing if that was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u32>,
    /// What was odd about the correction itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Warning>,
}

/// The case was merged into another (合并): what follows, follows there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Merged {
    /// The case that goes on.
    pub into: CaseId,
    /// The number on its receipt.
    pub number: CaseNumber,
    /// Why.
    pub reason: MergeReason,
}

/// The citizen was informed, once, of everything that is missing (一次性告知).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NoticeGiven {
    /// What is missing.
    pub missing: Vec<Topic>,
}

/// A file was added to the case (附件). The file itself is kept outside the log, under its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AttachmentAdded {
    /// Its SHA-256.
    pub hash: FileHash,
    /// Its size in bytes.
    pub size: u64,
    /// What it is.
    pub media_type: MediaType,
    /// What it shows.
    pub kind: Topic,
    /// The name of the file.
    pub name: Ciphertext,
}

/// Staff visited the citizen at home (上门服务).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HomeVisited {
    /// What for.
    pub purpose: VisitPurpose,
    /// On which day; nothing in events from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>", extend("format" = "date"))]
    pub on: Option<Date>,
    /// Where, if not at the address that was taken down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Ciphertext>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<VisitOutcome>,
}

/// A need of the citizen was met or declined (需求落实). The envelope says by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct NeedSettled {
    /// Which need.
    pub need: NeedKind,
    /// How it was seen to.
    pub how: NeedOutcome,
}

/// It turned out that the case cannot wait (标为紧急): what is referred from then on is urgent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MarkedUrgent {
    /// Why.
    pub reason: UrgencyGround,
}

/// The case can wait again (取消紧急).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct UrgencyLifted {
    /// Why.
    pub reason: UrgencyEnd,
}

/// The citizen was called back (回访).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FollowedUp {
    /// What came of it.
    pub result: FollowUpResult,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Ciphertext>,
}

/// What a bad rating was about was put right (差评整改).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Redone {
    /// What was done.
    pub measure: Ciphertext,
}

/// The closed case was opened again (重新办理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reopened {
    /// Why.
    pub reason: ReopenReason,
}

/// The window was informed that a unit has accepted the case (已签收).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HolderNoted {
    /// The handoff.
    pub handoff: HandoffId,
    /// Who has it now.
    pub holder: UnitId,
    /// Where that unit is.
    pub holder_division: DivisionCode,
}

/// The case is back at the window without a result: no unit was available, or its
/// route ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CameBack {
    /// The body outside that is responsible, to which the window hands the case over (须移送); nothing otherwise, and in events
    /// from before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<UnitId>,
}

/// The window handed the whole case over to a body outside, which handles it by its own duty (已移送). The window keeps custody,
/// and closes the case once the citizen was informed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandoverNoted {
    /// The number of the handing over.
    pub handover: HandoffId,
    /// The body.
    pub to: UnitId,
    /// When it was handed over.
    pub at: Timestamp,
}

/// The window was informed of the result (反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ResultNoted {
    /// The unit that worked it.
    pub unit: UnitId,
    /// What came of it.
    pub outcome: Outcome,
}

/// The citizen withdrew (撤销申请).
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
    /// Until when it can be opened again; nothing where no limit was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen_until: Option<Timestamp>,
    /// The needs that were neither met nor declined yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_needs: Vec<NeedKind>,
}

/// The case's file was archived (归档).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Archived {}

events! {
    /// What happened to a case, as intake records it.
    pub enum Event {
        /// 登记
        Opened = "cn.onestop.case.opened.v1", "登记", "Case opened";
        /// 转办请求
        ReferralRequested = "cn.onestop.case.referral-requested.v1", "申请转办", "Referral requested";
        /// 群体性事项
        GroupReported = "cn.onestop.case.group-reported.v1", "群体性事项报告", "Group case, supervisor told";
        /// 当场答复
        Answered = "cn.onestop.case.answered.v1", "窗口答复", "Answered at the window";
        /// 材料接收
        MaterialReceived = "cn.onestop.case.material-received.v1", "接收材料", "Material received";
        /// 窗口得知签收
        HolderNoted = "cn.onestop.case.holder-noted.v1", "窗口获知承办单位", "Window told who has it";
        /// 回到窗口
        CameBack = "cn.onestop.case.came-back.v1", "案件回到窗口", "Back at the window";
        /// 移送
        HandoverNoted = "cn.onestop.case.handover-noted.v1", "已移送有关单位", "Handed over to another body";
        /// 反馈
        ResultNoted = "cn.onestop.case.result-noted.v1", "窗口收到结果", "Window told the result";
        /// 撤销申请
        Withdrawn = "cn.onestop.case.withdrawn.v1", "群众撤销申请", "Withdrawn by the citizen";
        /// 评价
        Rated = "cn.onestop.case.rated.v1", "群众评价", "Rated by the citizen";
        /// 办结
        Closed = "cn.onestop.case.closed.v1", "办结", "Case closed";
        /// 归档
        Archived = "cn.onestop.case.archived.v1", "归档", "Case archived";
        /// 申请删除个人信息
        ErasureRequested = "cn.onestop.case.erasure-requested.v1", "申请删除个人信息", "Erasure of the persons asked for";
        /// 不同意删除个人信息
        ErasureRefused = "cn.onestop.case.erasure-refused.v1", "不同意删除个人信息", "Erasure of the persons refused";
        /// 删除个人信息
        Erased = "cn.onestop.case.erased.v1", "删除个人信息", "Persons erased";
        /// 更正
        Corrected = "cn.onestop.case.corrected.v1", "更正登记", "Corrected";
        /// 合并
        Merged = "cn.onestop.case.merged.v1", "并入其他案件", "Merged into another case";
        /// 一次性告知
        NoticeGiven = "cn.onestop.case.notice-given.v1", "一次性告知", "Told once what is missing";
        /// 附件
        AttachmentAdded = "cn.onestop.case.attachment-added.v1", "收存附件", "File added";
        /// 上门
        HomeVisited = "cn.onestop.case.home-visited.v1", "上门服务", "Visited at home";
        /// 需求落实
        NeedSettled = "cn.onestop.case.need-settled.v1", "需求落实", "A need seen to";
        /// 紧急
        MarkedUrgent = "cn.onestop.case.marked-urgent.v1", "标为紧急", "Marked as urgent";
        /// 不再紧急
        UrgencyLifted = "cn.onestop.case.urgency-lifted.v1", "取消紧急", "Urgent no more";
        /// 回访
        FollowedUp = "cn.onestop.case.followed-up.v1", "回访", "Called back";
        /// 整改
        Redone = "cn.onestop.case.redone.v1", "差评整改完成", "Put right after a bad rating";
        /// 重新办理
        Reopened = "cn.onestop.case.reopened.v1", "重新办理", "Opened again";
        /// 开始计时
        ClockStarted = "cn.onestop.case.clock-started.v1", "开始计时", "Clock started";
        /// 停止计时
        ClockStopped = "cn.onestop.case.clock-stopped.v1", "停止计时", "Clock stopped";
        /// 更正
        ClockCorrected = "cn.onestop.case.clock-corrected.v1", "更正到期日", "Due day corrected";
        /// 临期
        ClockDueSoon = "cn.onestop.case.clock-due-soon.v1", "临期提醒", "Due soon";
        /// 逾期
        ClockOverdue = "cn.onestop.case.clock-overdue.v1", "逾期催办", "Overdue";
        /// 督办
        ClockSupervised = "cn.onestop.case.clock-supervised.v1", "督办", "Supervisor told";
    }
}
