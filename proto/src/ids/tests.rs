//! Ids: parsed, derived, sorted.

use proptest::prelude::*;

use super::*;

const COMMAND: &str = "019ab0c4-8000-7000-8000-000000000001";

#[test]
fn derived_ids_repeat_and_differ_by_purpose() {
    let command: CommandId = COMMAND.parse().unwrap();
    assert_eq!(command.event(0), command.event(0));
    assert_ne!(command.event(0), command.event(1));
    assert_ne!(command.event(0).uuid(), command.case().uuid());
    assert_eq!(command.event(0).uuid().get_version_num(), 7);
    assert_eq!(
        command.event(0).uuid().as_bytes()[..6],
        command.uuid().as_bytes()[..6]
    );
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn events_of_one_key_differ_by_service_and_sort_by_the_time_of_writing() {
    let command: CommandId = COMMAND.parse().unwrap();
    let (early, late) = (at("2026-03-04T08:00:00Z"), at("2026-03-04T08:00:00.002Z"));
    let id = |name, index, at| command.event_of(name, index, at);
    assert_eq!(id("intake", 0, early), id("intake", 0, early));
    assert_ne!(id("intake", 0, early), id("referral", 0, early));
    assert_ne!(id("intake", 0, early), id("intake", 1, early));
    assert!(id("intake", 0, early) < id("referral", 0, late));
    assert!(id("referral", 0, early) < id("intake", 0, late));
    assert_eq!(id("intake", 0, early).uuid().get_version_num(), 7);
    assert_ne!(command.record("intake", 0), command.record("referral", 0));
}

#[test]
fn any_uuid_is_a_key() {
    let random = "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01";
    let key: CommandId = random.parse().unwrap();
    let id = key.event_of("intake", 0, at("2026-03-04T08:00:00Z"));
    assert_eq!(id.to_string().parse::<EventId>().unwrap(), id);
    assert_eq!(
        key.case().to_string().parse::<CaseId>().unwrap(),
        key.case()
    );
    for no_key in [Uuid::nil(), Uuid::max()] {
        assert!(no_key.to_string().parse::<CommandId>().is_err());
    }
}

#[test]
fn only_version_seven_is_an_id() {
    assert!(
        "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01"
            .parse::<CaseId>()
            .is_err()
    );
    assert!(serde_json::from_str::<CaseId>("\"nonsense\"").is_err());
}

#[test]
fn a_site_has_an_id_of_its_own() {
    let site = SiteId::derived("530821101000".parse().unwrap());
    assert_eq!(site.as_str().parse::<SiteId>().unwrap(), site);
    assert_ne!(site, SiteId::derived("530821000000".parse().unwrap()));
}

#[test]
fn texts_are_checked() {
    assert!("s4k2m9qxa.legal-aid".parse::<UnitId>().is_ok());
    assert!("s4k2m9qxa.Legal".parse::<UnitId>().is_err());
    assert!("legal-aid".parse::<UnitId>().is_err());
    assert!("s4k2m9qxa-261123-001".parse::<CaseNumber>().is_ok());
    assert!("s4k2m9qxa-261123-1".parse::<CaseNumber>().is_err());
    assert!(matches!(
        "s4k2m9qxa-261123-001".parse(),
        Ok(CaseRef::Number(_))
    ));
}

proptest! {
    /// Whatever the key is: an id names one event of one service, and says when it was written.
    #[test]
    fn an_id_is_of_one_event_and_sorts_by_time(
        key in any::<[u8; 16]>(),
        version in 1_u8..=8,
        (index, further) in (0_usize..50, 1_usize..50),
        (millis, later) in (0_i64..4_000_000_000_000, 1_i64..1_000_000),
    ) {
        let mut bytes = key;
        bytes[6] = (version << 4) | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        let key: CommandId = Uuid::from_bytes(bytes).to_string().parse().unwrap();
        let at = |millis: i64| Timestamp::from_micros(millis * 1_000);
        let id = |name, index, millis| key.event_of(name, index, at(millis));
        let one = id("intake", index, millis);
        prop_assert_eq!(one.uuid().get_version_num(), 7);
        prop_assert_ne!(one, id("referral", index, millis));
        prop_assert_ne!(one, id("intake", index + further, millis));
        prop_assert!(one < id("journal", further, millis + later));
        let record = |name, index| key.record(name, index);
        prop_assert_ne!(record("intake", index), record("referral", index));
        prop_assert_ne!(record("intake", index), record("intake", index + further));
        prop_assert_ne!(record("intake", index), key.event(index).uuid());
    }
}
