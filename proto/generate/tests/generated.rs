//! The committed documents in `proto/` are what the types say. To renew them after a change:
//!
//! ```text
//! TESTS_RENEW=1 cargo test -p onestop-proto-generate
//! ```

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{collections::BTreeMap, env, fs, path::Path};

use onestop_proto_generate::documents;

fn committed(folder: &Path, found: &mut BTreeMap<String, String>, root: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            committed(&path, found, root);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn the_committed_documents_are_what_the_types_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let wanted = documents().unwrap();
    if env::var_os("TESTS_RENEW").is_some() {
        fs::remove_dir_all(root.join("schemas")).ok();
        for (path, text) in &wanted {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    committed(&root.join("schemas"), &mut found, root);
    for name in [
        "asyncapi.yaml",
        "openapi.json",
        "openapi.yaml",
        "permissions.md",
    ] {
        let text = fs::read_to_string(root.join(name)).unwrap_or_default();
        found.insert(name.to_owned(), text);
    }
    let stale: Vec<&String> = wanted
        .keys()
        .chain(found.keys())
        .filter(|path| wanted.get(*path) != found.get(*path))
        .collect();
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; renew with TESTS_RENEW=1 (see the head of this file)"
    );
}
