//! Personal data (个人信息): who opened it and why, how a case is found by what a person says of
//! themselves, and how a person is erased. Intake answers, because it has the keys.
//!
//! Openings are written to stream `access/<case>` of service `intake`: beside the case's own stream, so
//! that looking at a case never moves the revision that somebody decides on. Erasure is an event of the
//! case itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    case::{Applicant, Stage},
    division::DivisionCode,
    envelope::LogPosition,
    ids::{CaseId, CaseNumber, CaseRef, ServiceItem, Topic, UnitId},
    rejection::{Explain, Kind},
    time::Timestamp,
};

choices! {
    /// What of a person was opened.
    pub enum DataKind {
        /// Names and numbers of papers.
        Identity = "identity", "姓名、证件", "names and papers";
        /// Telephone, address.
        Contact = "contact", "联系方式", "how to reach them";
        /// What happened, in the citizen's words.
        Narrative = "narrative", "诉求与经过", "what happened";
        /// What the window answered.
        Answer = "answer", "窗口答复", "the window's answer";
    }
}

/// Somebody opened personal data of the case (查阅). Who, for which unit and when stands in the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PersonalDataOpened {
    /// What was shown.
    pub kinds: Vec<DataKind>,
    /// Why, as whoever opened it said; nothing where custody is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who held the case then.
    pub holder: UnitId,
    /// Where that unit is.
    pub holder_division: DivisionCode,
}

events! {
    /// What happens around personal data besides what happens to the case.
    pub enum Event {
        /// 查阅
        PersonalDataOpened = "cn.onestop.access.personal-data-opened.v1", "查阅个人信息", "Personal data opened";
    }
}

choices! {
    /// On what basis a person is erased: the cases of 个人信息保护法第四十七条.
    pub enum ErasureBasis {
        /// 第一项
        PurposeAchieved = "purpose-achieved",
            "处理目的已实现、无法实现或者不再必要（个人信息保护法第四十七条第一项）",
            "its purpose is achieved, cannot be, or needs it no longer (PIPL art. 47(1))";
        /// 第二项
        RetentionEnded = "retention-ended",
            "停止服务，或者保存期限已届满（个人信息保护法第四十七条第二项）",
            "the service has ended, or the retention period has (PIPL art. 47(2))";
        /// 第三项
        ConsentWithdrawn = "consent-withdrawn",
            "个人撤回同意（个人信息保护法第四十七条第三项）",
            "the person withdrew consent (PIPL art. 47(3))";
        /// 第四项
        UnlawfulProcessing = "unlawful-processing",
            "违反法律、行政法规或者约定处理（个人信息保护法第四十七条第四项）",
            "it was processed against the law or an agreement (PIPL art. 47(4))";
        /// 第五项
        OtherLaw = "other-law",
            "法律、行政法规规定的其他情形（个人信息保护法第四十七条第五项）",
            "another law says so (PIPL art. 47(5))";
    }
}

choices! {
    /// From when a retention period counts.
    pub enum RetainedFrom {
        /// 登记
        Opened = "opened", "登记", "opening";
        /// The last time that the case was given to another unit; a case that never was is not concerned.
        Referred = "referred", "最后一次转办", "the last referral";
        /// 办结
        Closed = "closed", "办结", "closing";
        /// 归档
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

/// The persons of the case were erased (删除个人信息): the key of what is sealed is destroyed. Who decided
/// stands in the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Erased {
    /// On what basis.
    pub basis: ErasureBasis,
    /// Every retention period that concerned the case.
    pub retention: Vec<EndedRetention>,
    /// What else should be remembered, without naming anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The version of the directory that the periods are from.
    pub directory: String,
}

/// Erase the persons of a case for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Erase {
    /// On what basis.
    pub basis: ErasureBasis,
    /// What else should be remembered. It stays: it may not name anybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

commands! {
    /// What intake can be asked to do about persons.
    pub enum Command {
        /// 删除个人信息
        Erase = "erase";
    }
}

/// `qry.intake.applicant`: opens what is sealed in a case. The one question that leaves a trace: whatever
/// it shows is recorded before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicantQuery {
    /// The case, by id or number.
    pub case: CaseRef,
    /// Why. Needed by whoever neither has custody nor took the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The answer to [`ApplicantQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ApplicantView {
    /// The case.
    pub case: CaseId,
    /// Who asks and what for.
    pub applicant: Applicant,
    /// What the window answered, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where the opening is recorded.
    pub recorded: LogPosition,
}

/// `qry.intake.readings`: who opened the personal data of a case, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingsQuery {
    /// The case, by id or number.
    pub case: CaseRef,
}

/// The answer to [`ReadingsQuery`], the first on top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Readings {
    /// The case.
    pub case: CaseId,
    /// Every opening.
    pub readings: Vec<Reading>,
}

/// One opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Reading {
    /// When.
    pub at: Timestamp,
    /// Who, for which unit.
    pub by: Actor,
    /// What was shown.
    pub kinds: Vec<DataKind>,
    /// Why; nothing where custody is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `qry.intake.find`: cases of a person, among those that the asker may know of. At least one of the three;
/// a case must fit all that are given.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindQuery {
    /// The whole name; one character may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The number of an identity paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

impl std::fmt::Debug for FindQuery {
    /// Never prints the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FindQuery(personal)")
    }
}

/// `qry.intake.similar`: cases that may be the same as one that is about to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimilarQuery {
    /// Who asks and what for.
    pub applicant: Applicant,
    /// What it is about.
    pub item: ServiceItem,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
}

/// The answer to [`FindQuery`] and [`SimilarQuery`], the best fit first, then the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Found {
    /// The cases.
    pub cases: Vec<FoundCase>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A case that was found. It says nothing of the person but that it fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FoundCase {
    /// Its id.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Where it stands.
    pub stage: Stage,
    /// The window that took it.
    pub window: UnitId,
    /// Who holds it.
    pub holder: UnitId,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How well it fits.
    pub degree: Degree,
    /// In what it fits.
    pub why: Vec<Likeness>,
}

choices! {
    /// How well a case fits.
    pub enum Degree {
        /// The same person, and, of a case about to be opened, the same matter.
        Exact = "exact", "相同", "the same";
        /// Perhaps.
        Near = "near", "近似", "perhaps the same";
    }
}

choices! {
    /// In what a case fits.
    pub enum Likeness {
        /// The same identity paper.
        SameDocument = "same-document", "证件号码相同", "the same identity paper";
        /// The same telephone.
        SamePhone = "same-phone", "电话相同", "the same telephone";
        /// The same name.
        SameName = "same-name", "姓名相同", "the same name";
        /// A name in which one character differs.
        SimilarName = "similar-name", "姓名相近", "nearly the same name";
        /// The same item.
        SameItem = "same-item", "事项相同", "the same item";
        /// The same place.
        SamePlace = "same-place", "管辖地相同", "the same place";
        /// Opened within thirty days.
        Recent = "recent", "三十日内登记", "opened within thirty days";
    }
}

/// What intake refuses about persons.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// Neither custody nor a role that allows it.
    #[error(
        "{unit} may not open this: the persons of the case are known to its window {window} and to {holder}, \
         which has custody; with a reason, to supervisors and auditors of their division. Ask one of them"
    )]
    MayNotOpen {
        /// The unit that asked.
        unit: UnitId,
        /// The case's window.
        window: UnitId,
        /// Who has custody.
        holder: UnitId,
    },
    /// A supervisor or an auditor says why.
    #[error("say why it is opened: the reason stands on the record. Add a reason and ask again")]
    ReasonMissing {},
    /// A text that stays for ever names the person.
    #[error("'{field}' names the person, and it stays for ever. Say it without name or number")]
    NamesThePerson {
        /// Which field.
        field: String,
    },
    /// The persons are no longer to be known.
    #[error("已删除: the persons of this case were erased ({}). Nobody can open it any more", basis.text().en)]
    Erased {
        /// On what basis.
        basis: ErasureBasis,
    },
    /// There is no key, although nobody erased it.
    #[error(
        "the key of this case is not here: it was erased after the backup that this log is from, or it is lost. Ask whoever keeps the backups"
    )]
    KeyGone {},
    /// Somebody of another division.
    #[error(
        "{unit} may not do this: the case belongs to {window} and is with {holder}. Ask a supervisor of their division"
    )]
    NotYourDivision {
        /// The unit that asked.
        unit: UnitId,
        /// The case's window.
        window: UnitId,
        /// Who has custody.
        holder: UnitId,
    },
    /// It is not over yet.
    #[error("nothing is erased before the case is closed: it is {} (held by {holder}). Close it first", stage.text().en)]
    NotOver {
        /// The stage.
        stage: Stage,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The law wants it kept.
    #[error(
        "it must be kept until {last_day}: {years} years from {} ({basis}). Until then it is stored and \
         protected, and nothing else is done with it (PIPL art. 47). Ask again after that day", from.text().en
    )]
    Retained {
        /// The rule.
        basis: String,
        /// From when it counts.
        from: RetainedFrom,
        /// How long it is.
        years: u32,
        /// Its last day.
        #[schemars(with = "String")]
        last_day: Date,
    },
    /// Nothing to look for.
    #[error(
        "nothing to find by. Give a name, a telephone number or the number of an identity paper"
    )]
    NothingToFindBy {},
    /// The traces are still being read.
    #[error(
        "the index is still being read after the start ({read} cases so far). Try again in a moment"
    )]
    StillReading {
        /// How many cases were read so far.
        read: u64,
    },
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::MayNotOpen { .. } | Self::NotYourDivision { .. } => Kind::Forbidden,
            Self::ReasonMissing {} | Self::NamesThePerson { .. } | Self::NothingToFindBy {} => {
                Kind::Invalid
            }
            Self::Erased { .. }
            | Self::KeyGone {}
            | Self::NotOver { .. }
            | Self::Retained { .. } => Kind::Conflict,
            Self::StillReading { .. } => Kind::Unavailable,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::MayNotOpen {
                unit,
                window,
                holder,
            } => format!(
                "{unit} 无权查阅：当事人信息仅限受理窗口 {window} 和现承办的 {holder} 知悉；\
                 所属区划的督办人、审计人员说明理由后可以查阅。请联系上述单位"
            ),
            Self::ReasonMissing {} => "请写明查阅理由，理由将记录在案".to_owned(),
            Self::NamesThePerson { field } => {
                format!("“{field}”写有当事人姓名或号码，而该内容将永久保存。请改为不指明个人的写法")
            }
            Self::Erased { basis } => {
                format!(
                    "已删除：本案当事人信息任何人都不能再查阅。依据：{}",
                    basis.text().zh
                )
            }
            Self::KeyGone {} => {
                "本案密钥不在此处：在本日志的备份之后已删除，或已遗失。请联系保管备份的人员"
                    .to_owned()
            }
            Self::NotYourDivision {
                unit,
                window,
                holder,
            } => format!(
                "{unit} 无权办理：案件属于 {window}，现由 {holder} 承办。请联系其所属区划的督办人"
            ),
            Self::NotOver { stage, holder } => format!(
                "办结之前不能删除：案件{}（现由 {holder} 负责）。请先办结",
                stage.text().zh
            ),
            Self::Retained {
                basis,
                from,
                years,
                last_day,
            } => format!(
                "依法须保存至 {last_day}：自{}起 {years} 年（{basis}）。在此之前只作存储和保护，\
                 不作其他处理（个人信息保护法第四十七条）。请在该日之后再申请",
                from.text().zh
            ),
            Self::NothingToFindBy {} => "没有查找条件。请填写姓名、电话或证件号码".to_owned(),
            Self::StillReading { read } => {
                format!("启动后索引仍在读取（已读 {read} 件）。请稍后再试")
            }
        }
    }
}
