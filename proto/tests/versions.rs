//! Versions of event types: what release 0.1.0 wrote reads as the present version; what a later one writes is known to be
//! newer.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use onestop_proto::{
    contract,
    envelope::{Envelope, EventType, RawEvent},
    parking::{Event, Reason},
    raw_json::RawJson,
};

/// The events that release 0.1.0 wrote, one of each type.
fn stored() -> Vec<Envelope> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/0.1.0/events.jsonl"
    );
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn parked() -> Envelope {
    let is_parked = |event: &Envelope| event.event_type == "cn.onestop.parking.event-parked.v1";
    stored().into_iter().find(is_parked).unwrap()
}

#[test]
fn a_parked_event_of_0_1_0_reads_as_the_present_version() {
    let stored = parked();
    let data: serde_json::Value = stored.data.parse().unwrap();
    assert!(data.get("hash").is_none());
    let event: Event = stored.raw().parse().unwrap();
    assert_eq!(event.event_type(), "cn.onestop.parking.event-parked.v2");
    let Event::Parked(parked) = &event else {
        panic!("{event:?}")
    };
    assert_eq!(parked.hash, "");
    assert!(matches!(&parked.reason, Reason::Failed { problem } if problem.contains("handoff")));
    assert_eq!(stored.raw().parse_if().unwrap(), Some(event.clone()));
    // What is written from now on is the present version.
    let written = RawEvent::from_event(&event).unwrap();
    assert_eq!(written.event_type, "cn.onestop.parking.event-parked.v2");
    assert_eq!(written.parse::<Event>().unwrap(), event);
}

#[test]
fn data_that_does_not_fit_an_earlier_version_is_refused() {
    let mut raw = parked().raw();
    let mut data: serde_json::Value = raw.data.parse().unwrap();
    data["at"] = serde_json::json!("nowhere");
    raw.data = RawJson::of(&data).unwrap();
    assert!(raw.parse::<Event>().is_err());
    assert!(raw.parse_if::<Event>().is_err());
}

#[test]
fn every_type_of_0_1_0_is_known_and_a_later_version_is_not() {
    for event in stored() {
        let known = contract::title(&event.event_type);
        assert!(known.is_some(), "{}", event.event_type);
    }
    for newer in [
        "cn.onestop.parking.event-parked.v3",
        "cn.onestop.case.adopted.v1",
    ] {
        assert_eq!(contract::title(newer), None, "{newer}");
    }
}

#[test]
fn a_former_version_is_never_written() {
    let present: Vec<&str> = Event::TYPES.iter().map(|info| info.name).collect();
    for former in Event::FORMER {
        assert!(present.contains(&former.current), "{former:?}");
        assert!(!present.contains(&former.info.name), "{former:?}");
    }
}
