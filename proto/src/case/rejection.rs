//! What intake refuses, in both languages.

use serde::{Deserialize, Serialize};

use super::{Grade, Stage};
use crate::{
    division::DivisionCode,
    ids::{ServiceItem, SiteId, Topic, UnitId},
    rejection::{Explain, Kind},
    time::Timestamp,
};

/// What intake refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No such division.
    #[error(
        "there is no division {division} in the directory. Look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownDivision {
        /// The code given.
        division: DivisionCode,
    },
    /// No such window.
    #[error(
        "{unit} is not a window in the directory. Look it up with 'onestop directory sites --find NAME'"
    )]
    UnknownWindow {
        /// The unit given.
        unit: UnitId,
    },
    /// The site does not work on that day.
    #[error("{name} is closed on {day} ({why}). Send the citizen to the next site up: {instead}")]
    SiteClosed {
        /// The site.
        site: SiteId,
        /// Its name.
        name: String,
        /// The day.
        day: String,
        /// Why it is closed.
        why: String,
        /// Where to go.
        instead: String,
    },
    /// Nobody offers it.
    #[error("nobody offers '{item}' for {place}. Items offered: {offered}")]
    ItemNotOffered {
        /// The item.
        item: ServiceItem,
        /// The place.
        place: DivisionCode,
        /// What is offered there.
        offered: String,
    },
    /// The item has no such topic.
    #[error("'{item}' has no topic '{topic}'. Topics: {topics}")]
    UnknownTopic {
        /// The item.
        item: ServiceItem,
        /// The topic given.
        topic: Topic,
        /// The item's topics.
        topics: String,
    },
    /// Something needed was left empty or is too long.
    #[error("{field}: {problem}. Fill it in and send again")]
    Incomplete {
        /// Which field.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A time in the future, or before the case was opened.
    #[error("{occurred} cannot be when it happened: it is {now} now. Check the date")]
    ImpossibleTime {
        /// The time given.
        occurred: Timestamp,
        /// The service's clock.
        now: Timestamp,
    },
    /// Another window's case.
    #[error("the case belongs to {window}; you act for {unit}. Ask that window")]
    NotYourCase {
        /// The case's window.
        window: UnitId,
        /// The unit that asked.
        unit: UnitId,
    },
    /// Not at this stage.
    #[error("that cannot be done: the case is {} (held by {holder}). Look at it with 'onestop case show'", stage.text().en)]
    NotNow {
        /// The stage.
        stage: Stage,
        /// Who holds the case.
        holder: UnitId,
    },
    /// The citizen may rate a case once.
    #[error("the case was rated already ({})", grade.text().en)]
    AlreadyRated {
        /// The grade given.
        grade: Grade,
    },
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::UnknownDivision { .. }
            | Self::UnknownWindow { .. }
            | Self::ItemNotOffered { .. }
            | Self::UnknownTopic { .. }
            | Self::ImpossibleTime { .. }
            | Self::Incomplete { .. } => Kind::Invalid,
            Self::NotYourCase { .. } => Kind::Forbidden,
            Self::SiteClosed { .. } | Self::NotNow { .. } | Self::AlreadyRated { .. } => {
                Kind::Conflict
            }
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::UnknownDivision { division } => {
                format!("目录中没有区划 {division}。请用 onestop directory sites --find 名称 查找")
            }
            Self::UnknownWindow { unit } => {
                format!("目录中没有窗口 {unit}。请用 onestop directory sites --find 名称 查找")
            }
            Self::SiteClosed {
                name,
                day,
                why,
                instead,
                ..
            } => {
                format!("{name} 在 {day} 不开放（{why}）。请引导群众到上一级站点：{instead}")
            }
            Self::ItemNotOffered {
                item,
                place,
                offered,
            } => {
                format!("{place} 没有单位办理“{item}”。可办事项：{offered}")
            }
            Self::UnknownTopic {
                item,
                topic,
                topics,
            } => {
                format!("“{item}”没有类别“{topic}”。可选类别：{topics}")
            }
            Self::Incomplete { field, problem } => format!("{field}：{problem}。请补充后重新提交"),
            Self::ImpossibleTime { occurred, now } => {
                format!(
                    "发生时间 {} 不可能：现在是 {}。请核对日期",
                    occurred.china_text(),
                    now.china_text()
                )
            }
            Self::NotYourCase { window, unit } => {
                format!("案件属于 {window}，您代表的是 {unit}。请联系该窗口")
            }
            Self::NotNow { stage, holder } => {
                format!(
                    "现在不能这样办：案件{}（现由 {holder} 负责）。请用 onestop case show 查看",
                    stage.text().zh
                )
            }
            Self::AlreadyRated { grade } => format!("案件已评价（{}）", grade.text().zh),
        }
    }
}
