//! The envelope: CloudEvents 1.0, JSON structured mode
//! (<https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md>).
//!
//! A service's log stores a [`RecordedEvent`]: everything about the event that its writer decided. Its
//! place in the log (sequence, epoch, hashes) is known once it is written; the relay adds that and
//! publishes an [`Envelope`].

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    actor::Actor,
    division::DivisionCode,
    ids::{CaseId, CommandId, EventId, ServiceItem, StaffId, UnitId},
    issuer::IssuerName,
    late_entry::{LateEntry, LateReason},
    raw_json::RawJson,
    time::Timestamp,
    trace::TraceParent,
};

pub use crate::{
    event_type::{EventType, FormerType, RawEvent, TypeInfo, event_name},
    source::Source,
};

/// To whom an event is addressed: decides its subject, and so who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Address {
    /// The unit addressed, or, without an addressee, the unit that holds the case.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// The service item; nothing where the event concerns none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
}

/// An event as its service's log stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredFields")]
pub struct RecordedEvent {
    /// The event's own id.
    pub id: EventId,
    /// Type and data.
    #[serde(flatten)]
    pub event: RawEvent,
    /// When it happened, by the clock of the unit where it did.
    pub time: Timestamp,
    /// When the service wrote it down. Later than `time` where paper was entered afterwards.
    pub recordedtime: Timestamp,
    /// The case: the subject and the correlation of the envelope.
    pub case: CaseId,
    /// The command or the event that caused it.
    pub causationid: Uuid,
    /// The command that wrote it: its idempotency key.
    pub command: CommandId,
    /// SHA-256 (hex) over the command, so that a key that comes back with another request is noticed.
    pub commandhash: String,
    /// Who acted.
    pub actor: Actor,
    /// Who has proven the actor; nothing where a service's own rule acted, and in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenid: Option<Uuid>,
    /// Why it was entered late, if it was and the command said so (补录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latereason: Option<LateReason>,
    /// Which other person approved that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateapprover: Option<StaffId>,
    /// Who has proven that the approver did; nothing in events of before, where the entry alone names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateissuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latetokenid: Option<Uuid>,
    /// To whom it is addressed.
    #[serde(flatten)]
    pub address: Address,
    /// The trace.
    pub traceparent: TraceParent,
}

/// The fields of a [`RecordedEvent`], all on one level.
#[derive(Deserialize)]
struct StoredFields {
    id: EventId,
    #[serde(rename = "type")]
    event_type: String,
    data: RawJson,
    time: Timestamp,
    recordedtime: Timestamp,
    case: CaseId,
    causationid: Uuid,
    command: CommandId,
    commandhash: String,
    actor: Actor,
    issuer: Option<IssuerName>,
    tokenid: Option<Uuid>,
    latereason: Option<LateReason>,
    lateapprover: Option<StaffId>,
    lateissuer: Option<IssuerName>,
    latetokenid: Option<Uuid>,
    unit: UnitId,
    division: DivisionCode,
    item: Option<ServiceItem>,
    traceparent: TraceParent,
}

impl From<StoredFields> for RecordedEvent {
    fn from(stored: StoredFields) -> Self {
        Self {
            id: stored.id,
            event: RawEvent {
                event_type: stored.event_type,
                data: stored.data,
            },
            time: stored.time,
            recordedtime: stored.recordedtime,
            case: stored.case,
            causationid: stored.causationid,
            command: stored.command,
            commandhash: stored.commandhash,
            actor: stored.actor,
            issuer: stored.issuer,
            tokenid: stored.tokenid,
            latereason: stored.latereason,
            lateapprover: stored.lateapprover,
            lateissuer: stored.lateissuer,
            latetokenid: stored.latetokenid,
            address: Address {
                unit: stored.unit,
                division: stored.division,
                item: stored.item,
            },
            traceparent: stored.traceparent,
        }
    }
}

/// The position of an event: in which log, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LogPosition {
    /// The log's writer.
    pub source: Source,
    /// The incarnation of the log: a restored log has another.
    pub epoch: Uuid,
    /// The place in the log, counted from 0.
    pub position: u64,
}

/// An event as it travels: a CloudEvent in JSON structured mode, with the extensions that make it
/// auditable. `sequence` is text because CloudEvents' own `sequence` extension is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Envelope {
    /// Always `1.0`.
    pub specversion: SpecVersion,
    /// Unique over all services.
    pub id: EventId,
    /// Who wrote it.
    pub source: Source,
    /// `cn.onestop.<thing>.<happened>.v<N>`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The case.
    pub subject: CaseId,
    /// When it happened.
    pub time: Timestamp,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// Position in the source's log, counted from 0.
    pub sequence: String,
    /// Incarnation of the source's log.
    pub epoch: Uuid,
    /// When the source wrote it down.
    pub recordedtime: Timestamp,
    /// The case again, under the name that CloudEvents' correlation extension gives it.
    pub correlationid: CaseId,
    /// The command or event that caused it.
    pub causationid: Uuid,
    /// The command that wrote it.
    pub command: CommandId,
    /// SHA-256 (hex) over that command.
    pub commandhash: String,
    /// Who acted, for which unit.
    pub actor: Actor,
    /// Who has proven the actor; nothing where a service's own rule acted, and in events of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokenid: Option<Uuid>,
    /// Why it was entered late, if it was and the command said so (补录).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latereason: Option<LateReason>,
    /// Which other person approved that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateapprover: Option<StaffId>,
    /// Who has proven that the approver did; nothing in events of before, where the entry alone names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateissuer: Option<IssuerName>,
    /// The id of the token that proved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latetokenid: Option<Uuid>,
    /// To whom it is addressed, or who holds the case.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
    /// The service item, or `none`.
    pub item: String,
    /// W3C trace context.
    pub traceparent: TraceParent,
    /// Hash (hex SHA-256) of the record before it in the source's log.
    pub prevhash: String,
    /// Hash (hex SHA-256) of its own record.
    pub hash: String,
    /// The data of the type, as its source wrote it.
    pub data: RawJson,
}

/// `item` of an event that concerns none.
const NO_ITEM: &str = "none";

/// The only version of CloudEvents that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum SpecVersion {
    /// CloudEvents 1.0.
    #[serde(rename = "1.0")]
    V1,
}

/// The place of a record in its log, as the log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPlace {
    /// Which log, and where in it.
    pub at: LogPosition,
    /// Hash (hex) of the record before.
    pub prevhash: String,
    /// Hash (hex) of the record.
    pub hash: String,
}

/// A form has the minute, not the second: what is entered within so many seconds is entered as it happens.
const SAME_MOMENT: f64 = 60.0;

impl Envelope {
    /// Whether it was entered after it happened, from paper (补录).
    pub fn is_late_entry(&self) -> bool {
        self.latereason.is_some() || self.recordedtime.seconds_since(self.time) >= SAME_MOMENT
    }

    /// What its command said about a late entry.
    pub fn late_entry(&self) -> Option<LateEntry> {
        let late = LateEntry::because(self.latereason?);
        Some(late.naming(self.lateapprover.clone()))
    }

    /// Puts a recorded event into its envelope.
    pub fn new(recorded: RecordedEvent, place: RecordPlace) -> Self {
        Self {
            specversion: SpecVersion::V1,
            id: recorded.id,
            source: place.at.source,
            event_type: recorded.event.event_type,
            subject: recorded.case,
            time: recorded.time,
            datacontenttype: "application/json".to_owned(),
            sequence: place.at.position.to_string(),
            epoch: place.at.epoch,
            recordedtime: recorded.recordedtime,
            correlationid: recorded.case,
            causationid: recorded.causationid,
            command: recorded.command,
            commandhash: recorded.commandhash,
            actor: recorded.actor,
            issuer: recorded.issuer,
            tokenid: recorded.tokenid,
            latereason: recorded.latereason,
            lateapprover: recorded.lateapprover,
            lateissuer: recorded.lateissuer,
            latetokenid: recorded.latetokenid,
            unit: recorded.address.unit,
            division: recorded.address.division,
            item: recorded
                .address
                .item
                .map_or_else(|| NO_ITEM.to_owned(), String::from),
            traceparent: recorded.traceparent,
            prevhash: place.prevhash,
            hash: place.hash,
            data: recorded.event.data,
        }
    }

    /// The event as its source's log stores it.
    pub fn recorded(&self) -> RecordedEvent {
        RecordedEvent {
            id: self.id,
            event: self.raw(),
            time: self.time,
            recordedtime: self.recordedtime,
            case: self.subject,
            causationid: self.causationid,
            command: self.command,
            commandhash: self.commandhash.clone(),
            actor: self.actor.clone(),
            issuer: self.issuer.clone(),
            tokenid: self.tokenid,
            latereason: self.latereason,
            lateapprover: self.lateapprover.clone(),
            lateissuer: self.lateissuer.clone(),
            latetokenid: self.latetokenid,
            address: Address {
                unit: self.unit.clone(),
                division: self.division,
                item: self.item.parse().ok().filter(|_| self.item != NO_ITEM),
            },
            traceparent: self.traceparent.clone(),
        }
    }

    /// The position in the source's log; nothing if `sequence` is not a number.
    pub fn position(&self) -> Option<u64> {
        self.sequence.parse().ok()
    }

    /// Its position in its source's log; nothing if `sequence` is not a number.
    pub fn place(&self) -> Option<LogPosition> {
        Some(LogPosition {
            source: self.source.clone(),
            epoch: self.epoch,
            position: self.position()?,
        })
    }

    /// Type and data, to be read as a typed event.
    pub fn raw(&self) -> RawEvent {
        RawEvent {
            event_type: self.event_type.clone(),
            data: self.data.clone(),
        }
    }
}
