//! Bodies of other provinces (外地机构): data with days, source and status.

use onestop_directory::Directory;
use onestop_proto::legal_aid::Organ;

use crate::{built_in, code, day};

fn body(id: &str, kind: &str, division: &str, days: &str) -> String {
    format!(
        "\n[[outside_body]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = \"试验机构\"\ndivision = \"{division}\"\n{days}\n\
         source = \"试验\"\nstatus = \"unconfirmed\"\n"
    )
}

fn with(more: &str) -> Result<Directory, String> {
    Directory::built_in_with("sites.toml", more).map_err(|error| error.to_string())
}

/// 法律援助法 art. 36: the letter of an organ of another province is one of an organ that is known on that day, as what it is.
#[test]
fn a_body_of_another_province_is_known_on_its_days() {
    let days = "valid_from = 2026-01-01\nvalid_to = 2026-06-30";
    let directory = with(&body("chengdu-court", "court", "510104", days)).unwrap();
    let id = "chengdu-court".parse().unwrap();
    let is = |organ, on: &str| directory.is_outside_organ(&id, organ, day(on));
    assert!(is(Organ::Court, "2026-06-30"));
    assert!(!is(Organ::Court, "2026-07-01"));
    assert!(!is(Organ::Police, "2026-06-30"));
    let found = directory
        .outside_body("试验机构", day("2026-03-02"))
        .unwrap();
    assert_eq!(
        (found.id.as_str(), found.division),
        ("chengdu-court", code("510104"))
    );
    assert!(
        directory
            .outside_body("试验机构", day("2025-12-31"))
            .is_none()
    );
}

#[test]
fn the_agencies_of_other_provinces_are_of_other_provinces() {
    let on = day("2026-03-02");
    let known: Vec<_> = built_in().outside_bodies(on).collect();
    assert!(known.len() > 3, "{known:?}");
    for one in known {
        assert!(built_in().division(one.division).is_none(), "{one:?}");
        assert_eq!(built_in().outside_body(&one.name, on), Some(one));
    }
}

/// 法律援助法 art. 25, 36: what a form offers as the organ of a letter is an organ, and no agency.
#[test]
fn the_organs_of_other_provinces_are_told_from_their_agencies() {
    let on = day("2026-03-02");
    let organs: Vec<_> = built_in().outside_organs(on).collect();
    assert!(organs.iter().any(|one| one.kind.as_str() == "court"));
    assert!(organs.iter().all(|one| one.kind.as_str() != "legal-aid"));
    assert!(organs.len() < built_in().outside_bodies(on).count());
}

#[test]
fn a_body_that_cannot_be_is_refused_with_its_line() {
    let since = "valid_from = 2026-01-01";
    let court = body("chengdu-court", "court", "510104", since);
    for (more, expected) in [
        (
            body("own", "court", "530821", since),
            "which this directory holds",
        ),
        (
            body("own", "court", "530899", since),
            "which this directory holds",
        ),
        (format!("{court}{court}"), "two bodies 'chengdu-court'"),
        (court.replace("试验机构", " "), "has no name"),
        (
            body(
                "own",
                "court",
                "51",
                "valid_from = 2026-03-02\nvalid_to = 2026-03-01",
            ),
            "2026-03-01",
        ),
    ] {
        let refused = with(&more).unwrap_err();
        assert!(
            refused.starts_with("built-in sites.toml, line "),
            "{refused}"
        );
        assert!(refused.contains(expected), "{refused}");
    }
}
