//! Settings from a file, the environment and flags; the later wins. An unknown or invalid setting stops the
//! program before it opens anything, with an error that names the setting and its origin.

mod address_style;
mod erasure_list_address;
mod flags;
mod networks;
mod roles;
mod sampling_ratio;
mod standby_mode;
mod witness_address;

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use onestop_proto::actor::ServiceName;
use serde::{Deserialize, Serialize};

use crate::bounded_file;

pub use self::{
    address_style::AddressStyle,
    erasure_list_address::{ErasureListAddress, InvalidErasureList},
    flags::Flags,
    networks::{InvalidNetwork, Networks, subscriber},
    roles::{InvalidRole, Roles},
    sampling_ratio::{InvalidRatio, SamplingRatio},
    standby_mode::StandbyMode,
    witness_address::{InvalidWitness, WitnessAddress},
};

/// All settings, under the same name everywhere: `nats` in the file, `ONESTOP_NATS` in the environment,
/// `--nats` as a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the broker.
    pub nats: String,
    /// File of the nkey seed to sign in at the broker with; none for a broker without authentication.
    pub key: Option<PathBuf>,
    /// File of the key that signs the program's requests; none: the one beside `key`.
    pub issuer_key: Option<PathBuf>,
    /// File of the enrolled issuers, whose requests a service takes; none: the one beside `key`.
    pub issuers: Option<PathBuf>,
    /// `JetStream` domain of the broker that stores the events, for a site whose own broker stores none.
    pub nats_domain: Option<String>,
    /// File of the CA certificates that the broker's certificate is verified with: TLS is then required.
    pub tls_ca: Option<PathBuf>,
    /// File of the client certificate, for a broker that requires one.
    pub tls_cert: Option<PathBuf>,
    /// File of the client certificate's key.
    pub tls_key: Option<PathBuf>,
    /// The folder that holds each service's own folder.
    pub data: PathBuf,
    /// The name of this instance of its service; part of every event's source.
    pub instance: ServiceName,
    /// The address of health and metrics; port 0 takes a free one.
    pub http: SocketAddr,
    /// The address of the workbench and the API; port 0 takes a free one.
    pub web: SocketAddr,
    /// The origin of the workbench as browsers see it, behind a TLS proxy: `https://…`. None: the address
    /// it listens on.
    pub web_origin: Option<String>,
    /// File of the certificate chain for the workbench, in PEM; with it and its key, the gateway speaks TLS.
    pub web_tls_cert: Option<PathBuf>,
    /// File of that certificate's key.
    pub web_tls_key: Option<PathBuf>,
    /// The proxies whose word is taken for the address of a client.
    pub trusted_proxies: Networks,
    /// The header in which those proxies name the client.
    pub forwarded_header: ForwardedHeader,
    /// Whether connections of those proxies begin with a header of the PROXY protocol, version 1 or 2.
    pub proxy_protocol: bool,
    /// A folder with further languages for the workbench, one `<language>.ftl` each.
    pub locales: Option<PathBuf>,
    /// The rate limit of one API client, in requests per minute.
    pub api_per_minute: u32,
    /// Whether webhooks may use http and private addresses.
    pub webhook_local: bool,
    /// Consecutive failures after which a webhook is parked.
    pub webhook_attempts: u32,
    /// Seconds before a failed webhook is retried; doubled after each further failure.
    pub webhook_retry_seconds: u64,
    /// The issuer of the OpenID Connect provider for staff: `https://…`.
    pub oidc_issuer: Option<String>,
    /// The client id at that provider.
    pub oidc_client_id: Option<String>,
    /// File of the client secret, if there is one.
    pub oidc_client_secret_file: Option<PathBuf>,
    /// The claim of the ID token that holds the account's name.
    pub oidc_claim: String,
    /// The roles that must have a second factor.
    pub second_factor_roles: Roles,
    /// Hours in which a second person must confirm what one alone may not do.
    pub second_person_hours: u32,
    /// The format of log lines.
    pub log: LogFormat,
    /// The log filter, in the syntax of `tracing-subscriber`'s `EnvFilter`.
    pub log_level: String,
    /// The address of the collector that traces are exported to; none: there are no traces.
    pub otlp_endpoint: Option<String>,
    /// The share of traces that is exported, the same for every service.
    pub otlp_ratio: SamplingRatio,
    /// A folder with reference data that replaces the built-in.
    pub directory: Option<PathBuf>,
    /// File of the master key, which encrypts the keys of personal data; without it, intake creates one in
    /// its folder.
    pub master_key_file: Option<PathBuf>,
    /// The master key itself, for deployments that pass secrets in the environment.
    pub master_key: Option<Secret>,
    /// Whether a standby follows the service's log.
    pub standby: StandbyMode,
    /// The recipients that backups are encrypted to, in the age format: `age1…`, separated by commas.
    pub backup_recipients: Option<String>,
    /// Hours after which the last backup, or its copy in the object store, is too old.
    pub backup_hours: u32,
    /// Where each backup is copied to: a bucket of an object store, and how the names in it begin, `s3://bucket/prefix`.
    pub backup_store: Option<String>,
    /// The address of that object store; none: Amazon's, of the region.
    pub backup_store_endpoint: Option<String>,
    /// The region that requests to the object store are signed for.
    pub backup_store_region: String,
    /// Where the bucket is named in an address of the object store.
    pub backup_store_style: AddressStyle,
    /// File with the access key of the object store; none: it is in the environment.
    pub backup_store_key_file: Option<PathBuf>,
    /// Days after which a backup is deleted from the object store, but for the newest; none: they are kept.
    pub backup_store_days: Option<u32>,
    /// Where intake lists, outside the node, the cases whose persons were erased, and which a restore asks for: a file, or another
    /// node's journal, `node:https://…/witness/NAME`.
    pub erasure_list: Option<ErasureListAddress>,
    /// Where the journal keeps cosigned checkpoints outside the node: `file:/path`, `https://…`, or another node's journal,
    /// `node:https://…/witness/NAME`.
    pub witness: Option<WitnessAddress>,
    /// The public key with which a witness on the web, or the other node's journal, cosigns: `<name>+<id>+<base64>`.
    pub witness_key: Option<String>,
    /// Where the journal listens as the witness of other nodes; none: it is no witness.
    pub witness_listen: Option<SocketAddr>,
    /// The file of the nodes whose witness the journal is, with their keys.
    pub witness_nodes: Option<PathBuf>,
    /// The time limit of a shutdown, in seconds.
    pub drain_seconds: u64,
}

/// A setting that is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The secret text. The caller must not log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The header in which a proxy names the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: 203.0.113.9`.
    XForwardedFor,
    /// `Forwarded: for=203.0.113.9` (RFC 7239).
    Forwarded,
}

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// Text.
    Human,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nats: "nats://127.0.0.1:42220".to_owned(),
            key: None,
            issuer_key: None,
            issuers: None,
            nats_domain: None,
            tls_ca: None,
            tls_cert: None,
            tls_key: None,
            data: PathBuf::from("data"),
            instance: main_instance(),
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            web: SocketAddr::from((Ipv4Addr::LOCALHOST, 42_280)),
            web_origin: None,
            web_tls_cert: None,
            web_tls_key: None,
            trusted_proxies: Networks::default(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            proxy_protocol: false,
            locales: None,
            api_per_minute: 1_200,
            webhook_local: false,
            webhook_attempts: 12,
            webhook_retry_seconds: 5,
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret_file: None,
            oidc_claim: "preferred_username".to_owned(),
            second_factor_roles: Roles::default(),
            second_person_hours: 72,
            log: LogFormat::Auto,
            log_level: "info,async_nats=off".to_owned(),
            otlp_endpoint: None,
            otlp_ratio: SamplingRatio::ALL,
            directory: None,
            master_key_file: None,
            master_key: None,
            standby: StandbyMode::None,
            backup_recipients: None,
            backup_hours: 26,
            backup_store: None,
            backup_store_endpoint: None,
            backup_store_region: "us-east-1".to_owned(),
            backup_store_style: AddressStyle::VirtualHost,
            backup_store_key_file: None,
            backup_store_days: None,
            erasure_list: None,
            witness: None,
            witness_key: None,
            witness_listen: None,
            witness_nodes: None,
            drain_seconds: 10,
        }
    }
}

fn main_instance() -> ServiceName {
    match "main".parse() {
        Ok(name) => name,
        Err(_) => unreachable!("'main' is a name"),
    }
}

/// Variables of the command line and of the build, which are not settings. Those of the tests begin with `TESTS_`.
const NOT_SETTINGS: [&str; 4] = ["CONFIG", "AS", "LANG", "COMMIT"];

impl Settings {
    /// Reads the settings file, the environment and the flags.
    ///
    /// # Errors
    /// If the file cannot be read, a setting is unknown, or a value is invalid.
    pub fn load(flags: &Flags) -> Result<Self, SettingsError> {
        let file = flags
            .config
            .clone()
            .or_else(|| Env::var("ONESTOP_CONFIG").map(PathBuf::from));
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(SettingsError::NoFile { file });
            }
            if let Err(source) = bounded_file::check(&file, bounded_file::SMALL) {
                return Err(SettingsError::Unreadable { file, source });
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment
            .merge(Env::prefixed("ONESTOP_").ignore(&NOT_SETTINGS))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| SettingsError::Bad {
                problems: Problems::of(error),
            })
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The settings file does not exist.
    #[error("the settings file {} does not exist. Mend --config or ONESTOP_CONFIG", file.display())]
    NoFile {
        /// The file.
        file: PathBuf,
    },
    /// It is too long, or cannot be looked at.
    #[error("the settings file {} cannot be read", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// One or more settings are unknown or invalid.
    #[error("{problems}")]
    Bad {
        /// The errors.
        problems: Problems,
    },
}

/// Errors of settings, one a line.
#[derive(Debug)]
pub struct Problems(Vec<String>);

impl Problems {
    fn of(errors: figment::Error) -> Self {
        let describe = |error: figment::Error| {
            let place = error
                .metadata
                .as_ref()
                .map(|metadata| match &metadata.source {
                    Some(source) => format!(" in {source}"),
                    None if metadata.name.contains("environment") => {
                        " in the environment".to_owned()
                    }
                    None => String::new(),
                })
                .unwrap_or_default();
            let path = error.path.join(".");
            let key = if path.is_empty() {
                String::new()
            } else {
                format!("setting '{path}'{place}: ")
            };
            format!("{key}{}", error.kind)
        };
        Self(errors.into_iter().map(describe).collect())
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

#[cfg(test)]
mod tests;
