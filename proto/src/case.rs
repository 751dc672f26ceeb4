//! The case (案件): what intake says and takes. Stream `case/<id>` of service `intake`.

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, ServiceItem, SiteId, Topic, UnitId},
    referral::{Outcome, RecallReason},
    rejection::{Explain, Kind},
    time::Timestamp,
};

/// The name of the service that owns cases.
pub const SERVICE: &str = "intake";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

/// Who asks and what for, in clear: only in commands and in answers to those who may know, never in
/// an event.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applicant {
    /// Name (姓名).
    pub name: String,
    /// Telephone; none if the person has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What happened, in the citizen's words (诉求摘要).
    #[serde(default)]
    pub summary: String,
}

impl std::fmt::Debug for Applicant {
    /// Never prints the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Applicant(sealed)")
    }
}

/// Personal data under the case's own key: base64 of nonce and ciphertext
/// (XChaCha20-Poly1305, the case id as associated data). Erasing the key erases the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Sealed(pub String);

choices! {
    /// How the citizen came.
    pub enum Channel {
        /// In person at a window.
        Window = "window", "窗口", "at the window";
        /// By telephone (12348).
        Phone = "phone", "电话", "by telephone";
        /// Written on paper while the network was away, entered later.
        Paper = "paper", "纸质登记", "on paper, entered later";
    }
}

choices! {
    /// What the window does with a case when it opens it.
    pub enum Request {
        /// Hand it to whoever is responsible (转办).
        Refer = "refer", "转办", "refer it";
        /// Answer it at the window.
        Answer = "answer", "窗口答复", "answer it at the window";
    }
}

choices! {
    /// Where a case stands, as intake knows it.
    pub enum Stage {
        /// The window has it and has not answered.
        AtWindow = "at-window", "窗口办理中", "at the window";
        /// Referred, on its way or with a unit.
        Referred = "referred", "已转办", "referred";
        /// The unit's result is back at the window.
        ResultBack = "result-back", "结果已返回窗口", "the result is back";
        /// Answered at the window.
        Answered = "answered", "窗口已答复", "answered at the window";
        /// Withdrawn by the citizen.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
        /// Closed (办结).
        Closed = "closed", "已办结", "closed";
        /// Archived (归档).
        Archived = "archived", "已归档", "archived";
    }
}

choices! {
    /// The five grades of 好差评.
    pub enum Grade {
        /// 5
        VerySatisfied = "very-satisfied", "非常满意", "very satisfied";
        /// 4
        Satisfied = "satisfied", "满意", "satisfied";
        /// 3
        Fair = "fair", "基本满意", "fairly satisfied";
        /// 2
        Dissatisfied = "dissatisfied", "不满意", "dissatisfied";
        /// 1
        VeryDissatisfied = "very-dissatisfied", "非常不满意", "very dissatisfied";
    }
}

/// A thing that the citizen handed in (材料).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// What it is, such as `property-title`.
    pub kind: Topic,
    /// How many copies.
    pub copies: u32,
}

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
    }
}

/// Open a case. The window is that of the actor's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Open {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// How the citizen came.
    pub channel: Channel,
    /// Who asks and what for; sealed before it is written.
    pub applicant: Applicant,
    /// What the window does with it.
    pub request: Request,
}

/// Ask (again) that the case be referred, perhaps for another place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReferral {
    /// The place that decides who is responsible; without it, the one the case was opened for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<DivisionCode>,
    /// Another matter than before, where one service could not help and another may (转办其他事项).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<About>,
}

/// What a case is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The service item.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
}

/// Answer the citizen at the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerCitizen {
    /// The answer; sealed before it is written.
    pub answer: String,
}

/// Take in material at the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveMaterial {
    /// What was handed in.
    pub materials: Vec<Material>,
}

/// Withdraw the case for the citizen. While an offer is open, custody decides who was first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {}

/// Take down the citizen's rating.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The grade.
    pub grade: Grade,
}

/// Close the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Close {}

/// Archive the closed case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Archive {}

commands! {
    /// What intake can be asked to do.
    pub enum Command {
        /// 登记
        Open = "open";
        /// 转办
        RequestReferral = "request-referral";
        /// 答复
        AnswerCitizen = "answer";
        /// 接收材料
        ReceiveMaterial = "receive-material";
        /// 撤回
        Withdraw = "withdraw";
        /// 评价
        Rate = "rate";
        /// 办结
        Close = "close";
        /// 归档
        Archive = "archive";
    }
}

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
