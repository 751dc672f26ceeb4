//! What can be seen on this machine: the data folder, its disk, the keys.

use std::{fs, io, os::unix::fs::PermissionsExt, path::Path};

use onestop_chassis::{keys, settings::Settings};
use onestop_gateway::accounts as gateway;
use onestop_intake::keyring::{folder_of, master::Origin};
use onestop_proto::actor::Role;

use super::{Finding, State};
use crate::{output::Output, services};

/// Below this a disk is soon full: a log stops, and says so, when nothing is left.
const SCARCE: u64 = 1 << 30;
/// Below this somebody should look.
const LITTLE: u64 = 5 << 30;

pub(super) fn look(settings: &Settings, output: &Output) -> Vec<Finding> {
    let data = &settings.data;
    let mut findings = vec![disk(data, output)];
    for service in services::names() {
        let folder = data.join(service.as_str());
        if folder.exists() {
            findings.push(key(service.as_str(), &folder, output));
        }
    }
    findings.extend(master_key(settings, output));
    findings.extend(accounts(settings, output));
    findings
}

/// Whether there is somebody who lets others in.
fn accounts(settings: &Settings, output: &Output) -> Option<Finding> {
    if !settings.data.join(gateway::file()).exists() {
        return None;
    }
    let about = output.say("账号", "accounts");
    let listed = gateway::Accounts::open(&settings.data).and_then(|accounts| accounts.list());
    let listed = match listed {
        Ok(listed) => listed,
        Err(error) => {
            let to_do = output.say("从备份放回", "put its file back from a backup");
            return Some(Finding::good(about, format!("{error:#}")).but(State::Bad, to_do));
        }
    };
    let mut open = listed
        .iter()
        .filter(|account| account.disabled_at.is_none());
    let count = open.clone().count();
    let found = Finding::good(
        about,
        format!("{count} {}", output.say("个可用", "can sign in")),
    );
    if open.any(|account| account.role == Role::UnitAdministrator) {
        return Some(found);
    }
    let to_do = output.say(
        "尚无单位管理员：onestop staff add <账号> --role unit-administrator --unit <单位> …",
        "nobody lets others in yet: onestop staff add <account> --role unit-administrator --unit <unit> …",
    );
    Some(found.but(State::Look, to_do))
}

fn disk(data: &Path, output: &Output) -> Finding {
    let about = output.say("磁盘", "disk");
    let place = data.display();
    let free = rustix::fs::statvfs(data).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    let free = match free.map_err(io::Error::from) {
        Ok(free) => free,
        Err(error) => {
            let to_do = output.say(
                "先运行 onestop up，或用 --data 指明数据目录",
                "run onestop up first, or say where the data is with --data",
            );
            return Finding::good(about, format!("{place}: {error}")).but(State::Bad, to_do);
        }
    };
    let unit = output.say("可用", "free");
    let found = Finding::good(about, format!("{place}  {:.1} GiB {unit}", gib(free)));
    let to_do = output.say(
        "腾出空间，或把数据目录移到更大的磁盘",
        "make room, or move the data to a larger disk",
    );
    match free {
        ..SCARCE => found.but(State::Bad, to_do),
        SCARCE..LITTLE => found.but(State::Look, to_do),
        LITTLE.. => found,
    }
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}

/// The signing key: there, readable by its owner alone, and with its public part beside it.
fn key(service: &str, folder: &Path, output: &Output) -> Finding {
    let about = format!("{} {service}", output.say("签名密钥", "signing key"));
    let secret = folder.join(keys::SECRET_FILE);
    let mode = fs::metadata(&secret).map(|found| found.permissions().mode());
    match (mode, keys::verifying_key(folder)) {
        (Err(error), _) => {
            let to_do = output.say(
                "从备份放回；否则此日志无法再签名",
                "put it back from a backup; without it the log cannot be signed",
            );
            Finding::good(about, format!("{}: {error}", secret.display())).but(State::Bad, to_do)
        }
        (Ok(mode), _) if mode & 0o077 != 0 => {
            let found = output.say("他人可读", "others can read it");
            let to_do = format!("chmod 600 {}", secret.display());
            Finding::good(about, found).but(State::Bad, to_do)
        }
        (Ok(_), Ok(Some(public))) => Finding::good(about, public.to_string()),
        (Ok(_), Ok(None)) => {
            let found = output.say("公钥缺失", "its public part is missing");
            let to_do = output.say("重启该服务", "restart the service");
            Finding::good(about, found).but(State::Look, to_do)
        }
        (Ok(_), Err(error)) => {
            let to_do = output.say("从备份放回", "put it back from a backup");
            Finding::good(about, format!("{error:#}")).but(State::Bad, to_do)
        }
    }
}

/// The master key: there where keys are wrapped with it, and readable by its owner alone.
fn master_key(settings: &Settings, output: &Output) -> Option<Finding> {
    let origin = Origin::of(settings);
    // One that is handed over in the environment is not ours to look at.
    let file = origin.file()?;
    if !folder_of(settings).exists() {
        return None;
    }
    let about = output.say("主密钥", "master key");
    let found = file.display().to_string();
    let to_do = match fs::metadata(file).map(|found| found.permissions().mode()) {
        Ok(mode) if mode & 0o077 == 0 => return Some(Finding::good(about, found)),
        Ok(_) => format!("chmod 600 {found}"),
        Err(_) => {
            let put_back = output.say(
                "放回另存的副本；没有它，个人信息不能再读",
                "put its copy back; without it personal data cannot be read",
            );
            put_back.to_owned()
        }
    };
    Some(Finding::good(about, found).but(State::Bad, to_do))
}
