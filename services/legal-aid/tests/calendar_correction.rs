//! A last day that was counted on a year without a notice is corrected once the notice is there, by one event.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use onestop_directory::Directory;
use onestop_legal_aid::domain::LegalAidRules;
use onestop_matter::domain::{Context, Matter, Trigger, announcements, decide, evolve, react};
use onestop_proto::{
    actor::Actor,
    clock::{Certainty, ClockCorrected, ClockResumed, ClockStarted},
    envelope::{EventType, event_name},
    legal_aid::{AskCooperation, Command, Event, ReceiveCooperation},
};
use onestop_testing::{NEW_YEAR_2027, received};

/// The shipped directory, with more in its calendar.
fn announced(more: &str) -> Directory {
    Directory::built_in_with("calendar.toml", more).unwrap()
}

struct World {
    actor: Actor,
    history: Vec<Event>,
}

impl World {
    /// Received at that moment: seven days.
    fn received(now: &str, directory: &Directory) -> Self {
        let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
        let agency = &agency.unwrap().id;
        let actor: Actor = format!("specialist/wang@{agency}").parse().unwrap();
        let accepted = Trigger::CaseAccepted(received(
            &actor.unit,
            "530821".parse().unwrap(),
            "labour-pay",
        ));
        let history = Vec::new();
        let mut world = Self { actor, history };
        let context = world.context(now, directory);
        world.history = react::<LegalAidRules>(None, &accepted, &context).unwrap();
        world
    }

    fn context<'a>(&'a self, now: &str, directory: &'a Directory) -> Context<'a> {
        Context::at(now.parse().unwrap(), &self.actor, directory)
    }

    fn send(&mut self, now: &str, directory: &Directory, command: impl Into<Command>) {
        let matter = self.matter();
        let context = self.context(now, directory);
        let events = decide(Some(&matter), &command.into(), &context);
        self.history.extend(events.unwrap());
    }

    fn matter(&self) -> Matter<LegalAidRules> {
        self.history.iter().fold(None, evolve).unwrap()
    }

    fn due(&self) -> (String, Certainty) {
        let due = self.matter().clock().unwrap().due.clone();
        (due.day.to_string(), due.certainty)
    }

    /// The announcements of that moment, added to the history.
    fn told(&mut self, now: &str, directory: &Directory) -> Vec<String> {
        let events = announcements(&self.matter(), &self.context(now, directory));
        let names = events
            .iter()
            .map(|event| event_name(event.event_type()).to_owned());
        let names = names.collect();
        self.history.extend(events);
        names
    }
}

#[test]
fn the_last_day_is_counted_anew_once() {
    let (before, after) = (announced(""), announced(NEW_YEAR_2027));
    let mut world = World::received("2026-12-25 10:00:00", &before);
    // New Year's Day is off by law; the Monday after it is as far as is known.
    assert_eq!(
        world.due(),
        ("2027-01-04".to_owned(), Certainty::Provisional)
    );
    assert!(world.told("2026-12-26 09:00:00", &before).is_empty());
    assert_eq!(
        world.told("2026-12-26 10:00:00", &after),
        ["clock-corrected"]
    );
    assert_eq!(world.due(), ("2027-01-06".to_owned(), Certainty::Firm));
    let Some(Event::ClockCorrected(ClockCorrected { was, directory, .. })) = world.history.last()
    else {
        panic!("{:?}", world.history.last())
    };
    assert_eq!(was.day.to_string(), "2027-01-04");
    assert_eq!(directory, after.version());
    assert!(world.told("2026-12-27 09:00:00", &after).is_empty());
    // The announcements go by the corrected day.
    assert!(world.told("2026-12-30 23:59:59", &after).is_empty());
    assert_eq!(
        world.told("2026-12-31 00:00:00", &after),
        ["clock-due-soon"]
    );
    assert_eq!(world.told("2027-01-07 00:00:00", &after), ["clock-overdue"]);
}

#[test]
fn a_service_that_was_down_corrects_before_it_announces() {
    let (before, after) = (announced(""), announced(NEW_YEAR_2027));
    let mut world = World::received("2026-12-25 10:00:00", &before);
    // By the old calendar it would be overdue.
    assert_eq!(
        announcements(
            &world.matter(),
            &world.context("2027-01-05 09:00:00", &before)
        )
        .len(),
        2
    );
    let told = world.told("2027-01-05 09:00:00", &after);
    assert_eq!(told, ["clock-corrected", "clock-due-soon"]);
    // Announced as overdue on a day that then turns out to be off: it is announced anew.
    let mut world = World::received("2026-12-25 10:00:00", &before);
    world.told("2027-01-05 09:00:00", &before);
    let told = world.told("2027-01-05 10:00:00", &after);
    assert_eq!(told, ["clock-corrected", "clock-due-soon"]);
    assert_eq!(world.told("2027-01-07 00:00:00", &after), ["clock-overdue"]);
}

#[test]
fn a_pause_is_counted_again() {
    let (before, after) = (announced(""), announced(NEW_YEAR_2027));
    let letter = || "2026-8".to_owned();
    let mut world = World::received("2026-12-22 10:00:00", &before);
    let ask = AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: letter(),
        last_day: None,
    };
    world.send("2026-12-23 10:00:00", &before, ask);
    // While it stands still it is counted anew too: seven days were until 29 December, which is firm now.
    assert_eq!(
        world.told("2026-12-24 10:00:00", &after),
        ["clock-corrected"]
    );
    assert_eq!(world.due(), ("2026-12-29".to_owned(), Certainty::Firm));
    let answer = ReceiveCooperation { letter: letter() };
    world.send("2026-12-26 10:00:00", &after, answer.clone());
    // Three days more are 1 January, which gives way.
    assert_eq!(world.due(), ("2027-01-06".to_owned(), Certainty::Firm));
    assert!(world.told("2026-12-26 11:00:00", &after).is_empty());

    // Resumed on the old calendar, and corrected afterwards: the same.
    let mut late = World::received("2026-12-22 10:00:00", &before);
    let ask = AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: letter(),
        last_day: None,
    };
    late.send("2026-12-23 10:00:00", &before, ask);
    late.send("2026-12-26 10:00:00", &before, answer);
    assert_eq!(
        late.due(),
        ("2027-01-04".to_owned(), Certainty::Provisional)
    );
    assert_eq!(
        late.told("2026-12-27 10:00:00", &after),
        ["clock-corrected"]
    );
    assert_eq!(late.due(), world.due());
}

#[test]
fn a_day_that_stays_becomes_firm_and_nothing_is_announced_twice() {
    let calm = NEW_YEAR_2027
        .replace("2027-01-05", "2027-01-03")
        .replace("working = [2027-01-10]", "working = []");
    let (before, after) = (announced(""), announced(&calm));
    let mut world = World::received("2026-12-25 10:00:00", &before);
    assert_eq!(
        world.told("2026-12-31 09:00:00", &before),
        ["clock-due-soon"]
    );
    assert_eq!(
        world.told("2026-12-31 10:00:00", &after),
        ["clock-corrected"]
    );
    assert_eq!(world.due(), ("2027-01-04".to_owned(), Certainty::Firm));
    assert!(world.told("2026-12-31 11:00:00", &after).is_empty());
}

/// An event from before a clock's beginning was kept: its last day stays as it was told.
#[test]
fn a_clock_of_unknown_history_is_not_corrected() {
    let (before, after) = (announced(""), announced(NEW_YEAR_2027));
    let mut world = World::received("2026-12-25 10:00:00", &before);
    for event in &mut world.history {
        if let Event::ClockStarted(ClockStarted { at, .. }) = event {
            *at = None;
        }
    }
    assert!(world.told("2026-12-26 10:00:00", &after).is_empty());

    let mut world = World::received("2026-12-22 10:00:00", &before);
    let ask = AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: "2026-8".to_owned(),
        last_day: None,
    };
    world.send("2026-12-23 10:00:00", &before, ask);
    let answer = ReceiveCooperation {
        letter: "2026-8".to_owned(),
    };
    world.send("2026-12-26 10:00:00", &before, answer);
    for event in &mut world.history {
        if let Event::ClockResumed(ClockResumed { at, .. }) = event {
            *at = None;
        }
    }
    assert!(world.told("2026-12-27 10:00:00", &after).is_empty());
}
