//! Bytes stay bytes: what a service stored of an event is what its readers get.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use onestop_proto::{
    envelope::{Envelope, LogPosition, RawEvent, RecordPlace, RecordedEvent, Source},
    late_entry::LateReason,
    raw_json::RawJson,
    stored_event::{StoredEvent, StoredPlace},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

/// A record as a service's log stores it.
const RECORD: &str = r#"{"id":"019ab0c4-8000-7000-8000-000000000001","type":"cn.onestop.referral.offered.v1","data":{"handoff":"019ab0c4-8000-7000-8000-00000000000a","note":"加急：\"今天\""},"time":"2026-03-04T07:20:00Z","recordedtime":"2026-03-04T07:20:00.000001Z","case":"019ab0c4-8000-7000-8000-000000000002","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"019ab0c4-8000-7000-8000-000000000004","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxb.legal-aid","division":"530821000000","item":"legal-aid","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#;

/// Its envelope, as release 0.1.0 published it.
const ENVELOPE: &str = r#"{"specversion":"1.0","id":"019ab0c4-8000-7000-8000-000000000001","source":"/onestop/referral/main","type":"cn.onestop.referral.offered.v1","subject":"019ab0c4-8000-7000-8000-000000000002","time":"2026-03-04T07:20:00Z","datacontenttype":"application/json","sequence":"7","epoch":"019ab0c4-8000-7000-8000-000000000005","recordedtime":"2026-03-04T07:20:00.000001Z","correlationid":"019ab0c4-8000-7000-8000-000000000002","causationid":"019ab0c4-8000-7000-8000-000000000003","command":"019ab0c4-8000-7000-8000-000000000004","commandhash":"ab12","actor":"clerk/zhang-li@s4k2m9qxa.window","unit":"s4k2m9qxb.legal-aid","division":"530821000000","item":"legal-aid","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","prevhash":"00","hash":"ff","data":{"handoff":"019ab0c4-8000-7000-8000-00000000000a","note":"加急：\"今天\""}}"#;

fn place() -> RecordPlace {
    RecordPlace {
        at: LogPosition {
            source: "/onestop/referral/main".parse().unwrap(),
            epoch: "019ab0c4-8000-7000-8000-000000000005".parse().unwrap(),
            position: 7,
        },
        prevhash: "00".to_owned(),
        hash: "ff".to_owned(),
    }
}

fn spliced(record: &str, place: &RecordPlace) -> String {
    let stored = StoredEvent::parse(record.as_bytes()).unwrap();
    let at = StoredPlace {
        source: &place.at.source,
        epoch: place.at.epoch,
        position: place.at.position,
        prevhash: &place.prevhash,
        hash: &place.hash,
    };
    let text = stored.envelope(&at).unwrap();
    assert_eq!(stored.envelope_json(&at).unwrap().text().as_bytes(), text);
    String::from_utf8(text).unwrap()
}

/// A record with other data; the text is put in as it is.
fn with_data(data: &str) -> String {
    let (before, rest) = RECORD.split_once(r#""data":"#).unwrap();
    let (_, after) = rest.split_once(r#","time""#).unwrap();
    format!(r#"{before}"data":{data},"time"{after}"#)
}

/// What an envelope was stored as.
fn record_of(envelope: &Envelope) -> (RecordedEvent, RecordPlace) {
    let place = RecordPlace {
        at: envelope.place().unwrap(),
        prevhash: envelope.prevhash.clone(),
        hash: envelope.hash.clone(),
    };
    (envelope.recorded(), place)
}

#[test]
fn an_envelope_has_the_bytes_that_it_always_had() {
    assert_eq!(spliced(RECORD, &place()), ENVELOPE);
    let recorded: RecordedEvent = serde_json::from_str(RECORD).unwrap();
    assert_eq!(serde_json::to_string(&recorded).unwrap(), RECORD);
    let envelope = Envelope::new(recorded, place());
    assert_eq!(serde_json::to_string(&envelope).unwrap(), ENVELOPE);
    // A reader has the bytes that its hash covers.
    assert_eq!(serde_json::to_string(&envelope.recorded()).unwrap(), RECORD);
    let stored = StoredEvent::parse(RECORD.as_bytes()).unwrap();
    let source: Source = "/onestop/referral/main".parse().unwrap();
    assert_eq!(stored.wire_subject(&source), envelope.wire_subject());
    assert_eq!(stored.traceparent(), envelope.traceparent.as_str());
}

/// Who has proven the actor travels with the event, whichever way its envelope is made.
#[test]
fn the_issuer_and_the_token_are_in_the_envelope() {
    let proven =
        r#","issuer":"gateway/main","tokenid":"019ab0c4-8000-7000-8000-00000000000b","unit""#;
    let with = |text: &str| text.replacen(r#","unit""#, proven, 1);
    let (record, published) = (with(RECORD), with(ENVELOPE));
    assert_eq!(spliced(&record, &place()), published);
    let recorded: RecordedEvent = serde_json::from_str(&record).unwrap();
    assert_eq!(serde_json::to_string(&recorded).unwrap(), record);
    let envelope = Envelope::new(recorded, place());
    assert_eq!(serde_json::to_string(&envelope).unwrap(), published);
    assert_eq!(envelope.issuer.unwrap().as_str(), "gateway/main");
}

/// 补录: why it was entered late, and who approved it, travel with the event.
#[test]
fn a_late_entry_is_in_the_envelope() {
    let late = r#","latereason":"outage","lateapprover":"li-hua","lateissuer":"gateway/main","latetokenid":"019ab0c4-8000-7000-8000-00000000000c","unit""#;
    let with = |text: &str| text.replacen(r#","unit""#, late, 1);
    let (record, published) = (with(RECORD), with(ENVELOPE));
    assert_eq!(spliced(&record, &place()), published);
    let recorded: RecordedEvent = serde_json::from_str(&record).unwrap();
    assert_eq!(serde_json::to_string(&recorded).unwrap(), record);
    let envelope = Envelope::new(recorded, place());
    assert_eq!(serde_json::to_string(&envelope).unwrap(), published);
    assert!(envelope.is_late_entry());
    // Whose act the approval is, an auditor finds by the issuer and the token.
    assert_eq!(
        envelope.lateissuer.as_ref().unwrap().as_str(),
        "gateway/main"
    );
    assert_eq!(
        envelope.latetokenid,
        Some(uuid::Uuid::from_u128(
            0x019a_b0c4_8000_7000_8000_0000_0000_000c
        ))
    );
    let late = envelope.late_entry().unwrap();
    assert_eq!(late.reason, LateReason::Outage);
    assert_eq!(late.approved_by.unwrap().as_str(), "li-hua");
}

#[test]
fn every_event_of_0_1_0_is_spliced_to_the_bytes_that_were_published() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/0.1.0/events.jsonl"
    );
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.lines().count() > 100);
    for line in text.lines() {
        let envelope: Envelope = serde_json::from_str(line).unwrap();
        let (recorded, place) = record_of(&envelope);
        let record = serde_json::to_string(&recorded).unwrap();
        let published = serde_json::to_string(&envelope).unwrap();
        assert_eq!(spliced(&record, &place), published);
        assert_eq!(
            serde_json::from_str::<RecordedEvent>(&record).unwrap(),
            recorded
        );
    }
}

#[test]
fn a_field_that_stands_twice_is_refused() {
    let twice = RECORD.replacen('{', r#"{"commandhash":"cd34","#, 1);
    assert!(StoredEvent::parse(twice.as_bytes()).is_err());
    assert!(serde_json::from_str::<RecordedEvent>(&twice).is_err());
    let twice = ENVELOPE.replacen('{', r#"{"hash":"fe","#, 1);
    assert!(serde_json::from_str::<Envelope>(&twice).is_err());
    let data = r#"{"event":"019ab0c4-8000-7000-8000-000000000001","event":"019ab0c4-8000-7000-8000-000000000002"}"#;
    let raw = RawEvent {
        event_type: "cn.onestop.parking.event-taken.v1".to_owned(),
        data: serde_json::from_str(data).unwrap(),
    };
    assert!(raw.parse::<onestop_proto::parking::Event>().is_err());
}

#[test]
fn data_is_equal_whichever_way_it_is_spaced() {
    let one: RawJson = serde_json::from_str(r#"{ "b":1,"a":"\u52a0" }"#).unwrap();
    assert_eq!(one, RawJson::of(&json!({ "a": "加", "b": 1 })).unwrap());
    assert_ne!(one, RawJson::of(&json!({ "a": "加", "b": 2 })).unwrap());
    assert!(serde_json::from_str::<RawJson>("{").is_err());
}

/// JSON of any shape.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((".{0,6}", inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Spaces as any writer might put them.
fn spaces() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,4}"
}

proptest! {
    #[test]
    fn an_event_is_parsed_as_it_was_spliced(
        data in values(),
        (before, after) in (spaces(), spaces()),
        is_pretty in any::<bool>(),
        position in any::<u64>(),
    ) {
        let data = if is_pretty { format!("{data:#}") } else { data.to_string() };
        let record = with_data(&format!("{before}{data}{after}"));
        let mut place = place();
        place.at.position = position;
        let envelope: Envelope = serde_json::from_str(&spliced(&record, &place)).unwrap();
        prop_assert_eq!(envelope.data.text(), &data);
        let recorded: RecordedEvent = serde_json::from_str(&record).unwrap();
        prop_assert_eq!(&envelope, &Envelope::new(recorded.clone(), place.clone()));
        prop_assert_eq!(record_of(&envelope), (recorded, place));
    }
}
