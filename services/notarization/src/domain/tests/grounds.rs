//! Grounds that fit the matter (公证法 art. 34; 公证程序规则 art. 50).

use super::*;

fn end(reason: TerminationReason) -> Terminate {
    Terminate { reason }
}

/// 公证程序规则 art. 50 (1): 因当事人的原因六个月内不能办结. No party has kept a matter from its end for six months on its third day.
#[test]
fn a_partys_cause_ends_a_matter_when_six_months_are_over() {
    let world = world();
    // Accepted on 3 March.
    let history = world.after(&accepted());
    let early = world.when(
        &history,
        "2026-06-01 10:00:00",
        end(TerminationReason::PartyCause),
    );
    let day = "2026-09-03".to_owned();
    assert_eq!(early.unwrap_err(), Rejection::PartyCauseEarly { day });
    let withdrawn = world.when(
        &history,
        "2026-06-01 10:00:00",
        end(TerminationReason::Withdrawn),
    );
    assert!(withdrawn.is_ok());
    let over = world.when(
        &history,
        "2026-09-04 10:00:00",
        end(TerminationReason::PartyCause),
    );
    assert!(over.is_ok());
}

/// Before the acceptance they run from the receipt.
#[test]
fn an_application_that_waits_for_papers_waits_six_months_from_its_receipt() {
    let world = world();
    let history = world.after(&[title_missing()]);
    let early = world.when(
        &history,
        "2026-09-02 10:00:00",
        end(TerminationReason::PartyCause),
    );
    let day = "2026-09-02".to_owned();
    assert_eq!(early.unwrap_err(), Rejection::PartyCauseEarly { day });
    let over = world.when(
        &history,
        "2026-09-03 10:00:00",
        end(TerminationReason::PartyCause),
    );
    assert!(over.is_ok());
}

/// 公证法 art. 31, 34: a fee that is waived cannot be refused; one that is cut can.
#[test]
fn a_fee_that_is_waived_is_not_refused() {
    let world = world();
    let refuse = Refuse {
        reason: RefusalReason::FeeRefused,
    };
    for (percent, fits) in [(50, true), (100, false)] {
        let reduce = ReduceFee {
            basis: FeeBasis::AidRecipient,
            percent,
        };
        let history = world.after(&[reduce.into()]);
        let refused = world.when(&history, "2026-03-03 11:00:00", refuse.clone());
        assert_eq!(refused.is_ok(), fits, "{refused:?}");
    }
}

/// 公证程序规则: a fee is reduced or waived; nothing is more than the whole, and the refusal says so.
#[test]
fn a_fee_is_reduced_by_the_whole_at_most() {
    let world = world();
    for percent in [0, 101] {
        let reduce = ReduceFee {
            basis: FeeBasis::AidRecipient,
            percent,
        };
        let refused = world.when(&world.received(), "2026-03-03 11:00:00", reduce);
        let outside = matter::Rejection::OutOfRange {
            field: "percent".to_owned(),
            least: 1,
            most: 100,
        };
        assert_eq!(refused.unwrap_err(), outside.into());
    }
}
