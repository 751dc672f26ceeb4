//! Who may name a specialist service. What routes, records, publishes and keeps works for each of them alike, and a further one joins
//! without a line changed there. What is law of one item has to name it: the directory, which checks items as data; what intake demands at
//! the window; and the gateway's forms.

use std::path::Path;

use onestop_proto::specialist;

use super::{Member, members, sources};
use crate::harness::repository;

/// Crates that name specialists throughout: the contract lists them, the directory checks the data of their items, the command
/// line starts them, tests try them.
const CRATES: [&str; 5] = [
    "proto",
    "services/directory",
    "services/onestop",
    "services/testing",
    "tests",
];

/// Places in other crates that name them, and why.
const PLACES: [(&str, &str); 7] = [
    (
        "services/gateway/src/pages/actions/",
        "The forms: which act is the main one, what is one press, which field is a number of which kind.",
    ),
    (
        "services/gateway/src/pages/changes/",
        "The form of the line of means, which legal aid alone has.",
    ),
    (
        "services/gateway/src/pages/new_case/registration.rs",
        "The window's form: the organ whose notice brings a case of legal aid.",
    ),
    (
        "services/intake/src/domain/capacity.rs",
        "The law on who may apply, and through whom, which differs by item.",
    ),
    (
        "services/intake/src/domain/notice.rs",
        "The law on notices of organs, which only legal aid has.",
    ),
    (
        "services/registry/src/domain/means_line.rs",
        "The law on who sets the line of means, which legal aid alone has.",
    ),
    (
        "services/eventlog/bench/",
        "Made-up subjects, to measure with.",
    ),
];

/// The lines of a file that name a specialist, but for comments and what is compiled for tests alone. The path begins at the
/// repository: what is above it is no part of the project.
fn naming(path: &Path, text: &str) -> Vec<String> {
    let is_test = |part: &str| part.starts_with("test") || part.ends_with("tests.rs");
    let mut parts = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy());
    // An example shows how a program is written, with an item of its own.
    if parts.any(|part| is_test(&part) || part == "examples") {
        return Vec::new();
    }
    let specialists = specialist::ALL.iter();
    let names = specialists.flat_map(|one| [one.service.to_owned(), one.service.replace('-', "_")]);
    let names: Vec<String> = names.collect();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim_start().starts_with("//"));
    let naming = lines.filter(|(line, _)| names.iter().any(|name| line.contains(name)));
    naming
        .map(|(line, number)| format!("{}:{number}: {}", path.display(), line.trim()))
        .collect()
}

/// The folder of a crate in the repository.
fn folder(member: &Member) -> &Path {
    member.folder.strip_prefix(repository()).unwrap()
}

/// The lines that name a specialist in crates that serve all alike, places included.
fn all_naming() -> Vec<String> {
    let mut found = Vec::new();
    for member in members() {
        let place = folder(&member);
        let is_specialist = specialist::ALL
            .iter()
            .any(|one| place.ends_with(one.service));
        if is_specialist || CRATES.iter().any(|name| place.starts_with(name)) {
            continue;
        }
        for (path, text) in sources(&member.folder) {
            found.extend(naming(path.strip_prefix(repository()).unwrap(), &text));
        }
    }
    found
}

#[test]
fn no_crate_that_serves_all_specialists_alike_knows_one_by_name() {
    let found = all_naming();
    let unexpected: Vec<&String> = found
        .iter()
        .filter(|line| !PLACES.iter().any(|(place, _)| line.starts_with(place)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");
    for (place, _) in PLACES {
        let is_used = found.iter().any(|line| line.starts_with(place));
        assert!(
            is_used,
            "{place} names no specialist any more: strike it off"
        );
    }
}

#[test]
fn a_name_of_a_specialist_is_found() {
    let own =
        "// legal-aid\nlet unit = LegalAid::unit(\"legal-aid\");\n#[cfg(test)]\nmod mediation {}\n";
    let found = |path: &str, text: &str| naming(Path::new(path), text).len();
    assert_eq!(found("services/referral/src/domain/offers.rs", own), 1);
    assert_eq!(
        found(
            "services/referral/src/offers.rs",
            "use onestop_proto::legal_aid;"
        ),
        1
    );
    for path in [
        "src/tests/offers.rs",
        "src/domain/offer_tests.rs",
        "tests/it/offers.rs",
        "examples/hear.rs",
    ] {
        assert_eq!(found(&format!("services/referral/{path}"), own), 0);
    }
}
