//! Days off that can be computed before a notice, and what a notice then corrects (全国年节及纪念日放假办法 art. 2, 6).

use jiff::civil::Date;
use onestop_directory::{DayOff, Directory};
use onestop_proto::clock::{Certainty, Clock, ClockStarted, DayKind, Limit};

use crate::{built_in, code, day, folder::Folder, moment};

fn off_days(year: i16) -> Vec<String> {
    let days = Date::constant(year, 1, 1).series(jiff::Span::new().days(1));
    days.take_while(|day| day.year() == year)
        .filter(|day| matches!(built_in().day_off(*day, None), Some(DayOff::Holiday(_))))
        .map(|day| day.strftime("%m-%d").to_string())
        .collect()
}

/// 除夕 to 初三, 清明, 端午, 中秋, and the weekends among all of them made up.
#[test]
fn the_days_off_of_a_year_to_come() {
    assert_eq!(
        off_days(2027),
        [
            "01-01", // Friday
            "02-05", "02-06", "02-07", "02-08", // 除夕 on a Friday
            "02-09", "02-10", // for Saturday and Sunday
            "04-05", // 清明, a Monday
            "05-01", "05-02", "05-03", "05-04", // Saturday and Sunday, made up
            "06-09", // 端午
            "09-15", // 中秋
            "10-01", "10-02", "10-03", "10-04", "10-05",
        ]
    );
    // 中秋 of 2028 falls on 3 October, and is made up too.
    let autumn = off_days(2028)
        .into_iter()
        .filter(|day| day.starts_with("10-"));
    assert_eq!(
        autumn.collect::<Vec<_>>(),
        ["10-01", "10-02", "10-03", "10-04", "10-05"]
    );
}

#[test]
fn what_is_computed_is_provisional() {
    let due = built_in().due(
        &Limit::plain(7, DayKind::Calendar, "法律援助法第四十三条"),
        moment("2027-01-29 09:30:00"),
    );
    // The seventh day is 除夕; the holiday and its substitutes end on the tenth.
    assert_eq!(
        (due.day, due.certainty),
        (day("2027-02-11"), Certainty::Provisional)
    );
}

/// A notice for 2027 that gives fewer days at New Year's Eve and more in May.
fn announced() -> Directory {
    let notice = "\n[[year]]\nyear = 2027\nnotice = \"测试\"\nworking = []\noff = [\n\
                  { name = \"元旦\", from = 2027-01-01, to = 2027-01-01 },\n\
                  { name = \"春节\", from = 2027-02-06, to = 2027-02-08 },\n\
                  { name = \"劳动节\", from = 2027-05-01, to = 2027-05-06 },\n\
                  { name = \"国庆节\", from = 2027-10-01, to = 2027-10-03 },\n]\n";
    Folder::small()
        .append("calendar.toml", notice)
        .load()
        .unwrap()
}

fn clock(limit: Limit, from: &str) -> Clock {
    let at = moment(from);
    Clock::started(&ClockStarted {
        step: "mediation.ask-court".parse().unwrap(),
        due: built_in().due(&limit, at),
        limit,
        at: Some(at),
    })
}

/// The event that a notice issues: an office's time ends when the law says, a party keeps the day that it was told.
#[test]
fn a_notice_never_shortens_what_a_party_was_told() {
    let office = Limit::plain(30, DayKind::Calendar, "测试");
    let party = Limit {
        for_party: true,
        ..office.clone()
    };
    let notice = announced();
    // Told for 11 February, after the computed days off; by the notice New Year's Eve is worked.
    let from = "2027-01-06 09:30:00";
    let corrected = notice
        .corrected(&clock(office.clone(), from), code("53"))
        .unwrap();
    assert_eq!(
        (corrected.was.day, corrected.due.day),
        (day("2027-02-11"), day("2027-02-05"))
    );
    let kept = notice
        .corrected(&clock(party.clone(), from), code("53"))
        .unwrap();
    assert_eq!(kept.due.day, kept.was.day);
    assert_eq!(kept.due.certainty, Certainty::Firm);
    // What it lengthens, it lengthens for both.
    for limit in [office, party] {
        let corrected = notice
            .corrected(&clock(limit, "2027-04-05 09:30:00"), code("53"))
            .unwrap();
        assert_eq!(
            (corrected.was.day, corrected.due.day),
            (day("2027-05-05"), day("2027-05-07"))
        );
    }
}
