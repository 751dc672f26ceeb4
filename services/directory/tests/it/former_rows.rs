//! Rows of the files that name a division of before: each file is taken as it is when the list of codes changes, and what a row
//! says holds at the division that took the place, from the day after the last one on.

use onestop_directory::{ApprovableDecision, Approver, ChangeApprover, Directory, RecordKind};
use onestop_proto::{ids::SiteId, legal_aid::Residence};

use crate::{code, day, folder::Folder, kind, moment};

/// A township of before, until the end of 2026, and the one that took its place.
const FORMER: &str = "530821999";
const SUCCESSOR: &str = "530821101";
const VILLAGE: &str = "530821101201";
const THEN: &str = "2026-12-30";
const AFTER: &str = "2027-01-04";
const REVIEW: &str = "legal-aid.review";

const DIVISION: &str = "
[[former_division]]
code = \"530821999000\"
name = \"老镇\"
until = 2026-12-31
successor = \"530821101000\"
";

/// The small folder after the merger, with a row more.
fn with(file: &str, row: &str) -> Directory {
    let folder = Folder::small().append("sites.toml", DIVISION);
    folder.append(file, row).load().unwrap()
}

fn review(place: &str, days: u32, from: &str) -> String {
    format!(
        "
[[standard]]
step = \"{REVIEW}\"
days = {days}
kind = \"calendar\"
basis = \"测试\"
valid_from = {from}
place = \"{place}\"
status = \"local-promise\"
"
    )
}

fn days(directory: &Directory, place: &str, on: &str) -> u32 {
    let limit = directory.limit(&REVIEW.parse().unwrap(), code(place), day(on));
    limit.unwrap().days
}

#[test]
fn a_limit_of_a_division_of_before_holds_at_its_successor_from_the_merger_on() {
    let directory = with("standards.toml", &review(FORMER, 3, "2026-01-01"));
    for place in [SUCCESSOR, VILLAGE, FORMER] {
        assert_eq!(days(&directory, place, AFTER), 3, "{place}");
    }
    assert_eq!(days(&directory, FORMER, THEN), 3);
    assert_eq!(days(&directory, SUCCESSOR, THEN), 7);
    assert_eq!(days(&directory, "530821", AFTER), 7);
    let step = REVIEW.parse().unwrap();
    let standard = directory.standard(&step, code(SUCCESSOR), day(AFTER));
    let standard = standard.unwrap();
    assert!(standard.note.as_ref().unwrap().zh.contains("原老镇"));
    assert!(standard.line.is_some());
}

/// Of both the stricter holds, until the successor has a younger one; and never one that is looser than a wider place's.
#[test]
fn a_limit_of_a_division_of_before_loosens_nothing() {
    let both = format!(
        "{}{}",
        review(FORMER, 5, "2026-01-01"),
        review(SUCCESSOR, 4, "2026-01-01")
    );
    assert_eq!(days(&with("standards.toml", &both), SUCCESSOR, AFTER), 4);
    let stricter = format!(
        "{}{}",
        review(FORMER, 2, "2026-01-01"),
        review(SUCCESSOR, 4, "2026-01-01")
    );
    let directory = with("standards.toml", &stricter);
    assert_eq!(days(&directory, SUCCESSOR, AFTER), 2);
    assert_eq!(days(&directory, SUCCESSOR, THEN), 4);
    let younger = format!(
        "{}{}",
        review(FORMER, 2, "2026-01-01"),
        review(SUCCESSOR, 4, "2027-02-01")
    );
    let directory = with("standards.toml", &younger);
    assert_eq!(days(&directory, SUCCESSOR, AFTER), 2);
    assert_eq!(days(&directory, SUCCESSOR, "2027-02-01"), 4);
    let looser = format!(
        "{}{}",
        review(FORMER, 6, "2026-01-01"),
        review("530821", 3, "2026-01-01")
    );
    assert_eq!(days(&with("standards.toml", &looser), SUCCESSOR, AFTER), 3);
}

#[test]
fn two_limits_of_a_division_of_before_on_one_day_are_refused() {
    let twice = format!(
        "{}{}",
        review(FORMER, 5, "2026-01-01"),
        review(FORMER, 4, "2026-06-01")
    );
    let folder = Folder::small().append("sites.toml", DIVISION);
    let refusal = folder.append("standards.toml", &twice).refusal();
    assert!(refusal.contains("2026-06-01"), "{refusal}");
}

#[test]
fn days_off_of_a_division_of_before_are_off_at_its_successor_from_the_merger_on() {
    let row = |place: &str, days: &str| {
        format!(
            "
[[local]]
place = \"{place}\"
name = \"火把节\"
basis = \"测试\"
source = \"测试\"
status = \"local-promise\"
off = [{days}]
"
        )
    };
    let both_years =
        "{ from = 2026-12-30, to = 2026-12-30 }, { from = 2027-01-05, to = 2027-01-06 }";
    let directory = with("calendar.toml", &row(FORMER, both_years));
    let works = |on: &str, place: &str| directory.is_working_day_at(day(on), code(place));
    for place in [SUCCESSOR, VILLAGE, FORMER] {
        assert!(!works("2027-01-05", place), "{place}");
    }
    assert!(!works(THEN, FORMER));
    assert!(works(THEN, SUCCESSOR));
    assert!(works("2027-01-05", "530821"));
    let step = "referral.accept".parse().unwrap();
    let limit = directory.limit(&step, code(VILLAGE), day(AFTER)).unwrap();
    let due = directory.due(&limit, moment("2027-01-04 10:00:00"));
    let elsewhere = directory.limit(&step, code("530821"), day(AFTER)).unwrap();
    assert!(due.day > directory.due(&elsewhere, moment("2027-01-04 10:00:00")).day);
    // Where the successor has days of its own for that holiday of the year, those are its days.
    let own = format!(
        "{}{}",
        row(FORMER, both_years),
        row(SUCCESSOR, "{ from = 2027-01-07, to = 2027-01-07 }")
    );
    let directory = with("calendar.toml", &own);
    assert!(directory.is_working_day_at(day("2027-01-05"), code(SUCCESSOR)));
    assert!(!directory.is_working_day_at(day("2027-01-07"), code(SUCCESSOR)));
}

#[test]
fn what_asks_for_approval_at_a_division_of_before_asks_for_it_at_its_successor() {
    let approval = format!(
        "
[[approval]]
decisions = [\"legal-aid.refuse\"]
place = \"{FORMER}\"
approver = \"bureau\"
source = \"测试\"
status = \"local-promise\"
"
    );
    let directory = with("standards.toml", &approval);
    let agency = directory.unit_at(code("530821"), &kind("legal-aid"));
    let agency = &agency.unwrap().id;
    let refuse = ApprovableDecision::RefuseAid;
    for place in [SUCCESSOR, VILLAGE, FORMER] {
        let approver = directory.approver(refuse, agency, code(place));
        assert_eq!(approver.unwrap().0, Approver::Bureau, "{place}");
    }
    let county = directory.approver(refuse, agency, code("530821"));
    assert_ne!(county.map(|(approver, _)| approver), Some(Approver::Bureau));
}

#[test]
fn what_holds_for_recording_at_a_division_of_before_holds_at_its_successor() {
    let rows = format!(
        "
[[record_rule]]
place = \"{FORMER}\"
confirm_within_days = 3
source = \"测试\"
status = \"local-promise\"

[[change_approval]]
changes = [\"mark-full\"]
place = \"{FORMER}\"
approver = \"tier-above\"
source = \"测试\"
status = \"local-promise\"

[[checkpoint]]
id = \"premises-shelf\"
area = \"premises\"
name = {{ zh = \"书架\", en = \"a shelf\" }}
place = \"{FORMER}\"
"
    );
    let directory = with("sites.toml", &rows);
    let place = code(SUCCESSOR);
    assert_eq!(directory.confirm_within_days(place), Some(3));
    let approval = directory.change_approval(RecordKind::MarkFull, place);
    assert_eq!(approval.unwrap().0, ChangeApprover::TierAbove);
    let points = directory.checkpoints(directory.site_at(place).unwrap(), day(AFTER));
    assert!(
        points
            .iter()
            .any(|(point, _)| point.id.as_str() == "premises-shelf")
    );
    assert_ne!(directory.confirm_within_days(code("530821")), Some(3));
}

#[test]
fn retention_and_means_of_a_division_of_before_hold_at_its_successor_from_the_merger_on() {
    let retention = format!(
        "
[[retention]]
items = [\"legal-aid\"]
years = 30
from = \"closed\"
basis = \"测试\"
status = \"local-promise\"
place = \"{FORMER}\"
valid_from = 2026-01-01
"
    );
    let directory = with("retention.toml", &retention);
    let kept = |place: &str, on: &str| {
        let rules = directory.retentions(&"legal-aid".parse().unwrap(), code(place), day(on));
        rules.iter().any(|rule| rule.years == 30)
    };
    assert!(kept(VILLAGE, AFTER) && kept(FORMER, AFTER) && kept(FORMER, THEN));
    assert!(!kept(VILLAGE, THEN) && !kept("530821", AFTER));

    let line = |place: &str, percent: u32| {
        format!(
            "
[[means_line]]
place = \"{place}\"
residence = \"urban\"
base = \"urban-allowance-month\"
percent = {percent}
source = \"测试\"
status = \"local-promise\"
valid_from = 2021-01-01
"
        )
    };
    let percent = |directory: &Directory, place: &str, on: &str| {
        let line = directory.means_line(code(place), Residence::Urban, day(on));
        line.map(|line| line.percent)
    };
    let directory = with("items.toml", &line(FORMER, 200));
    assert_eq!(percent(&directory, VILLAGE, AFTER), Some(200));
    assert_eq!(percent(&directory, FORMER, THEN), Some(200));
    assert_eq!(percent(&directory, VILLAGE, THEN), None);
    // The successor's own line is the one of its place.
    let both = format!("{}{}", line(FORMER, 200), line(SUCCESSOR, 150));
    let directory = with("items.toml", &both);
    assert_eq!(percent(&directory, FORMER, THEN), Some(200));
    assert_eq!(percent(&directory, FORMER, AFTER), Some(150));
    assert_eq!(percent(&directory, VILLAGE, AFTER), Some(150));
}

/// Its staff finish the cases that they have there: they are reached where they were.
#[test]
fn what_the_files_say_of_a_site_of_before_stays_with_its_units() {
    let county = "
[[former_division]]
code = \"530829000000\"
name = \"老县\"
until = 2026-12-31
successor = \"530821000000\"

[[site]]
division = \"530829000000\"
phone = \"0879-3230000\"

[[site.unit]]
kind = \"legal-aid\"
phone = \"0879-3231111\"

[[site.station]]
id = \"detention\"
kind = \"legal-aid\"
name = \"老县看守所法律援助工作站\"
phone = \"0879-3232222\"
item = \"legal-aid\"
topics = [\"duty-lawyer-help\"]
source = \"测试\"
status = \"unconfirmed\"

[[override]]
division = \"530829000000\"
from = 2026-12-01
state = \"suspended\"
reason = { zh = \"搬迁\", en = \"it moves\" }

[[person]]
division = \"530829000000\"
kind = \"legal-aid\"
id = \"yang-fan\"
valid_from = 2026-01-01
source = \"测试\"
status = \"unconfirmed\"
";
    let directory = with("sites.toml", county);
    let site = SiteId::derived(code("530829"));
    let agency = format!("{site}.legal-aid").parse().unwrap();
    let agency = directory.unit(&agency).unwrap();
    assert_eq!(agency.phone.as_deref(), Some("0879-3231111"));
    assert_eq!(agency.division, code("530821"));
    let station = format!("{site}.legal-aid-detention").parse().unwrap();
    let station = directory.unit(&station).unwrap();
    assert_eq!(station.name, "老县看守所法律援助工作站");
    // The successor's site is open, and has its own number.
    let successor = directory.site_at(code("530821")).unwrap();
    assert_eq!(successor.phone, None);
    assert!(
        directory
            .units_of(successor)
            .iter()
            .all(|unit| unit.site == successor.id)
    );
}

#[test]
fn a_division_that_is_listed_nowhere_is_refused_in_every_file() {
    let unknown = |file: &str, row: &str| {
        let folder = Folder::small().append("sites.toml", DIVISION);
        let refusal = folder.append(file, row).refusal();
        assert!(refusal.contains("530821998"), "{file}: {refusal}");
    };
    unknown("standards.toml", &review("530821998", 3, "2026-01-01"));
    unknown(
        "calendar.toml",
        "
[[local]]
place = \"530821998\"
name = \"火把节\"
basis = \"测试\"
source = \"测试\"
status = \"local-promise\"
off = [{ from = 2027-01-05, to = 2027-01-06 }]
",
    );
    unknown(
        "sites.toml",
        "\n[[site]]\ndivision = \"530821998\"\nphone = \"12348\"\n",
    );
}
