//! `onestop keys …`, `onestop provision`.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use onestop_proto::{
    actor::{Actor, ServiceName},
    division::DivisionCode,
    issuer::IssuerName,
};
use serde::{Deserialize, Serialize};

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key for each service and site, and the broker's configuration for them
    Init(Box<InitArgs>),
    /// Give an issuer a new key to sign with (轮换); the former counts until it is revoked
    #[command(after_help = "\
Hand the new file to the program and start it again; then 'onestop keys revoke ISSUER --which former'.

Example: onestop keys rotate gateway/main --keys /etc/onestop/keys")]
    Rotate {
        /// Such as gateway/main, operator/main or service/intake/main
        issuer: IssuerName,
        /// Folder that 'onestop keys init' made; that of 'onestop up' without it
        #[arg(long, value_name = "FOLDER")]
        keys: Option<PathBuf>,
    },
    /// Accept nothing any more that an issuer's key signs (吊销)
    #[command(after_help = "\
Services see it within seconds where they read this folder's issuers.json; copy it to those that do not.

Example: onestop keys revoke gateway/town-530821101 --keys /etc/onestop/keys")]
    Revoke {
        /// Such as gateway/main, operator/main or service/intake/main
        issuer: IssuerName,
        /// Folder that 'onestop keys init' made; that of 'onestop up' without it
        #[arg(long, value_name = "FOLDER")]
        keys: Option<PathBuf>,
        /// All of its keys, or those before the newest
        #[arg(long, value_enum, default_value = "all")]
        which: WhichKeys,
    },
    /// Make the key with which a service signs its log, before its first start, and print its public half
    #[command(after_help = "\
For whoever checks proofs on another machine or in another container. A service that finds none makes it itself.

Example: onestop keys signing --service intake --data data/intake")]
    Signing {
        /// Whose log
        #[arg(long)]
        service: ServiceName,
    },
    /// Make the pair of keys of backups (备份密钥): what is encrypted to the recipient, only the identity opens
    #[command(after_help = "\
It prints the recipient: set backup_recipients to it. The file holds the identity, which a restore needs: keep it off this
machine, with a copy elsewhere. Who has a backup and no identity reads nothing in it; without the identity, nobody does.

Example: onestop keys backup-recipient --out /media/usb/backup.identity")]
    BackupRecipient {
        /// The file of the identity; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Make a master key for personal data (主密钥), for settings to name
    #[command(after_help = "\
It wraps the keys of personal data. Backups leave it out: keep a copy of it apart from them, and nobody who
finds a backup can read a name; lose it, and nobody can.

Example: onestop keys new-master --out /etc/onestop/master.key")]
    NewMaster {
        /// The file; must not be there yet
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take a new master key into use (轮换): wrap every key anew; intake must be stopped
    #[command(after_help = "\
Afterwards the old master key opens nothing any more but what earlier backups hold, and nothing else opens those.
Make a backup, keep the old key apart from the backups of before, and destroy it together with the last of them: from
then on, the persons that were erased since cannot be read from them either. Killed at any moment, it is finished by
running it again.

Example: onestop keys rotate-master --data /var/lib/onestop")]
    RotateMaster {
        /// Take this key instead of a new one
        #[arg(long, value_name = "FILE")]
        new: Option<PathBuf>,
    },
}

/// A site, and the division that it may speak for.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) name: ServiceName,
    pub(crate) within: DivisionCode,
}

impl FromStr for Site {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, said) = match text.split_once('=') {
            Some((name, division)) => (name, Some(division.parse()?)),
            None => (text, None),
        };
        let name: ServiceName = name.parse()?;
        let within = said.or_else(|| division_in(&name));
        let within = within.with_context(|| {
            format!(
                "请写明 {name} 的区划，例如 {name}=530821 / \
                 say for which division {name} is, such as {name}=530821"
            )
        })?;
        Ok(Self { name, within })
    }
}

/// The division that the name of a site ends in.
pub(crate) fn division_in(site: &ServiceName) -> Option<DivisionCode> {
    site.as_str().rsplit('-').next()?.parse().ok()
}

/// Which keys of an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WhichKeys {
    /// Every one.
    All,
    /// Those that a rotation has replaced.
    Former,
}

/// One of several servers that are the broker together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClusterServer {
    pub(crate) name: ServiceName,
    pub(crate) listen: SocketAddr,
    /// Where the other servers connect.
    pub(crate) routes: SocketAddr,
    /// The name by which it is reached, if its address is not known before: it then listens on all that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<String>,
}

impl ClusterServer {
    /// The address by which the other servers reach it.
    pub(crate) fn reached(&self) -> String {
        match &self.host {
            Some(host) => format!("{host}:{}", self.routes.port()),
            None => self.routes.to_string(),
        }
    }
}

/// Whether a text is the name of a machine.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(inner)
    };
    text.split('.').all(is_label) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The ports of a server of which only the host is said.
const CLIENT_PORT: u16 = 4222;
const ROUTE_PORT: u16 = 6222;

impl FromStr for ClusterServer {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (name, address) = text.split_once('=').with_context(|| {
            format!(
                "请写明 {text} 的地址，例如 {text}=10.0.0.1 / \
                 say where {text} is, such as {text}=10.0.0.1"
            )
        })?;
        let (address, route_port) = match address.split_once('/') {
            Some((address, port)) => (address, port.parse()?),
            None => (address, ROUTE_PORT),
        };
        let (host, port) = match address.rsplit_once(':') {
            Some((host, port)) if is_host(host) => (host, port.parse()?),
            _ => (address, CLIENT_PORT),
        };
        let host = is_host(host).then(|| host.to_owned());
        let listen: SocketAddr = match address.parse::<IpAddr>() {
            _ if host.is_some() => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
            Ok(address) => SocketAddr::from((address, CLIENT_PORT)),
            Err(_) => address.parse()?,
        };
        Ok(Self {
            name: name.parse()?,
            listen,
            routes: SocketAddr::from((listen.ip(), route_port)),
            host,
        })
    }
}

#[derive(Args)]
#[command(after_help = "\
Keys that are there already are kept; the configuration is written anew. What is not said counts as it was said before
(init.json, beside the keys).

Examples:
  onestop keys init --out /etc/onestop/keys --store /var/lib/nats
  onestop keys init --out keys --leaf-listen 0.0.0.0:7422 --site town-530821101 \\
    --server-cert hub.pem --server-key hub.key
  onestop keys init --out keys --cluster n1=10.0.0.1 --cluster n2=10.0.0.2 --cluster n3=10.0.0.3 \\
    --server-cert /etc/tls/broker.pem --server-key /etc/tls/broker.key --cluster-ca /etc/tls/ca.pem")]
pub(crate) struct InitArgs {
    /// Folder for keys and configuration
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    /// Where the broker listens [default: 127.0.0.1:4222]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Where the broker keeps what it holds [default: nats-store]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) store: Option<PathBuf>,
    /// A site with a broker of its own, by its instance name, with the division that it may speak for; a name that ends
    /// in the division's code says that itself. May be repeated
    #[arg(long = "site", value_name = "NAME[=DIVISION]")]
    pub(crate) sites: Vec<Site>,
    /// A person who acts on the command line under their own name, for this unit; may be repeated
    #[arg(long = "operator", value_name = "ACTOR")]
    pub(crate) operators: Vec<Actor>,
    /// An installation for training: its operator may act as any person
    #[arg(long)]
    pub(crate) training: bool,
    /// Where the brokers of sites connect
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) leaf_listen: Option<SocketAddr>,
    /// The address under which sites reach that, if it is another
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) leaf_advertise: Option<SocketAddr>,
    /// Where a site's broker listens [default: 127.0.0.1:4222]
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) site_listen: Option<SocketAddr>,
    /// The broker's certificate: all connections then use TLS
    #[arg(long, value_name = "FILE")]
    pub(crate) server_cert: Option<PathBuf>,
    /// Its key
    #[arg(long, value_name = "FILE")]
    pub(crate) server_key: Option<PathBuf>,
    /// Authority whose certificates clients must show: mutual TLS
    #[arg(long, value_name = "FILE")]
    pub(crate) client_ca: Option<PathBuf>,
    /// Authority of the broker's certificate, as sites have it: their brokers let no other hub be theirs [default: the
    /// authorities of the site's system]
    #[arg(long, value_name = "FILE")]
    pub(crate) leaf_ca: Option<PathBuf>,
    /// The certificate that a site shows the broker, as the site has it; wanted where --client-ca is
    #[arg(long, value_name = "FILE")]
    pub(crate) leaf_cert: Option<PathBuf>,
    /// Its key
    #[arg(long, value_name = "FILE")]
    pub(crate) leaf_key: Option<PathBuf>,
    /// One of several servers, by its name and address; repeated for each. Its ports are 4222 and, for the other servers,
    /// 6222, or those that are said: n1=10.0.0.1:4222/6222. One that is given by a name listens on all its addresses
    #[arg(long = "cluster", value_name = "NAME=HOST")]
    pub(crate) cluster: Vec<ClusterServer>,
    /// Authority whose certificates these servers show each other
    #[arg(long, value_name = "FILE")]
    pub(crate) cluster_ca: Option<PathBuf>,
    /// The certificate that they show each other [default: the broker's]
    #[arg(long, value_name = "FILE")]
    pub(crate) cluster_cert: Option<PathBuf>,
    /// Its key
    #[arg(long, value_name = "FILE")]
    pub(crate) cluster_key: Option<PathBuf>,
    /// Forget what was said before: only what is said now counts
    #[arg(long)]
    pub(crate) forget: bool,
    /// Listen on the network without TLS: something else keeps it from being read, such as a tunnel
    #[arg(long)]
    pub(crate) insecure: bool,
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  onestop provision --keys /etc/onestop/keys            keep providing, as a service
  onestop provision --keys /etc/onestop/keys --once     provide and end")]
pub(crate) struct ProvisionArgs {
    /// Folder that 'onestop keys init' made
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keys: PathBuf,
    /// Copies of the stream: 3 on a cluster [default: as many as there are, 1 of a new one]
    #[arg(long)]
    pub(crate) replicas: Option<usize>,
    /// Provide everything once, and end
    #[arg(long)]
    pub(crate) once: bool,
}
