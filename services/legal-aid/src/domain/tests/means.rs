//! Means and topics: where the law tests them (法律援助法 art. 31), and where it does not (art. 32).

use super::*;

/// What an officer's word on means becomes, in a case about a topic.
fn decided(topic: &str, command: impl Into<Command>) -> Result<Vec<Event>, Rejection> {
    let world = world();
    let Trigger::CaseAccepted(received) = world.accepted() else {
        panic!("the case was accepted")
    };
    let accepted = Trigger::CaseAccepted(Received {
        topic: topic.parse().unwrap(),
        ..received
    });
    let context = world.context(at("2026-03-02 10:00:00"));
    let history = react::<LegalAidRules>(None, &accepted, &context).unwrap();
    world.when(&history, "2026-03-03 10:00:00", command)
}

fn means(means: Means) -> DetermineMeans {
    DetermineMeans { means }
}

const TOO_RICH: Refuse = Refuse {
    reason: RefusalReason::MeansExceeded,
};

#[test]
fn nobody_is_refused_for_means_where_the_law_tests_none() {
    for topic in [
        "domestic-violence",
        "good-samaritan",
        "martyr-honour",
        "retrial-acquittal",
    ] {
        let refused = decided(topic, TOO_RICH);
        assert!(
            matches!(refused, Err(Rejection::NotMeansTested { .. })),
            "{topic}"
        );
        let pledged = decided(topic, means(Means::Pledge));
        assert!(
            matches!(pledged, Err(Rejection::NotMeansTested { .. })),
            "{topic}"
        );
        assert!(decided(topic, means(Means::NotTested)).is_ok(), "{topic}");
        let scope = Refuse {
            reason: RefusalReason::OutOfScope,
        };
        assert!(decided(topic, scope).is_ok(), "{topic}");
    }
}

#[test]
fn means_are_tested_elsewhere_or_the_group_is_exempt() {
    for topic in ["labour-pay", "injury", "maintenance"] {
        let untested = decided(topic, means(Means::NotTested));
        assert!(
            matches!(untested, Err(Rejection::MeansTested { .. })),
            "{topic}"
        );
        for found in [Means::Exempt, Means::SharedData, Means::Pledge] {
            assert!(decided(topic, means(found)).is_ok(), "{topic} {found}");
        }
        assert!(decided(topic, TOO_RICH).is_ok(), "{topic}");
    }
    // The last number of both articles.
    assert!(decided("other", means(Means::NotTested)).is_ok());
    assert!(decided("other", TOO_RICH).is_ok());
}
