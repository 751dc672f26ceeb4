//! Means and topics: where the law tests them (法律援助法 art. 31), and where it does not (art. 32).

use onestop_matter::domain::possible;
use onestop_proto::legal_aid::DraftRefusal;

use super::*;
use crate::domain::Decision;

/// What an officer's word on means becomes, in a case about a topic.
fn decided(topic: &str, command: impl Into<Command>) -> Decision {
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
    match means {
        Means::Exempt => DetermineMeans::exempt(ExemptGroup::NoFixedIncome, "残疾人证"),
        Means::NotTested | Means::SharedData | Means::Pledge | Means::AboveLine => {
            DetermineMeans::found(means)
        }
    }
}

const TOO_RICH: Refuse = Refuse {
    reason: RefusalReason::MeansExceeded,
};

/// What would be refused is not offered.
#[test]
fn a_grant_is_offered_once_the_means_are_settled() {
    let world = world();
    let mut history = world.received();
    let offers = |history: &[Event]| {
        let matter = state(history).unwrap();
        possible(&matter, &world.context(at("2026-03-03 10:00:00"))).contains(&"grant")
    };
    assert!(!offers(&history));
    assert!(!offers(&with_means(&world, Means::AboveLine)));
    let exempted = world.when(&history, "2026-03-03 12:00:00", exempt());
    history.extend(exempted.unwrap());
    assert!(offers(&history));
}

/// Received, with means that were found.
fn with_means(world: &World, means: Means) -> Vec<Event> {
    let determined = MeansDetermined {
        means,
        exemption: None,
        calculation: None,
    };
    [world.received(), vec![determined.into()]].concat()
}

/// 法律援助法 art. 31, 41, 43: no applicant is refused for means that no officer has determined, by one person or by two, whatever step the
/// review is at.
#[test]
fn nobody_is_refused_for_means_without_a_finding() {
    for topic in ["labour-pay", "injury", "maintenance", "other"] {
        let refused = decided(topic, TOO_RICH);
        assert_eq!(refused, Err(Rejection::MeansFirst {}), "{topic}");
    }
    let world = world();
    let history = world.after(&[letter()]);
    let refused = world.when(&history, "2026-03-03 12:00:00", TOO_RICH);
    assert_eq!(refused, Err(Rejection::MeansFirst {}));
    // A draft is one that could be decided now.
    let drafter = "specialist/yan-wen@530829.legal-aid";
    let draft = DraftRefusal {
        reason: RefusalReason::MeansExceeded,
    };
    let mut two = super::world();
    two.officer = two.actor(drafter);
    let received = two.received();
    let drafted = two.when(&received, "2026-03-03 12:00:00", draft.clone());
    assert_eq!(drafted, Err(Rejection::MeansFirst {}));
    let above = with_means(&two, Means::AboveLine);
    assert!(two.when(&above, "2026-03-03 12:00:00", draft).is_ok());
}

/// 法律援助法 art. 32, 48: where the law tests no means, none that have changed end the aid.
#[test]
fn no_aid_ends_for_means_where_the_law_tests_none() {
    let world = world();
    let changed = Terminate {
        reason: TerminationReason::MeansChanged,
    };
    let mut untested = world.received_as("domestic-violence", None);
    let granted: [Command; 3] = [
        means(Means::NotTested).into(),
        Grant {}.into(),
        lawyer().into(),
    ];
    for command in granted {
        let done = world.when(&untested, "2026-03-03 10:00:00", command);
        untested.extend(done.unwrap());
    }
    let refused = world.when(&untested, "2026-03-04 10:00:00", changed.clone());
    assert!(matches!(refused, Err(Rejection::NotMeansTested { .. })));
    let tested = world.after(&[exempt(), Grant {}.into(), lawyer().into()]);
    let ended = world.when(&tested, "2026-03-04 10:00:00", changed.clone());
    assert!(ended.is_ok());
    // 法律援助法 art. 44: what was given at once does not end for means that no officer has determined, nor within the line.
    let given = world.after(&[at_once()]);
    let unfound = world.when(&given, "2026-03-04 10:00:00", changed.clone());
    assert_eq!(unfound, Err(Rejection::MeansFirst {}));
    let within = world.after(&[at_once(), exempt()]);
    let contradicted = world.when(&within, "2026-03-04 10:00:00", changed.clone());
    assert!(matches!(contradicted, Err(Rejection::MeansWithin { .. })));
    let found = with_means(&world, Means::AboveLine).pop();
    let above: Vec<Event> = given.into_iter().chain(found).collect();
    assert!(world.when(&above, "2026-03-04 10:00:00", changed).is_ok());
}

/// 法律援助法 art. 41, 42: who was found to be exempt or within the line is not refused for being above it.
#[test]
fn a_refusal_for_means_fits_what_was_found() {
    let world = world();
    for (found, refused) in [
        (Means::Exempt, true),
        (Means::SharedData, true),
        (Means::Pledge, true),
        (Means::AboveLine, false),
    ] {
        let history = world.then(with_means(&world, found), &papers_brought());
        let tried = world.when(&history, "2026-03-03 12:00:00", TOO_RICH);
        let is_refused = matches!(tried, Err(Rejection::MeansWithin { means }) if means == found);
        assert_eq!(is_refused, refused, "{found}: {tried:?}");
        // Another ground is not about means.
        let other = Refuse {
            reason: RefusalReason::NotProven,
        };
        let other = world.when(&history, "2026-03-03 12:00:00", other);
        assert!(other.is_ok(), "{found}: {other:?}");
    }
}

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
        // 法律援助法 art. 31, 32: a topic on the list is not outside the scope.
        let listed = decided(topic, scope);
        assert!(
            matches!(listed, Err(Rejection::RefusalUnfit { .. })),
            "{topic}"
        );
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
    }
    // The last number of both articles.
    assert!(decided("other", means(Means::NotTested)).is_ok());
}

/// 法律援助法 art. 42: an exemption says whose it is and what shows it; migrant workers are exempt for their pay and for
/// accidents at work.
#[test]
fn an_exemption_names_its_group_and_its_evidence() {
    let unnamed = decided("labour-pay", DetermineMeans::found(Means::Exempt));
    assert_eq!(unnamed, Err(Rejection::ExemptionUnnamed {}));
    let unshown = decided(
        "labour-pay",
        DetermineMeans::exempt(ExemptGroup::Assisted, "  "),
    );
    assert_eq!(unshown, Err(Rejection::ExemptionUnnamed {}));
    let worker = DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水");
    for topic in ["labour-pay", "injury", "other"] {
        let taken = decided(topic, worker.clone());
        let expected = topic != "other";
        assert_eq!(taken.is_ok(), expected, "{topic}");
    }
    let support = decided("maintenance", worker);
    assert!(matches!(support, Err(Rejection::NotOfGroup { .. })));
    let assisted = decided(
        "maintenance",
        DetermineMeans::exempt(ExemptGroup::Assisted, "低保证"),
    );
    let Ok([Event::MeansDetermined(determined)]) = assisted.as_deref() else {
        panic!("{assisted:?}")
    };
    let named = determined.exemption.as_ref().unwrap();
    assert_eq!(named.group, ExemptGroup::Assisted);
    assert_eq!(named.evidence, "低保证");
}

/// A household of three in 宁洱, by a line that the bureau of 普洱 has entered: twice 700 yuan a month, 16 800 a year.
fn reckoned(means: Means, income: u64, more: &str) -> Decision {
    let mut world = world();
    let line = "\n[[means_line]]\nplace = \"5308\"\nresidence = \"urban\"\nbase = \"urban-allowance-month\"\n\
                percent = 200\nsource = \"普洱市标准\"\nstatus = \"local-promise\"\nvalid_from = 2026-01-01\n";
    world.directory = Directory::built_in_with("items.toml", &format!("{line}{more}")).unwrap();
    let context = world.context(at("2026-03-02 10:00:00"));
    let history = react::<LegalAidRules>(None, &world.accepted(), &context).unwrap();
    let determine = DetermineMeans {
        residence: Some(Residence::Urban),
        household: Some(3),
        income: Some(income),
        ..DetermineMeans::found(means)
    };
    world.when(&history, "2026-03-03 10:00:00", determine)
}

/// 法律援助法 art. 34, 41: the line is the prefecture's and of the day, and what was reckoned stays in the event.
#[test]
fn a_reckoning_is_kept_and_cannot_be_contradicted() {
    let amount = "amount = 700\n";
    // 3 × 16 800 is 50 400: the last yuan decides, without rounding.
    let within = reckoned(Means::SharedData, 50_400, amount).unwrap();
    let [Event::MeansDetermined(determined)] = within.as_slice() else {
        panic!("{within:?}")
    };
    let kept = determined.calculation.as_ref().unwrap();
    assert_eq!(
        (kept.line, kept.income_per_head, kept.household),
        (16_800, 16_800, 3)
    );
    assert_eq!((kept.percent, kept.base_amount), (200, 700));
    assert_eq!(kept.source, "普洱市标准");
    let contradicts = |result| matches!(result, Err(Rejection::CalculationContradicts { .. }));
    assert!(contradicts(reckoned(Means::Pledge, 50_401, amount)));
    assert!(contradicts(reckoned(Means::AboveLine, 50_400, amount)));
    assert!(reckoned(Means::AboveLine, 50_401, amount).is_ok());
    // No record has the amount of the allowance: the officer says it, and where it is from.
    let unknown = reckoned(Means::SharedData, 30_000, "");
    assert!(matches!(unknown, Err(Rejection::NoMeansLine { .. })));
    let incomplete = DetermineMeans {
        household: Some(0),
        ..DetermineMeans::found(Means::Pledge)
    };
    let incomplete = decided("labour-pay", incomplete);
    assert_eq!(incomplete, Err(Rejection::CalculationIncomplete {}));
    let unreckoned = decided("labour-pay", means(Means::AboveLine));
    assert_eq!(unreckoned, Err(Rejection::CalculationIncomplete {}));
}

/// Art. 34: where the directory does not know the line, the officer names it and where it is from: for town people what a head
/// may have a month, for country people a year.
#[test]
fn where_the_directory_has_no_line_the_officer_names_it_and_its_source() {
    let world = world();
    let history = world.received();
    let reckon = |means, income| DetermineMeans {
        residence: Some(Residence::Urban),
        household: Some(2),
        income: Some(income),
        base_amount: Some(800),
        base_source: Some("普政发〔2026〕1号".to_owned()),
        ..DetermineMeans::found(means)
    };
    let sent = |determine| world.when(&history, "2026-03-03 10:00:00", determine);
    let kept = |determine| {
        let decided = sent(determine);
        let Ok([Event::MeansDetermined(determined)]) = decided.as_deref() else {
            panic!("{decided:?}")
        };
        determined.calculation.clone().unwrap()
    };
    // Two heads, 800 yuan a month each: 19 200 a year.
    let above = kept(reckon(Means::AboveLine, 19_201));
    assert_eq!(
        (above.line, above.percent, above.base_amount),
        (9_600, 100, 800)
    );
    assert_eq!(above.source, "普政发〔2026〕1号");
    assert_eq!(above.place, "530821".parse().unwrap());
    let contradicts = |result| matches!(result, Err(Rejection::CalculationContradicts { .. }));
    assert!(contradicts(sent(reckon(Means::AboveLine, 19_200))));
    assert!(contradicts(sent(reckon(Means::Pledge, 19_201))));
    let twice = DetermineMeans {
        base_percent: Some(200),
        ..reckon(Means::Pledge, 38_400)
    };
    assert_eq!(kept(twice).line, 19_200);
    let rural = DetermineMeans {
        residence: Some(Residence::Rural),
        ..reckon(Means::AboveLine, 1_601)
    };
    assert_eq!(kept(rural).line, 800);
    // Without the amount, or without its source, there is nothing to measure by.
    for unsaid in [
        DetermineMeans {
            base_amount: None,
            ..reckon(Means::AboveLine, 19_201)
        },
        DetermineMeans {
            base_source: Some(" ".to_owned()),
            ..reckon(Means::AboveLine, 19_201)
        },
    ] {
        assert!(matches!(sent(unsaid), Err(Rejection::NoMeansLine { .. })));
    }
    let nothing = DetermineMeans {
        base_percent: Some(0),
        ..reckon(Means::AboveLine, 19_201)
    };
    assert_eq!(sent(nothing), Err(Rejection::CalculationIncomplete {}));
}

/// Art. 31: who was found to be above the line is granted nothing.
#[test]
fn nobody_above_the_line_is_granted_aid() {
    let world = world();
    let history = with_means(&world, Means::AboveLine);
    let granted = world.when(&history, "2026-03-03 10:00:00", Grant {});
    assert_eq!(granted, Err(Rejection::AboveLine {}));
    assert!(
        world
            .when(&history, "2026-03-03 10:00:00", TOO_RICH)
            .is_ok()
    );
}

/// Events from before the group was kept are read as they are.
#[test]
fn means_of_before_are_read() {
    let old: MeansDetermined = serde_json::from_str(r#"{"means":"exempt"}"#).unwrap();
    assert_eq!(old.means, Means::Exempt);
    assert_eq!((old.exemption, old.calculation), (None, None));
}
