//! The legal aid matter (法律援助): stream `matter/<case>` of service `legal-aid`.
//! Source: 中华人民共和国法律援助法 (in force 2022-01-01) and 办理法律援助案件程序规定 (2023).

use serde::{Deserialize, Serialize};

use crate::{
    actor::ServiceName,
    matter,
    referral::Outcome,
    rejection::{Explain, Kind},
    specialist::{Tell, Told},
};

pub use crate::{
    clock::{ClockPaused, ClockResumed, ClockStarted, ClockStopped},
    matter::{
        HandedBack, ReceiveSupplement, Received, RequestSupplement, SupplementReceived,
        SupplementRequested,
    },
};

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

/// The applicant's means were determined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MeansDetermined {
    /// How.
    pub means: Means,
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

impl Tell for Event {
    fn tell(&self) -> Told {
        match self {
            Self::MeansDetermined(determined) => Told::words(determined.means.text()),
            Self::SupplementRequested(requested) => Told::materials(&requested.missing),
            Self::SupplementReceived(received) => Told::materials(&received.materials),
            Self::Refused(refused) => Told::words(refused.reason.text()).ending(Outcome::Refused),
            Self::Assigned(Assigned { firm, licence }) => Told::same(&format!("{firm}, {licence}")),
            Self::Concluded(_) => Told::title().ending(Outcome::Granted),
            Self::Received(_)
            | Self::Granted(_)
            | Self::HandedBack(_)
            | Self::ClockStarted(_)
            | Self::ClockPaused(_)
            | Self::ClockResumed(_)
            | Self::ClockStopped(_) => Told::title(),
        }
    }
}

/// Determine the applicant's means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetermineMeans {
    /// How.
    pub means: Means,
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
    /// The means come before the grant (art. 31, 41, 42).
    #[error("the applicant's means are not determined. Do 'determine-means' first")]
    MeansFirst {},
    /// What every specialist refuses.
    #[error(transparent)]
    #[serde(untagged)]
    Matter(#[from] matter::Rejection),
}

impl Explain for Rejection {
    fn kind(&self) -> Kind {
        match self {
            Self::MeansFirst {} => Kind::Conflict,
            Self::Matter(rejection) => rejection.kind(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::MeansFirst {} => "尚未核定经济困难状况。请先核定（determine-means）".to_owned(),
            Self::Matter(rejection) => rejection.zh(),
        }
    }
}
