//! A time limit that changes in mid-case does so for later cases.
#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use std::path::Path;

use onestop_directory::{Directory, Origin};
use onestop_legal_aid::domain::LegalAidRules;
use onestop_matter::domain::{Context, Matter, Trigger, decide, evolve, react};
use onestop_proto::{
    actor::Actor,
    legal_aid::{AskCooperation, Command, Event, ReceiveCooperation},
};
use onestop_testing::received;

/// The shipped directory, with another time for the review of an application.
fn reviewed_in(days: u32) -> Directory {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/directory");
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(shipped).unwrap() {
        let file = entry.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let review = "step = \"legal-aid.review\"\ndays = ";
        let text = text.replace(&format!("{review}7"), &format!("{review}{days}"));
        std::fs::write(folder.path().join(file.file_name().unwrap()), text).unwrap();
    }
    Directory::load(&Origin::Folder(folder.path().to_owned())).unwrap()
}

fn officer(directory: &Directory) -> Actor {
    let agency = directory.unit_at("530821".parse().unwrap(), &"legal-aid".parse().unwrap());
    let agency = &agency.unwrap().id;
    format!("specialist/wang@{agency}").parse().unwrap()
}

fn accepted(actor: &Actor) -> Trigger {
    Trigger::CaseAccepted(received(
        &actor.unit,
        "530821".parse().unwrap(),
        "labour-pay",
    ))
}

fn state(history: &[Event]) -> Matter<LegalAidRules> {
    history.iter().fold(None, evolve).unwrap()
}

fn due(history: &[Event]) -> String {
    state(history).clock().unwrap().due.day.to_string()
}

#[test]
fn a_case_keeps_the_rule_under_which_it_began() {
    let (before, after) = (reviewed_in(7), reviewed_in(3));
    let actor = officer(&before);
    let received = |directory| {
        let context = Context::at("2026-03-02 10:00:00".parse().unwrap(), &actor, directory);
        react::<LegalAidRules>(None, &accepted(&actor), &context).unwrap()
    };
    let mut history = received(&before);
    let mut then = |now: &str, directory, command: Command| {
        let context = Context::at(now.parse().unwrap(), &actor, directory);
        let events = decide(Some(&state(&history)), &command, &context);
        history.extend(events.unwrap());
    };
    let letter = || "2026-8".to_owned();
    let ask = AskCooperation {
        agency: "思茅区法律援助中心".to_owned(),
        letter: letter(),
        last_day: None,
    };
    then("2026-03-03 10:00:00", &before, ask.into());
    let answer = ReceiveCooperation { letter: letter() };
    then("2026-03-04 10:00:00", &after, answer.into());

    // Seven days and the one that it stood still; a case that is received now has three.
    assert_eq!(due(&history), "2026-03-10");
    assert_eq!(due(&received(&after)), "2026-03-05");
}
