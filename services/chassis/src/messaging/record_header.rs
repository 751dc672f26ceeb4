//! The header of a published event: the rest of what its record's hash covers, so that a subscriber can compute the hash
//! again.

use onestop_eventlog::{Hash, Labels, Record, StreamName};
use onestop_proto::envelope::Envelope;
use uuid::Uuid;

/// The header of a published event: revision, id and stream of its record.
pub(crate) const HEADER: &str = "Onestop-Record";

pub(crate) fn write(record: &Record) -> String {
    let Record {
        revision,
        id,
        stream,
        ..
    } = record;
    format!("{revision} {id} {stream}", stream = stream.as_str())
}

/// What the header says: the rest of what the hash of an event's record covers.
pub(crate) struct RecordHeader {
    pub(crate) revision: u64,
    pub(crate) id: Uuid,
    pub(crate) stream: StreamName,
}

impl RecordHeader {
    /// Reads a header's value; `None` if it is none.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.splitn(3, ' ');
        Some(Self {
            revision: parts.next()?.parse().ok()?,
            id: parts.next()?.parse().ok()?,
            stream: StreamName::new(parts.next()?).ok()?,
        })
    }

    /// The record of an event, with the hash that it has by its content, whatever the event names; `None` if the event
    /// has no place in a log.
    pub(crate) fn record(self, event: &Envelope) -> Option<Record> {
        let payload = serde_json::to_vec(&event.recorded()).ok()?;
        let mut record = Record {
            position: event.position()?,
            stream: self.stream,
            revision: self.revision,
            id: self.id,
            labels: Labels::NONE,
            payload_hash: Hash::of_payload(&payload),
            payload: payload.into(),
            previous: parse(&event.prevhash)?,
            hash: Hash::ZERO,
        };
        record.hash = Hash::of_record(&record.canonical_bytes());
        Some(record)
    }
}

/// Whether an event has the hash that it names. Unknown without the header with the rest of the record.
pub(crate) fn fits(event: &Envelope, header: Option<&str>) -> bool {
    let header = header.and_then(RecordHeader::parse);
    let record = header.and_then(|header| header.record(event));
    record.is_some_and(|record| Some(record.hash) == parse(&event.hash))
}

/// The hash of a hexadecimal text.
pub(crate) fn parse(text: &str) -> Option<Hash> {
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
    Some(Hash::from_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use onestop_eventlog::{Append, Direction, EventLog, ExpectedRevision, NewEvent, Options};
    use onestop_proto::raw_json::RawJson;

    use super::*;
    use crate::store::Store;

    /// As intake writes it.
    const EVENT: &str = r#"{"id":"019ab0c4-8000-7000-8000-000000000001","type":"cn.onestop.case.noted.v1","data":{"b":1,"a":"加急"},"time":"2026-03-04T07:20:00Z","recordedtime":"2026-03-04T07:20:00.000001Z","case":"019ab0c4-8000-7000-8000-000000000002","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"019ab0c4-8000-7000-8000-000000000004","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxb.legal-aid","division":"530821000000","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#;

    #[tokio::test]
    async fn an_event_that_was_changed_on_its_way_does_not_fit_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::new(folder.path(), Uuid::from_u128(1));
        let log = Arc::new(EventLog::open(options).unwrap());
        let stream: StreamName = "case/019ab0c4-8000-7000-8000-000000000002".parse().unwrap();
        for number in 0..2 {
            let text = EVENT.replace("00001\",\"type", &format!("0000{}\",\"type", number + 1));
            let event = NewEvent::new(Uuid::from_u128(number + 7), text);
            let append = Append::to(stream.clone(), ExpectedRevision::Any, [event]);
            log.append(append).await.unwrap();
        }
        let source = "/onestop/intake/town".parse().unwrap();
        let records = log.read_all(0, Direction::Forward, 2).unwrap();
        let store = Store::new((*log).clone(), source);
        for record in &records {
            let (event, header) = (store.envelope(record).unwrap(), write(record));
            assert!(fits(&event, Some(&header)), "{event:?}");
            assert!(!fits(&event, None));
            assert!(!fits(&event, Some("7")));
            let other_data = Envelope {
                data: RawJson::of(&serde_json::json!({ "b": 2 })).unwrap(),
                ..event.clone()
            };
            let other_case = Envelope {
                subject: onestop_proto::ids::CaseId::from_uuid(Uuid::from_u128(9)),
                ..event.clone()
            };
            let other_place = Envelope {
                sequence: "9".to_owned(),
                ..event.clone()
            };
            for forged in [other_data, other_case, other_place] {
                assert!(!fits(&forged, Some(&header)), "{forged:?}");
            }
        }
    }
}
