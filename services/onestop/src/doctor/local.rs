//! Checks of this machine: disk, keys, accounts.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use onestop_chassis::{keys, settings::Settings};
use onestop_gateway::accounts as gateway;
use onestop_intake::keyring::{folder_of, master::MasterKeySource};
use onestop_proto::actor::Role;

use super::{Finding, State, standbys};
use crate::{output::Output, remote, services};

/// Below so many free bytes, logs soon stop.
const SCARCE: u64 = 1 << 30;
/// Below so many free bytes, an operator should make room.
const LITTLE: u64 = 5 << 30;

pub(super) fn findings(settings: &Settings, output: &Output) -> Vec<Finding> {
    let data = &settings.data;
    let mut findings = vec![disk(data, output)];
    for service in services::names() {
        let folder = data.join(service.as_str());
        if folder.exists() {
            findings.push(key(service.as_str(), &folder, output));
        }
    }
    findings.extend(standbys::findings(data, output));
    findings.extend(master_key(settings, output));
    findings.extend(accounts(settings, output));
    findings
}

/// Whether a unit administrator can sign in, who manages the other accounts.
fn accounts(settings: &Settings, output: &Output) -> Option<Finding> {
    if !settings.data.join(gateway::file()).exists() {
        return None;
    }
    let about = output.message("accounts");
    let listed = gateway::Accounts::open(&settings.data).and_then(|accounts| accounts.list());
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => {
            // Putting a sound file back from a backup would lose what came since.
            let to_do = output.message(if gateway::is_damage(&error) {
                "doctor-accounts-put-back"
            } else {
                "doctor-accounts-keep"
            });
            return Some(Finding::good(about, output.failure(&error)).but(State::Bad, to_do));
        }
    };
    let mut open = listed
        .iter()
        .filter(|account| account.disabled_at.is_none());
    let count = open.clone().count();
    let found = Finding::good(
        about,
        format!("{count} {}", output.message("doctor-accounts-open")),
    );
    let administers = |account: &gateway::Account| {
        let others = account.other_posts.iter().map(|post| post.role);
        std::iter::once(account.role)
            .chain(others)
            .any(|role| role == Role::UnitAdministrator)
    };
    let outside = outside_posts(open.clone(), settings);
    if !open.any(administers) {
        let to_do = output.message("doctor-accounts-no-administrator");
        return Some(found.but(State::Look, to_do));
    }
    if outside.is_empty() {
        return Some(found);
    }
    let to_do = output.message("doctor-accounts-outside");
    Some(found.but(State::Look, format!("{to_do}: {}", outside.join(", "))))
}

/// The accounts with a post that their unit does not have, such as a supervisor of a police station: `<account> <role>@<unit>`.
fn outside_posts<'a>(
    accounts: impl Iterator<Item = &'a gateway::Account>,
    settings: &Settings,
) -> Vec<String> {
    // Another check says what keeps the directory from being read.
    let Ok(directory) = remote::load_directory(settings) else {
        return Vec::new();
    };
    let posts = accounts.flat_map(|account| {
        let main = gateway::Post {
            role: account.role,
            unit: account.unit.clone(),
        };
        let others = account.other_posts.iter().cloned();
        std::iter::once(main)
            .chain(others)
            .map(move |post| (&account.id, post))
    });
    let outside = posts.filter(|(_, post)| !directory.has_role(&post.unit, post.role));
    outside.map(|(id, post)| format!("{id} {post}")).collect()
}

fn disk(data: &Path, output: &Output) -> Finding {
    let about = output.message("doctor-disk");
    let place = data.display();
    let free = rustix::fs::statvfs(data).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    let free = match free.map_err(io::Error::from) {
        Ok(free) => free,
        Err(error) => {
            let to_do = output.message("doctor-disk-missing");
            return Finding::good(about, format!("{place}: {error}")).but(State::Bad, to_do);
        }
    };
    let unit = output.message("doctor-disk-free");
    let found = Finding::good(about, format!("{place}  {:.1} GiB {unit}", gib(free)));
    let to_do = output.message("doctor-disk-full");
    match free {
        ..SCARCE => found.but(State::Bad, to_do),
        SCARCE..LITTLE => found.but(State::Look, to_do),
        LITTLE.. => found,
    }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}

/// The signing key exists, only its owner can read it, and its public part is beside it.
fn key(service: &str, folder: &Path, output: &Output) -> Finding {
    let about = format!("{} {service}", output.message("doctor-signing-key"));
    let secret = folder.join(keys::SECRET_FILE);
    let mode = fs::metadata(&secret).map(|found| found.permissions().mode());
    match (mode, keys::verifying_key(folder)) {
        (Err(error), _) => {
            let to_do = output.message("doctor-signing-key-missing");
            Finding::good(about, format!("{}: {error}", secret.display())).but(State::Bad, to_do)
        }
        (Ok(mode), _) if mode & 0o077 != 0 => {
            let found = output.message("doctor-readable");
            let to_do = format!("chmod 600 {}", secret.display());
            Finding::good(about, found).but(State::Bad, to_do)
        }
        (Ok(_), Ok(Some(public))) => Finding::good(about, public.to_string()),
        (Ok(_), Ok(None)) => {
            let found = output.message("doctor-public-key-missing");
            let to_do = output.message("doctor-restart-service");
            Finding::good(about, found).but(State::Look, to_do)
        }
        (Ok(_), Err(error)) => {
            let to_do = output.message("doctor-key-put-back");
            Finding::good(about, output.failure(&error)).but(State::Bad, to_do)
        }
    }
}

/// The master key exists where keys are wrapped with it, and only its owner can read it.
fn master_key(settings: &Settings, output: &Output) -> Option<Finding> {
    let origin = MasterKeySource::of(settings);
    // A master key in the environment has no file to check.
    let file = origin.file()?;
    if !folder_of(settings).exists() {
        return None;
    }
    let about = output.message("doctor-master-key");
    let found = file.display().to_string();
    let to_do = match fs::metadata(file).map(|found| found.permissions().mode()) {
        Ok(mode) if mode & 0o077 == 0 => return Some(Finding::good(about, found)),
        Ok(_) => format!("chmod 600 {found}"),
        Err(_) => output.message("doctor-master-key-missing"),
    };
    Some(Finding::good(about, found).but(State::Bad, to_do))
}
