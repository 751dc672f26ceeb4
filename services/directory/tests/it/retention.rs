//! How long personal data is kept.

use onestop_proto::personal::RetainedFrom;

use crate::{built_in, code, day, folder::Folder};

fn with(fields: &str) -> Folder {
    let text = format!("\n[[retention]]\nbasis = \"测试\"\nstatus = \"local-promise\"\n{fields}\n");
    Folder::small().write("retention.toml", &text)
}

#[test]
fn what_is_kept_for_how_long() {
    let of = |item: &str| {
        let rules = built_in().retentions(
            &item.parse().unwrap(),
            code("530821101201"),
            day("2026-12-01"),
        );
        let told = rules.iter().map(|rule| (rule.years, rule.from));
        told.collect::<Vec<_>>()
    };
    let record = (3, RetainedFrom::Referred);
    assert_eq!(of("legal-aid"), [record, (10, RetainedFrom::Closed)]);
    assert_eq!(of("consultation"), [record]);
}

/// An approved period takes the place of one that was taken as a start, also if it is shorter.
#[test]
fn a_confirmed_period_takes_the_place_of_a_start() {
    let more = "\n[[retention]]\nitems = [\"mediation\"]\nyears = 5\nfrom = \"closed\"\nbasis = \"测试\"\n\
                status = \"local-promise\"\nplace = \"530821\"\nvalid_from = 2026-01-01\n";
    let directory = Folder::small()
        .append("retention.toml", more)
        .load()
        .unwrap();
    let of = |item: &str, place: &str| {
        let item = item.parse().unwrap();
        let rules = directory.retentions(&item, code(place), day("2026-12-01"));
        let told = rules.iter().map(|rule| (rule.years, rule.is_confirmed()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(of("mediation", "530821"), [(3, true), (5, true)]);
    assert_eq!(of("mediation", "530822"), [(3, true), (10, false)]);
    assert_eq!(of("legal-aid", "530821"), [(3, true), (10, false)]);
    assert_eq!(of("notarization", "530821"), [(3, true), (20, false)]);
}

#[test]
fn a_rule_holds_where_and_when_it_says() {
    let folder = with(
        "years = 5\nfrom = \"closed\"\nplace = \"530821\"\nvalid_from = 2026-01-01\nvalid_to = 2026-12-31",
    );
    let directory = folder.load().unwrap();
    let holds = |place: &str, on: &str| {
        let item = "legal-aid".parse().unwrap();
        directory.retentions(&item, code(place), day(on)).len() == 1
    };
    assert!(holds("530821101201", "2026-12-31"));
    assert!(!holds("530821101201", "2027-01-01"));
    assert!(!holds("530822000000", "2026-06-01"));
}

#[test]
fn the_last_day_belongs_to_it() {
    let directory = with("years = 1\nfrom = \"closed\"\nvalid_from = 2020-01-01");
    let directory = directory.load().unwrap();
    let item = "mediation".parse().unwrap();
    let rule = directory.retentions(&item, code("530821"), day("2026-01-01"))[0];
    assert_eq!(rule.last_day(day("2023-11-24")), day("2024-11-24"));
    // 29 February has its year's end on the last day of that month.
    assert_eq!(rule.last_day(day("2024-02-29")), day("2025-02-28"));
}

#[test]
fn what_is_wrong_is_refused_with_its_line() {
    let from = "from = \"closed\"\nvalid_from = 2020-01-01";
    let cases = [
        (
            format!("years = 0\n{from}"),
            "retention.toml, line 2: a retention period of 0 years",
        ),
        (
            format!("years = 3\nitems = [\"nothing\"]\n{from}"),
            "retention.toml, line 2: there is no item 'nothing'",
        ),
        (
            format!("years = 3\nplace = \"530899\"\n{from}"),
            "retention.toml, line 2: there is no division 530899000000",
        ),
        (
            "years = 3\nfrom = \"closed\"\nvalid_from = 2020-01-02\nvalid_to = 2020-01-01"
                .to_owned(),
            "retention.toml, line 2: the period ends on 2020-01-01",
        ),
        (
            "years = 3\nfrom = \"birth\"\nvalid_from = 2020-01-02".to_owned(),
            "retention.toml, line 6: unknown variant `birth`",
        ),
    ];
    for (fields, expected) in cases {
        let refusal = with(&fields).refusal();
        assert!(refusal.starts_with(expected), "{refusal}");
    }
    let nothing = Folder::small().without("retention.toml").refusal();
    assert!(
        nothing.starts_with("retention.toml: cannot be read"),
        "{nothing}"
    );
}
