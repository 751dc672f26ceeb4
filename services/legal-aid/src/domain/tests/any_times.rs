//! 法律援助法 art. 36, 43, 49, 55: whatever is sent with whatever effective times, no clock of the agency or the bureau ends later than
//! by the law's own reckoning, and none hides that it is overdue by the moment of the record.

use std::sync::OnceLock;

use jiff::ToSpan;
use onestop_testing::assert_clocks_hold;
use proptest::prelude::*;

use super::*;

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

/// Every command, with the papers' last day and the letter's number of the try.
fn samples(happened_at: Timestamp, number: usize) -> Vec<Command> {
    let mut all = state_diagram::samples();
    all.retain(|one| {
        !matches!(
            one,
            Command::RequestSupplement(_) | Command::AskCooperation(_)
        )
    });
    let last_day = happened_at.china_date() + 9.days();
    let letter = AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: format!("宁援协〔2026〕{number}号"),
        last_day: None,
    };
    all.extend([
        supplement(&last_day.to_string()).into(),
        letter.into(),
        exempt(),
    ]);
    all
}

/// What other services do: papers come in, the case leaves, and comes again.
fn triggers(again: &Trigger) -> [Trigger; 3] {
    let Trigger::CaseAccepted(received) = again else {
        panic!("the case was accepted")
    };
    let first = Received {
        received_at: Some(at("2026-03-02 10:00:00")),
        ..received.clone()
    };
    [
        Trigger::PapersReceived {
            materials: vec!["wage-record".parse().unwrap()],
        },
        Trigger::CaseLeft {
            handoff: received.handoff,
        },
        Trigger::CaseAccepted(first),
    ]
}

proptest! {
    #[test]
    fn no_effective_times_make_a_clock_end_later(
        kind in 0_usize..4,
        tries in prop::collection::vec((0_usize..1_000, 0_i64..250_000, 0_i64..300_000), 1..28),
    ) {
        let world = shared();
        let (topic, notice) = match kind {
            0 => ("labour-pay", None),
            1 => ("defence-applied", None),
            2 => ("defence-notified", Some(court_notice())),
            _ => ("duty-lawyer-help", None),
        };
        let again = world.accepted_as(topic, notice.clone());
        assert_clocks_hold::<LegalAidRules>(
            world.received_as(topic, notice),
            &samples,
            &triggers(&again),
            &tries,
            &world.context(at("2026-03-02 10:00:00")),
        );
    }
}
