//! Keys for services and sites, and the configuration of the broker that grants each what it needs. `onestop up` and
//! `onestop keys init` share them, so that tests run with the configuration that is deployed.

pub(crate) mod acl;
mod backup_recipient;
mod init;
mod issuers;
mod master;
mod remembered;
mod seeds;
mod server_conf;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use onestop_chassis::{data_lock::DataLock, keys as log_keys, settings::Settings};
use onestop_proto::{actor::ServiceName, envelope::Source};

use serde_json::json;

use crate::{
    cli::{ClusterServer, KeysCommand},
    output::Output,
    services,
};
use acl::{Grantee, OPERATOR};
use server_conf::{Cluster, Login, Server, Tls, User};

/// The file name of the hub's configuration.
const HUB_CONF: &str = "nats.conf";
/// The key of the server's system account.
const SYSTEM: &str = "system";
/// The prefix of a site's folder.
const SITE: &str = "site-";

/// The settings of a hub's broker.
#[derive(Debug, Clone)]
pub(crate) struct Hub {
    pub(crate) listen: SocketAddr,
    pub(crate) leaves: Option<SocketAddr>,
    pub(crate) store: PathBuf,
    pub(crate) pid_file: Option<PathBuf>,
    tls: Option<Tls>,
    /// The servers that are the broker together, if it is not one alone.
    cluster: Vec<(ClusterServer, Cluster)>,
}

impl Hub {
    pub(crate) fn on(listen: SocketAddr, store: PathBuf, pid_file: PathBuf) -> Self {
        Self {
            listen,
            leaves: None,
            store,
            pid_file: Some(pid_file),
            tls: None,
            cluster: Vec::new(),
        }
    }
}

pub(crate) fn key_file(folder: &Path, name: &str) -> PathBuf {
    seeds::file(folder, name)
}

pub(crate) fn operator(folder: &Path) -> PathBuf {
    key_file(folder, OPERATOR)
}

/// Makes missing keys, and writes the configuration of the hub, or of each of its servers. Returns their paths.
pub(crate) fn write_hub(folder: &Path, hub: &Hub) -> anyhow::Result<Vec<PathBuf>> {
    make_folder(folder)?;
    // First: a program that finds its key for the broker finds the one to sign with beside it.
    issuers::write(folder)?;
    let mut users = users(folder, acl::hub())?;
    let sites = sites(folder)?;
    for site in &sites {
        let Grantee { name, rights } = acl::link(site);
        let password = seeds::password(&folder.join(&name).join("link.password"))?;
        let login = Login::Password {
            user: name,
            password,
        };
        users.push(User { login, rights });
    }
    let mut server = Server {
        name: "onestop".to_owned(),
        listen: hub.listen,
        pid_file: hub.pid_file.clone(),
        store: Some(hub.store.clone()),
        cluster: None,
        leaves: hub.leaves,
        hub: None,
        tls: hub.tls.clone(),
        users,
        sites: sites.len(),
        system: seeds::public(folder, SYSTEM)?,
    };
    let mut written = Vec::new();
    for (one, cluster) in &hub.cluster {
        server.name = one.name.to_string();
        server.listen = one.listen;
        server.cluster = Some(cluster.clone());
        written.push(write_conf(
            &server,
            &folder.join(format!("{}.conf", one.name)),
        )?);
    }
    if written.is_empty() {
        written.push(write_conf(&server, &folder.join(HUB_CONF))?);
    }
    Ok(written)
}

fn write_conf(server: &Server, file: &Path) -> anyhow::Result<PathBuf> {
    let written = seeds::write(file, &server.text());
    written.with_context(|| said!("cannot-write", path = file.display()))?;
    Ok(file.to_owned())
}

/// Makes an installation one for training: its operator may act as any person.
pub(crate) fn mark_as_training(folder: &Path) -> anyhow::Result<()> {
    make_folder(folder)?;
    issuers::mark_as_training(folder)
}

pub(crate) fn sites(folder: &Path) -> anyhow::Result<Vec<ServiceName>> {
    let mut sites = Vec::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| said!("cannot-read", path = folder.display()))? {
        let name = entry?.file_name();
        if let Some(site) = name.to_string_lossy().strip_prefix(SITE) {
            sites.push(site.parse()?);
        }
    }
    sites.sort();
    Ok(sites)
}

fn users(folder: &Path, grantees: Vec<Grantee>) -> anyhow::Result<Vec<User>> {
    let user = |Grantee { name, rights }| {
        let login = Login::Key(seeds::public(folder, &name)?);
        Ok(User { login, rights })
    };
    grantees.into_iter().map(user).collect()
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| said!("cannot-make", path = folder.display()))
}

fn provide_signing_key(
    service: &ServiceName,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    if !services::names().contains(service) {
        bail!(said!("service-without-log", service = service));
    }
    let _lock = DataLock::part(&settings.data, service.as_str())?;
    let own = Source {
        service: service.clone(),
        instance: settings.instance.clone(),
    };
    let key = log_keys::provide(&settings.data.join(service.as_str()), &own)?;
    output.print_value(&json!({ "public": key.to_string() }), || key.to_string());
    Ok(())
}

/// Runs a command on keys; `own` is the folder of those that `onestop up` made.
pub(crate) fn run(
    command: &KeysCommand,
    own: &Path,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    match command {
        KeysCommand::Init(args) => init::run(args, output),
        KeysCommand::Rotate { issuer, keys } => {
            let keys = keys.as_deref().unwrap_or(own);
            let file = issuers::rotate(keys, issuer)?;
            output.print_value(&json!({ "issuer": issuer, "key": file }), || {
                let advice = output.message("issuer-rotated-next");
                format!("{}\n{advice}", file.display())
            });
            Ok(())
        }
        KeysCommand::Revoke {
            issuer,
            keys,
            which,
        } => {
            let keys = keys.as_deref().unwrap_or(own);
            let revoked = issuers::revoke(keys, issuer, *which)?;
            output.print_value(&json!({ "issuer": issuer, "revoked": revoked }), || {
                let done = output.message("issuer-revoked");
                format!("{issuer}: {revoked} {done}")
            });
            Ok(())
        }
        KeysCommand::Signing { service } => provide_signing_key(service, settings, output),
        KeysCommand::BackupRecipient { out } => backup_recipient::make(out, output),
        KeysCommand::NewMaster { out } => master::new(out, output),
        KeysCommand::RotateMaster { new } => master::rotate(new.as_deref(), settings, output),
    }
}
