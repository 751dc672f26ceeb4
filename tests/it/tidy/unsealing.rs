//! Where personal data is unsealed. A reading that is not recorded would need another place.

use std::collections::BTreeSet;

use super::sources;
use crate::harness::repository;

/// The files of intake that unseal what citizens said, and why no reading passes by the record there.
const PLACES: &[(&str, &str)] = &[
    (
        "attachments/mod.rs",
        "A piece of a file: the service reads it once the reading is recorded.",
    ),
    (
        "attachments/piece.rs",
        "The same; and no other file calls it.",
    ),
    ("keyring/mod.rs", "The keyring itself."),
    (
        "personal/index.rs",
        "The blind index: hashes of names and numbers leave it, and no text.",
    ),
    (
        "personal/mod.rs",
        "The parts of a case: opened by a recorded reading, or compared with those of another case.",
    ),
    (
        "service/files.rs",
        "The name of a file: behind the record of its reading, or sealed anew to the public key of its case.",
    ),
    (
        "service/named_cases.rs",
        "Agents of two cases are compared, and applicants checked by the rules of another item: who may act is answered.",
    ),
    (
        "service/tracking.rs",
        "The query code is compared with the one that the citizen typed.",
    ),
];

#[test]
fn personal_data_is_unsealed_in_known_places_alone() {
    let folder = repository().join("services/intake/src");
    let mut found = BTreeSet::new();
    for (path, text) in sources(&folder) {
        let name = path.strip_prefix(&folder).unwrap();
        let name = name.to_string_lossy().into_owned();
        let is_test = name.split('/').any(|part| part.starts_with("test"));
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let unseals = [".unseal(", "::unseal("];
        if !is_test && unseals.iter().any(|call| code.contains(call)) {
            found.insert(name);
        }
    }
    let found: Vec<_> = found.iter().map(String::as_str).collect();
    let known: Vec<_> = PLACES.iter().map(|(place, _)| *place).collect();
    assert_eq!(found, known);
}
