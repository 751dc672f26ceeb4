//! Parking (搁置): an event that a service cannot take is set aside with its reason, so that the events of
//! other cases go on. Later events of the same case wait behind it, in their order. The operator
//! has it tried again, or skips it and says why; both are on the record.

use serde::{Deserialize, Serialize};

use crate::{
    division::DivisionCode,
    envelope::LogPosition,
    ids::{CaseId, EventId, UnitId},
    rejection::{Explain, RejectionKind},
};

/// An event was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Parked {
    /// The event.
    pub event: EventId,
    /// Its type.
    pub event_type: String,
    /// Its position in its source's log.
    pub at: LogPosition,
    /// Hash (hex) of its record: no other record at that position is taken in its place. Empty if version 1 told of
    /// it, which did not keep it.
    pub hash: String,
    /// Why.
    pub reason: Reason,
    /// The unit that the event concerns.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

/// An event was set aside, as version 1 tells it: without the hash of its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ParkedV1 {
    /// The event.
    pub event: EventId,
    /// Its type.
    pub event_type: String,
    /// Its position in its source's log.
    pub at: LogPosition,
    /// Why.
    pub reason: Reason,
    /// The unit that the event concerns.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

impl From<ParkedV1> for Parked {
    fn from(former: ParkedV1) -> Self {
        Self {
            event: former.event,
            event_type: former.event_type,
            at: former.at,
            hash: String::new(),
            reason: former.reason,
            unit: former.unit,
            division: former.division,
        }
    }
}

/// Why an event is set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// It could not be taken, however often it was tried.
    Failed {
        /// What went wrong.
        problem: String,
    },
    /// Its type, or the version of its type, is newer than the service: it waits for an upgrade, which takes it.
    Newer {},
    /// An earlier event of the case is parked.
    Behind {},
}

/// A parked event was taken after all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Taken {
    /// The event.
    pub event: EventId,
}

/// A supervisor decided to leave out a parked event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Skipped {
    /// The event.
    pub event: EventId,
    /// Why.
    pub why: String,
}

events! {
    /// What happens to events that a service cannot take.
    pub enum Event {
        /// 搁置
        Parked = "cn.onestop.parking.event-parked.v2", "事件搁置", "Event parked",
            from ParkedV1 = "cn.onestop.parking.event-parked.v1";
        /// 补办
        Taken = "cn.onestop.parking.event-taken.v1", "搁置事件已补办", "Parked event taken";
        /// 略过
        Skipped = "cn.onestop.parking.event-skipped.v1", "搁置事件被略过", "Parked event skipped";
    }
}

/// Try the parked events of a case again, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {}

/// Leave out the first parked event of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// The event that the supervisor decided on.
    pub event: EventId,
    /// Why: kept in the log for ever.
    pub why: String,
}

commands! {
    /// The commands about parked events, which every subscribing service takes.
    pub enum Command {
        /// 补办
        Retry = "retry-parked";
        /// 略过
        Skip = "skip-parked";
    }
}

/// `qry.<service>.parked`: everything that the service has parked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ParkedCases {
    /// The cases with parked events.
    pub cases: Vec<ParkedCase>,
}

/// A case whose events wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ParkedCase {
    /// The case.
    pub case: CaseId,
    /// Its parked events, the first to be taken on top.
    pub waiting: Vec<Parked>,
}

/// What is refused about parked events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Rejection {
    /// No event of the case is parked here.
    NothingParked {
        /// The case.
        case: CaseId,
    },
    /// Another event is first.
    NotFirst {
        /// The event that is first.
        first: EventId,
        /// The event that was named.
        event: EventId,
    },
    /// It was tried again and failed again.
    StillFails {
        /// The event.
        event: EventId,
        /// What went wrong.
        problem: String,
    },
    /// A skip without a reason.
    WhyIsMissing {},
}

explained!(Rejection);

impl Explain for Rejection {
    fn kind(&self) -> RejectionKind {
        match self {
            Self::NothingParked { .. } => RejectionKind::NotFound,
            Self::NotFirst { .. } | Self::StillFails { .. } => RejectionKind::Conflict,
            Self::WhyIsMissing {} => RejectionKind::Invalid,
        }
    }

    fn list(&self) -> &'static str {
        "parking"
    }
}
