//! The legal aid matter (法律援助): stream `matter/<case>` of service `legal-aid`.
//! Source: 中华人民共和国法律援助法 (in force 2022-01-01) and 办理法律援助案件程序规定 (2023).

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    division::DivisionCode,
    ids::{CaseNumber, HandoffId, Topic, UnitId},
    rejection::{Explain, Kind},
};

pub use crate::clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped};

/// The name of the service that owns legal aid matters.
pub const SERVICE: &str = "legal-aid";

/// [`SERVICE`] as a type.
#[must_use]
pub fn service() -> ServiceName {
    crate::actor::known_service(SERVICE)
}

choices! {
    /// Where a matter stands.
    pub enum Step {
        /// Being reviewed (审查), 7 days, art. 43.
        Review = "review", "审查中", "under review";
        /// Waiting for the applicant's papers (补正); the clock stands still.
        Supplement = "supplement", "待补正", "waiting for papers";
        /// Granted (决定给予), to be assigned within 3 days, art. 43.
        Granted = "granted", "决定给予援助", "granted";
        /// Assigned to somebody who works it (指派).
        Assigned = "assigned", "已指派", "assigned";
        /// Refused (不予援助), art. 43.
        Refused = "refused", "不予援助", "refused";
        /// The aid is given (办结).
        Concluded = "concluded", "已办结", "concluded";
        /// The case left the agency before its end.
        HandedBack = "handed-back", "已转出", "handed back";
    }
}

choices! {
    /// How the applicant's means were found to suffice or not (经济困难状况).
    pub enum Means {
        /// No check: the group is exempt (免予核查), art. 42: migrant workers' pay or injury,
        /// people without fixed income, recipients of assistance.
        Exempt = "exempt", "免予核查", "exempt from the check";
        /// No means test for this kind of case (不受经济困难条件限制), art. 32.
        NotTested = "not-tested", "不受经济困难条件限制", "not means-tested";
        /// Checked by data sharing, art. 41, and within the line.
        SharedData = "shared-data", "信息共享查询符合", "within the line by shared data";
        /// The applicant's pledge of honesty (诚信承诺), art. 41.
        Pledge = "pledge", "个人诚信承诺", "by the applicant's pledge";
    }
}

choices! {
    /// Why legal aid is refused.
    pub enum RefusalReason {
        /// Outside the scope of art. 31 and the province's additions.
        OutOfScope = "out-of-scope", "不属于援助范围", "outside the scope";
        /// Above the means line.
        MeansExceeded = "means-exceeded", "不符合经济困难标准", "above the means line";
        /// The papers are not enough and were not supplied.
        NotProven = "not-proven", "材料不足", "not proven";
    }
}

/// The agency took the application in: its review begins (收到申请).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Received {
    /// The handoff that brought it.
    pub handoff: HandoffId,
    /// The agency.
    pub agency: UnitId,
    /// Where it is.
    pub division: DivisionCode,
    /// What it is about (art. 31).
    pub topic: Topic,
    /// The number on the citizen's receipt.
    pub number: CaseNumber,
}

/// The applicant's means were determined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MeansDetermined {
    /// How.
    pub means: Means,
}

/// The applicant was told, once, of everything that is missing (一次性告知补正).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementRequested {
    /// What is missing.
    pub missing: Vec<Topic>,
}

/// What was missing came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SupplementReceived {
    /// What came.
    pub materials: Vec<Topic>,
    /// What is missing still.
    pub missing: Vec<Topic>,
}

/// Legal aid was granted (决定给予法律援助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Granted {}

/// Legal aid was refused (决定不予法律援助).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Refused {
    /// Why.
    pub reason: RefusalReason,
}

/// Somebody was assigned to give the aid (指派).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Assigned {
    /// The law firm or legal service office.
    pub firm: String,
    /// Licence number of the lawyer or legal worker (执业证号).
    pub licence: String,
}

/// The aid was given (结案).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Concluded {}

/// The case left the agency before its end, by decision of custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HandedBack {
    /// The handoff that ended.
    pub handoff: HandoffId,
}

events! {
    /// What happened to a legal aid matter.
    pub enum Event {
        /// 收到申请
        Received = "cn.onestop.legal-aid.received.v1", "援助机构收到申请", "Agency received the application";
        /// 经济困难状况
        MeansDetermined = "cn.onestop.legal-aid.means-determined.v1", "经济困难状况核定", "Means determined";
        /// 补正告知
        SupplementRequested = "cn.onestop.legal-aid.supplement-requested.v1", "一次性告知补正", "Told once what is missing";
        /// 补正收到
        SupplementReceived = "cn.onestop.legal-aid.supplement-received.v1", "收到补正材料", "Missing papers came in";
        /// 给予
        Granted = "cn.onestop.legal-aid.granted.v1", "决定给予援助", "Granted";
        /// 不予
        Refused = "cn.onestop.legal-aid.refused.v1", "决定不予援助", "Refused";
        /// 指派
        Assigned = "cn.onestop.legal-aid.assigned.v1", "指派承办人", "Lawyer assigned";
        /// 结案
        Concluded = "cn.onestop.legal-aid.concluded.v1", "援助结案", "Concluded";
        /// 转出
        HandedBack = "cn.onestop.legal-aid.handed-back.v1", "案件已转出", "Handed back";
        /// 计时开始
        ClockStarted = "cn.onestop.legal-aid.clock-started.v1", "计时开始", "Clock started";
        /// 暂停计时
        ClockPaused = "cn.onestop.legal-aid.clock-paused.v1", "暂停计时", "Clock paused";
        /// 恢复计时
        ClockResumed = "cn.onestop.legal-aid.clock-resumed.v1", "恢复计时", "Clock resumed";
        /// 计时结束
        ClockStopped = "cn.onestop.legal-aid.clock-stopped.v1", "计时结束", "Clock stopped";
    }
}

/// Determine the applicant's means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetermineMeans {
    /// How.
    pub means: Means,
}

/// Tell the applicant, once, of everything that is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSupplement {
    /// What is missing; at least one thing.
    pub missing: Vec<Topic>,
}

/// Take in what was missing, brought straight to the agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceiveSupplement {
    /// What came.
    pub materials: Vec<Topic>,
}

/// Grant legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grant {}

/// Refuse legal aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refuse {
    /// Why.
    pub reason: RefusalReason,
}

/// Assign somebody to give the aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assign {
    /// The law firm or legal service office.
    pub firm: String,
    /// Licence number of the lawyer or legal worker.
    pub licence: String,
}

/// Report the end of the aid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conclude {}

commands! {
    /// What legal aid can be asked to do.
    pub enum Command {
        /// 核定经济困难状况
        DetermineMeans = "determine-means";
        /// 告知补正
        RequestSupplement = "request-supplement";
        /// 收补正
        ReceiveSupplement = "receive-supplement";
        /// 给予
        Grant = "grant";
        /// 不予
        Refuse = "refuse";
        /// 指派
        Assign = "assign";
        /// 结案
        Conclude = "conclude";
    }
}

/// What legal aid refuses.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No matter of this case here.
    #[error(
        "legal aid has no matter of this case: no agency has accepted it. Accept the referral first"
    )]
    NoMatter {},
    /// Another unit's matter.
    #[error("the matter is with {agency}; you act for {unit}. Ask that agency")]
    NotYourMatter {
        /// The agency.
        agency: UnitId,
        /// The unit that asked.
        unit: UnitId,
    },
    /// Not at this step.
    #[error("that cannot be done: the matter is {}. Possible now: {possible}", step.text().en)]
    NotNow {
        /// Where the matter stands.
        step: Step,
        /// What can be done, as names of commands.
        possible: String,
    },
    /// The means come before the grant (art. 31, 41, 42).
    #[error("the applicant's means are not determined. Do 'determine-means' first")]
    MeansFirst {},
    /// Something needed was left empty.
    #[error("{field} is missing. Fill it in and send again")]
    Incomplete {
        /// Which field.
        field: String,
    },
    /// The notice is given once, of everything that is missing.
    #[error("the applicant was told once already of what is missing. Decide on what there is")]
    ToldOnce {},
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::NoMatter {} => Kind::NotFound,
            Self::NotYourMatter { .. } => Kind::Forbidden,
            Self::Incomplete { .. } => Kind::Invalid,
            Self::NotNow { .. } | Self::MeansFirst {} | Self::ToldOnce {} => Kind::Conflict,
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NoMatter {} => "没有援助机构签收过本案。请先签收转办".to_owned(),
            Self::NotYourMatter { agency, unit } => {
                format!("本案由 {agency} 承办，您代表的是 {unit}。请联系该机构")
            }
            Self::NotNow { step, possible } => {
                format!("现在不能这样办：{}。现在可以：{possible}", step.text().zh)
            }
            Self::MeansFirst {} => "尚未核定经济困难状况。请先核定（determine-means）".to_owned(),
            Self::Incomplete { field } => format!("缺少 {field}。请补充后重新提交"),
            Self::ToldOnce {} => "已一次性告知过补正事项。请就现有材料作出决定".to_owned(),
        }
    }
}
