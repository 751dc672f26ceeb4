//! Missing papers: until when they can be brought, and what follows if they are not.

use onestop_proto::{legal_aid::SupplementRequested, rejection::Explain as _};

use super::*;

/// 办理法律援助案件程序规定: an application counts as withdrawn if the papers were not brought by the day that was set; the
/// day ends at 24:00 (民法典 art. 203).
#[test]
fn an_application_is_deemed_withdrawn_only_after_the_last_day_for_papers() {
    let world = world();
    let mut history = world.after(&[supplement("2026-03-10").into()]);
    let last_day = "2026-03-10".to_owned();
    let matter = state(&history).unwrap();
    let offered = |now: &str| {
        let offered = onestop_matter::domain::possible(&matter, &world.context(at(now)));
        offered.contains(&"deem-withdrawn")
    };
    assert!(!offered("2026-03-10 23:59:59") && offered("2026-03-11 00:00:00"));
    for too_early in ["2026-03-03 10:00:00", "2026-03-10 23:59:59"] {
        let refused = world.when(&history, too_early, DeemWithdrawn {});
        let last_day = last_day.clone();
        assert_eq!(refused, Err(Rejection::PapersAwaited { last_day }));
    }
    // Entered on the eleventh, and said to have happened on the tenth.
    let backdated = ("2026-03-10 17:00:00", "2026-03-11 09:00:00");
    let refused = world.entered(&history, backdated, DeemWithdrawn {});
    assert_eq!(refused, Err(Rejection::PapersAwaited { last_day }));
    let deemed = world.when(&history, "2026-03-11 00:00:00", DeemWithdrawn {});
    history.extend(deemed.unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(
        (matter.step, matter.custody),
        (Step::DeemedWithdrawn, Custody::Gone)
    );
    let outcomes = history.iter().filter_map(|event| event.describe().outcome);
    assert_eq!(outcomes.collect::<Vec<_>>(), [Outcome::Terminated]);
}

/// 法律援助法 art. 43: who was told until when papers and statements can be brought is not refused before for what they may still show;
/// a lawyer of one's own shows without them (art. 24).
#[test]
fn nobody_is_refused_for_what_the_papers_may_still_show() {
    let world = world();
    let refuse = |reason: RefusalReason| Command::from(Refuse { reason });
    let offered = |history: &[Event], now: &str| {
        let matter = state(history).unwrap();
        let context = world.context(at(now));
        onestop_matter::domain::possible(&matter, &context).contains(&"refuse")
    };
    let history = world.after(&[supplement("2026-03-10").into()]);
    let (before, after) = ("2026-03-10 23:59:59", "2026-03-11 09:00:00");
    let unlisted = world.received_as("other", None);
    let unlisted = world.then(unlisted, &[supplement("2026-03-10").into()]);
    for (ground, history) in [
        (RefusalReason::OutOfScope, &unlisted),
        (RefusalReason::NotProven, &history),
    ] {
        let last_day = "2026-03-10".to_owned();
        let early = world.when(history, before, refuse(ground));
        assert_eq!(early, Err(Rejection::RefusalWaits { ground, last_day }));
        // Nor by a date on paper before.
        let backdated = world.entered(history, (before, after), refuse(ground));
        assert!(matches!(backdated, Err(Rejection::RefusalWaits { .. })));
        assert!(world.when(history, after, refuse(ground)).is_ok());
    }
    // No ground is left that would be taken.
    assert!(!offered(&history, before) && offered(&history, after));
    let came = ReceiveSupplement {
        materials: vec!["wage-record".parse().unwrap()],
    };
    let brought = world.then(history, &[came.into()]);
    let decided = world.when(
        &brought,
        "2026-03-04 09:00:00",
        refuse(RefusalReason::NotProven),
    );
    assert!(decided.is_ok(), "{decided:?}");

    let defence = world.received_as("defence-applied", None);
    let defence = world.then(defence, &[supplement("2026-03-10").into()]);
    let own = world.when(&defence, before, refuse(RefusalReason::OwnLawyer));
    assert!(own.is_ok() && offered(&defence, before), "{own:?}");
    let unproven = world.when(&defence, before, refuse(RefusalReason::NotProven));
    assert!(matches!(unproven, Err(Rejection::RefusalWaits { .. })));
}

/// 法律援助法 art. 43, 一次性告知: an applicant is not refused for papers of which the agency never told them, and that is not offered;
/// nor before the means are found.
#[test]
fn nobody_is_refused_for_papers_that_were_never_asked_for() {
    let world = world();
    let offered = |history: &[Event]| {
        let matter = state(history).unwrap();
        let context = world.context(at("2026-03-03 12:00:00"));
        onestop_matter::domain::possible(&matter, &context).contains(&"refuse")
    };
    let unproven = || Refuse {
        reason: RefusalReason::NotProven,
    };
    let mut history = world.received();
    let untold = world.when(&history, "2026-03-03 12:00:00", unproven());
    assert_eq!(untold, Err(Rejection::PapersNotAsked {}));
    assert!(!offered(&history));
    history = world.then(history, &papers_brought());
    assert!(offered(&history));
    let told = world.when(&history, "2026-03-03 12:00:00", unproven());
    assert!(told.is_ok(), "{told:?}");
}

/// 民法典 art. 201: the day of the notice is not counted, also where the notice is entered from paper.
#[test]
fn the_last_day_for_papers_comes_after_the_notice() {
    let world = world();
    let history = world.received();
    for last_day in ["2026-03-02", "2026-03-03"] {
        let refused = world.when(&history, "2026-03-03 10:00:00", supplement(last_day));
        let (last_day, notice) = (last_day.to_owned(), "2026-03-03".to_owned());
        assert_eq!(
            refused,
            Err(Rejection::LastDayTooEarly { last_day, notice })
        );
    }
    let on_paper = ("2026-03-03 10:00:00", "2026-03-06 09:00:00");
    assert!(
        world
            .entered(&history, on_paper, supplement("2026-03-04"))
            .is_ok()
    );
}

/// 法律援助法 art. 43: the time for papers is not counted, and it has an end: no later than the directory allows, and after it the
/// review goes on by itself.
#[test]
fn papers_that_never_come_stop_the_review_until_their_last_day() {
    let world = world();
    let refused = world.when(
        &world.received(),
        "2026-03-03 10:00:00",
        supplement("9999-12-31"),
    );
    let (last_day, latest) = ("9999-12-31".to_owned(), "2026-04-02".to_owned());
    assert_eq!(refused, Err(Rejection::LastDayTooLate { last_day, latest }));

    let mut history = world.after(&[supplement("2026-03-10").into()]);
    let told = |history: &[Event], now| {
        let matter = state(history).unwrap();
        announcements(&matter, &world.context(at(now)))
    };
    assert!(told(&history, "2026-03-09 23:59:59").is_empty());
    history.extend(told(&history, "2026-03-10 00:00:00"));
    // Due on 9 March; 4 to 10 March stood still.
    assert_eq!(due(&history), "2026-03-16");
    let overdue = told(&history, "2026-03-17 09:00:00");
    let is_overdue = |event: &Event| matches!(event, Event::ClockOverdue(_));
    assert!(overdue.iter().any(is_overdue), "{overdue:?}");
}

#[test]
fn a_remark_is_on_a_paper_that_is_missing() {
    let world = world();
    let remark = |text: &str| RequestSupplement {
        remarks: vec![text.parse().unwrap()],
        ..supplement("2026-03-10")
    };
    let now = "2026-03-03 10:00:00";
    let refused = world.when(&world.received(), now, remark("judgment: 加盖公章"));
    let Err(Rejection::RemarkOnOther { paper, paper_name }) = &refused else {
        panic!("{refused:?}")
    };
    assert_eq!(paper.as_str(), "judgment");
    // People read the paper's name, in both languages.
    let name = world.directory.material_name(paper).unwrap();
    assert_eq!(paper_name.as_deref(), Some(name));
    let said = refused.unwrap_err().message();
    assert!(said.zh.contains(&name.zh), "{}", said.zh);
    assert!(said.en.contains(&name.en), "{}", said.en);
    assert!(!said.zh.contains("judgment"), "{}", said.zh);
    let told = world.when(&world.received(), now, remark("wage-record：2025年全年"));
    let Ok([Event::SupplementRequested(requested), ..]) = told.as_deref() else {
        panic!("{told:?}")
    };
    assert_eq!(requested.remarks[0].remark, "2025年全年");
    assert_eq!(requested.last_day.unwrap().to_string(), "2026-03-10");
}

/// 民法典 art. 203: papers until Saturday 21 March can be brought until Monday the 23rd.
#[test]
fn a_last_day_that_is_a_day_off_gives_way() {
    let world = world();
    let mut history = world.received();
    let asked = world.when(&history, "2026-03-03 10:00:00", supplement("2026-03-21"));
    let asked = asked.unwrap();
    // The applicant gets the day that holds.
    let Event::SupplementRequested(told) = &asked[0] else {
        panic!("{asked:?}")
    };
    assert_eq!(told.last_day.unwrap().to_string(), "2026-03-23");
    history.extend(asked);
    let early = world.when(&history, "2026-03-23 17:00:00", DeemWithdrawn {});
    let last_day = "2026-03-23".to_owned();
    assert_eq!(early.unwrap_err(), Rejection::PapersAwaited { last_day });
    let over = world.when(&history, "2026-03-24 09:00:00", DeemWithdrawn {});
    assert!(over.is_ok(), "{over:?}");
}

/// Until it is decided on, an application is the applicant's: under review, and while papers or another agency are awaited.
/// Afterwards, aid is ended on request (art. 48).
#[test]
fn an_application_is_withdrawn_before_it_is_decided_on_and_not_after() {
    let world = world();
    for before in [vec![], vec![missing()], vec![letter()]] {
        let history = world.after(&before);
        let now = "2026-03-04 10:00:00";
        let events = world.when(&history, now, WithdrawApplication {}).unwrap();
        let [Event::Withdrawn(_), Event::ClockStopped(stopped)] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(stopped.step.as_str(), "legal-aid.review");
        let matter = state(&[history, events].concat()).unwrap();
        assert_eq!(
            (matter.step, matter.custody),
            (Step::Withdrawn, Custody::Gone)
        );
        assert!(matter.has_ended());
    }
    for decided in [vec![exempt(), Grant {}.into()], unproven(), vec![at_once()]] {
        let history = world.after(&decided);
        let refused = world.when(&history, "2026-03-04 10:00:00", WithdrawApplication {});
        let not_now = state(&history).unwrap().not_now();
        assert_eq!(refused, Err(not_now.into()));
    }
}

/// A notice from before its last day was kept has no day to wait for.
#[test]
fn a_notice_without_a_last_day_is_read_as_before() {
    let world = world();
    let requested = SupplementRequested::of(vec!["wage-record".parse().unwrap()]);
    let mut history = world.received();
    history.push(requested.into());
    let deemed = world.when(&history, "2026-03-03 11:00:00", DeemWithdrawn {});
    assert!(deemed.is_ok());
}
