//! The rules of ARCHITECTURE.md that no compiler checks: which crate may depend on which, what the domain may
//! not touch, where versions are named, how long a file may be.

mod circles;
mod comments;
mod documents;
mod environment;
mod functions;
mod modules;
mod names;
mod specialists;
mod unsealing;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use self::modules::CrateModules;
use crate::harness::repository;

/// Which of our own crates each may use. A service never uses another: they speak over NATS.
const ARROWS: [(&str, &[&str]); 19] = [
    ("onestop-proto", &[]),
    ("onestop-proto-generate", &["onestop-proto"]),
    ("onestop-eventlog", &[]),
    ("onestop-directory", &["onestop-proto"]),
    ("onestop-chassis", &["onestop-proto", "onestop-eventlog"]),
    // What it follows it knows from proto.
    ("onestop-current-directory", SERVICE),
    ("onestop-intake", HEARING),
    ("onestop-referral", HEARING),
    ("onestop-registry", SERVICE),
    ("onestop-matter", HEARING),
    ("onestop-legal-aid", SPECIALIST),
    ("onestop-notarization", SPECIALIST),
    ("onestop-mediation", SPECIALIST),
    // Its log holds what was heard, so it writes it itself.
    (
        "onestop-journal",
        &[
            "onestop-proto",
            "onestop-directory",
            "onestop-chassis",
            "onestop-current-directory",
            "onestop-eventlog",
        ],
    ),
    // Decides nothing of a case: it asks. Reads sheets of staff.
    (
        "onestop-gateway",
        &[
            "onestop-proto",
            "onestop-directory",
            "onestop-chassis",
            "onestop-current-directory",
            "onestop-spreadsheet",
        ],
    ),
    // Reads the bytes of a sheet, for whom it is no matter.
    ("onestop-spreadsheet", &["onestop-proto"]),
    // Starts every service, and verifies logs whose services do not run.
    ("onestop", ALL),
    // Test support: nothing depends on it but tests.
    (
        "onestop-testing",
        &[
            "onestop-proto",
            "onestop-eventlog",
            "onestop-chassis",
            "onestop-directory",
            "onestop-matter",
        ],
    ),
    ("onestop-tests", &[]),
];
const SERVICE: &[&str] = &["onestop-proto", "onestop-directory", "onestop-chassis"];
/// Judges by what the registry has recorded too.
const HEARING: &[&str] = &[
    "onestop-proto",
    "onestop-directory",
    "onestop-chassis",
    "onestop-current-directory",
];
/// Its law; the service around it is the same for all.
const SPECIALIST: &[&str] = &[
    "onestop-proto",
    "onestop-directory",
    "onestop-chassis",
    "onestop-matter",
];
const ALL: &[&str] = &[
    "onestop-proto",
    "onestop-eventlog",
    "onestop-directory",
    "onestop-chassis",
    "onestop-intake",
    "onestop-referral",
    "onestop-legal-aid",
    "onestop-notarization",
    "onestop-mediation",
    "onestop-journal",
    "onestop-registry",
    "onestop-gateway",
    "onestop-spreadsheet",
];

/// Crates with which the outside comes in, and the rooms that each belongs to.
const ROOMS: [(&str, &[&str]); 10] = [
    ("sled", &["onestop-eventlog"]),
    ("async-nats", &["onestop-chassis"]),
    // Other nodes reach the journal as their witness.
    (
        "axum",
        &["onestop-chassis", "onestop-gateway", "onestop-journal"],
    ),
    ("figment", &["onestop-chassis"]),
    // Names are sealed in the log, as is what units type about them, and what is typed and not yet sent.
    (
        "chacha20poly1305",
        &["onestop-chassis", "onestop-gateway", "onestop-intake"],
    ),
    // Read models of other services are kept by the chassis.
    (
        "rusqlite",
        &["onestop-chassis", "onestop-gateway", "onestop-journal"],
    ),
    ("askama", &["onestop-gateway"]),
    // Files that people send, with limits on what is read of them.
    ("calamine", &["onestop-spreadsheet"]),
    ("rust_xlsxwriter", &["onestop-spreadsheet"]),
    ("zip", &["onestop-spreadsheet"]),
];

/// What a pure rule has no use for.
const IMPURE: [&str; 16] = [
    "async ",
    ".await",
    "tokio::",
    "async_nats",
    "sled",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::thread",
    "SystemTime",
    "Instant",
    "::now()",
    "now_v7",
    "rand::",
    "onestop_chassis",
];

/// No file is longer than this.
const LONGEST: usize = 600;
/// Two files may be longer than this.
const LONG: usize = 500;
/// Most files are no longer than this.
const USUAL: usize = 300;
/// Lines of a function that one can still hold in view.
const LONGEST_FUNCTION: usize = 60;

struct Member {
    name: String,
    folder: PathBuf,
    manifest: Table,
}

fn manifest(folder: &Path) -> Table {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    text.parse().unwrap()
}

fn members() -> Vec<Member> {
    let known = ["proto", "proto/generate", "tests"];
    let mut folders: Vec<PathBuf> = known.map(|folder| repository().join(folder)).into();
    for entry in std::fs::read_dir(repository().join("services")).unwrap() {
        folders.push(entry.unwrap().path());
    }
    folders.into_iter().map(member).collect()
}

fn member(folder: PathBuf) -> Member {
    let manifest = manifest(&folder);
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    Member {
        name,
        folder,
        manifest,
    }
}

fn dependencies<'a>(member: &'a Member, section: &str) -> BTreeMap<&'a str, &'a Value> {
    let table = member.manifest.get(section).and_then(Value::as_table);
    let entries = table.into_iter().flatten();
    entries
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

/// The Rust files below a folder, with their text.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    texts(folder, &["rs"])
}

/// The files of these kinds below a folder, with their text; not what a build has left there.
fn texts(folder: &Path, kinds: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "data"]
                .iter()
                .any(|name| path.ends_with(name))
            {
                found.extend(texts(&path, kinds));
            }
        } else if path
            .extension()
            .is_some_and(|kind| kinds.iter().any(|&known| kind == known))
        {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

#[test]
fn crates_depend_the_way_the_arrows_point() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.into_iter().collect();
    for member in members() {
        let allowed = arrows.get(member.name.as_str()).unwrap_or_else(|| {
            panic!(
                "{} is on no map: add it to ARCHITECTURE.md and here",
                member.name
            )
        });
        for used in dependencies(&member, "dependencies").keys() {
            assert!(
                !used.starts_with("onestop") || allowed.contains(used),
                "{} may not use {used}",
                member.name
            );
        }
    }
}

#[test]
fn the_outside_comes_in_through_rooms_of_its_own() {
    for member in members() {
        let used = dependencies(&member, "dependencies");
        for (outside, rooms) in ROOMS {
            assert!(
                !used.contains_key(outside) || rooms.contains(&member.name.as_str()),
                "{outside} belongs into {rooms:?}, not into {}",
                member.name
            );
        }
    }
}

#[test]
fn versions_are_named_once_and_every_one_is_used() {
    let root = manifest(repository());
    let mut unused: BTreeSet<&str> = root["workspace"]["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut members = members();
    // Tools of the tests are on no map of the product, and take their versions from the same place.
    members.extend(["tests/load", "tests/pipeline"].map(|tool| member(repository().join(tool))));
    for member in &members {
        assert_eq!(
            member.manifest["lints"]["workspace"].as_bool(),
            Some(true),
            "{} does not take the workspace's lints",
            member.name
        );
        for section in ["dependencies", "dev-dependencies"] {
            for (name, value) in dependencies(member, section) {
                assert_eq!(
                    value.get("workspace").and_then(Value::as_bool),
                    Some(true),
                    "{} sets a version of {name} of its own",
                    member.name
                );
                unused.remove(name);
            }
        }
    }
    assert_eq!(unused, BTreeSet::new(), "no crate uses these");
}

#[test]
fn the_domain_is_pure() {
    let mut looked_at = 0;
    for member in members() {
        let domain = member.folder.join("src/domain");
        let policy = member.folder.join("src/policy.rs");
        let mut rules = if domain.is_dir() {
            sources(&domain)
        } else {
            Vec::new()
        };
        if policy.is_file() {
            rules.push((policy.clone(), std::fs::read_to_string(&policy).unwrap()));
        }
        for (path, text) in rules {
            looked_at += 1;
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for (line, impure) in code.flat_map(|line| IMPURE.map(|word| (line, word))) {
                // A name may begin like a word of the list: `.awaited`.
                let goes_on = |rest: &str| rest.starts_with(|sign: char| sign.is_alphanumeric());
                let is_word = impure.ends_with(|sign: char| sign.is_alphanumeric());
                let mut found = line.match_indices(impure);
                assert!(
                    !found.any(|(at, _)| !is_word || !goes_on(&line[at + impure.len()..])),
                    "{} has '{impure}': {}",
                    path.display(),
                    line.trim()
                );
            }
        }
    }
    assert!(
        looked_at >= 20,
        "only {looked_at} files: has the domain moved?"
    );
}

#[test]
fn files_are_short() {
    let mut lengths = Vec::new();
    for member in members() {
        for (path, text) in sources(&member.folder) {
            let lines = text.lines().count();
            assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
            lengths.push(lines);
        }
    }
    let over = |limit: usize| lengths.iter().filter(|lines| **lines > limit).count();
    assert!(
        over(LONG) <= 2,
        "{} files are over {LONG} lines",
        over(LONG)
    );
    let (long, all) = (over(USUAL), lengths.len());
    assert!(
        long * 6 <= all,
        "{long} of {all} files are over {USUAL} lines"
    );
}

/// A comment says who does what: a word for any person hides the actor.
#[test]
fn comments_name_who_acts() {
    let mut found = Vec::new();
    for folder in comments::FOLDERS {
        for (path, text) in sources(&repository().join(folder)) {
            let path = path.strip_prefix(repository()).unwrap();
            found.extend(comments::vague(path, &text));
        }
    }
    assert!(
        found.is_empty(),
        "{} comments do not name who acts:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// A circle of files cannot be read, tested or moved one at a time.
#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut found = Vec::new();
    for member in members() {
        let Some(modules) = CrateModules::read(&member.folder) else {
            continue;
        };
        for circle in circles::circles(&modules) {
            found.push(format!("{}: {}", member.name, circle.join(" ↔ ")));
        }
    }
    assert!(
        found.is_empty(),
        "{} circles:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    let mut looked_at = 0;
    for member in members() {
        for (path, text) in sources(&member.folder) {
            let file = syn::parse_file(&text).unwrap();
            for function in functions::lengths(&file) {
                looked_at += 1;
                if function.lines > LONGEST_FUNCTION {
                    let functions::Length { name, line, lines } = function;
                    long.push(format!("{lines:4} {}:{line} {name}", path.display()));
                }
            }
        }
    }
    long.sort();
    assert!(looked_at > 3_000, "only {looked_at} functions were found");
    assert!(
        long.is_empty(),
        "{} functions have more than {LONGEST_FUNCTION} lines:\n{}",
        long.len(),
        long.join("\n")
    );
}

/// A type is found by its name: in one crate no two public types share one. The contract's services each have
/// a module of their own in proto, in which an event or a command is called by what happened alone.
#[test]
fn names_can_be_searched_for() {
    let mut problems = Vec::new();
    for member in members() {
        let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, text) in sources(&member.folder) {
            let file = syn::parse_file(&text).unwrap();
            let path = path.strip_prefix(repository()).unwrap();
            problems.extend(names::banned(path, &file));
            let inside = path.components().any(|part| part.as_os_str() == "src");
            if inside && !names::is_contract_of_one_service(path) {
                for name in names::public_types(&file) {
                    types
                        .entry(name)
                        .or_default()
                        .push(path.display().to_string());
                }
            }
        }
        problems.extend(names::doubled(&types));
    }
    assert!(
        problems.is_empty(),
        "{} names:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
