//! 公证法 art. 30, 公证程序规则 (复查): whatever is sent with whatever effective times, neither the examination nor the certificate nor a review
//! is due later than by the law's own reckoning, and none hides that it is overdue by the moment of the record.

use std::sync::OnceLock;

use onestop_testing::assert_clocks_hold;
use proptest::prelude::*;

use super::*;

/// One world for all runs of the property.
fn shared() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(world)
}

/// Every command; what is known of a certificate is known when it happens.
fn dated_samples(happened_at: Timestamp, number: usize) -> Vec<Command> {
    let mut all = samples();
    all.retain(|one| !matches!(one, Command::AskReview(_) | Command::Issue(_)));
    let review = AskReview {
        applicant: ReviewBy::Party,
        known_on: happened_at,
        reviewer: "zhao".parse().unwrap(),
    };
    let certificate = Issue {
        certificate: format!("(2026)云宁证字第{number}号"),
    };
    all.extend([review.into(), certificate.into()]);
    all
}

proptest! {
    #[test]
    fn no_effective_times_make_a_clock_end_later(
        tries in prop::collection::vec((0_usize..1_000, 0_i64..300_000, 0_i64..300_000), 1..28),
    ) {
        let world = shared();
        let again = world.accepted();
        let handoff = state(&world.received()).unwrap().handoff;
        let materials = vec!["property-title".parse().unwrap()];
        let triggers = [
            Trigger::PapersReceived { materials },
            Trigger::CaseLeft { handoff },
            again,
        ];
        assert_clocks_hold::<NotarizationRules>(
            world.received(),
            &dated_samples,
            &triggers,
            &tries,
            &world.context("2026-03-02 10:00:00"),
        );
    }
}
