//! Whatever the bureaus of three tiers record in whatever order: what a wider one has closed, no narrower one opens.

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

/// Whose bureau records: the wider first.
const BUREAUS: [&str; 3] = ["53", "5308", COUNTY];

fn days() -> impl Strategy<Value = Date> {
    (0_i64..20).prop_map(|after| {
        let mut on = day(TODAY);
        for _ in 0..after {
            on = on.tomorrow().unwrap();
        }
        on
    })
}

fn commands() -> impl Strategy<Value = (usize, SetState)> {
    let states = select(vec![
        SiteState::Pilot,
        SiteState::Operating,
        SiteState::Suspended,
    ]);
    (0_usize..3, states, days(), prop::option::of(days())).prop_map(|(by, state, from, until)| {
        let set = SetState {
            state,
            from: Some(from),
            until,
            ..pilot()
        };
        (by, set)
    })
}

proptest! {
    #[test]
    fn a_countys_change_never_opens_what_a_wider_tier_has_closed(sent in vec(commands(), 1..12)) {
        let supervisors = BUREAUS.map(|place| actor("supervisor", place, "bureau"));
        let (mut all, mut wider) = (Recorded::default(), Recorded::default());
        for (by, command) in sent {
            let accepted = all.send(&supervisors[by], command.clone());
            if by < 2 && accepted.is_ok() {
                // What the wider tiers alone have said, in the same order.
                let event = state_set(&supervisors[by], &command);
                wider.0 = evolve(wider.0.take(), &event);
            }
        }
        let mut on = day(TODAY);
        for _ in 0..25 {
            let said = |recorded: &Recorded| {
                let changes = recorded.0.as_ref();
                changes.and_then(|changes| changes.state(on)).map(|set| set.state)
            };
            if said(&wider) == Some(SiteState::Suspended) {
                prop_assert_eq!(said(&all), Some(SiteState::Suspended), "on {}", on);
            }
            on = on.tomorrow().unwrap();
        }
    }
}

/// The event that a command of the wider tiers led to.
fn state_set(by: &Actor, command: &SetState) -> Event {
    let window = unit(PLANNED, WINDOW);
    onestop_proto::registry::StateSet {
        site: command.site.clone(),
        unit: window,
        division: PLANNED.parse().unwrap(),
        state: command.state,
        from: command.from.unwrap(),
        until: command.until,
        evidence: command.evidence.clone(),
        document_number: None,
        decided_by: DIRECTORY.unit(&by.unit).map(|unit| unit.division),
    }
    .into()
}
