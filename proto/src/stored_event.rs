//! An event as the text of its log's record: its envelope is put together from the stored texts, none of which is
//! parsed and written again.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    division::DivisionCode,
    envelope::{Source, SpecVersion},
    ids::{CommandId, ServiceItem},
    raw_json::RawJson,
    subject,
    time::Timestamp,
};

/// The fields of a [`RecordedEvent`](crate::envelope::RecordedEvent), as text from its record.
#[derive(Debug, Deserialize)]
pub struct StoredEvent<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    data: &'a RawValue,
    #[serde(borrow)]
    time: &'a RawValue,
    #[serde(borrow)]
    recordedtime: &'a RawValue,
    #[serde(borrow)]
    case: &'a RawValue,
    #[serde(borrow)]
    causationid: &'a RawValue,
    #[serde(borrow)]
    command: &'a RawValue,
    #[serde(borrow)]
    commandhash: &'a RawValue,
    #[serde(borrow)]
    actor: &'a RawValue,
    #[serde(borrow, default)]
    issuer: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tokenid: Option<&'a RawValue>,
    #[serde(borrow, default)]
    latereason: Option<&'a RawValue>,
    #[serde(borrow, default)]
    lateapprover: Option<&'a RawValue>,
    #[serde(borrow, default)]
    lateissuer: Option<&'a RawValue>,
    #[serde(borrow, default)]
    latetokenid: Option<&'a RawValue>,
    #[serde(borrow)]
    unit: &'a RawValue,
    division: DivisionCode,
    item: Option<ServiceItem>,
    #[serde(borrow)]
    traceparent: Cow<'a, str>,
}

/// What caused a stored event, and when it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCause {
    /// The command or event that caused it.
    pub causation: Uuid,
    /// The idempotency key under which it was written.
    pub command: CommandId,
    /// When it was recorded.
    pub recorded: Timestamp,
}

/// The place of a record in its log. The hashes are written in hexadecimal by their `Display`.
#[derive(Debug, Clone, Copy)]
pub struct StoredPlace<'a, H> {
    /// The log's writer.
    pub source: &'a Source,
    /// The incarnation of the log.
    pub epoch: Uuid,
    /// The place in the log, counted from 0.
    pub position: u64,
    /// Hash of the record before.
    pub prevhash: &'a H,
    /// Hash of the record.
    pub hash: &'a H,
}

/// An [`Envelope`](crate::envelope::Envelope) as text. The fields are in the same order.
#[derive(Serialize)]
struct EnvelopeText<'a, H: fmt::Display> {
    specversion: SpecVersion,
    id: &'a RawValue,
    source: &'a Source,
    #[serde(rename = "type")]
    event_type: &'a str,
    subject: &'a RawValue,
    time: &'a RawValue,
    datacontenttype: &'static str,
    #[serde(serialize_with = "as_text")]
    sequence: u64,
    epoch: Uuid,
    recordedtime: &'a RawValue,
    correlationid: &'a RawValue,
    causationid: &'a RawValue,
    command: &'a RawValue,
    commandhash: &'a RawValue,
    actor: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokenid: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latereason: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lateapprover: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lateissuer: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    latetokenid: Option<&'a RawValue>,
    unit: &'a RawValue,
    division: DivisionCode,
    item: &'a str,
    traceparent: &'a str,
    #[serde(serialize_with = "as_text")]
    prevhash: &'a H,
    #[serde(serialize_with = "as_text")]
    hash: &'a H,
    data: &'a RawValue,
}

/// `item` of an event that concerns none.
const NO_ITEM: &str = "none";

impl<'a> StoredEvent<'a> {
    /// Finds the fields in the text of a record.
    ///
    /// # Errors
    /// If it is not an event.
    pub fn parse(record: &'a [u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(record)
    }

    /// The subject on which it is published.
    pub fn wire_subject(&self, source: &Source) -> String {
        subject::event(source, &self.event_type, self.item(), self.division)
    }

    /// The trace.
    pub fn traceparent(&self) -> &str {
        &self.traceparent
    }

    /// Its type.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// What caused it. These fields are parsed by this call alone.
    ///
    /// # Errors
    /// If one of them is malformed.
    pub fn cause(&self) -> Result<EventCause, serde_json::Error> {
        Ok(EventCause {
            causation: serde_json::from_str(self.causationid.get())?,
            command: serde_json::from_str(self.command.get())?,
            recorded: serde_json::from_str(self.recordedtime.get())?,
        })
    }

    /// Its envelope, as it travels.
    ///
    /// # Errors
    /// If it does not serialize, which would be a defect of the contract.
    pub fn envelope<H: fmt::Display>(
        &self,
        place: &StoredPlace<'_, H>,
    ) -> Result<Vec<u8>, serde_json::Error> {
        let overhead = 1_024;
        let mut text = Vec::with_capacity(self.data.get().len() + overhead);
        serde_json::to_writer(&mut text, &self.fields(place))?;
        Ok(text)
    }

    /// Its envelope, as a part of a larger text.
    ///
    /// # Errors
    /// If it does not serialize, which would be a defect of the contract.
    pub fn envelope_json<H: fmt::Display>(
        &self,
        place: &StoredPlace<'_, H>,
    ) -> Result<RawJson, serde_json::Error> {
        RawJson::of(&self.fields(place))
    }

    fn item(&self) -> &str {
        self.item.as_ref().map_or(NO_ITEM, ServiceItem::as_str)
    }

    fn fields<'b, H: fmt::Display>(&'b self, place: &StoredPlace<'b, H>) -> EnvelopeText<'b, H> {
        EnvelopeText {
            specversion: SpecVersion::V1,
            id: self.id,
            source: place.source,
            event_type: &self.event_type,
            subject: self.case,
            time: self.time,
            datacontenttype: "application/json",
            sequence: place.position,
            epoch: place.epoch,
            recordedtime: self.recordedtime,
            correlationid: self.case,
            causationid: self.causationid,
            command: self.command,
            commandhash: self.commandhash,
            actor: self.actor,
            issuer: self.issuer,
            tokenid: self.tokenid,
            latereason: self.latereason,
            lateapprover: self.lateapprover,
            lateissuer: self.lateissuer,
            latetokenid: self.latetokenid,
            unit: self.unit,
            division: self.division,
            item: self.item(),
            traceparent: &self.traceparent,
            prevhash: place.prevhash,
            hash: place.hash,
            data: self.data,
        }
    }
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
