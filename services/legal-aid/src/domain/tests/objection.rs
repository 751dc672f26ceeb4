//! 法律援助法 art. 49: an applicant who was refused, or a recipient whose aid was ended, objects to the bureau that set the agency up; it decides
//! within five days to uphold or to have it corrected.

use onestop_matter::domain::{available, may_see, next_moment};

use super::*;

const BUREAU: &str = "supervisor/he-jun@530821.bureau";

impl World {
    /// Refused, and objected to at the window of a town in another county.
    fn objected(&self) -> Vec<Event> {
        let refuse = Refuse {
            reason: RefusalReason::NotProven,
        };
        let mut history = self.after(&[refuse.into()]);
        let window = "clerk/yang-li@530822101.window";
        let objected = self.sent_by(window, (&history, "2026-03-04 09:00:00"), Object {});
        history.extend(objected.unwrap());
        history
    }

    fn bureau(&self, code: &str) -> onestop_proto::ids::UnitId {
        let kind = "bureau".parse().unwrap();
        let unit = self.directory.unit_at(code.parse().unwrap(), &kind);
        unit.unwrap().id.clone()
    }
}

#[test]
fn any_window_takes_an_objection_down_and_it_goes_to_the_bureau_with_a_clock_of_its_own() {
    let world = world();
    let history = world.objected();
    let [.., Event::Objected(objected), Event::ClockStarted(clock)] = &history[..] else {
        panic!("{history:?}")
    };
    let bureau = world.bureau("530821");
    assert_eq!(objected.bureau, Some(bureau.clone()));
    // 自收到异议之日起五日内: 5 to 9 March, a Monday.
    assert_eq!(clock.due.day.to_string(), "2026-03-09");
    // Both concern the bureau, not the agency.
    let matter = state(&history).unwrap();
    for event in &history[history.len() - 2..] {
        assert_eq!(address(&matter, event).unit, bureau, "{event:?}");
    }
}

#[test]
fn who_refused_does_not_decide_on_the_objection_and_nor_does_any_other_bureau() {
    let world = world();
    let history = world.objected();
    let later = (&history[..], "2026-03-05 10:00:00");
    for by in [
        "specialist/wang@530821.legal-aid",
        "supervisor/wang@530821.legal-aid",
        "supervisor/zhao-lei@5308.bureau",
    ] {
        let refused = world
            .sent_by(by, later, ruling(Ruling::Uphold))
            .unwrap_err();
        let (bureau, unit) = (world.bureau("530821"), world.actor(by).unit);
        let not_yours = matter::Rejection::NotYoursToDecide { bureau, unit };
        assert_eq!(refused, not_yours.into(), "{by}");
    }
    // To those whom it does not concern there is no matter.
    for by in [
        "specialist/he-jun@530821.bureau",
        "supervisor/he-hua@530822.bureau",
        "clerk/yang-li@530822101.window",
    ] {
        let refused = world
            .sent_by(by, later, ruling(Ruling::Uphold))
            .unwrap_err();
        assert_eq!(refused, matter::Rejection::NoMatter {}.into(), "{by}");
    }
    for (decided, step) in [
        (Ruling::Uphold, Step::Upheld),
        (Ruling::Correct, Step::Corrected),
    ] {
        let events = world.sent_by(BUREAU, later, ruling(decided)).unwrap();
        let after = state(&[&history[..], &events].concat()).unwrap();
        assert_eq!((after.step, after.clock()), (step, None));
        // The agency is told what was decided.
        assert_eq!(address(&after, &events[0]).unit, world.officer.unit);
    }
}

/// 兼职身份: a person who refused for the agency does not decide for the bureau.
#[test]
fn who_refused_does_not_decide_on_the_objection_in_another_post() {
    let world = world();
    let history = world.objected();
    let later = (&history[..], "2026-03-05 10:00:00");
    let staff = world.officer.staff.clone();
    let both = format!("supervisor/{staff}@530821.bureau");
    let refused = world.sent_by(&both, later, ruling(Ruling::Uphold));
    assert_eq!(refused.unwrap_err(), Rejection::OwnDecision { staff });
    assert!(world.sent_by(BUREAU, later, ruling(Ruling::Uphold)).is_ok());
    // Nor is it offered to that person, whose colleague finds it.
    let matter = state(&history).unwrap();
    let offers = |by: &str| {
        let actor = world.actor(by);
        let context = Context::at(at("2026-03-05 10:00:00"), &actor, &world.directory);
        available(&matter, &context)
    };
    assert!(offers(&both).is_empty(), "{:?}", offers(&both));
    assert_eq!(offers(BUREAU), ["decide-objection"]);
}

#[test]
fn each_sees_what_is_theirs_to_do() {
    let world = world();
    let history = world.objected();
    let matter = state(&history).unwrap();
    let listed = |by: &str, of: &Matter| {
        let actor = world.actor(by);
        let now = at("2026-03-03 10:00:00");
        available(of, &Context::at(now, &actor, &world.directory))
    };
    assert_eq!(listed(BUREAU, &matter), ["decide-objection"]);
    assert!(listed("specialist/wang@530821.legal-aid", &matter).is_empty());
    assert!(listed("supervisor/zhao-lei@5308.bureau", &matter).is_empty());
    // A window sees a matter while it can take something down for the citizen, and no longer.
    let window = world.actor("clerk/yang-li@530822101.window");
    assert!(!may_see(&matter, &window, &world.directory));
    let refused = state(&history[..history.len() - 2]).unwrap();
    assert_eq!(refused.step, Step::Refused);
    assert_eq!(
        listed("clerk/yang-li@530822101.window", &refused),
        ["object"]
    );
    let reviewed = state(&world.received()).unwrap();
    assert!(!may_see(&reviewed, &window, &world.directory));
    // To a window elsewhere there is no matter where there is nothing to object to.
    let early = world.sent_by(
        "clerk/yang-li@530822101.window",
        (&world.received(), "2026-03-03 10:00:00"),
        Object {},
    );
    assert_eq!(early.unwrap_err(), matter::Rejection::NoMatter {}.into());
}

/// What the bureau leaves lying is the bureau's lateness, and is told above it.
#[test]
fn an_overdue_objection_is_the_bureaus_and_is_told_above_it() {
    let world = world();
    let mut history = world.objected();
    let matter = state(&history).unwrap();
    assert!(next_moment(&matter, &world.directory).is_some());
    let told = announcements(&matter, &world.context(at("2026-03-12 09:00:00")));
    let names: Vec<_> = told
        .iter()
        .map(|event| event_name(event.event_type()).to_owned())
        .collect();
    assert_eq!(
        names,
        ["clock-due-soon", "clock-overdue", "clock-supervised"]
    );
    history.extend(told.clone());
    let matter = state(&history).unwrap();
    assert_eq!(address(&matter, &told[1]).unit, world.bureau("530821"));
    assert_eq!(address(&matter, &told[2]).unit, world.bureau("5308"));
}

/// An objection of before the bureau was kept is decided by the bureau of the agency's division.
#[test]
fn an_old_objection_is_the_bureaus_too() {
    let world = world();
    let mut history = world.objected();
    let old: onestop_proto::legal_aid::Objected = serde_json::from_str("{}").unwrap();
    let place = history.len() - 2;
    history[place] = Event::from(old);
    assert_eq!(state(&history).unwrap().bureau, None);
    let later = (&history[..], "2026-03-05 10:00:00");
    let officer = "specialist/wang@530821.legal-aid";
    assert!(
        world
            .sent_by(officer, later, ruling(Ruling::Uphold))
            .is_err()
    );
    assert!(world.sent_by(BUREAU, later, ruling(Ruling::Uphold)).is_ok());
}

#[test]
fn an_order_to_correct_says_that_the_case_is_to_be_done_again() {
    let world = world();
    let history = world.objected();
    for (decided, again) in [(Ruling::Uphold, false), (Ruling::Correct, true)] {
        let later = (&history[..], "2026-03-05 10:00:00");
        let events = world.sent_by(BUREAU, later, ruling(decided)).unwrap();
        let summary = events[0].describe();
        assert_eq!(summary.correction.is_some(), again, "{decided}");
        assert_eq!(summary.outcome, None);
    }
}
