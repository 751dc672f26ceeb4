//! Committees in villages, where it is known that there is one, and the people who may act for a unit.

use onestop_directory::{Directory, RosterStanding, RouteQuery};
use onestop_proto::{
    acting_person::{ActingPerson, ActingRole},
    ids::{ServiceItem, StaffId},
    legal_aid, referral,
    routing::Urgency,
};

use crate::{built_in, code, day, kind};

const VILLAGE: &str = "530829101201";

fn first_asked(directory: &Directory, place: &str) -> String {
    let route = directory.route(&RouteQuery {
        organ: None,
        item: &ServiceItem::mediation(),
        topic: &"land".parse().unwrap(),
        place: code(place),
        place_kind: None,
        on: day("2026-03-03"),
        sent_away: &[],
        excluded: &[],
        urgency: Urgency::Ordinary,
        load: &|_| 0,
    });
    let chosen = route.unwrap().chosen;
    directory.unit(&chosen).unwrap().division.to_string()
}

/// 人民调解法 art. 8: villages have committees; art. 34: townships may. The nearest that is known is asked first.
#[test]
fn a_village_committee_is_asked_where_it_is_known_that_there_is_one() {
    let directory = built_in();
    let committee = directory.unit_at(code(VILLAGE), &kind("mediation"));
    assert_eq!(committee.unwrap().name, "勐梭村人民调解委员会");
    assert_eq!(first_asked(directory, VILLAGE), code(VILLAGE).to_string());
    // The next village's is not known: the township's is asked.
    let next = "530829101202";
    assert_eq!(directory.unit_at(code(next), &kind("mediation")), None);
    let township = code("530829101").to_string();
    assert_eq!(first_asked(directory, next), township);
}

#[test]
fn a_person_acts_for_the_unit_from_the_first_to_the_last_day() {
    let directory = built_in();
    let unit = &directory
        .unit_at(code(VILLAGE), &kind("mediation"))
        .unwrap()
        .id;
    let standing = |person: &str, on: &str| {
        let person = person.parse().unwrap();
        directory.roster_standing(unit, &person, day(on))
    };
    assert_eq!(standing("yan-na", "2026-01-01"), RosterStanding::Valid);
    assert_eq!(standing("yan-na", "2028-12-31"), RosterStanding::Valid);
    assert_eq!(standing("yan-na", "2029-01-01"), RosterStanding::OtherDay);
    assert_eq!(standing("zhao-gui", "2026-01-01"), RosterStanding::OtherDay);
    assert_eq!(standing("yang-mei", "2026-01-01"), RosterStanding::Unknown);
    assert_eq!(directory.roster(unit).len(), 3);
    let township = directory.unit_at(code("530829101"), &kind("mediation"));
    let without = directory.roster_standing(
        &township.unwrap().id,
        &"yang-mei".parse().unwrap(),
        day("2026-01-01"),
    );
    assert_eq!(without, RosterStanding::NotKept);
    // A mediator of another place's roster is of no use here, while that holds.
    let township = &township.unwrap().id;
    let theirs = |on: &str| {
        let person = "yan-na".parse().unwrap();
        directory.roster_standing(township, &person, day(on))
    };
    assert_eq!(theirs("2026-01-01"), RosterStanding::Unknown);
    assert_eq!(theirs("2029-01-01"), RosterStanding::NotKept);
}

fn with(more: &str) -> Result<Directory, String> {
    Directory::built_in_with("sites.toml", more).map_err(|error| error.to_string())
}

#[test]
fn a_village_committee_says_what_tells_of_it_and_a_person_has_one_unit_and_one_term() {
    let unsourced = "
[[site]]
division = \"530829101202\"
[[site.unit]]
kind = \"mediation\"
";
    let told = with(unsourced).unwrap_err();
    assert!(told.contains("`source` and `status`"), "{told}");
    let sourced = format!("{unsourced}source = \"村民会议记录\"\nstatus = \"statute\"\n");
    assert!(with(&sourced).is_ok());
    let person = |division: &str, from: &str| {
        format!(
            "
[[person]]
id = \"yan-na\"
division = \"{division}\"
kind = \"mediation\"
valid_from = {from}
source = \"样例\"
status = \"unconfirmed\"
"
        )
    };
    let nowhere = with(&person("530829101202", "2026-01-01")).unwrap_err();
    assert!(nowhere.contains("there is no 'mediation'"), "{nowhere}");
    let twice = with(&person(VILLAGE, "2027-01-01")).unwrap_err();
    assert!(
        twice.contains("'yan-na' is on this roster twice"),
        "{twice}"
    );
    assert!(with(&person(VILLAGE, "2029-01-01")).is_ok());
}

/// 律师法 art. 39: two sides' lawyers are compared by the numbers of their licences, so that each is kept in one form.
#[test]
fn the_licence_of_a_lawyer_is_kept_in_one_form_or_refused() {
    let person = |licence: &str| {
        format!(
            "
[[person]]
id = \"wang-min\"
division = \"530821\"
kind = \"legal-aid\"
licence = \"{licence}\"
valid_from = 2026-01-01
source = \"样例\"
status = \"unconfirmed\"
"
        )
    };
    let kept = with(&person("执业证号：１５３０８ 202010123456")).unwrap();
    let agency = kept.unit_at(code("530821"), &kind("legal-aid")).unwrap();
    let licence = kept.roster(&agency.id)[0].licence.as_deref();
    assert_eq!(licence, Some("15308202010123456"));
    let refused = with(&person("15308202010123456（云南）")).unwrap_err();
    assert!(refused.contains("15308202010123456"), "{refused}");
}

/// 律师法 art. 39: one service knows a person by the licence, and another by the id: the roster has both.
#[test]
fn a_person_of_the_roster_is_known_by_licence_and_id() {
    let person = "
[[person]]
id = \"wang-min\"
division = \"530821\"
kind = \"legal-aid\"
licence = \"15308202010123456\"
valid_from = 2026-01-01
source = \"样例\"
status = \"unconfirmed\"
";
    let directory = with(person).unwrap();
    let agency = &directory
        .unit_at(code("530821"), &kind("legal-aid"))
        .unwrap()
        .id;
    let by_licence = ActingPerson::licensed(legal_aid::service(), "15308202010123456");
    let staff: StaffId = "wang-min".parse().unwrap();
    let by_id = ActingPerson::known(referral::service(), ActingRole::ForParty, staff.clone());
    let known = |person: &ActingPerson| {
        let found = directory.identified(agency, person.clone());
        (found.staff, found.licence)
    };
    let both = (Some(staff), Some("15308202010123456".to_owned()));
    assert_eq!((known(&by_licence), known(&by_id)), (both.clone(), both));
    let stranger = ActingPerson::licensed(legal_aid::service(), "15308202010654321");
    let licence = stranger.licence.clone();
    assert_eq!(known(&stranger), (None, licence));
}
