//! Criminal legal aid (刑事法律援助): an organ's letter, what the organ is informed of, which grounds fit, a duty lawyer's help.

use onestop_matter::domain::SpecialistRules;
use onestop_proto::{
    clock::Stop,
    legal_aid::{AidKind, GiveHelp, HelpKind, OrganInformed},
    rejection::Explain as _,
};

use super::*;

/// The clocks that run, with their last days.
fn clocks(history: &[Event]) -> Vec<(String, String)> {
    let matter = state(history).unwrap();
    let all = matter.clocks.iter();
    all.map(|clock| (clock.step.to_string(), clock.due.day.to_string()))
        .collect()
}

fn running(clocks: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |text: &&str| (*text).to_owned();
    clocks
        .iter()
        .map(|(step, day)| (own(step), own(day)))
        .collect()
}

fn refuse(reason: RefusalReason) -> Command {
    Refuse { reason }.into()
}

fn terminate(reason: TerminationReason) -> Command {
    Terminate { reason }.into()
}

/// A notified defence, assigned on the day on which the agency took it.
fn assigned(world: &World) -> Vec<Event> {
    let mut history = world.received_as("defence-notified", Some(court_notice()));
    let assigned = world.when(&history, "2026-03-02 11:00:00", lawyer());
    history.extend(assigned.unwrap());
    history
}

/// 法律援助法 art. 25, 36: no application is reviewed, and the three days run from the receipt of the letter, however long the
/// case was on its way.
#[test]
fn a_letter_is_assigned_in_three_days_from_its_receipt() {
    let world = world();
    let history = world.received_as("defence-notified", Some(court_notice()));
    assert_eq!(state(&history).unwrap().step, Step::Notified);
    assert_eq!(
        clocks(&history),
        running(&[("legal-aid.assign-notified", "2026-03-02")])
    );
    for command in [exempt(), Grant {}.into(), refuse(RefusalReason::OutOfScope)] {
        let refused = world.when(&history, "2026-03-02 10:30:00", command);
        assert!(matches!(
            refused,
            Err(Rejection::Matter(matter::Rejection::NotNow { .. }))
        ));
    }
}

/// 法律援助法 art. 28: so is the letter about compulsory treatment.
#[test]
fn compulsory_treatment_comes_by_a_letter_too() {
    let world = world();
    let history = world.received_as("compulsory-treatment", Some(court_notice()));
    assert_eq!(state(&history).unwrap().step, Step::Notified);
}

/// 法律援助法 art. 36; 办理法律援助案件程序规定 art. 24: the agency informs the organ within the same three days, beside the agreement.
#[test]
fn telling_the_organ_has_a_clock_of_its_own() {
    let world = world();
    let mut history = assigned(&world);
    assert_eq!(
        clocks(&history),
        running(&[
            ("legal-aid.contract", "2026-03-09"),
            ("legal-aid.inform-organ", "2026-03-02"),
        ])
    );
    let nameless = InformOrgan {
        lawyer: None,
        ..told()
    };
    let refused = world.when(&history, "2026-03-02 12:00:00", nameless);
    let field = "lawyer".to_owned();
    assert_eq!(
        refused.unwrap_err(),
        matter::Rejection::Incomplete { field }.into()
    );
    history.extend(world.when(&history, "2026-03-02 12:00:00", told()).unwrap());
    assert_eq!(
        clocks(&history),
        running(&[("legal-aid.contract", "2026-03-09")])
    );
}

#[test]
fn an_untold_organ_keeps_the_aid_from_its_end_and_is_overdue() {
    let world = world();
    let contract = Contract {
        agreement: "2026-17".to_owned(),
    };
    let history = world.then(assigned(&world), &[contract.into()]);
    let refused = world.when(&history, "2026-03-03 11:00:00", Conclude {});
    assert_eq!(refused.unwrap_err(), Rejection::OrganToTell {});
    let matter = state(&history).unwrap();
    let announced = announcements(&matter, &world.context(at("2026-03-03 11:00:00")));
    let overdue = announced.iter().any(|event| {
        matches!(event, Event::ClockOverdue(late) if late.step.as_str() == "legal-aid.inform-organ")
    });
    assert!(overdue, "{announced:?}");
    let history = world.then(history, &[told().into(), Conclude {}.into()]);
    assert_eq!(state(&history).unwrap().step, Step::Concluded);
}

/// The agency informs the organ of who takes over as well; a clock that is late already is not begun anew by it.
#[test]
fn another_lawyer_is_told_and_mends_no_lateness() {
    let world = world();
    let again = Reassign {
        firm: lawyer().firm,
        licence: "15308202610000002".to_owned(),
        years: None,
        reason: ReassignReason::Unable,
    };
    let untold = world.then(assigned(&world), &[again.clone().into()]);
    assert!(clocks(&untold).contains(&("legal-aid.inform-organ".into(), "2026-03-02".into())));
    let told_anew = world.then(assigned(&world), &[told().into(), again.into()]);
    assert!(clocks(&told_anew).contains(&("legal-aid.inform-organ".into(), "2026-03-06".into())));
}

/// 法律援助法 art. 26: also where a death sentence is under review.
#[test]
fn the_review_of_a_death_sentence_wants_three_years_of_practice() {
    let world = world();
    let notice = OrganNotice {
        gravity: Gravity::DeathReview,
        ..court_notice()
    };
    let history = world.received_as("defence-notified", Some(notice));
    let refused = world.when(&history, "2026-03-02 11:00:00", lawyer());
    let (wanted, years) = (3, 0);
    assert_eq!(refused.unwrap_err(), Rejection::TooJunior { wanted, years });
}

/// 法律援助法 art. 27, 48 (6); 关于刑事诉讼法律援助工作的规定 art. 22: a defender of one's own ends it, before the assignment and after
/// it, and the agency informs the organ within three days.
#[test]
fn a_defender_of_ones_own_ends_it_and_the_organ_is_told() {
    let world = world();
    let notified = world.received_as("defence-notified", Some(court_notice()));
    for history in [notified, assigned(&world)] {
        let own = terminate(TerminationReason::OwnLawyer);
        let mut history = world.then(history, &[own]);
        let matter = state(&history).unwrap();
        assert_eq!(
            (matter.step, matter.custody),
            (Step::Terminated, Custody::Gone)
        );
        assert_eq!(
            clocks(&history),
            running(&[("legal-aid.inform-organ-end", "2026-03-06")])
        );
        let end = InformOrgan {
            lawyer: None,
            contact: None,
            ..told()
        };
        let informed = world.when(&history, "2026-03-04 10:00:00", end).unwrap();
        let [
            Event::OrganInformed(OrganInformed { lawyer: None, .. }),
            Event::ClockStopped(stopped),
        ] = &informed[..]
        else {
            panic!("{informed:?}")
        };
        assert_eq!(stopped.why, Stop::Done);
        history.extend(informed);
        assert!(clocks(&history).is_empty());
    }
}

/// 法律援助法 art. 24, 25, 28-31, 48: the grounds of an early end by kind. Every cell of the table.
#[test]
fn each_ground_of_an_early_end_fits_its_kinds_and_no_other() {
    use TerminationReason::{CaseEnded, OnRequest, Other, OwnLawyer};
    let world = world();
    let all = TerminationReason::ALL;
    let by_letter: &[TerminationReason] = &[CaseEnded, OwnLawyer, Other];
    let may_ask: &[TerminationReason] = &[CaseEnded, OwnLawyer, OnRequest, Other];
    for (topic, kind, notice, fitting) in [
        ("labour-pay", AidKind::Representation, None, all),
        ("defence-applied", AidKind::AppliedDefence, None, all),
        ("victim-agency", AidKind::VictimAgency, None, all),
        ("other", AidKind::Other, None, all),
        (
            "defence-notified",
            AidKind::NotifiedDefence,
            Some(court_notice()),
            by_letter,
        ),
        (
            "defence-at-trial",
            AidKind::TrialDefence,
            Some(court_notice()),
            may_ask,
        ),
        (
            "compulsory-treatment",
            AidKind::CompulsoryTreatment,
            Some(court_notice()),
            by_letter,
        ),
        ("duty-lawyer-help", AidKind::DutyLawyer, None, may_ask),
    ] {
        let mut history = world.received_as(topic, notice);
        if state(&history).unwrap().step == Step::Review {
            let first = at_once();
            history = world.then(history, &[first]);
        }
        for ground in TerminationReason::ALL {
            let ended = world.when(&history, "2026-03-03 10:00:00", terminate(*ground));
            if fitting.contains(ground) {
                // What was given first ends for means once they were found (art. 44).
                let is_open = *ground == TerminationReason::MeansChanged
                    && ended == Err(Rejection::MeansFirst {});
                assert!(ended.is_ok() || is_open, "{kind} {ground}: {ended:?}");
                continue;
            }
            let Err(Rejection::TerminationUnfit {
                ground: named,
                kind: of,
                fitting: told,
                ..
            }) = ended
            else {
                panic!("{kind} {ground}: {ended:?}")
            };
            assert_eq!((named, of, &told[..]), (*ground, kind, fitting));
        }
    }
}

/// An officer found that the applicant's means are above the line.
fn above_line() -> Event {
    let found = MeansDetermined {
        means: Means::AboveLine,
        exemption: None,
        calculation: None,
    };
    found.into()
}

/// 法律援助法 art. 24, 29, 31, 43: the grounds of a refusal by kind: a topic on a list is not outside the scope. What comes by a letter is refused on no ground, also where the
/// letter is missing.
#[test]
fn each_ground_of_a_refusal_fits_its_kinds_and_no_other() {
    use RefusalReason::{MeansExceeded, NotProven, OwnLawyer};
    let world = world();
    let all = RefusalReason::ALL;
    let civil: &[RefusalReason] = &[MeansExceeded, NotProven];
    let criminal: &[RefusalReason] = &[MeansExceeded, NotProven, OwnLawyer];
    let none: &[RefusalReason] = &[];
    for (topic, kind, fitting) in [
        ("labour-pay", AidKind::Representation, civil),
        ("defence-applied", AidKind::AppliedDefence, criminal),
        ("victim-agency", AidKind::VictimAgency, criminal),
        ("other", AidKind::Other, all),
        ("defence-notified", AidKind::NotifiedDefence, none),
        ("defence-at-trial", AidKind::TrialDefence, none),
        ("compulsory-treatment", AidKind::CompulsoryTreatment, none),
    ] {
        let mut history = world.received_as(topic, None);
        if !fitting.is_empty() {
            history = world.then(history, &papers_brought());
            history.push(above_line());
        }
        for ground in RefusalReason::ALL {
            let refused = world.when(&history, "2026-03-03 10:00:00", refuse(*ground));
            if fitting.contains(ground) {
                assert!(refused.is_ok(), "{kind} {ground}: {refused:?}");
                continue;
            }
            let Err(Rejection::RefusalUnfit {
                kind: of,
                fitting: told,
                ..
            }) = refused
            else {
                panic!("{kind} {ground}: {refused:?}")
            };
            assert_eq!((of, &told[..]), (kind, fitting));
        }
    }
}

/// 法律援助法 art. 25, 36: an organ's notice takes the place of an application for a defence, and of no other.
#[test]
fn a_later_notice_is_of_a_defence_and_from_an_organ_that_gives_one() {
    let world = world();
    let wages = world.when(
        &world.received(),
        "2026-03-03 10:00:00",
        notice(Gravity::Ordinary),
    );
    let kind = AidKind::Representation;
    assert_eq!(wages.unwrap_err(), Rejection::NoNotice { kind });
    let matter = state(&world.received()).unwrap();
    let context = world.context(at("2026-03-03 10:00:00"));
    let offered = onestop_matter::domain::possible(&matter, &context);
    assert!(!offered.contains(&"take-notice"));

    let applied = world.received_as("defence-applied", None);
    let take = |organ, received_on: &str| TakeNotice {
        organ,
        notice: "宁公通援〔2026〕1号".to_owned(),
        gravity: Gravity::Ordinary,
        received_on: Some(received_on.parse().unwrap()),
        body: None,
    };
    let custody = world.when(
        &applied,
        "2026-03-03 10:00:00",
        take(Organ::Custody, "2026-03-03"),
    );
    assert!(matches!(custody, Err(Rejection::OtherOrgan { .. })));
    let tomorrow = world.when(
        &applied,
        "2026-03-03 10:00:00",
        take(Organ::Police, "2026-03-04"),
    );
    let day = "2026-03-04".to_owned();
    assert_eq!(tomorrow.unwrap_err(), Rejection::NoticeToCome { day });
    for (day, code) in [
        ("1990-01-01", "entered-too-late"),
        ("2026-02-26", "late-reason-missing"),
    ] {
        let late = world.when(&applied, "2026-03-03 10:00:00", take(Organ::Police, day));
        assert_eq!(late.unwrap_err().rejected().code, code, "{day}");
    }
    let taken = world.then(applied, &[take(Organ::Police, "2026-03-02").into()]);
    assert_eq!(due(&taken), "2026-03-05");
    // From then on it is a notified defence.
    let asked = world.when(
        &taken,
        "2026-03-03 11:00:00",
        terminate(TerminationReason::OnRequest),
    );
    assert!(matches!(
        asked,
        Err(Rejection::TerminationUnfit {
            kind: AidKind::NotifiedDefence,
            ..
        })
    ));
}

/// 法律援助法 art. 36: an organ of another province notifies as well; it is one that the directory knows, as what it is.
#[test]
fn the_notice_of_another_province_names_an_organ_of_the_directory() {
    let world = world();
    let applied = world.received_as("defence-applied", None);
    let take = |body: &str| {
        let notice = TakeNotice {
            organ: Organ::Court,
            notice: "（2026）川刑终5号".to_owned(),
            gravity: Gravity::Ordinary,
            received_on: None,
            body: Some(body.parse().unwrap()),
        };
        world.when(&applied, "2026-03-03 10:00:00", notice)
    };
    for unknown in ["chengdu-court", "sichuan-procuratorate"] {
        let Err(Rejection::UnknownOrgan { organ, known }) = take(unknown) else {
            panic!("{unknown} is no court of the directory")
        };
        assert_eq!(organ, Organ::Court);
        assert!(known.contains("四川省高级人民法院"), "{known}");
    }
    let events = take("sichuan-high-court").unwrap();
    let [Event::Notified(notified), ..] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        notified.body.as_ref().unwrap().as_str(),
        "sichuan-high-court"
    );
}

/// 法律援助法 art. 30, 37: no review, no assignment, no file; and no time that the law does not set.
#[test]
fn a_duty_lawyers_help_is_asked_for_given_and_over() {
    let world = world();
    let history = world.received_as("duty-lawyer-help", Some(court_notice()));
    assert_eq!(state(&history).unwrap().step, Step::Help);
    assert!(clocks(&history).is_empty());
    let give = |kinds: &[HelpKind]| GiveHelp {
        kinds: kinds.to_vec(),
        firm: lawyer().firm,
        licence: lawyer().licence,
    };
    let nothing = world.when(&history, "2026-03-02 11:00:00", give(&[]));
    let field = "kinds".to_owned();
    assert_eq!(
        nothing.unwrap_err(),
        matter::Rejection::Incomplete { field }.into()
    );
    let help = [HelpKind::Advice, HelpKind::Plea];
    let helped = world.then(history, &[give(&help).into()]);
    let matter = state(&helped).unwrap();
    assert_eq!((matter.step, matter.custody), (Step::Helped, Custody::Gone));
    assert!(matter.has_ended());
    assert_eq!(matter.acted, [lawyer().licence]);
    let outcome = helped.iter().find_map(|event| event.describe().outcome);
    assert_eq!(outcome, Some(Outcome::Granted));
    assert!(!LegalAidRules::possible(Step::Help).contains(&"assign"));
}

/// A matter from before the day of receipt was kept goes on: nothing is owed that was not asked for then.
#[test]
fn an_old_notice_and_an_old_letter_are_read() {
    let old = [
        r#"{"type":"cn.onestop.legal-aid.notified.v1","data":{"organ":"court","notice":"5","gravity":"life-or-death"}}"#,
        r#"{"type":"cn.onestop.legal-aid.organ-informed.v1","data":{"letter":"3"}}"#,
    ];
    let world = world();
    let old = old.map(|event| serde_json::from_str::<Event>(event).unwrap());
    let mut history = world.received();
    history.extend(old);
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Notified);
    assert_eq!(matter.details.notified, Some(Gravity::LifeOrDeath));
}
