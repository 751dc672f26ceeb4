//! Parking (搁置): an event that a service cannot take is set aside with its reason, so that the events of
//! other cases go on. Later events of the same case wait behind it, in their order. The operator
//! has it tried again, or skips it and says why; both are on the record. What is skipped does not come back by itself: one
//! supervisor asks for it, another one decides.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    division::DivisionCode,
    envelope::{LogPosition, Source},
    ids::{CaseId, EventId, StaffId, UnitId},
    time::Timestamp,
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
    /// Hash (hex) of its record: no other record at that position is taken in its place. Empty in events of version 1,
    /// which did not keep it.
    pub hash: String,
    /// Why.
    pub reason: Reason,
    /// The unit that the event concerns.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

/// An event was set aside, in version 1: without the hash of its record.
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
    /// Who asked for it, where another person decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_by: Option<StaffId>,
    /// Why the operator of the machine decided without a second person, where they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

/// A supervisor asked for leaving out a parked event; another one decides before the deadline, or it lapses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SkipRequested {
    /// The event.
    pub event: EventId,
    /// Why.
    pub why: String,
    /// Who asked.
    pub by: StaffId,
    /// By when another supervisor decides.
    pub until: Timestamp,
}

/// A request for leaving out a parked event was refused by another supervisor, or taken back by the one who asked (不同意略过).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct SkipRefused {
    /// The event, which waits on.
    pub event: EventId,
    /// Why.
    pub why: String,
    /// Who asked for it.
    pub requested_by: StaffId,
}

/// So many events of a case are set aside that further ones are no longer listed: they wait too, and are read again
/// from this place of their source's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct HeldBack {
    /// The first event that waits without being listed.
    pub at: LogPosition,
    /// The unit that it concerns.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}

/// Of one log, no event waits any more without being listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Released {
    /// The log's writer.
    pub source: Source,
    /// The incarnation of the log.
    pub epoch: Uuid,
}

/// How many events of one case a service lists as set aside, at most. Those after them wait as well, but only the
/// place is kept from which they are read again ([`HeldBack`]).
pub const MOST_PARKED: usize = 200;

/// The beginnings of the types of events about transport.
const TRANSPORT: &[&str] = &["cn.onestop.parking.", "cn.onestop.hearing."];

/// Whether an event is about the transport between services, such as an event that a service set aside, and not about
/// a case. Nothing follows from such an event, and it is never set aside: two services that cannot process the same
/// event would set aside each other's reports of it for ever. A version newer than the contract counts as well.
pub fn is_about_transport(event_type: &str) -> bool {
    TRANSPORT.iter().any(|begin| event_type.starts_with(begin))
}

events! {
    /// What happens to events that a service cannot take.
    pub enum Event {
        /// 搁置
        Parked = "cn.onestop.parking.event-parked.v2", "事件搁置", "Event parked",
            from ParkedV1 = "cn.onestop.parking.event-parked.v1";
        /// 补办
        Taken = "cn.onestop.parking.event-taken.v1", "搁置事件已补办", "Parked event taken";
        /// 申请略过
        SkipRequested = "cn.onestop.parking.skip-requested.v1", "申请略过搁置事件", "Skipping a parked event asked for";
        /// 不同意略过
        SkipRefused = "cn.onestop.parking.skip-refused.v1", "不同意略过搁置事件", "Skipping a parked event refused";
        /// 略过
        Skipped = "cn.onestop.parking.event-skipped.v1", "搁置事件被略过", "Parked event skipped";
        /// 留候
        HeldBack = "cn.onestop.parking.events-held-back.v1", "搁置已满，其后事件留候", "Further events held back";
        /// 续列
        Released = "cn.onestop.parking.events-released.v1", "留候事件已续列", "Held-back events listed";
    }
}

/// Try the parked events of a case again, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {}

/// Ask for leaving out the first parked event of a case; another supervisor decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSkip {
    /// The event.
    pub event: EventId,
    /// Why: kept in the log for ever.
    pub why: String,
}

/// Refuse to leave out the parked event for which it was asked; the one who asked takes it back so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseSkip {
    /// The event that it was asked for.
    pub event: EventId,
    /// Why: kept in the log for ever.
    pub why: String,
}

/// Leave out the first parked event of a case, as another supervisor than the one who has asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    /// The event that the supervisor decided on.
    pub event: EventId,
    /// Why: kept in the log for ever.
    pub why: String,
    /// Why no second person decides: only the operator of the machine may decide alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alone: Option<String>,
}

commands! {
    /// The commands about parked events, which every subscribing service takes.
    pub enum Command {
        /// 补办
        Retry = "retry-parked";
        /// 申请略过
        RequestSkip = "request-skip";
        /// 不同意略过
        RefuseSkip = "refuse-skip";
        /// 略过
        Skip = "skip-parked";
    }
}

/// `qry.<service>.parked`: everything that the service has parked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ParkedCases {
    /// The cases with parked events.
    pub cases: Vec<ParkedCase>,
    /// How many more cases have parked events: one answer lists only so many bytes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: u64,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A case whose events wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ParkedCase {
    /// The case.
    pub case: CaseId,
    /// Its parked events, the first to be taken on top.
    pub waiting: Vec<Parked>,
    /// From where in each log further events of the case wait, which are not listed: [`MOST_PARKED`] are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<LogPosition>,
    /// The request for leaving out the first of them, while it waits for another supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_requested: Option<SkipRequested>,
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
    /// No open request to skip the event: a skip takes two people, and a request lapses.
    SkipNotRequested {
        /// The event.
        event: EventId,
    },
    /// No request to skip the event waits for an answer.
    NoRequestWaits {},
    /// It was asked for already, and waits for another supervisor.
    SkipRequested {
        /// Who asked.
        by: StaffId,
        /// By when another supervisor decides.
        until: Timestamp,
    },
    /// The person who requested it may not decide it.
    SamePerson {
        /// Who asked.
        by: StaffId,
    },
}

explained! {
    Rejection in "parking";
    NotFound: NothingParked;
    Conflict: NotFirst, StillFails, SkipNotRequested, NoRequestWaits, SkipRequested;
    Forbidden: SamePerson;
    Invalid: WhyIsMissing;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case, envelope::EventType, replication};

    #[test]
    fn parking_and_hearing_are_about_transport_in_any_version_and_no_case_is() {
        fn types<E: EventType>() -> impl Iterator<Item = &'static str> {
            let former = E::FORMER.iter().map(|former| former.info.name);
            E::TYPES.iter().map(|info| info.name).chain(former)
        }
        assert!(types::<Event>().all(is_about_transport));
        assert!(types::<replication::Event>().all(is_about_transport));
        assert!(is_about_transport("cn.onestop.parking.event-parked.v99"));
        assert!(!types::<case::Event>().any(is_about_transport));
        assert!(!is_about_transport("cn.onestop.parkings.opened.v1"));
    }
}
