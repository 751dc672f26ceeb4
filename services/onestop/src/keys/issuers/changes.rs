//! Changes to who is enrolled: a person on the command line, another key, a revoked one.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use onestop_chassis::identity::{ANY_QUESTION, Enrolled, KeyState, ROSTER_FILE, SpeaksFor};
use onestop_proto::{actor::Actor, issuer::IssuerName};

use super::{
    super::{
        SITE,
        acl::{CLI, GATEWAY},
        seeds,
    },
    enrolled, make, node, of_hub, of_sites, read, store, write,
};
use crate::cli::WhichKeys;

/// Enrols a person who acts on the command line under their own name.
pub(in crate::keys) fn enrol_operator(folder: &Path, actor: &Actor) -> anyhow::Result<()> {
    let name = format!("operator/{}", actor.staff);
    let programs = [of_hub(folder)?, of_sites(folder)?].concat();
    if programs.iter().any(|it| it.issuer.as_str() == name) {
        bail!(said!("keys-operator-name", name = name));
    }
    let file = format!("operator-{}", actor.staff);
    let none = SpeaksFor::Persons(Vec::new());
    let mut person = enrolled(folder, &file, &name, none)?;
    person.asks = vec![ANY_QUESTION.to_owned()];
    let roster = folder.join(ROSTER_FILE);
    let mut issuers = read(&roster)?;
    if !issuers.issuers.iter().any(|it| it.key == person.key) {
        issuers.issuers.push(person);
    }
    for known in &mut issuers.issuers {
        if known.issuer.as_str() == name
            && let SpeaksFor::Persons(persons) = &mut known.speaks_for
            && !persons.contains(actor)
        {
            persons.push(actor.clone());
        }
    }
    store(&roster, &issuers)?;
    write(folder)
}

/// Gives an issuer a new key. Returns its file.
pub(in crate::keys) fn rotate(folder: &Path, issuer: &IssuerName) -> anyhow::Result<PathBuf> {
    let roster = folder.join(ROSTER_FILE);
    let mut issuers = read(&roster)?;
    let known = issuers.issuers.iter().rfind(|it| it.issuer == *issuer);
    let known = known.with_context(|| said!("keys-not-enrolled", issuer = issuer))?;
    let new = make(issuer)?;
    let enrolled = Enrolled {
        key: new.public,
        state: KeyState::Active,
        ..known.clone()
    };
    issuers.issuers.push(enrolled);
    let file = file_of(folder, issuer)?;
    // The roster first: a key that is not enrolled yet would be refused.
    store(&roster, &issuers)?;
    let written = seeds::write(&file, &new.secret);
    written.with_context(|| said!("cannot-write", path = file.display()))?;
    write(folder)?;
    Ok(file)
}

/// Revokes keys of an issuer. Returns how many.
pub(in crate::keys) fn revoke(
    folder: &Path,
    issuer: &IssuerName,
    which: WhichKeys,
) -> anyhow::Result<usize> {
    let roster = folder.join(ROSTER_FILE);
    let mut issuers = read(&roster)?;
    let of_issuer = issuers.issuers.iter_mut();
    let mut keys: Vec<&mut Enrolled> = of_issuer.filter(|it| it.issuer == *issuer).collect();
    if which == WhichKeys::Former {
        keys.pop();
    }
    if keys.is_empty() {
        bail!(said!("keys-no-such-key", issuer = issuer));
    }
    let revoked = keys.len();
    for enrolled in keys {
        enrolled.state = KeyState::Revoked;
    }
    store(&roster, &issuers)?;
    write(folder)?;
    Ok(revoked)
}

fn file_of(folder: &Path, issuer: &IssuerName) -> anyhow::Result<PathBuf> {
    let node = node(issuer).unwrap_or_default();
    let site = folder.join(format!("{SITE}{node}"));
    let home = if site.is_dir() { &site } else { folder };
    let (kind, _) = issuer.as_str().split_once('/').unwrap_or_default();
    let name = match (issuer.service(), kind) {
        (Some(service), _) => service.to_owned(),
        (None, GATEWAY) => GATEWAY.to_owned(),
        (None, _) if home != folder || node == "main" => CLI.to_owned(),
        (None, _) => format!("operator-{node}"),
    };
    let file = home.join(format!("{name}.issuer"));
    if !file.is_file() {
        bail!(said!("file-not-there", path = file.display()));
    }
    Ok(file)
}
