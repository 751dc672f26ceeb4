use onestop_proto::registry::{HoursSet, SiteState, Weekday};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

const SITES: [&str; 3] = ["s4k2m9qxa", "s00000001", "s00000002"];

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn unit(site: &str) -> UnitId {
    format!("{site}.legal-aid").parse().unwrap()
}

fn contact(site: &str, from: Date, phone: &str) -> Event {
    Event::from(ContactChanged {
        site: site.parse().unwrap(),
        unit: unit(site),
        division: "530821".parse().unwrap(),
        from,
        phone: Some(phone.to_owned()),
        address: None,
    })
}

fn state(site: &str, state: SiteState, (from, until): (Date, Option<Date>)) -> Event {
    Event::from(StateSet {
        site: site.parse().unwrap(),
        unit: unit(site),
        division: "530821".parse().unwrap(),
        state,
        from,
        until,
        evidence: "宁司〔2026〕7号".to_owned(),
        document_number: None,
        decided_by: None,
    })
}

fn filled(site: &str, from: Date, until: Date) -> Event {
    Event::from(UnitFilled {
        site: site.parse().unwrap(),
        unit: unit(site),
        division: "530821".parse().unwrap(),
        from,
        until,
        decided_by: None,
    })
}

fn freed(site: &str, from: Date) -> Event {
    Event::from(UnitFreed {
        site: site.parse().unwrap(),
        unit: unit(site),
        division: "530821".parse().unwrap(),
        from,
        decided_by: None,
    })
}

fn folded(events: &[Event]) -> RegistryChanges {
    let mut changes = RegistryChanges::default();
    events.iter().for_each(|event| changes.take_in(event));
    changes
}

#[test]
fn a_change_holds_from_its_first_day_on_and_a_later_first_day_goes_before() {
    let site = SITES[0];
    let changes = folded(&[
        contact(site, day("2026-03-01"), "111"),
        // Recorded last, and in force first.
        contact(site, day("2026-02-01"), "222"),
    ]);
    let site_changes = changes.site(&site.parse().unwrap()).unwrap();
    let phone = |on: &str| site_changes.phone(&unit(site), day(on));
    assert_eq!(phone("2026-01-31"), None);
    assert_eq!(phone("2026-02-28"), Some("222"));
    assert_eq!(phone("2026-03-01"), Some("111"));
    let again = folded(&[
        contact(site, day("2026-03-01"), "111"),
        contact(site, day("2026-03-01"), "333"),
    ]);
    let again = again.site(&site.parse().unwrap()).unwrap();
    assert_eq!(again.phone(&unit(site), day("2026-03-01")), Some("333"));
}

#[test]
fn a_state_that_has_ended_leaves_the_one_before() {
    let site = SITES[0];
    let changes = folded(&[
        state(site, SiteState::Pilot, (day("2026-01-01"), None)),
        state(
            site,
            SiteState::Suspended,
            (day("2026-02-01"), Some(day("2026-02-10"))),
        ),
    ]);
    let site_changes = changes.site(&site.parse().unwrap()).unwrap();
    let state = |on: &str| site_changes.state(day(on)).map(|entry| entry.state);
    assert_eq!(state("2025-12-31"), None);
    assert_eq!(state("2026-01-31"), Some(SiteState::Pilot));
    assert_eq!(state("2026-02-10"), Some(SiteState::Suspended));
    assert_eq!(state("2026-02-11"), Some(SiteState::Pilot));
}

fn hours(decided_by: &str, items: &[&str], span: &str) -> HoursSet {
    let site = SITES[0];
    HoursSet {
        site: site.parse().unwrap(),
        unit: unit(site),
        division: "530821".parse().unwrap(),
        from: day("2026-01-01"),
        until: None,
        items: items.iter().map(|item| item.parse().unwrap()).collect(),
        weekdays: vec![Weekday::Mon],
        hours: vec![span.parse().unwrap()],
        decided_by: Some(decided_by.parse().unwrap()),
    }
}

/// What a wider bureau has set for any of the items binds, and not what it recorded last alone.
#[test]
fn hours_are_cut_for_no_item_that_a_wider_bureau_has_set() {
    let site = SITES[0].parse().unwrap();
    let changes = folded(&[
        hours("5308", &["notarization"], "08:30-17:30").into(),
        hours("5308", &["legal-aid"], "09:00-12:00").into(),
    ]);
    let changes = changes.site(&site).unwrap();
    let cut = |items: &[&str], span: &str| {
        let known = changes.hours_cut_by(&hours("530821", items, span));
        known.map(|known| known.items[0].to_string())
    };
    assert_eq!(cut(&[], "09:00-12:00").as_deref(), Some("notarization"));
    let both = cut(&["legal-aid", "notarization"], "09:00-12:00");
    assert_eq!(both.as_deref(), Some("notarization"));
    assert_eq!(cut(&["legal-aid"], "09:00-12:00"), None);
    assert_eq!(cut(&[], "08:00-18:00"), None);
    // What a bureau has set anew takes the place of what it had set.
    let anew = folded(&[
        hours("5308", &[], "08:30-17:30").into(),
        hours("5308", &[], "09:00-12:00").into(),
    ]);
    let anew = anew.site(&site).unwrap();
    assert_eq!(
        anew.hours_cut_by(&hours("530821", &[], "09:00-12:00")),
        None
    );
}

#[test]
fn a_unit_is_full_until_its_last_day_or_until_it_is_freed() {
    let site = SITES[0];
    let mut events = vec![filled(site, day("2026-01-02"), day("2026-01-15"))];
    let until = |events: &[Event], on: &str| {
        let changes = folded(events);
        let site_changes = changes.site(&site.parse().unwrap()).unwrap();
        site_changes.full_until(&unit(site), day(on))
    };
    assert_eq!(until(&events, "2026-01-01"), None);
    assert_eq!(until(&events, "2026-01-15"), Some(day("2026-01-15")));
    assert_eq!(until(&events, "2026-01-16"), None);
    events.push(freed(site, day("2026-01-08")));
    assert_eq!(until(&events, "2026-01-07"), Some(day("2026-01-15")));
    assert_eq!(until(&events, "2026-01-08"), None);
}

fn any_event() -> impl Strategy<Value = Event> {
    let first = (0..40_i32, 0..20_i32).prop_map(|(from, length)| {
        let from = day("2026-01-01") + jiff::Span::new().days(from);
        (from, from + jiff::Span::new().days(length))
    });
    (select(&SITES[..]), first, 0..4_u8, 100..999_u32).prop_map(
        |(site, (from, until), kind, number)| match kind {
            0 => contact(site, from, &number.to_string()),
            1 if number % 2 == 0 => state(site, SiteState::Pilot, (from, None)),
            1 => state(site, SiteState::Suspended, (from, Some(until))),
            2 => filled(site, from, until),
            _ => freed(site, from),
        },
    )
}

proptest! {
    /// However the streams of the sites are mixed, as long as each keeps its order, the fold is the same.
    #[test]
    fn the_order_in_which_streams_are_heard_changes_nothing(
        events in vec(any_event(), 0..40),
        picks in vec(0..SITES.len(), 40),
    ) {
        let once = folded(&events);
        let mut queues: Vec<Vec<Event>> = SITES
            .iter()
            .map(|site| {
                let own = events.iter().filter(|event| event.site().as_str() == *site);
                own.rev().cloned().collect()
            })
            .collect();
        let mut mixed: Vec<Event> = picks
            .iter()
            .filter_map(|pick| queues[*pick].pop())
            .collect();
        for queue in &mut queues {
            queue.reverse();
            mixed.append(queue);
        }
        prop_assert_eq!(mixed.len(), events.len());
        prop_assert_eq!(once, folded(&mixed));
    }

    /// What holds on a day follows from the entries by their rule, whatever the order in which they are kept.
    #[test]
    fn the_latest_first_day_counts_and_then_what_was_recorded_last(
        events in vec(any_event(), 0..40),
        on in 0..60_i32,
    ) {
        let on = day("2026-01-01") + jiff::Span::new().days(on);
        let changes = folded(&events);
        for site in SITES {
            let own = events.iter().filter(|event| event.site().as_str() == site);
            let states = own.filter_map(|event| match event {
                Event::StateSet(set) => Some(set),
                Event::ContactChanged(_)
                | Event::UnitFilled(_)
                | Event::UnitFreed(_)
                | Event::OpeningPlanned(_)
                | Event::StandardChecked(_)
                | Event::EntryConfirmed(_)
                | Event::EvidenceAttached(_)
                | Event::EvidenceWithdrawn(_)
                | Event::HoursSet(_)
                | Event::DutySet(_)
                | Event::LimitSet(_)
                | Event::DaysOffDeclared(_)
                | Event::ItemMovedIn(_)
                | Event::ItemMovedOut(_)
                | Event::PapersSet(_)
                | Event::ChangeProposed(_)
                | Event::ChangeApproved(_)
                | Event::ChangeSentBack(_) => None,
            });
            let held = states.filter(|set| set.from <= on && set.until.is_none_or(|until| on <= until));
            // Of equal ones `max_by_key` gives the last.
            let expected = held.max_by_key(|set| set.from);
            let found = changes.site(&site.parse().unwrap()).and_then(|site| site.state(on));
            prop_assert_eq!(found, expected);
        }
    }
}
