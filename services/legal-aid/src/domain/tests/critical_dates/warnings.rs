//! The unit is warned, and on the last day the supervisor is told.

use onestop_matter::domain::next_moment;
use onestop_proto::{
    legal_aid::{CriticalDateNear, CriticalDateSupervised},
    matter::CriticalDateEvent,
};

use super::*;

/// 30, 7 and 1 days before the last one; on it the supervisor. Each once, also after downtime.
#[test]
fn the_unit_is_warned_before_the_last_day_and_the_supervisor_on_it() {
    let world = world();
    let kind = CriticalDateKind::Limitation;
    let mut history = world.after(&working());
    history.extend(
        world
            .when(&history, NOW, until(kind, "2026-06-10"))
            .unwrap(),
    );
    let mut told = |now: &str| {
        let matter = state(&history).unwrap();
        let events = announcements(&matter, &world.context(at(now)));
        history.extend(events.clone());
        let about = events.iter().filter_map(CriticalDateEvent::of);
        about.collect::<Vec<_>>()
    };
    let near = |before| {
        let day = "2026-06-10".parse().unwrap();
        CriticalDateEvent::Near(CriticalDateNear { kind, day, before })
    };
    assert!(told("2026-05-10 23:59:59").is_empty());
    assert_eq!(told("2026-05-11 00:00:00"), [near(30)]);
    assert!(told("2026-06-02 23:59:59").is_empty());
    assert_eq!(told("2026-06-03 00:00:00"), [near(7)]);
    // Down until the evening before the last day.
    assert_eq!(told("2026-06-09 20:00:00"), [near(1)]);
    let last = told("2026-06-10 00:00:00");
    let [CriticalDateEvent::Supervised(CriticalDateSupervised { supervisor, .. })] = &last[..]
    else {
        panic!("{last:?}")
    };
    let bureau = world.directory.unit(supervisor).unwrap();
    assert_eq!(bureau.name, "宁洱哈尼族彝族自治县司法局");
    assert!(told("2026-06-11 00:00:00").is_empty());
    let matter = state(&history).unwrap();
    let event = history
        .iter()
        .rfind(|one| matches!(one, Event::CriticalDateSupervised(_)));
    assert_eq!(address(&matter, event.unwrap()).unit, bureau.id);
    // It passed, and it is open still.
    let standing = matter.critical_dates.first().unwrap();
    assert_eq!(standing.standing("2026-06-12".parse().unwrap()).over, 2);
}

/// A date that is set late is warned of at once, and the timer wakes for it.
#[test]
fn a_date_that_is_near_is_warned_of_at_once() {
    let world = world();
    let kind = CriticalDateKind::CivilAppeal;
    let history = world.after(&[until(kind, "2026-03-08").into()]);
    let matter = state(&history).unwrap();
    let wakes = next_moment(&matter, &world.directory).unwrap();
    assert!(wakes <= at("2026-03-03 10:00:00"));
    let events = announcements(&matter, &world.context(at("2026-03-03 10:00:00")));
    let [Event::CriticalDateNear(near)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(near.before, 7);
    let matter = state(&[history, events].concat()).unwrap();
    let next = next_moment(&matter, &world.directory).unwrap();
    assert!(next > at("2026-03-03 10:00:00"));
}

/// 逐级督办: a date that has passed and is open climbs as an overdue step does, to the prefecture and the province, each once, also
/// after downtime; and the timer wakes for it.
#[test]
fn a_date_that_has_passed_climbs_rung_by_rung() {
    let world = world();
    let kind = CriticalDateKind::Limitation;
    let mut history = world.after(&working());
    let set = world.when(&history, NOW, until(kind, "2026-06-10"));
    history.extend(set.unwrap());
    let mut told = Vec::new();
    for _ in 0..10 {
        let matter = state(&history).unwrap();
        let now = next_moment(&matter, &world.directory);
        let Some(now) = now else { break };
        let events = announcements(&matter, &world.context(now));
        assert!(!events.is_empty(), "woken for nothing at {now}");
        for event in &events {
            if let Event::CriticalDateSupervised(it) = event {
                told.push((it.division.short(), now));
            }
        }
        history.extend(events);
    }
    let tiers: Vec<&str> = told.iter().map(|(division, _)| division.as_str()).collect();
    assert_eq!(tiers, ["530821", "5308", "53"]);
    assert_eq!(told[0].1, at("2026-06-10 00:00:00"));
    assert!(told[0].1 < told[1].1 && told[1].1 < told[2].1, "{told:?}");
    // After downtime all that is due at once; once it is closed, nothing.
    let matter = state(&history).unwrap();
    let more = announcements(&matter, &world.context(at("2027-06-01 09:00:00")));
    assert!(more.iter().all(|one| CriticalDateEvent::of(one).is_none()));
    let before = history
        .iter()
        .position(|one| matches!(one, Event::CriticalDateNear(_)));
    history.truncate(before.unwrap());
    let matter = state(&history).unwrap();
    let missed = announcements(&matter, &world.context(at("2027-06-01 09:00:00")));
    let supervised = |one: &&Event| matches!(one, Event::CriticalDateSupervised(_));
    assert_eq!(missed.iter().filter(supervised).count(), 3);
}
