//! Local days off (全国年节及纪念日放假办法 art. 4): of clocks, of windows, and before and after a notice.

use onestop_directory::{Application, Availability, DayOff, Directory};
use onestop_proto::{
    clock::{Certainty, Clock, ClockPaused, ClockStarted, Due},
    ids::{ServiceItem, Topic},
};

use crate::{built_in, code, day, folder::Folder, moment};

/// When the review of an application is due that was received at a place.
fn review(directory: &Directory, place: &str, from: &str) -> Due {
    let (step, place) = ("legal-aid.review".parse().unwrap(), code(place));
    let from = moment(&format!("{from} 09:30:00"));
    let limit = directory.limit(&step, place, from.china_date()).unwrap();
    directory.due(&limit, from)
}

/// 法律援助法 art. 43, 民法典 art. 203: the last day gives way to the days off of the place.
#[test]
fn a_clock_gives_way_to_the_days_off_of_its_place() {
    let table = [
        // 西双版纳, 泼水节 2025-04-14…16.
        ("532801", "2025-04-07", "2025-04-17"),
        ("532823", "2025-04-08", "2025-04-17"),
        ("532801", "2025-04-10", "2025-04-17"),
        // 德宏, 2025-04-10…13.
        ("533103", "2025-04-03", "2025-04-14"),
        // 楚雄, 2025-04-14…15.
        ("532301", "2025-04-07", "2025-04-16"),
        // 大理, 三月街 2025-04-12…14.
        ("532901", "2025-04-07", "2025-04-15"),
        // Elsewhere the same Monday is a working day.
        ("530821", "2025-04-07", "2025-04-14"),
        ("53", "2025-04-07", "2025-04-14"),
    ];
    for (place, from, expected) in table {
        let due = review(built_in(), place, from);
        assert_eq!(due.day, day(expected), "{place} from {from}");
        assert_eq!(due.certainty, Certainty::Firm, "{place} from {from}");
    }
}

/// The designation by the province of an application that a county of 西双版纳 received on 2025-04-07.
fn designation(now: &str) -> Clock {
    Clock::started(&within("53", "532801", now))
}

/// The designation by a supervisor of an application that a place received on 2025-04-07.
fn within(supervisor: &str, received_at: &str, now: &str) -> ClockStarted {
    let (item, topic): (ServiceItem, Topic) =
        ("legal-aid".parse().unwrap(), "labour-pay".parse().unwrap());
    let application = Application {
        item: &item,
        topic: &topic,
        place: code(received_at),
        requested_at: None,
        received_at: moment("2025-04-07 09:30:00"),
        notified_on: None,
    };
    let step = "referral.designate".parse().unwrap();
    built_in().start_clock_within(step, code(supervisor), moment(now), &application)
}

/// 法律援助法 art. 43, 民法典 art. 203: the seven days of an application are counted on the days of the place that received it,
/// also where a supervisor elsewhere has time within them. In 西双版纳 they end after 泼水节, on 17 April; a designation by the
/// province that begins on the 15th has its two days, and one that begins on the 17th ends with them.
#[test]
fn a_statutory_bound_is_counted_on_the_days_of_the_application() {
    let last = |now: &str| designation(now).due.day;
    assert_eq!(last("2025-04-14 10:00:00"), day("2025-04-16"));
    assert_eq!(last("2025-04-15 10:00:00"), day("2025-04-17"));
    assert_eq!(last("2025-04-16 10:00:00"), day("2025-04-17"));
    assert_eq!(last("2025-04-17 10:00:00"), day("2025-04-17"));
    // It is over: the case is late, and the supervisor has the step's own time.
    assert_eq!(last("2025-04-18 10:00:00"), day("2025-04-22"));
}

/// The other way round: a supervisor whose own days off come between gains no day by them. 宁洱 works on 14 April 2025, so
/// its seven days end there, while 西双版纳 celebrates.
#[test]
fn a_supervisors_days_off_lengthen_no_bound_of_another_place() {
    let started = within("532801", "530821", "2025-04-11 10:00:00");
    assert_eq!(started.due.day, day("2025-04-14"));
    // Its own two working days would end later there.
    let own = built_in().start_clock(
        "referral.designate".parse().unwrap(),
        code("532801"),
        moment("2025-04-11 10:00:00"),
    );
    assert_eq!(own.due.day, day("2025-04-18"));
}

/// The statutory clock of the application goes on while a step of referral is paused.
#[test]
fn a_pause_of_a_clock_moves_no_bound_that_ran_before_it() {
    let clock = designation("2025-04-08 10:00:00");
    assert_eq!(clock.due.day, day("2025-04-10"));
    let paused = clock.paused(&ClockPaused {
        step: "referral.designate".parse().unwrap(),
        basis: String::new(),
        at: moment("2025-04-09 10:00:00"),
        until: None,
    });
    let due = built_in().running_again(&paused, moment("2025-04-22 10:00:00"));
    assert_eq!(due.day, day("2025-04-17"));
}

/// A bound that was recorded before it named its place is counted on the clock's own days, as it was.
#[test]
fn a_bound_of_before_is_counted_as_it_was() {
    let mut clock = designation("2025-04-11 10:00:00");
    for bound in &mut clock.limit.within {
        bound.place = None;
    }
    let due = built_in().counted_anew(&clock).unwrap();
    assert_eq!(due.day, day("2025-04-14"));
}

/// 公证法 art. 30: working days of a place leave its own days off out.
#[test]
fn working_days_leave_local_days_off_out() {
    let issue = |place: &str| {
        let step = "notarization.issue".parse().unwrap();
        let from = moment("2025-04-07 09:30:00");
        let limit = built_in().limit(&step, code(place), from.china_date());
        built_in().due(&limit.unwrap(), from).day
    };
    assert_eq!(issue("530821"), day("2025-04-27"));
    // Three days later: the worked Sunday 27 April, then Monday to Wednesday.
    assert_eq!(issue("532801"), day("2025-04-30"));
    assert_eq!(issue("532301"), day("2025-04-29"));
}

#[test]
fn a_day_off_says_why() {
    let why = |on: &str, place: Option<&str>| built_in().day_off(day(on), place.map(code));
    let festival = Some(DayOff::Local("泼水节（傣历新年）"));
    assert_eq!(why("2025-04-14", Some("532801101")), festival);
    assert_eq!(why("2025-04-14", Some("530821")), None);
    assert_eq!(why("2025-04-14", None), None);
    assert_eq!(why("2025-04-12", None), Some(DayOff::Weekend));
    assert_eq!(why("2025-04-27", None), None);
    assert_eq!(
        why("2025-05-01", Some("532801")),
        Some(DayOff::Holiday("劳动节"))
    );
}

#[test]
fn windows_are_closed_on_local_days_off() {
    let offered = |place: &str, on: &str| {
        let site = built_in().site_at(code(place)).unwrap();
        built_in().availability(site, &ServiceItem::legal_aid(), day(on))
    };
    let closed =
        |place: &str, on: &str| matches!(offered(place, on), Availability::NotThatDay { .. });
    assert!(closed("532801", "2025-04-14"));
    assert!(!closed("532801", "2025-04-17"));
    assert!(!closed("530821", "2025-04-14"));
}

/// The days of a year without a local notice are off, and provisional; those far from them are firm.
#[test]
fn a_year_without_a_local_notice_is_provisional_around_the_festival() {
    let due = review(built_in(), "532801", "2026-04-07");
    assert_eq!(
        (due.day, due.certainty),
        (day("2026-04-16"), Certainty::Provisional)
    );
    let due = review(built_in(), "532801", "2026-08-03");
    assert_eq!(
        (due.day, due.certainty),
        (day("2026-08-10"), Certainty::Firm)
    );
    let due = review(built_in(), "530821", "2026-04-07");
    assert_eq!(
        (due.day, due.certainty),
        (day("2026-04-14"), Certainty::Firm)
    );
}

const COUNTY: &str = "\n[[local]]\nplace = \"530821\"\nname = \"新节\"\nbasis = \"测试\"\nsource = \"测试\"\n\
                      status = \"unconfirmed\"\n";

/// A person who knows only the law adds a local day off, and a weekend that is worked for it.
#[test]
fn a_county_adds_days_of_its_own() {
    let days = "off = [{ from = 2026-03-11, to = 2026-03-12 }]\nworking = [2026-03-14]\n";
    let folder = Folder::small().append("calendar.toml", &format!("{COUNTY}{days}"));
    let directory = folder.load().unwrap();
    assert_eq!(
        review(&directory, "530821101201", "2026-03-04").day,
        day("2026-03-13")
    );
    // Saturday 14 March is worked there, and only there.
    assert_eq!(
        review(&directory, "530821", "2026-03-07").day,
        day("2026-03-14")
    );
    assert_eq!(
        review(&directory, "530822", "2026-03-07").day,
        day("2026-03-16")
    );
}

#[test]
fn local_days_that_cannot_be_are_refused() {
    let refusal = |more: &str| Folder::small().append("calendar.toml", more).refusal();
    let table = [
        (
            COUNTY.replace("530821", "530899"),
            "there is no division 530899000000",
        ),
        (
            COUNTY.replace("basis = \"测试\"", "basis = \" \""),
            "'basis' is empty",
        ),
        (
            format!("{COUNTY}off = [{{ from = 2026-03-11, to = 2026-04-12 }}]\n"),
            "more than 15 is a typing error",
        ),
        (
            format!("{COUNTY}working = [2026-03-11]\n"),
            "2026-03-11 cannot be a moved working day",
        ),
        (
            format!("{COUNTY}usual = {{ by = \"lunar\", month = 13, day = 1 }}\n"),
            "13-1 is no day of every year",
        ),
    ];
    for (more, expected) in table {
        let refusal = refusal(&more);
        assert!(refusal.starts_with("calendar.toml, line "), "{refusal}");
        assert!(refusal.contains(expected), "{refusal}");
    }
}
