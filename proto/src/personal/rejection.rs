//! What intake refuses about persons, in both languages.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{ErasureBasis, RetainedFrom};
use crate::{
    case::Stage,
    ids::UnitId,
    rejection::{Explain, RejectionKind},
    time::Timestamp,
};

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
    /// A complaint waits: the citizen's bad rating.
    #[error(
        "a bad rating of this case waits to be put right, by {day}: whoever looks into it needs to know whose it is. Put it right first, then ask again"
    )]
    NotPutRight {
        /// By when.
        #[schemars(with = "String")]
        day: Date,
    },
    /// A supervisor waits for an answer.
    #[error(
        "{by} supervises this case and waits for an answer by {until}: whoever looks into it needs to know whose it is. Have the instruction answered first, then ask again"
    )]
    Supervised {
        /// The supervisor.
        by: UnitId,
        /// By when.
        until: Timestamp,
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
    fn kind(&self) -> RejectionKind {
        match self {
            Self::MayNotOpen { .. } | Self::NotYourDivision { .. } => RejectionKind::Forbidden,
            Self::ReasonMissing {} | Self::NamesThePerson { .. } | Self::NothingToFindBy {} => {
                RejectionKind::Invalid
            }
            Self::Erased { .. }
            | Self::KeyGone {}
            | Self::NotOver { .. }
            | Self::NotPutRight { .. }
            | Self::Supervised { .. }
            | Self::Retained { .. } => RejectionKind::Conflict,
            Self::StillReading { .. } => RejectionKind::Unavailable,
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
            Self::NotPutRight { day } => format!(
                "本案差评尚待整改（期限 {day}），核查时须知悉当事人。请先完成整改，再申请删除"
            ),
            Self::Supervised { by, until } => format!(
                "{by} 正在督办本案，反馈期限 {until}，核查时须知悉当事人。请先反馈督办，再申请删除"
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
