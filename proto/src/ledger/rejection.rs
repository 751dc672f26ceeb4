//! What the ledger refuses.

use serde::{Deserialize, Serialize};

use crate::{
    actor::Role,
    division::DivisionCode,
    ids::UnitId,
    rejection::{Explain, RejectionKind},
};

/// What the ledger refuses. A case beyond what the one who asks may see is refused as
/// [`UnknownCase`](crate::rejection::Refusal::UnknownCase), like one that does not exist.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// The question does not say who asks.
    #[error("who asks? Lists are answered to staff only. Name the actor in the question")]
    NobodyAsks {},
    /// Not for this role.
    #[error("that is not answered to a {}. Ask somebody who supervises the division", role.text().en)]
    NotForRole {
        /// The role.
        role: Role,
    },
    /// No such unit.
    #[error("there is no unit {unit} in the directory. Look it up with 'onestop directory sites'")]
    UnknownUnit {
        /// The unit.
        unit: UnitId,
    },
    /// Another unit's work.
    #[error("that is the work of {unit}; you act for {yours}. Ask for your own")]
    NotYourUnit {
        /// The unit asked for.
        unit: UnitId,
        /// The unit of the one who asks.
        yours: UnitId,
    },
    /// Beyond the division of the one who asks.
    #[error("{within} does not lie in {yours}. Ask for your own division or one in it")]
    NotYourDivision {
        /// The division asked for.
        within: DivisionCode,
        /// That of the one who asks.
        yours: DivisionCode,
    },
    /// A period that ends before it begins.
    #[error("the period ends before it begins. Mend 'from' or 'to'")]
    EmptyPeriod {},
    /// The ledger is being made from the journal's log.
    #[error(
        "the lists are being made anew from the journal: {position} of {head} events. Try again in a moment"
    )]
    Building {
        /// Events taken in.
        position: u64,
        /// Events that there are.
        head: u64,
    },
}

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NobodyAsks {}
            | Self::NotForRole { .. }
            | Self::NotYourUnit { .. }
            | Self::NotYourDivision { .. } => RejectionKind::Forbidden,
            Self::UnknownUnit { .. } | Self::EmptyPeriod {} => RejectionKind::Invalid,
            Self::Building { .. } => RejectionKind::Unavailable,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NobodyAsks {} => "未写明由谁查询。清单只答复工作人员，请写明经办人".to_owned(),
            Self::NotForRole { role } => {
                format!("此项不答复{}。请联系主管该区划的督办人", role.text().zh)
            }
            Self::UnknownUnit { unit } => {
                format!("目录中没有单位 {unit}。请用 onestop directory sites 查找")
            }
            Self::NotYourUnit { unit, yours } => {
                format!("{unit} 的工作不属于您代表的 {yours}。请查询本单位")
            }
            Self::NotYourDivision { within, yours } => {
                format!("{within} 不在 {yours} 辖区内。请查询本辖区")
            }
            Self::EmptyPeriod {} => "期间的终点早于起点。请改正起止时间".to_owned(),
            Self::Building { position, head } => {
                format!("台账正在由日志重建：已完成 {position}/{head} 条。请稍后再试")
            }
        }
    }
}
