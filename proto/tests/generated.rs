//! The committed contract documents are what the types say. To renew them after a change:
//!
//! ```text
//! ONESTOP_RENEW=1 cargo test -p onestop-proto --test generated
//! ```

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{collections::BTreeMap, env, fs, path::Path};

use onestop_proto::{
    actor::Role,
    contract,
    http::{self, OperationKind},
    permission,
};

/// Who may send what: one row for each command, one column for each role that people have.
fn permissions() -> String {
    const ROLES: [Role; 5] = [
        Role::Clerk,
        Role::Specialist,
        Role::Supervisor,
        Role::UnitAdministrator,
        Role::Auditor,
    ];
    let columns = ROLES.map(|role| format!("{} {role}", role.text().zh));
    let mut table = format!(
        "<!-- Generated from onestop-proto; tests/generated.rs says how to renew it. -->\n\
         # Who may do what (权限)\n\n\
         Which role may send which command at all. Whether this person may, to this case (own window, unit that \
         has custody, supervisor of that division), is decided with the case. No command is sent as the system: \
         its rules act inside the services.\n\n\
         | service | command | 命令 | {} |\n|---|---|---|{}\n",
        columns.join(" | "),
        ":-:|".repeat(ROLES.len())
    );
    let mut told: Vec<String> = Vec::new();
    for operation in http::operations() {
        if operation.asks != OperationKind::Command {
            continue;
        }
        let (service, name) = (operation.service, operation.name);
        let may = ROLES.map(|role| match permission::permits(role, service, name) {
            true => "✓",
            false => "–",
        });
        let (title, may) = (operation.title.zh, may.join(" | "));
        told.push(format!("| {service} | {name} | {title} | {may} |\n"));
    }
    told.sort();
    told.dedup();
    table.extend(told);
    table
}

fn documents() -> BTreeMap<String, String> {
    let mut documents: BTreeMap<String, String> = contract::schemas()
        .into_iter()
        .map(|(path, schema)| {
            let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
            (format!("schemas/{path}"), text)
        })
        .collect();
    let asyncapi = serde_yaml_ng::to_string(&contract::asyncapi()).unwrap();
    let heading =
        "# Generated from the types of onestop-proto; tests/generated.rs says how to renew it.\n";
    documents.insert("asyncapi.yaml".to_owned(), heading.to_owned() + &asyncapi);
    let openapi = serde_yaml_ng::to_string(&http::openapi()).unwrap();
    documents.insert("openapi.yaml".to_owned(), heading.to_owned() + &openapi);
    documents.insert("permissions.md".to_owned(), permissions());
    documents
}

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
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = documents();
    if env::var_os("ONESTOP_RENEW").is_some() {
        fs::remove_dir_all(root.join("schemas")).ok();
        for (path, text) in &wanted {
            let file = root.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    committed(&root.join("schemas"), &mut found, root);
    for name in ["asyncapi.yaml", "openapi.yaml", "permissions.md"] {
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
        "stale: {stale:?}; renew with ONESTOP_RENEW=1 (see the head of this file)"
    );
}
