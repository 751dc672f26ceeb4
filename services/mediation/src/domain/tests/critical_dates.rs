//! Critical dates (关键期限): a limitation runs out while people talk, unless the committee watches it. And the thirty days for the
//! court (人民调解法 art. 33), of which the committee is warned.

use onestop_matter::domain::announcements;
use onestop_proto::{
    matter::{CriticalDateBasis, CriticalDateKind, OpenDate, SetCriticalDate},
    mediation::{CriticalDateNear, CriticalDateSupervised},
};

use super::*;

/// 民法典 art. 188: three years from when the harm was known.
pub(super) fn limitation(known: &str) -> SetCriticalDate {
    SetCriticalDate {
        kind: CriticalDateKind::Limitation,
        basis: CriticalDateBasis::HarmKnown,
        runs_from: Some(known.parse().unwrap()),
        day: None,
    }
}

#[test]
fn a_limitation_is_reckoned_and_warned_of_while_the_parties_talk() {
    let world = world();
    let history = world.after(seated_and([limitation("2023-03-31").into()]));
    let kind = CriticalDateKind::Limitation;
    let told = |now: &str| announcements(&state(&history).unwrap(), &world.context(now));
    let day = "2026-03-31".parse().unwrap();
    let before = 7;
    let near = CriticalDateNear { kind, day, before };
    assert!(told("2026-03-24 08:00:00").contains(&near.into()));
    // On the last day the bureau is notified.
    let last = told("2026-03-31 08:00:00");
    let supervised = |event: &Event| matches!(event, Event::CriticalDateSupervised(CriticalDateSupervised { day: on, .. }) if *on == day);
    assert!(last.iter().any(supervised), "{last:?}");
}

/// Art. 26: who ends mediation tells the parties what else they can do; 民法典 art. 188: and until when they can.
#[test]
fn what_ends_mediation_names_the_dates_that_are_open() {
    let world = world();
    let told = vec![OtherWay::Court];
    let ended = [
        seated_and([limitation("2023-06-10").into(), Fail { told }.into()]),
        vec![limitation("2023-06-10").into(), refuse()],
    ];
    for commands in ended {
        let history = world.after(commands);
        let open = history.iter().find_map(|event| {
            if let Event::Failed(failed) = event {
                Some(failed.open_dates.clone())
            } else if let Event::PartyRefused(refused) = event {
                Some(refused.open_dates.clone())
            } else {
                None
            }
        });
        let (kind, day) = (CriticalDateKind::Limitation, "2026-06-10".parse().unwrap());
        assert_eq!(open, Some(vec![OpenDate { kind, day }]));
        let summary = history.iter().find_map(|event| {
            let summary = event.describe();
            summary.outcome.map(|_| summary.facts)
        });
        let said = format!("{summary:?}");
        assert!(
            said.contains("2026-06-10") || said.contains("诉讼时效"),
            "{said}"
        );
    }
}

/// Art. 33: both ask the court within thirty days. The committee is warned before they are over.
#[test]
fn the_thirty_days_for_the_court_are_warned_of() {
    let world = world();
    let history = world.after(seated_and([written()]));
    let due = state(&history).unwrap().clock().unwrap().due.clone();
    assert_eq!(due.day.to_string(), "2026-04-02");
    let told = |now: &str| announcements(&state(&history).unwrap(), &world.context(now));
    assert!(told("2026-03-20 08:00:00").is_empty());
    let near = told("2026-04-01 18:00:00");
    assert!(
        near.iter()
            .any(|event| matches!(event, Event::ClockDueSoon(_))),
        "{near:?}"
    );
}
