//! Kinds of legal aid and the grounds that fit them, and the figures of the law, as data.

use onestop_directory::{Directory, Figure, NoticeRule, Origin};
use onestop_proto::{
    ids::ServiceItem,
    legal_aid::{AidKind, TerminationReason},
};

use super::*;

fn with(file: &'static str, more: &str) -> Result<Directory, String> {
    let more = more.to_owned();
    Directory::load(&Origin::BuiltInWith { file, more }).map_err(|error| error.to_string())
}

#[test]
fn every_kind_has_its_rules_and_every_topic_a_kind() {
    let directory = built_in();
    for kind in AidKind::ALL {
        let rules = directory.aid_rules(*kind).unwrap();
        assert_eq!(
            rules.notice == NoticeRule::Never,
            rules.notified_by.is_empty()
        );
        // A lawyer of one's own ends every kind (法律援助法 art. 27, 48).
        assert!(
            rules.terminate.contains(&TerminationReason::OwnLawyer),
            "{kind}"
        );
    }
    let item = directory.item(&ServiceItem::legal_aid()).unwrap();
    let used = |kind: &AidKind| item.topics.iter().any(|topic| topic.aid == *kind);
    assert!(AidKind::ALL.iter().all(used));
    assert_eq!(
        directory.aid_kind(&"labour-pay".parse().unwrap()),
        AidKind::Representation
    );
}

#[test]
fn a_kind_has_one_row() {
    let twice = with(
        "items.toml",
        "\n[[aid_kind]]\nkind = \"other\"\nnotice = \"never\"\nrefuse = []\nterminate = []\nbasis = \"x\"\nstatus = \"unconfirmed\"\n",
    );
    assert!(twice.err().unwrap().contains("two rules"));
}

#[test]
fn a_figure_changes_on_its_day() {
    let day = |text: &str| text.parse::<Date>().unwrap();
    let directory = built_in();
    assert_eq!(
        directory.figure(Figure::ForwardingHours, day("2026-03-02")),
        24
    );
    assert_eq!(directory.figure(Figure::SeniorYears, day("2026-03-02")), 3);
    assert_eq!(directory.figure(Figure::Reopenings, day("2026-03-02")), 3);
    let today = day("2026-03-02");
    // 民法典 art. 17, 19; 网络数据安全管理条例 art. 12.
    assert_eq!(directory.figure(Figure::LimitedCapacityFrom, today), 8);
    assert_eq!(directory.figure(Figure::FullCapacityFrom, today), 18);
    assert_eq!(directory.figure(Figure::DisclosureRecordYears, today), 3);
    // Before any entry, what held before figures were data.
    assert_eq!(directory.figure(Figure::ElderlyFrom, day("1990-01-01")), 60);
    let twice = with(
        "standards.toml",
        "\n[[figure]]\nid = \"intake.reopenings\"\nvalue = 5\nbasis = \"x\"\nvalid_from = 2026-01-01\nstatus = \"unconfirmed\"\n",
    );
    assert!(twice.err().unwrap().contains("two values"));
}
