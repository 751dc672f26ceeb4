//! Rules decide on what is stored: what they compare is there as it was typed, and what else is typed is sealed.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use onestop_chassis::texts::{TextSecret, seal};
use onestop_directory::Directory;
use onestop_legal_aid::domain::LegalAidRules;
use onestop_matter::domain::{Context, Trigger, decide, evolve, react};
use onestop_proto::{
    actor::Actor,
    envelope::{EventType, RawEvent},
    free_text::{SealedText, places},
    ids::CaseId,
    legal_aid::{
        AskCooperation, Assign, Command, DetermineMeans, Event, ExemptGroup, Grant, Reassign,
        ReassignReason, ReceiveCooperation, Rejection,
    },
    raw_json::RawJson,
};
use onestop_testing::received;
use serde_json::Value;

struct World {
    directory: Directory,
    actor: Actor,
    case: CaseId,
    history: Vec<Event>,
}

impl World {
    fn received() -> Self {
        let directory = Directory::built_in().unwrap();
        let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
        let actor: Actor = format!("specialist/wang@{}", agency.unwrap().id)
            .parse()
            .unwrap();
        let accepted = Trigger::CaseAccepted(received(
            &actor.unit,
            "530821".parse().unwrap(),
            "labour-pay",
        ));
        let mut world = Self {
            directory,
            actor,
            case: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
            history: Vec::new(),
        };
        let events = react::<LegalAidRules>(None, &accepted, &world.context("2026-03-02 10:00:00"));
        world.store(events.unwrap());
        world
    }

    fn context(&self, now: &str) -> Context<'_> {
        Context::at(now.parse().unwrap(), &self.actor, &self.directory)
    }

    /// Adds events as a store keeps them, sealed by the schemas of their types.
    fn store(&mut self, events: Vec<Event>) {
        let key = TextSecret::new([7; 32]).public();
        for event in events {
            let raw = RawEvent::from_event(&event).unwrap();
            let mut data: Value = raw.data.parse().unwrap();
            let mut schemas = Event::schemas().into_iter();
            let (_, schema) = schemas.find(|(name, _)| *name == raw.event_type).unwrap();
            for place in places(&schema) {
                place.change(&mut data, &mut |text| {
                    *text = seal(&key, self.case, text).unwrap();
                });
            }
            let stored = Event::read(&raw.event_type, &RawJson::of(&data).unwrap());
            self.history.push(stored.unwrap().unwrap());
        }
    }

    fn send(&mut self, now: &str, command: impl Into<Command>) -> Result<(), Rejection> {
        let matter = self.history.iter().fold(None, evolve::<LegalAidRules>);
        let events = decide(matter.as_ref(), &command.into(), &self.context(now))?;
        self.store(events);
        Ok(())
    }
}

fn ask() -> AskCooperation {
    AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: "宁援协〔2026〕2号".to_owned(),
        last_day: None,
    }
}

#[test]
fn a_cooperation_letter_is_sent_once_although_texts_are_sealed() {
    let mut world = World::received();
    world.send("2026-03-03 10:00:00", ask()).unwrap();
    let answer = ReceiveCooperation {
        letter: "思援函〔2026〕8号".to_owned(),
    };
    world.send("2026-03-04 10:00:00", answer).unwrap();
    let letter = ask().letter;
    let again = world.send("2026-03-05 10:00:00", ask());
    assert_eq!(again.unwrap_err(), Rejection::LetterSent { letter });
}

#[test]
fn the_firm_is_sealed_and_the_licence_is_compared() {
    let mut world = World::received();
    let exempt = DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水");
    world.send("2026-03-03 10:00:00", exempt).unwrap();
    world.send("2026-03-03 10:10:00", Grant {}).unwrap();
    let (firm, licence) = ("普洱某某律师事务所", "15308202610000001");
    let assign = Assign {
        firm: firm.to_owned(),
        licence: licence.to_owned(),
        years: None,
    };
    world.send("2026-03-03 10:20:00", assign).unwrap();
    let mut firms = Vec::new();
    for event in &world.history {
        if let Event::Assigned(assigned) = event {
            firms.push(assigned.firm.as_str());
        }
    }
    assert_eq!(firms.len(), 1);
    assert!(SealedText::parse(firms[0]).is_some(), "{firms:?}");

    let again = Reassign {
        firm: firm.to_owned(),
        licence: licence.to_owned(),
        years: None,
        reason: ReassignReason::RecipientAsked,
    };
    let refused = world.send("2026-03-03 10:30:00", again).unwrap_err();
    let licence = licence.to_owned();
    assert_eq!(refused, Rejection::SameLawyer { licence });
}
