//! The review of a certificate (公证程序规则, 复查): who does it, until when it can be asked for, and for how long it is paused.

use onestop_matter::domain::announcements;

use super::*;

/// A certificate of 3 March 2026, issued by the notary li.
fn issued(world: &World) -> Vec<Event> {
    world.after(&[&accepted()[..], &[certificate().into()]].concat())
}

fn asked_by(applicant: ReviewBy, known: &str) -> AskReview {
    AskReview {
        applicant,
        known_on: at(known),
        reviewer: "zhao".parse().unwrap(),
    }
}

/// A review that was asked for on Monday 9 March 2026: thirty days, until 8 April.
fn under_review(world: &World) -> Vec<Event> {
    let mut history = issued(world);
    let asked = world.when(
        &history,
        "2026-03-09 10:00:00",
        asked_by(ReviewBy::Party, "2026-03-04 09:00:00"),
    );
    history.extend(asked.unwrap());
    history
}

fn due(history: &[Event]) -> String {
    let matter = state(history).unwrap();
    matter.clock().unwrap().due.day.to_string()
}

/// 公证程序规则 (复查): another notary reviews. Who issued the certificate decides nothing on it, also where another one is named.
#[test]
fn the_notary_who_issued_a_certificate_does_not_decide_on_it() {
    let world = world();
    let history = under_review(&world);
    let keep = DecideReview {
        outcome: ReviewOutcome::Kept,
        letter: "宁证复〔2026〕1号".to_owned(),
    };
    let own = world.when(&history, "2026-03-10 10:00:00", keep.clone());
    let named = "zhao".parse().unwrap();
    let refused = Rejection::Matter(matter::Rejection::NotTheNamed { named });
    assert_eq!(own.unwrap_err(), refused);
    let zhao = Actor {
        staff: "zhao".parse().unwrap(),
        ..world.notary.clone()
    };
    let context = Context::at(at("2026-03-10 10:00:00"), &zhao, &world.directory);
    assert!(decide(state(&history).as_ref(), &keep.into(), &context).is_ok());
}

/// The time for a review counts from a day that has been, and that the certificate existed on.
#[test]
fn a_certificate_is_known_of_on_no_day_that_cannot_be() {
    let world = world();
    let history = issued(&world);
    let ask = |known: &str| {
        let asked = asked_by(ReviewBy::Interested, known);
        world.when(&history, "2027-06-01 10:00:00", asked)
    };
    let day = "2027-06-02".to_owned();
    let to_come = Rejection::KnownToCome { day };
    assert_eq!(ask("2027-06-02 09:00:00").unwrap_err(), to_come);
    // A year that is over before the certificate was issued takes the right away.
    let (day, issued) = ("2026-03-02".to_owned(), "2026-03-03".to_owned());
    let before = Rejection::KnownBeforeIssue { day, issued };
    assert_eq!(ask("2026-03-02 09:00:00").unwrap_err(), before);
    assert!(ask("2027-05-31 09:00:00").is_ok());
}

/// 公证程序规则 art. 61: an interested person has a year from knowing, and twenty from the certificate at most: until Saturday
/// 3 March 2046, and so until Monday the 5th. A party counts from receipt alone.
#[test]
fn a_review_is_asked_for_within_twenty_years() {
    let world = world();
    let history = issued(&world);
    let ask = |applicant, known: &str, now: &str| {
        let asked = asked_by(applicant, known);
        world.when(&history, now, asked)
    };
    let known = "2046-02-27 09:00:00";
    assert!(ask(ReviewBy::Interested, known, "2046-03-05 10:00:00").is_ok());
    let day = "2046-03-05".to_owned();
    let late = ask(ReviewBy::Interested, known, "2046-03-06 10:00:00");
    assert_eq!(late.unwrap_err(), Rejection::ReviewLate { day });
    assert!(ask(ReviewBy::Party, known, "2046-03-06 10:00:00").is_ok());
}

/// 公证程序规则 (复查): supplement, verification and force majeure pause the thirty days, six months at most. Papers that never
/// come let the review be paused until 12 September, and not for ever.
#[test]
fn a_review_stands_still_for_six_months_at_most() {
    let world = world();
    let mut history = under_review(&world);
    assert_eq!(due(&history), "2026-04-08");
    let asked = world.when(&history, "2026-03-12 10:00:00", title_missing());
    history.extend(asked.unwrap());
    assert_eq!(state(&history).unwrap().step, Step::ReviewSupplement);
    let told =
        |now: &str, history: &[Event]| announcements(&state(history).unwrap(), &world.context(now));
    assert!(told("2026-09-11 23:00:00", &history).is_empty());
    let resumed = told("2026-09-12 00:00:00", &history);
    let [Event::ClockResumed(resumed_on)] = &resumed[..] else {
        panic!("{resumed:?}")
    };
    assert_eq!(resumed_on.due.day.to_string(), "2026-10-09");
    // A service that was down tells it all at once, and the lateness with it.
    let late = told("2026-10-10 09:00:00", &history);
    let overdue = |event: &Event| matches!(event, Event::ClockOverdue(_));
    assert!(late.iter().any(overdue), "{late:?}");
    history.extend(resumed);
    assert_eq!(due(&history), "2026-10-09");
    // The papers come too late to move it.
    let came = ReceiveSupplement {
        materials: vec!["property-title".parse().unwrap()],
    };
    history.extend(world.when(&history, "2026-09-20 10:00:00", came).unwrap());
    let matter = state(&history).unwrap();
    assert_eq!(
        (matter.step, due(&history).as_str()),
        (Step::Reviewing, "2026-10-09")
    );
}

/// The six months are of all pauses together; who goes on later than they end gains no day by it.
#[test]
fn the_six_months_are_those_of_all_pauses_together() {
    let world = world();
    let mut history = under_review(&world);
    let found = FinishVerification {
        result: "属实".to_owned(),
    };
    let flood = Suspend {
        why: "洪水，道路中断".to_owned(),
    };
    let steps: [(&str, Command); 4] = [
        ("2026-03-12 10:00:00", elsewhere()),
        // Sixty-one days.
        ("2026-05-12 10:00:00", found.into()),
        ("2026-05-13 10:00:00", flood.into()),
        // Six months from 13 May, less sixty-one days: until 13 September.
        ("2026-12-01 10:00:00", Continue {}.into()),
    ];
    for (now, command) in steps {
        history.extend(world.when(&history, now, command).unwrap());
    }
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Reviewing);
    // 8 April, 61 days and 123 days later: Friday 9 October.
    assert_eq!(due(&history), "2026-10-09");
}
