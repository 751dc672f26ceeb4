//! The last day of a redo that was counted on a year without a notice is counted anew when the notice is there.

use onestop_directory::Directory;
use onestop_proto::{
    case::{Event, Grade},
    clock::{Alarm, Certainty, ClockCorrected},
};
use onestop_testing::NEW_YEAR_2027;

use super::*;
use crate::domain::{Case, announcements, evolve};

/// The shipped directory, with the notice in its calendar.
fn directory_with_new_calendar() -> Directory {
    Directory::built_in_with("calendar.toml", NEW_YEAR_2027).unwrap()
}

/// Answered, and rated badly on Christmas Day: fifteen working days.
fn rated_badly(world: &World) -> Case {
    let mut history = vec![world.opened(), answered()];
    let scenario = world.after(&history).at("2026-12-25 09:30:00");
    history.extend(scenario.when(rate(Grade::Dissatisfied)).unwrap());
    history.iter().fold(None, evolve).unwrap()
}

fn due(case: &Case) -> (String, Certainty) {
    let clock = case.redo_clock().unwrap();
    (clock.due.day.to_string(), clock.due.certainty)
}

fn announced(case: &Case, now: &str, directory: &Directory) -> Vec<Event> {
    announcements(case, now.parse().unwrap(), directory)
}

#[test]
fn the_last_day_of_a_redo_is_counted_anew_once() {
    let (world, after) = (world(), directory_with_new_calendar());
    let case = rated_badly(&world);
    // As far as is known, New Year's Day is the only day off.
    assert_eq!(
        due(&case),
        ("2027-01-18".to_owned(), Certainty::Provisional)
    );
    assert_eq!(
        announced(&case, "2026-12-26 09:00:00", &world.directory),
        []
    );
    let corrected = announced(&case, "2026-12-26 10:00:00", &after);
    let [Event::ClockCorrected(ClockCorrected { was, directory, .. })] = &corrected[..] else {
        panic!("{corrected:?}")
    };
    assert_eq!(was.day.to_string(), "2027-01-18");
    assert_eq!(directory, after.version());
    let case = evolve(Some(case), &corrected[0]).unwrap();
    // Three days more are off, and a Sunday is worked.
    assert_eq!(due(&case), ("2027-01-19".to_owned(), Certainty::Firm));
    assert_eq!(announced(&case, "2026-12-26 11:00:00", &after), []);
    assert_eq!(announced(&case, "2027-01-17 23:59:59", &after), []);
    let soon = announced(&case, "2027-01-18 00:00:00", &after);
    assert!(matches!(&soon[..], [Event::ClockDueSoon(_)]), "{soon:?}");
}

#[test]
fn a_service_that_was_down_corrects_before_it_tells() {
    let (world, after) = (world(), directory_with_new_calendar());
    let case = rated_badly(&world);
    let old = announced(&case, "2027-01-19 09:00:00", &world.directory);
    assert!(
        matches!(&old[..], [Event::ClockDueSoon(_), Event::ClockOverdue(_)]),
        "{old:?}"
    );
    let new = announced(&case, "2027-01-19 09:00:00", &after);
    assert!(
        matches!(&new[..], [Event::ClockCorrected(_), Event::ClockDueSoon(_)]),
        "{new:?}"
    );
}

/// The last working day, the day after, and the supervisors from below, each once; also after weeks in which the service was
/// down.
#[test]
fn a_redo_announces_due_soon_overdue_and_supervised_once() {
    let world = world();
    let history = world.rated_badly();
    let case = history.iter().fold(None, evolve).unwrap();
    let announced =
        |case: &Case, now: &str| announcements(case, now.parse().unwrap(), &world.directory);
    assert_eq!(announced(&case, "2026-12-10 12:00:00"), []);
    assert_eq!(announced(&case, "2026-12-14 12:00:00").len(), 1);
    assert_eq!(announced(&case, "2026-12-15 12:00:00").len(), 2);
    let all = announced(&case, "2027-01-20 12:00:00");
    assert!(
        matches!(
            all.as_slice(),
            [
                Event::ClockDueSoon(_),
                Event::ClockOverdue(_),
                Event::ClockSupervised(_),
                Event::ClockSupervised(_),
                Event::ClockSupervised(_)
            ]
        ),
        "{all:?}"
    );
    let case = all.iter().fold(Some(case), evolve).unwrap();
    assert_eq!(announced(&case, "2027-02-20 12:00:00"), []);
    let clock = case.redo_clock().unwrap();
    assert!(matches!(clock.alarm, Alarm::Supervised { .. }));
}
