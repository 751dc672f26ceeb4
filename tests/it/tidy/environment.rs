//! Whose an environment variable is, by its name: `ONESTOP_…` the program's, `TESTS_…` the tests'.

use std::collections::BTreeSet;

use onestop_chassis::settings::Settings;

use super::{repository, texts};

/// Those of the command line and of the build, and a made-up one that a test expects to be refused.
const NOT_SETTINGS: [&str; 5] = ["CONFIG", "AS", "LANG", "COMMIT", "NATZ"];

/// The names that follow the program's prefix in a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let no_letter = |letter: char| !(letter.is_ascii_uppercase() || letter == '_');
    text.split("ONESTOP_").skip(1).map(move |rest| {
        let end = rest.find(no_letter).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Every service refuses a variable `ONESTOP_…` that is no setting: one for the tests alone would stop them all.
#[test]
fn a_variable_of_the_program_is_a_setting() {
    let settings = serde_json::to_value(Settings::default()).unwrap();
    let mut known: BTreeSet<String> = settings
        .as_object()
        .unwrap()
        .keys()
        .map(|name| name.to_uppercase())
        .collect();
    known.extend(NOT_SETTINGS.map(str::to_owned));
    let mut unknown = BTreeSet::new();
    for (path, text) in texts(repository(), &["rs", "sh", "md", "mjs", "py", "toml"]) {
        for name in variables(&text).filter(|name| !name.is_empty()) {
            if !known.contains(name) {
                unknown.insert((path.clone(), name.to_owned()));
            }
        }
    }
    assert_eq!(unknown, BTreeSet::new(), "no settings: call them TESTS_…");
}
