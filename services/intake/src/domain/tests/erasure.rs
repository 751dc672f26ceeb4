//! Who may erase the personal data of a case, and when.

mod offered;
mod periods;
mod retention;

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    case::{Event, Stage},
    issuer::Hand,
    personal::{
        Command, Erase, ErasureBasis, ErasureRequested, RefuseErasure, Rejection, RequestErasure,
        RetainedFrom,
    },
    query::OpenInstruction,
    time::Timestamp,
};
use serde_json::json;

use super::*;
use crate::domain::{
    ErasureContext, RetentionStarts, check_second_person, decide_erasure, evolve, may_open,
    visible_request,
};

/// What happened, and when.
type History = Vec<(Event, Timestamp)>;

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl World {
    /// Legal aid, given to the agency in one year and closed in the next.
    fn closed(&self, referred: &str, closed: &str) -> History {
        let result = json!({ "unit": self.unit("530821.legal-aid"), "outcome": "granted" });
        vec![
            (self.opened(), moment(referred)),
            (self.with_agency(), moment(referred)),
            (event("result-noted", &result), moment(closed)),
            (
                event("closed", &json!({ "after": "result-back" })),
                moment(closed),
            ),
        ]
    }

    /// A question, answered at the window and closed on the same day.
    fn answered(&self, day: &str) -> History {
        let at = moment(day);
        vec![
            (self.opened_for("consultation"), at),
            (event("answered", &json!({ "answer": "sealed" })), at),
            (event("closed", &json!({ "after": "answered" })), at),
        ]
    }

    fn erase(&self, history: &History, by: &str, today: &str) -> Result<Vec<Event>, Rejection> {
        self.erase_supervised(history, by, today, None)
    }

    /// What the township's administrator has asked for.
    fn open_request(&self) -> Event {
        Event::from(ErasureRequested {
            basis: ErasureBasis::ConsentWithdrawn,
            by: "yu-zhen".parse().unwrap(),
            unit: self.unit(TOWN),
            until: moment("2099-01-01 00:00:00"),
            note: None,
        })
    }

    /// Carries out what was asked for.
    fn erase_supervised(
        &self,
        history: &History,
        by: &str,
        today: &str,
        instruction: Option<&OpenInstruction>,
    ) -> Result<Vec<Event>, Rejection> {
        let mut history = history.clone();
        history.push((self.open_request(), moment("2026-11-23 11:00:00")));
        let command = erase(ErasureBasis::ConsentWithdrawn, None);
        let sent = Sent {
            command: &command,
            by,
            now: &format!("{today} 09:00:00"),
            hand: Hand::Person,
            instruction,
            disclosed_until: None,
        };
        self.decide(&history, &sent)
    }

    fn decide(&self, history: &History, sent: &Sent<'_>) -> Result<Vec<Event>, Rejection> {
        let case = history
            .iter()
            .fold(None, |case, (event, _)| evolve(case, event))
            .unwrap();
        let mut retention_starts = RetentionStarts::default();
        for (event, at) in history {
            retention_starts.take_in(event, *at);
        }
        let (actor, now) = (self.actor(sent.by), moment(sent.now));
        let context = ErasureContext {
            now,
            hand: sent.hand,
            second_person_hours: 72,
            today: now.china_date(),
            actor: &actor,
            directory: &self.directory,
            retention_starts: &retention_starts,
            instruction: sent.instruction,
            disclosed_until: sent.disclosed_until,
        };
        decide_erasure(&case, sent.command, &context)
    }

    /// A command of a user who signed in.
    fn send(
        &self,
        history: &History,
        command: &Command,
        by: &str,
        now: &str,
    ) -> Result<Vec<Event>, Rejection> {
        let sent = Sent {
            command,
            by,
            now,
            hand: Hand::Person,
            instruction: None,
            disclosed_until: None,
        };
        self.decide(history, &sent)
    }
}

/// A command, and what comes with it.
struct Sent<'a> {
    command: &'a Command,
    by: &'a str,
    now: &'a str,
    hand: Hand,
    instruction: Option<&'a OpenInstruction>,
    disclosed_until: Option<Date>,
}

fn erase(basis: ErasureBasis, note: Option<&str>) -> Command {
    let note = note.map(str::to_owned);
    Command::Erase(Erase { basis, note })
}

fn request() -> Command {
    Command::RequestErasure(RequestErasure {
        basis: ErasureBasis::ConsentWithdrawn,
        note: None,
    })
}

const SUPERVISOR: &str = "supervisor/he-jun@530821";
const ADMINISTRATOR: &str = "unit-administrator/li-na@530821101";

#[test]
fn a_question_answered_at_the_window_is_erased_when_it_is_closed() {
    let world = world();
    let history = world.answered("2026-11-23 09:30:00");
    let events = world.erase(&history, SUPERVISOR, "2026-11-24").unwrap();
    let [Event::Erased(erased)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(erased.basis, ErasureBasis::ConsentWithdrawn);
    assert_eq!(erased.retention, []);
    assert_eq!(erased.requested_by, Some("yu-zhen".parse().unwrap()));
}

const NOW: &str = "2026-11-24 09:00:00";

/// What is erased does not come back: one asks, a supervisor of that division or above carries it out.
#[test]
fn one_asks_and_a_second_person_erases() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    let basis = ErasureBasis::ConsentWithdrawn;
    let erase = erase(basis, Some("本人书面申请"));
    let alone = world.send(&history, &erase, SUPERVISOR, NOW);
    assert_eq!(alone, Err(Rejection::ErasureNotRequested {}));

    let events = world.send(&history, &request(), SUPERVISOR, NOW).unwrap();
    let [Event::ErasureRequested(requested)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(requested.by.as_str(), "he-jun");
    assert_eq!(requested.until, moment("2026-11-27 09:00:00"));
    let (by, until) = (requested.by.clone(), requested.until);
    let unit = requested.unit.clone();
    history.extend(events.into_iter().map(|event| (event, moment(NOW))));

    let twice = world.send(&history, &request(), ADMINISTRATOR, NOW);
    let by_first = by.clone();
    assert_eq!(twice, Err(Rejection::ErasureRequested { by, until }));
    // 兼职身份: in a post above, it is still the same person.
    for post in [SUPERVISOR, "supervisor/he-jun@5308"] {
        let same = world.send(&history, &erase, post, NOW);
        let by = by_first.clone();
        assert_eq!(same, Err(Rejection::SamePerson { by }), "{post}");
    }
    let below = world.send(&history, &erase, ADMINISTRATOR, NOW);
    let refused = Rejection::NotSecondPerson {
        unit: world.actor(ADMINISTRATOR).unit,
        requested_by: unit,
    };
    assert_eq!(below, Err(refused));
    let other = Command::Erase(Erase {
        basis: ErasureBasis::OtherLaw,
        note: None,
    });
    for above in ["supervisor/bai-yu@530821", "supervisor/bai-yu@5308"] {
        let refused = world.send(&history, &other, above, NOW);
        assert_eq!(refused, Err(Rejection::OtherBasis { basis }));
        let erased = world.send(&history, &erase, above, NOW).unwrap();
        assert!(matches!(erased[..], [Event::Erased(_)]), "{above}");
    }
}

/// A list of requests shows each to those who could erase, and to the second person that it is theirs.
#[test]
fn a_request_is_listed_for_those_who_could_erase_until_it_is_decided_or_lapses() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    history.push((world.open_request(), moment(NOW)));
    let sees = |history: &History, by: &str, now: &str| {
        let folded = history
            .iter()
            .fold(None, |case, (event, _)| evolve(case, event));
        let (case, actor) = (folded.unwrap(), world.actor(by));
        let seen = visible_request(&case, &actor, moment(now), &world.directory)?;
        Some(check_second_person(seen, &actor, &world.directory).is_ok())
    };
    assert_eq!(sees(&history, SUPERVISOR, NOW), Some(true));
    assert_eq!(sees(&history, ADMINISTRATOR, NOW), Some(false));
    let same_person = "supervisor/yu-zhen@530821";
    assert_eq!(sees(&history, same_person, NOW), Some(false));
    for other in ["clerk/zhang-li@530821101", "auditor/shen-lan@530821"] {
        assert_eq!(sees(&history, other, NOW), None, "{other}");
    }
    assert_eq!(sees(&history, SUPERVISOR, "2099-01-01 00:00:00"), None);
    let erased = world.erase(
        &world.answered("2026-11-23 09:30:00"),
        SUPERVISOR,
        "2026-11-24",
    );
    let erased = erased.unwrap().into_iter();
    history.extend(erased.map(|event| (event, moment(NOW))));
    assert_eq!(sees(&history, SUPERVISOR, NOW), None);
}

#[test]
fn a_request_lapses_after_its_hours() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    let events = world
        .send(&history, &request(), ADMINISTRATOR, NOW)
        .unwrap();
    history.extend(events.into_iter().map(|event| (event, moment(NOW))));
    let erase = erase(ErasureBasis::ConsentWithdrawn, None);
    let (in_time, late) = ("2026-11-27 08:59:59", "2026-11-27 09:00:00");
    assert!(world.send(&history, &erase, SUPERVISOR, in_time).is_ok());
    let lapsed = world.send(&history, &erase, SUPERVISOR, late);
    assert_eq!(lapsed, Err(Rejection::ErasureNotRequested {}));
    assert!(
        world
            .send(&history, &request(), ADMINISTRATOR, late)
            .is_ok()
    );
}

/// Where there is no second person: they could overwrite the keys anyway, and here it is on record.
#[test]
fn the_operator_of_the_machine_erases_alone_with_a_note() {
    let world = world();
    let history = world.answered("2026-11-23 09:30:00");
    let by_operator = |note| {
        let command = erase(ErasureBasis::ConsentWithdrawn, note);
        let sent = Sent {
            command: &command,
            by: SUPERVISOR,
            now: NOW,
            hand: Hand::Operator,
            instruction: None,
            disclosed_until: None,
        };
        world.decide(&history, &sent)
    };
    for nothing in [None, Some(" ")] {
        let refused = by_operator(nothing);
        assert_eq!(refused, Err(Rejection::ErasureNotRequested {}));
    }
    let events = by_operator(Some("本人书面申请")).unwrap();
    let [Event::Erased(erased)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(erased.requested_by, None);
}

/// 个人信息保护法 art. 47 is no way to get rid of what a citizen said against one's own unit.
#[test]
fn a_units_administrator_does_not_erase_a_complaint_about_the_unit() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    let rated = event("rated", &json!({ "grade": "dissatisfied" }));
    let redone = event("redone", &json!({ "measure": "sealed" }));
    let satisfied = event("rated", &json!({ "grade": "satisfied" }));
    let at = moment("2026-11-23 10:00:00");
    history.extend([(rated, at), (redone, at), (satisfied, at)]);
    let refused = world.send(&history, &request(), ADMINISTRATOR, NOW);
    let unit = world.actor(ADMINISTRATOR).unit;
    assert_eq!(refused, Err(Rejection::ComplaintAboutUnit { unit }));
    assert!(world.send(&history, &request(), SUPERVISOR, NOW).is_ok());
}

#[test]
fn nothing_is_erased_before_it_is_closed() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    history.pop();
    let refused = world.erase(&history, SUPERVISOR, "2026-11-24").unwrap_err();
    let holder = world.unit(TOWN);
    let stage = Stage::Answered;
    assert_eq!(refused, Rejection::NotOver { stage, holder });
}

/// A supervisor who looks into a complaint must know whose it is.
#[test]
fn nothing_is_erased_while_a_complaint_is_open() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    let rated = event("rated", &json!({ "grade": "dissatisfied" }));
    let started = event(
        "clock-started",
        &json!({
            "step": "intake.redo",
            "limit": { "days": 15, "kind": "working", "basis": "好差评" },
            "due": { "day": "2026-12-14", "at": moment("2026-12-15 00:00:00"), "certainty": "firm" },
        }),
    );
    let at = moment("2026-11-23 10:00:00");
    history.extend([(rated, at), (started, at)]);
    let refused = world.erase(&history, SUPERVISOR, "2026-11-24").unwrap_err();
    let day = "2026-12-14".parse().unwrap();
    assert_eq!(refused, Rejection::NotPutRight { day });
    let redone = event("redone", &json!({ "measure": "sealed" }));
    let stopped = event(
        "clock-stopped",
        &json!({ "step": "intake.redo", "why": "done" }),
    );
    history.extend([(redone, at), (stopped, at)]);
    assert!(world.erase(&history, SUPERVISOR, "2026-11-24").is_ok());

    let (by, until) = (world.unit("530821.bureau"), moment("2026-11-27 00:00:00"));
    let instruction = OpenInstruction {
        by: by.clone(),
        instruction: "查明情况".to_owned(),
        until,
    };
    let refused = world.erase_supervised(&history, SUPERVISOR, "2026-11-24", Some(&instruction));
    assert_eq!(refused.unwrap_err(), Rejection::Supervised { by, until });
}

#[test]
fn only_supervisors_and_the_units_administrator_erase() {
    let world = world();
    let history = world.answered("2026-11-23 09:30:00");
    for by in [
        "supervisor/he-jun@530822",
        "unit-administrator/zhao@530821",
        "clerk/li-na@530821101",
        "auditor/wu-lin@530821",
    ] {
        let refused = world.erase(&history, by, "2026-11-24").unwrap_err();
        let not_theirs = matches!(refused, Rejection::NotYourDivision { .. });
        assert!(not_theirs, "{by}: {refused}");
    }
}

#[test]
fn erased_data_is_neither_erased_again_nor_opened() {
    let world = world();
    let mut history = world.answered("2026-11-23 09:30:00");
    let erased = world.erase(&history, SUPERVISOR, "2026-11-24").unwrap();
    let at = moment("2026-11-24 09:30:00");
    history.extend(erased.into_iter().map(|event| (event, at)));
    let basis = ErasureBasis::ConsentWithdrawn;
    let again = world.erase(&history, SUPERVISOR, "2026-11-25").unwrap_err();
    assert_eq!(again, Rejection::Erased { basis });

    let events = history.iter().map(|(event, _)| event);
    let case = events.fold(None, evolve).unwrap();
    assert_eq!(case.stage(), Stage::Closed, "everything else goes on");
    let clerk = world.actor("clerk/li-na@530821101");
    let refused = may_open(&case, &clerk, None, &world.directory).unwrap_err();
    assert_eq!(refused, Rejection::Erased { basis });
}

/// A second person who does not agree says why, and the request is over; who asked takes it back in the same way.
#[test]
fn a_request_is_refused_with_a_reason() {
    let world = world();
    let refuse = |note: &str| {
        let note = note.to_owned();
        Command::RefuseErasure(RefuseErasure { note })
    };
    let asked = || {
        let mut history = world.answered("2026-11-23 09:30:00");
        let events = world.send(&history, &request(), SUPERVISOR, NOW).unwrap();
        history.extend(events.into_iter().map(|event| (event, moment(NOW))));
        history
    };
    let answered = world.answered("2026-11-23 09:30:00");
    let nothing = world.send(&answered, &refuse("有争议"), SUPERVISOR, NOW);
    assert_eq!(nothing, Err(Rejection::NoRequestWaits {}));
    let second = "supervisor/bai-yu@530821";
    let silent = world.send(&asked(), &refuse(" "), second, NOW);
    assert_eq!(silent, Err(Rejection::NoteMissing {}));
    for by in [second, ADMINISTRATOR, SUPERVISOR] {
        let mut history = asked();
        let events = world.send(&history, &refuse("有争议"), by, NOW).unwrap();
        let [Event::ErasureRefused(refused)] = &events[..] else {
            panic!("{events:?}")
        };
        assert_eq!(refused.requested_by.as_str(), "he-jun");
        assert_eq!(refused.note, "有争议");
        history.extend(events.into_iter().map(|event| (event, moment(NOW))));
        let basis = ErasureBasis::ConsentWithdrawn;
        let erased = world.send(&history, &erase(basis, None), second, NOW);
        assert_eq!(erased, Err(Rejection::ErasureNotRequested {}), "{by}");
    }
}
