//! Personal data (个人信息): who opened it and why, how a case is found by what a person says of
//! themselves, and how a person is erased. Intake answers, because it has the keys.
//!
//! Openings are written to stream `access/<case>` of service `intake`: beside the case's own stream, so
//! that looking at a case never moves the revision that a decision rests on. Erasure is an event of the
//! case itself.

mod audit;
mod erasures;
mod rejection;
mod search;
mod volume;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    actor::Actor,
    case::{Applicant, FileHash},
    division::DivisionCode,
    envelope::LogPosition,
    ids::{CaseId, CaseRef, CommandId, StaffId, UnitId},
    issuer::IssuerName,
    text::Text,
    time::Timestamp,
};

pub use self::{audit::*, erasures::*, rejection::Rejection, search::*, volume::*};

/// The warning where a case was erased while its standby did not have the event of that on disk.
pub const ERASED_HERE_ONLY: Text = Text {
    zh: "已在本机删除。备用机还没有销毁它存的密钥，跟上以后会自动销毁。请告诉系统管理员启动备用机；备用机不再使用的，请销毁它的磁盘。",
    en: "Erased on this machine. The standby has not destroyed its copy of the key yet, and does so once it has caught up. Ask the system administrator to start the standby or, if it is given up, to destroy its disk.",
};

choices! {
    /// What of a person was opened.
    pub enum PersonalDataKind {
        Identity = "identity", "姓名、证件", "names and papers";
        Contact = "contact", "联系方式", "how to reach them";
        Narrative = "narrative", "诉求与经过", "what happened";
        Answer = "answer", "窗口答复", "the window's answer";
        File = "file", "附件", "a file";
        /// That a person with this identity number is in the case.
        Found = "found", "凭证件号码查找", "the case of a number";
        /// That a person of this name or telephone is in the case.
        FoundByName = "found-by-name", "按姓名或电话查找", "the case of a name or a telephone";
        /// That a case about to be opened is like it.
        FoundSimilar = "found-similar", "登记时查重", "a case like one about to be opened";
        /// Whether a text that was typed names the persons.
        Compared = "compared", "比对文字是否提及当事人", "whether a text names the persons";
        /// The steps of the case, with what units wrote.
        Story = "story", "办理经过", "the steps of the case";
        /// What units wrote in the events of the case.
        UnitText = "unit-text", "办理文字", "what units wrote";
        /// What a colleague enters late, before another person approves it.
        LateEntry = "late-entry", "待审批的补录内容", "a late entry that waits for its approval";
    }
}

choices! {
    /// By which question personal data was shown.
    pub enum AccessWay {
        /// `qry.intake.applicant`
        Applicant = "applicant", "查阅", "opening";
        /// `qry.intake.attachment`
        Attachment = "attachment", "下载附件", "a file";
        /// `qry.intake.find`
        Find = "find", "按人查找", "person search";
        /// `qry.intake.texts`
        Texts = "texts", "查看办理文字", "texts of the units";
        /// `qry.intake.track`, where a notice has a remark for the citizen
        Track = "track", "群众凭查询码查看补正说明", "the citizen, by the query code";
        /// `qry.intake.texts`, where the approver of a late entry reads what is entered
        LateEntry = "late-entry", "审批补录", "approval of a late entry";
        /// `qry.intake.similar`
        Similar = "similar", "登记查重", "search for similar cases";
        /// `cmd.intake.erase`, which compares its note
        Erase = "erase", "删除个人信息", "erasure";
        /// `qry.journal.replay`
        Replay = "replay", "回放", "replay";
        /// `qry.journal.events`, where it is asked for the records of readings
        AuditExport = "audit-export", "导出查阅记录", "export of the records of readings";
    }
}

impl AccessWay {
    /// Whether who reads so may look for persons. The texts of units are part of every page of a case, and what a citizen reads
    /// of their own case is no sign of it either.
    pub fn may_look_for_persons(self) -> bool {
        !matches!(self, Self::Texts | Self::Track)
    }
}

/// A member of staff read personal data of the case (查阅). The envelope says who, for which unit and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PersonalDataAccessed {
    /// What was shown.
    pub kinds: Vec<PersonalDataKind>,
    /// The reader's reason; nothing where custody is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who held the case then.
    pub holder: UnitId,
    /// Where that unit is.
    pub holder_division: DivisionCode,
    /// By which question; nothing in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<AccessWay>,
    /// Which file, where a file was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileHash>,
    /// From which piece of the file on, counted from 0. Further pieces to the same reader are not recorded one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<u32>,
    /// How many cases the same search showed, this one among them. No record names another case. 0 where it found nothing:
    /// then the subject is the search and no case, and the holder is the unit of who searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<u32>,
    /// What the records of one search have in common.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<Uuid>,
}

impl PersonalDataAccessed {
    /// Whether it is of a search that found nothing, or of an export of records, and so of no case.
    pub fn is_of_no_case(&self) -> bool {
        self.among == Some(0) || self.way == Some(AccessWay::AuditExport)
    }
}

events! {
    /// What happens around personal data besides what happens to the case.
    pub enum Event {
        /// 查阅
        PersonalDataAccessed = "cn.onestop.access.personal-data-opened.v1", "查阅个人信息", "Personal data opened";
        /// 查阅次数超限
        VolumeExceeded = "cn.onestop.access.volume-exceeded.v1", "查阅次数超限", "More personal data opened than usual";
    }
}

choices! {
    /// On what basis a person is erased: the cases of 个人信息保护法第四十七条.
    pub enum ErasureBasis {
        PurposeAchieved = "purpose-achieved",
            "处理目的已实现、无法实现或者不再必要（个人信息保护法第四十七条第一项）",
            "its purpose is achieved, cannot be, or needs it no longer (PIPL art. 47(1))";
        RetentionEnded = "retention-ended",
            "停止服务，或者保存期限已届满（个人信息保护法第四十七条第二项）",
            "the service has ended, or the retention period has (PIPL art. 47(2))";
        ConsentWithdrawn = "consent-withdrawn",
            "个人撤回同意（个人信息保护法第四十七条第三项）",
            "the person withdrew consent (PIPL art. 47(3))";
        UnlawfulProcessing = "unlawful-processing",
            "违反法律、行政法规或者约定处理（个人信息保护法第四十七条第四项）",
            "it was processed against the law or an agreement (PIPL art. 47(4))";
        OtherLaw = "other-law",
            "法律、行政法规规定的其他情形（个人信息保护法第四十七条第五项）",
            "another law says so (PIPL art. 47(5))";
    }
}

choices! {
    /// From when a retention period counts.
    pub enum RetainedFrom {
        Opened = "opened", "登记", "opening";
        /// The last time that the case was given to another unit; a case that never was is not concerned.
        Referred = "referred", "最后一次转办", "the last referral";
        Closed = "closed", "办结", "closing";
        Archived = "archived", "归档", "archiving";
    }
}

/// A retention period that was looked at and had ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct EndedRetention {
    /// The rule.
    pub basis: String,
    /// From when it counted.
    pub from: RetainedFrom,
    /// How long it was.
    pub years: u32,
    /// Its last day.
    #[schemars(with = "String")]
    pub last_day: Date,
}

/// The persons of the case were erased (删除个人信息): the key of their encrypted data is destroyed. The envelope names
/// who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Erased {
    /// On what basis.
    pub basis: ErasureBasis,
    /// Every retention period that concerned the case.
    pub retention: Vec<EndedRetention>,
    /// A note that names no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The version of the directory that the periods are from.
    pub directory: String,
    /// Who asked for it, where a second person carried it out; nothing where the operator of the machine did so alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<StaffId>,
}

/// A supervisor requested the erasure of the persons of the case (申请删除). Erased data cannot be restored, so a second
/// person carries it out before the deadline, or the request lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ErasureRequested {
    /// On what basis.
    pub basis: ErasureBasis,
    /// Who asked.
    pub by: StaffId,
    /// The unit of who asked.
    pub unit: UnitId,
    /// By when a second person carries it out.
    pub until: Timestamp,
    /// A note that names no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A request for the erasure of the persons of the case was refused by a second person, or taken back by who asked (不同意删除).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ErasureRefused {
    /// On what basis it was asked for.
    pub basis: ErasureBasis,
    /// Who asked.
    pub requested_by: StaffId,
    /// Why it is refused; it names no person.
    pub note: String,
}

/// Ask for the erasure of the persons of a case; a second person carries it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestErasure {
    /// On what basis.
    pub basis: ErasureBasis,
    /// A note. It is kept for ever and may not name a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Refuse the erasure for which it was asked; who asked takes it back so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseErasure {
    /// Why. It is kept for ever and may not name a person.
    pub note: String,
}

/// Erase the persons of a case for ever, as the second person, after another one has requested it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// On what basis.
    pub basis: ErasureBasis,
    /// A note. It is kept for ever and may not name a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

commands! {
    /// The commands about persons that intake takes.
    pub enum Command {
        /// 申请删除个人信息
        RequestErasure = "request-erasure";
        /// 不同意删除个人信息
        RefuseErasure = "refuse-erasure";
        /// 删除个人信息
        Erase = "erase";
    }
}

/// `qry.intake.applicant`: opens what is sealed in a case. Whatever it shows is recorded before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicantQuery {
    /// The case, by id or number.
    pub case: CaseRef,
    /// Why. Required of callers that neither have custody nor took the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The answer to [`ApplicantQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ApplicantView {
    /// The case.
    pub case: CaseId,
    /// The applicants and their request.
    pub applicant: Applicant,
    /// What the window answered, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where staff visited the citizen, if not at the address above, the last visit last (上门地址).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visited_at: Vec<String>,
    /// Where the opening is recorded.
    pub recorded: LogPosition,
}

/// `qry.intake.texts`: opens the free text of events of a case, which is sealed in the log, for those who may see the case.
/// It is recorded before it is shown. That an approver reads a late entry, which is in no log yet, is recorded by it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TextsQuery {
    /// The case, by id or number.
    pub case: CaseRef,
    /// Sealed texts, as the events have them: `{sealed:v1:…}`.
    pub texts: Vec<String>,
    /// The key of a late entry that its approver is about to be shown (补录审批): that is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_entry: Option<CommandId>,
}

/// The answer to [`TextsQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenedTexts {
    /// The case.
    pub case: CaseId,
    /// Whether the key of the case was destroyed: nothing can be opened any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// The texts, in the order in which they were asked for; `null` for one that does not open.
    pub texts: Vec<Option<String>>,
}

/// `qry.intake.readings`: who opened the personal data of a case, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessRecordsQuery {
    /// The case, by id or number.
    pub case: CaseRef,
}

/// The answer to [`AccessRecordsQuery`], the first on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccessRecords {
    /// The case.
    pub case: CaseId,
    /// Every opening.
    pub readings: Vec<AccessRecord>,
}

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AccessRecord {
    /// When.
    pub at: Timestamp,
    /// Who, for which unit.
    pub by: Actor,
    /// What was shown.
    pub kinds: Vec<PersonalDataKind>,
    /// Why; nothing where custody is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// By which question; nothing in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub way: Option<AccessWay>,
    /// Which file, where a file was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileHash>,
    /// How many cases the same search showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<u32>,
    /// Whose key has proven the reader; nothing in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Uuid>,
}
