//! 人民调解法 art. 33, 人民调解工作若干规定 art. 33: whatever is sent with whatever effective times, neither the acceptance nor the month nor
//! the thirty days for the court end later than by the rules' own reckoning, and none hides that it is over by the moment of the record.

use std::sync::OnceLock;

use onestop_testing::assert_clocks_hold;
use proptest::prelude::*;

use super::*;

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

proptest! {
    #[test]
    fn no_effective_times_make_a_clock_end_later(
        tries in prop::collection::vec((0_usize..1_000, 0_i64..300_000, 0_i64..300_000), 1..28),
    ) {
        let world = shared();
        let begun = world.after([]);
        let triggers = [
            Trigger::PapersReceived { materials: state_diagram::papers() },
            Trigger::CaseLeft { handoff: state(&begun).unwrap().handoff },
            world.accepted(),
        ];
        assert_clocks_hold::<MediationRules>(
            begun,
            &|_, _| state_diagram::samples(),
            &triggers,
            &tries,
            &world.context("2026-03-02 10:00:00"),
        );
    }
}
