//! What is offered to a person at a moment is what is decided then.

use onestop_proto::referral::RequestExtension;

use crate::domain::{available, possible, test_support::*};

/// More time, and the answer to an offer, each before it is over: the timer that ends the offer may be late.
#[test]
fn what_comes_too_late_is_not_offered() {
    let world = world();
    let events = world.at_work();
    let window = world.unit("530821101", "window");
    let offers = |now: Timestamp| {
        let scenario = world.scenario(&events).by(&window).at(now);
        let listed = scenario.deciding(|context| available(&state(&events), context));
        let ask = RequestExtension {
            reason: "案情复杂".to_owned(),
        };
        assert_eq!(
            listed.contains(&"ask-extension"),
            scenario.sends(ask).is_ok()
        );
        listed.contains(&"ask-extension")
    };
    assert!(offers(day(3)) && !offers(day(20)));

    let offered = world.offered();
    let agency = world.agency(COUNTY);
    for (now, taken) in [(day(3), true), (day(20), false)] {
        let scenario = world.scenario(&offered).by(&agency).at(now);
        let listed = scenario.deciding(|context| available(&state(&offered), context));
        let accept = Accept {
            handoff: handoff(1),
        };
        assert_eq!(scenario.sends(accept).is_ok(), taken);
        for command in ["accept", "decline", "dispute"] {
            assert_eq!(listed.contains(&command), taken, "{command}");
            assert_eq!(possible(&state(&offered), now).contains(&command), taken);
        }
    }
    // A designated unit answers late as well.
    let designated = world.designated();
    let custody = state(&designated);
    let late = world.scenario(&designated).by(&agency).at(day(20));
    let listed = late.deciding(|context| available(&custody, context));
    assert!(listed.contains(&"accept"), "{listed:?}");
}
