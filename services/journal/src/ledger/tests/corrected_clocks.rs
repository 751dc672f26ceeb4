//! Last days that are counted anew while a clock runs.

use onestop_directory::Directory;
use onestop_proto::{
    clock::ClockCorrected,
    referral::{self, accept_step},
};

use super::case_story::CaseStory;
use crate::domain::dossier::Dossier;

/// Days off that a bureau declared since the clock began are no days that it used.
#[test]
fn a_corrected_clock_is_counted_on_the_days_of_the_place_that_its_correction_names() {
    let directory = Directory::built_in().unwrap();
    let mut story = CaseStory::begin(&directory, "2026-03-02 10:00:00");
    story.opened();
    story.offered();
    let mut dossier = Dossier::default();
    for entry in story.take_entries() {
        dossier.apply(&entry.event).unwrap();
    }
    let running = dossier.first_due().unwrap();
    assert_eq!((&running.step, running.limit.place), (&accept_step(), None));
    let place = Some(story.agency.division);
    let corrected = ClockCorrected {
        step: accept_step(),
        was: running.due.clone(),
        due: running.due.clone(),
        directory: "test".to_owned(),
        place,
    };
    let (unit, actor) = (story.agency, story.specialist());
    story.record("referral", referral::Event::from(corrected), unit, actor);
    for entry in story.take_entries() {
        dossier.apply(&entry.event).unwrap();
    }
    assert_eq!(dossier.first_due().unwrap().limit.place, place);
}
