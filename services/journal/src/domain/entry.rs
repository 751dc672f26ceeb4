//! An entry of the journal's log.

use onestop_proto::{contract, envelope::Envelope, time::Timestamp};
use serde::{Deserialize, Serialize};

/// An event, and when the journal received it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub heard_at: Timestamp,
    /// Why its data cannot be read, if it did not fit the contract when it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// The event as its source published it.
    pub event: Envelope,
}

/// An [`Entry`] that is being written. The fields are in the same order.
#[derive(Debug, Serialize)]
pub(crate) struct NewEntry<'a> {
    /// When the journal received it.
    pub(crate) heard_at: Timestamp,
    /// Why its data cannot be read, if it does not fit the contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unreadable: Option<String>,
    /// The event as its source published it.
    pub(crate) event: &'a Envelope,
}

impl<'a> NewEntry<'a> {
    /// An event that is received now. One that does not fit the contract is kept as such.
    pub(crate) fn received(event: &'a Envelope, heard_at: Timestamp) -> Self {
        let checked = contract::check(&event.raw());
        Self {
            heard_at,
            unreadable: checked.err().map(|problem| problem.to_string()),
            event,
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{
        envelope::{EventType, Source},
        parking,
        stored_event::{StoredEvent, StoredPlace},
    };

    use super::*;

    /// As a program in another language might write it: other spaces, other escapes, another order.
    const DATA: &str = r#"{ "why":"\u52a0\u6025 \/ \"急\"",  "event" : "019ab0c4-8000-7000-8000-000000000001"
        ,"newer": [ 1.50, 1e2, -0 ] }"#;

    #[test]
    fn data_is_in_the_journal_as_its_source_stored_it() {
        let record = format!(
            r#"{{"id":"019ab0c4-8000-7000-8000-000000000001","type":"cn.onestop.parking.event-skipped.v1","data":{DATA},"time":"2026-03-04T07:20:00Z","recordedtime":"2026-03-04T07:20:00Z","case":"019ab0c4-8000-7000-8000-000000000002","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"019ab0c4-8000-7000-8000-000000000004","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxa.window","division":"530821000000","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}"#
        );
        let source: Source = "/onestop/referral/main".parse().unwrap();
        let place = StoredPlace {
            source: &source,
            epoch: "019ab0c4-8000-7000-8000-000000000005".parse().unwrap(),
            position: 7,
            prevhash: &"00",
            hash: &"ff",
        };
        let stored = StoredEvent::parse(record.as_bytes()).unwrap();
        // Published, received, kept.
        let published = stored.envelope(&place).unwrap();
        let event: Envelope = serde_json::from_slice(&published).unwrap();
        let heard_at = event.time;
        let new = NewEntry::received(&event, heard_at);
        let kept = serde_json::to_string(&new).unwrap();
        assert!(kept.contains(DATA), "{kept}");
        let entry: Entry = serde_json::from_str(&kept).unwrap();
        assert_eq!(entry.event.data.text(), DATA);
        assert_eq!(serde_json::to_string(&entry).unwrap(), kept);
        assert_eq!(entry.event.item, "none");
        // It is read as what it says.
        let skipped = parking::Event::read(&entry.event.event_type, &entry.event.data).unwrap();
        let Some(parking::Event::Skipped(skipped)) = skipped else {
            panic!("{skipped:?}");
        };
        assert_eq!(skipped.why, "加急 / \"急\"");
    }
}
