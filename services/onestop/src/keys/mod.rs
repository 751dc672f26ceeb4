//! `onestop keys init`: a key for each service and site, and the broker's configuration in which each may
//! do no more than its work needs. `onestop up` uses the same, so what is tested is what is deployed.

mod conf;
mod master;
pub(crate) mod roster;
mod seeds;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::settings::Settings;
use onestop_proto::actor::ServiceName;
use serde::Serialize;

use crate::{
    cli::{InitArgs, KeysCommand},
    output::Output,
};
use conf::{Login, Server, Tls, User};
use roster::{Member, OPERATOR};

/// The name of the configuration in its folder.
const HUB_CONF: &str = "nats.conf";
const LEAF_CONF: &str = "leaf.conf";
/// The key of whoever may look at the server itself.
const SYSTEM: &str = "system";
/// A site's folder begins with this.
const SITE: &str = "site-";

/// What a hub's configuration says besides who may sign in.
#[derive(Debug, Clone)]
pub(crate) struct Hub {
    pub(crate) listen: SocketAddr,
    pub(crate) leaves: Option<SocketAddr>,
    pub(crate) store: PathBuf,
    pub(crate) pid_file: Option<PathBuf>,
    tls: Option<Tls>,
}

impl Hub {
    pub(crate) fn on(listen: SocketAddr, store: PathBuf, pid_file: PathBuf) -> Self {
        Self {
            listen,
            leaves: None,
            store,
            pid_file: Some(pid_file),
            tls: None,
        }
    }
}

/// The key that a program signs in with, of the folder that `keys init` made.
pub(crate) fn key_file(folder: &Path, name: &str) -> PathBuf {
    seeds::file(folder, name)
}

/// That of the operator.
pub(crate) fn operator(folder: &Path) -> PathBuf {
    key_file(folder, OPERATOR)
}

/// Makes the keys that are missing, and writes the configuration of the hub; its path.
///
/// # Errors
/// If the folder cannot be written.
pub(crate) fn hub(folder: &Path, hub: &Hub) -> anyhow::Result<PathBuf> {
    make_folder(folder)?;
    let mut users = users(folder, roster::hub())?;
    for site in sites(folder)? {
        let Member { name, rights } = roster::link(&site);
        let password = seeds::password(&folder.join(&name).join("link.password"))?;
        let login = Login::Password {
            user: name,
            password,
        };
        users.push(User { login, rights });
    }
    let server = Server {
        name: "onestop".to_owned(),
        listen: hub.listen,
        pid_file: hub.pid_file.clone(),
        store: Some(hub.store.clone()),
        leaves: hub.leaves,
        hub: None,
        tls: hub.tls.clone(),
        users,
        system: seeds::public(folder, SYSTEM)?,
    };
    let file = folder.join(HUB_CONF);
    let written = seeds::write(&file, &server.text());
    written.with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

/// The sites that a folder of keys knows.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn sites(folder: &Path) -> anyhow::Result<Vec<ServiceName>> {
    let mut sites = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let name = entry?.file_name();
        if let Some(site) = name.to_string_lossy().strip_prefix(SITE) {
            sites.push(site.parse()?);
        }
    }
    sites.sort();
    Ok(sites)
}

fn users(folder: &Path, members: Vec<Member>) -> anyhow::Result<Vec<User>> {
    let user = |Member { name, rights }| {
        let login = Login::Key(seeds::public(folder, &name)?);
        Ok(User { login, rights })
    };
    members.into_iter().map(user).collect()
}

/// Keys and configuration of a site's own broker.
fn site(
    folder: &Path,
    site: &ServiceName,
    (listen, hub, secure): (SocketAddr, SocketAddr, bool),
) -> anyhow::Result<PathBuf> {
    let own = folder.join(format!("{SITE}{site}"));
    make_folder(&own)?;
    let password = seeds::password(&own.join("link.password"))?;
    let scheme = if secure { "tls" } else { "nats-leaf" };
    let server = Server {
        name: format!("{SITE}{site}"),
        listen,
        pid_file: None,
        store: None,
        leaves: None,
        hub: Some(format!("{scheme}://{SITE}{site}:{password}@{hub}")),
        tls: None,
        users: users(&own, roster::at_site(site))?,
        system: seeds::public(&own, SYSTEM)?,
    };
    let file = own.join(LEAF_CONF);
    let written = seeds::write(&file, &server.text());
    written.with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))
}

/// What was made, for whoever asked.
#[derive(Serialize)]
struct Made {
    configuration: PathBuf,
    keys: PathBuf,
    sites: Vec<PathBuf>,
}

/// Carries out `onestop keys …`.
///
/// # Errors
/// If the folder cannot be written, or the words do not fit together.
pub(crate) fn carry_out(
    about: &KeysCommand,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match about {
        KeysCommand::Init(asked) => init(asked, output),
        KeysCommand::NewMaster { out } => master::new(out, output),
        KeysCommand::RotateMaster { new } => master::rotate(new.as_deref(), settings, output),
    }
}

fn init(asked: &InitArgs, output: &Output) -> anyhow::Result<()> {
    let tls = match (&asked.server_cert, &asked.server_key) {
        (Some(cert), Some(key)) => Some(Tls {
            cert: cert.clone(),
            key: key.clone(),
            ca: asked.client_ca.clone(),
        }),
        (None, None) if asked.client_ca.is_none() => None,
        _ => bail!("a server's certificate needs its key: say both --server-cert and --server-key"),
    };
    if !asked.sites.is_empty() && asked.leaf_listen.is_none() {
        bail!("where do the sites connect? Say --leaf-listen ADDRESS, such as 0.0.0.0:7422");
    }
    let mut made = Vec::new();
    if let Some(at) = asked.leaf_listen {
        let hub = asked.leaf_advertise.unwrap_or(at);
        for name in &asked.sites {
            made.push(site(
                &asked.out,
                name,
                (asked.site_listen, hub, tls.is_some()),
            )?);
        }
    }
    let configuration = hub(
        &asked.out,
        &Hub {
            listen: asked.listen,
            leaves: asked.leaf_listen,
            store: asked.store.clone(),
            pid_file: None,
            tls,
        },
    )?;
    let made = Made {
        configuration,
        keys: asked.out.clone(),
        sites: made,
    };
    output.show(&made, || {
        let (conf, keys) = (made.configuration.display(), made.keys.display());
        let next = output.say("下一步", "next");
        let sites = made.sites.iter();
        let sites: Vec<String> = sites.map(|site| format!("  nats-server -c {}", site.display())).collect();
        format!(
            "{keys}/*.nk\n{next}:\n  nats-server -c {conf}\n  onestop provision --keys {keys}\n  onestop-intake --nats-key {keys}/intake.nk …\n{}",
            sites.join("\n")
        )
    });
    Ok(())
}
