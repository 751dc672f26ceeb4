//! 法律援助法 art. 55, 办理法律援助案件程序规定: a recipient whose lawyer does not do the duty asks the agency for another one, and
//! the agency decides in five days.

use onestop_matter::domain::possible;
use onestop_proto::legal_aid::{AskOtherLawyer, KeepLawyer, LawyerKept};

use super::*;

const ASKED: &str = "2026-03-05 10:00:00";
const CLOCK: &str = "legal-aid.other-lawyer";

fn request() -> Command {
    let why = "三次开庭前未与受援人联系".to_owned();
    AskOtherLawyer { why }.into()
}

fn kept() -> Command {
    let why = "承办人已说明情况".to_owned();
    KeepLawyer { why }.into()
}

fn another() -> Reassign {
    Reassign {
        firm: "普洱某某律师事务所".to_owned(),
        licence: "15308201810654321".to_owned(),
        years: None,
        reason: ReassignReason::RecipientAsked,
    }
}

/// A lawyer works on the case, and the recipient asks for another one on 5 March.
fn waiting(world: &World) -> Vec<Event> {
    let agreement = "2026-35".to_owned();
    let history = world.after(&[
        exempt(),
        Grant {}.into(),
        lawyer().into(),
        Contract { agreement }.into(),
    ]);
    let events = world.when(&history, ASKED, request()).unwrap();
    [history, events].concat()
}

fn last_day(history: &[Event]) -> Option<String> {
    let matter = state(history).unwrap();
    let mut clocks = matter.clocks.iter();
    let decide = clocks.find(|clock| clock.step.as_str() == CLOCK)?;
    Some(decide.due.day.to_string())
}

fn can(world: &World, history: &[Event], command: &str) -> bool {
    let matter = state(history).unwrap();
    possible(&matter, &world.context(at("2026-03-03 10:00:00"))).contains(&command)
}

#[test]
fn the_agency_has_five_days_to_decide() {
    let world = world();
    let history = waiting(&world);
    assert_eq!(last_day(&history).as_deref(), Some("2026-03-10"));
    // The work goes on meanwhile.
    assert_eq!(state(&history).unwrap().step, Step::Working);
    let matter = state(&history).unwrap();
    let late = announcements(&matter, &world.context(at("2026-03-11 09:00:00")));
    let is_overdue = |event: &Event| matches!(event, Event::ClockOverdue(overdue) if overdue.step.as_str() == CLOCK);
    assert!(late.iter().any(is_overdue), "{late:?}");
}

#[test]
fn the_lawyer_stays_with_a_reason_and_can_be_asked_away_again() {
    let world = world();
    let mut history = waiting(&world);
    let silent = KeepLawyer {
        why: " ".to_owned(),
    };
    let field = "why".to_owned();
    let refused = world.when(&history, ASKED, silent);
    assert_eq!(
        refused.unwrap_err(),
        matter::Rejection::Incomplete { field }.into()
    );
    let events = world.when(&history, ASKED, kept()).unwrap();
    let [
        Event::LawyerKept(LawyerKept { decided_by, .. }),
        Event::ClockStopped(_),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(*decided_by, world.officer.staff);
    history.extend(events);
    assert_eq!(last_day(&history), None);
    let again = world.when(&history, ASKED, kept());
    assert_eq!(again.unwrap_err(), Rejection::NoOtherLawyerAsked {});
    assert!(world.when(&history, ASKED, request()).is_ok());
}

#[test]
fn another_lawyer_decides_the_request() {
    let world = world();
    let mut history = waiting(&world);
    let twice = world.when(&history, ASKED, request());
    assert_eq!(twice.unwrap_err(), Rejection::OtherLawyerAsked {});
    history.extend(world.when(&history, ASKED, another()).unwrap());
    assert_eq!(last_day(&history), None);
    let matter = state(&history).unwrap();
    assert_eq!(matter.step, Step::Assigned);
    assert_eq!(due(&history), "2026-03-10");
}

/// The aid does not end over a request without an answer; where it is ended early, the request ends with it.
#[test]
fn the_aid_is_not_at_its_end_before_the_decision() {
    let world = world();
    let history = waiting(&world);
    let early = world.when(&history, ASKED, Conclude {});
    assert_eq!(early.unwrap_err(), Rejection::OtherLawyerToDecide {});
    let ended = Terminate {
        reason: TerminationReason::OwnLawyer,
    };
    let events = world.when(&history, ASKED, ended).unwrap();
    assert_eq!(last_day(&[history, events].concat()), None);
}

#[test]
fn what_is_offered_fits_the_request() {
    let world = world();
    let history = waiting(&world);
    assert!(can(&world, &history, "keep-lawyer"));
    for refused in ["ask-other-lawyer", "conclude"] {
        assert!(!can(&world, &history, refused), "{refused}");
    }
    let decided = world.when(&history, ASKED, kept()).unwrap();
    let history = [history, decided].concat();
    assert!(!can(&world, &history, "keep-lawyer"));
    for fits in ["ask-other-lawyer", "conclude"] {
        assert!(can(&world, &history, fits), "{fits}");
    }
}
