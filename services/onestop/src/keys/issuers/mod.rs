//! The keys with which programs sign what they ask and command, and the rosters of those that are enrolled: one for the
//! hub, and one for each site, where its own operator may ask for everything.

mod changes;

use std::{fs, io, path::Path};

use anyhow::Context;
use onestop_chassis::{
    identity::{
        ANY_QUESTION, Enrolled, Issuer, IssuerKey, Issuers, KeyState, ROSTER_FILE, SpeaksFor,
    },
    service::Publishing,
};
use onestop_proto::{
    actor::{ServiceName, known_service},
    division::DivisionCode,
    issuer::IssuerName,
    query::CommonQuestion,
};
use tracing::warn;

use super::{
    SITE,
    acl::{CLI, GATEWAY},
    seeds, sites,
};
use crate::{
    cli::division_in,
    services::{self, ServiceInfo},
};

pub(super) use self::changes::{enrol_operator, revoke, rotate};

/// Its presence says that the installation is for training.
const TRAINING: &str = "training";
/// The file that says which division a site may speak for.
const DIVISION: &str = "division";
/// What services ask each other: what they have missed, and how far the other has come.
const PEERS_ASK: [&str; 2] = ["log", "sources"];
/// What one that holds copies asks as well, to compare them with their source.
const COPIES_ASK: &str = "root";
/// The questions of public pages, which no member of staff asks. Of `/track`: the case by its query code, then the papers that
/// the unit waits for and who holds the case; of `/places`: the photographs of a site.
const PUBLIC: [&str; 4] = ["track", "matter", "custody", "evidence"];
/// The one log of the hub that a site's gateway reads: what the bureaus have recorded of places, from which its directory is
/// made.
const DIRECTORY: &str = "registry.log";

/// Writes the marker of an installation for training.
pub(super) fn mark_as_training(folder: &Path) -> anyhow::Result<()> {
    let file = folder.join(TRAINING);
    seeds::write(&file, "").with_context(|| said!("cannot-write", path = file.display()))
}

/// Writes which division a site may speak for.
pub(super) fn write_division(own: &Path, within: DivisionCode) -> anyhow::Result<()> {
    let file = own.join(DIVISION);
    let written = seeds::write(&file, &format!("{within}\n"));
    written.with_context(|| said!("cannot-write", path = file.display()))
}

/// Makes missing keys and writes the rosters. What is on them already stays: former keys, revoked ones, operators.
pub(super) fn write(folder: &Path) -> anyhow::Result<()> {
    let mut wanted = of_hub(folder)?;
    let mut at_sites = Vec::new();
    for site in sites(folder)? {
        let own = folder.join(format!("{SITE}{site}"));
        let Some(within) = division_of(&own, &site)? else {
            warn!(%site, "it is not said which division the site may speak for: 'onestop keys init --site {site}=DIVISION'");
            continue;
        };
        let enrolled = of_site(&own, &site, within)?;
        wanted.extend(enrolled.iter().cloned().map(seen_from_hub));
        at_sites.push((own, site, enrolled));
    }
    let file = folder.join(ROSTER_FILE);
    let roster = merged(read(&file)?, &wanted);
    store(&file, &roster)?;
    for (own, site, enrolled) in at_sites {
        write_site(&own, &site, &roster, enrolled)?;
    }
    Ok(())
}

/// The roster of a site: the hub's programs as there, its own with what they may at home, and no other site's.
fn write_site(
    own: &Path,
    site: &ServiceName,
    hub: &Issuers,
    mut enrolled: Vec<Enrolled>,
) -> anyhow::Result<()> {
    for own in &mut enrolled {
        let at_hub = hub.issuers.iter();
        let mut same = at_hub.filter(|it| it.issuer == own.issuer && it.key == own.key);
        own.state = same.next().map_or(KeyState::Active, |it| it.state);
    }
    let of_sites = |it: &Enrolled| it.within.is_some();
    let others = hub.issuers.iter().filter(|it| !of_sites(it));
    let former = hub.issuers.iter().filter(|it| {
        node(&it.issuer) == Some(site.as_str()) && !enrolled.iter().any(|own| own.key == it.key)
    });
    let issuers = former.chain(others).cloned().chain(enrolled.clone());
    let roster = Issuers {
        issuers: issuers.collect(),
    };
    store(&own.join(ROSTER_FILE), &roster)
}

/// The node of a gateway, an operator or a service.
fn node(issuer: &IssuerName) -> Option<&str> {
    issuer.as_str().rsplit('/').next()
}

/// A site's program in the eyes of the hub. Its intake asks there for what it has missed, its operator nothing in its own name,
/// and its gateway what public pages show, of cases of its division alone (`Requester::ProgramOfSite`).
fn seen_from_hub(enrolled: Enrolled) -> Enrolled {
    let is_gateway = enrolled.issuer.as_str().starts_with(GATEWAY);
    let asks = match enrolled.issuer.service() {
        Some(_) => enrolled.asks,
        None if is_gateway => [DIRECTORY]
            .into_iter()
            .chain(PUBLIC)
            .map(str::to_owned)
            .collect(),
        None => Vec::new(),
    };
    Enrolled { asks, ..enrolled }
}

fn of_hub(folder: &Path) -> anyhow::Result<Vec<Enrolled>> {
    let main = known_service("main");
    let mut all = vec![operator(folder, &main, folder)?, gateway(folder, &main)?];
    for info in services::all() {
        all.push(service(folder, &info, &main)?);
    }
    Ok(all)
}

fn of_site(own: &Path, site: &ServiceName, within: DivisionCode) -> anyhow::Result<Vec<Enrolled>> {
    let hub = own.parent().unwrap_or(own);
    let mut all = vec![
        operator(own, site, hub)?,
        gateway(own, site)?,
        service(own, &services::intake(), site)?,
    ];
    for enrolled in &mut all {
        enrolled.within = Some(within);
    }
    Ok(all)
}

/// The operator of a node asks everything, and speaks for any person in an installation for training, for none elsewhere.
fn operator(folder: &Path, node: &ServiceName, hub: &Path) -> anyhow::Result<Enrolled> {
    let speaks_for = if hub.join(TRAINING).exists() {
        SpeaksFor::Everyone
    } else {
        SpeaksFor::Persons(Vec::new())
    };
    let mut operator = enrolled(folder, CLI, &format!("operator/{node}"), speaks_for)?;
    operator.asks = vec![ANY_QUESTION.to_owned()];
    Ok(operator)
}

/// A gateway speaks for all users who have signed in there, and passes on what it answers to the whole's supervisors.
fn gateway(folder: &Path, node: &ServiceName) -> anyhow::Result<Enrolled> {
    let name = format!("{GATEWAY}/{node}");
    let mut gateway = enrolled(folder, GATEWAY, &name, SpeaksFor::Everyone)?;
    let asks = CommonQuestion::NAMES.iter().copied().chain(PUBLIC);
    gateway.asks = asks.map(str::to_owned).collect();
    Ok(gateway)
}

/// A service proves the acts of its own rules; one that sends commands of persons passes their proof on.
fn service(folder: &Path, info: &ServiceInfo, instance: &ServiceName) -> anyhow::Result<Enrolled> {
    let speaks_for = if info.sends.is_empty() {
        SpeaksFor::Itself
    } else {
        SpeaksFor::Everyone
    };
    let name = format!("service/{}/{instance}", info.name);
    let mut service = enrolled(folder, info.name.as_str(), &name, speaks_for)?;
    service.asks = PEERS_ASK.map(str::to_owned).to_vec();
    if info.publishing == Publishing::Nothing {
        service.asks.push(COPIES_ASK.to_owned());
    }
    Ok(service)
}

/// The entry of a program; makes its key if there is none.
fn enrolled(
    folder: &Path,
    file: &str,
    issuer: &str,
    speaks_for: SpeaksFor,
) -> anyhow::Result<Enrolled> {
    let issuer: IssuerName = issuer.parse()?;
    let file = folder.join(format!("{file}.issuer"));
    let secret = seeds::secret(&file, || Ok(make(&issuer)?.secret.trim().to_owned()))?;
    let known = Issuer::parse(&secret).filter(|known| *known.name() == issuer);
    let key = known.and_then(|known| known.public());
    let key =
        key.with_context(|| said!("keys-not-of-issuer", path = file.display(), issuer = issuer))?;
    Ok(Enrolled {
        issuer,
        key,
        state: KeyState::Active,
        speaks_for,
        within: None,
        asks: Vec::new(),
    })
}

fn make(issuer: &IssuerName) -> anyhow::Result<IssuerKey> {
    IssuerKey::make(issuer).with_context(|| said!("keys-no-randomness"))
}

/// What was enrolled before, with what its issuers may today; then what is new.
fn merged(before: Issuers, wanted: &[Enrolled]) -> Issuers {
    let today = |known: Enrolled| {
        let same = wanted.iter().find(|it| it.issuer == known.issuer);
        match same {
            Some(wanted) => Enrolled {
                key: known.key,
                state: known.state,
                ..wanted.clone()
            },
            None => known,
        }
    };
    let mut issuers: Vec<Enrolled> = before.issuers.into_iter().map(today).collect();
    for enrolled in wanted {
        if !issuers.iter().any(|it| it.key == enrolled.key) {
            issuers.push(enrolled.clone());
        }
    }
    Issuers { issuers }
}

fn of_sites(folder: &Path) -> anyhow::Result<Vec<Enrolled>> {
    let mut all = Vec::new();
    for site in sites(folder)? {
        let own = folder.join(format!("{SITE}{site}"));
        if let Some(within) = division_of(&own, &site)? {
            all.extend(of_site(&own, &site, within)?);
        }
    }
    Ok(all)
}

fn division_of(own: &Path, site: &ServiceName) -> anyhow::Result<Option<DivisionCode>> {
    let file = own.join(DIVISION);
    match fs::read_to_string(&file) {
        Ok(text) => Ok(Some(text.trim().parse()?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(division_in(site)),
        Err(error) => Err(error).with_context(|| said!("cannot-read", path = file.display())),
    }
}

fn read(file: &Path) -> anyhow::Result<Issuers> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Issuers::default()),
        Err(error) => {
            return Err(error).with_context(|| said!("cannot-read", path = file.display()));
        }
    };
    serde_json::from_str(&text).with_context(|| said!("keys-no-roster", path = file.display()))
}

fn store(file: &Path, issuers: &Issuers) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(issuers)?;
    let written = seeds::write(file, &format!("{text}\n"));
    written.with_context(|| said!("cannot-write", path = file.display()))
}

#[cfg(test)]
mod tests;
