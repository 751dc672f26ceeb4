//! The settings as flags of a command line.

use std::{net::SocketAddr, path::PathBuf};

use serde::Serialize;

use super::{
    AddressStyle, ErasureListAddress, ForwardedHeader, LogFormat, Networks, Roles, SamplingRatio,
    StandbyMode, WitnessAddress,
};

/// The settings as flags of a command line.
#[derive(Debug, Clone, Default, clap::Args, Serialize)]
pub struct Flags {
    /// Settings file (TOML) [env: ONESTOP_CONFIG]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Broker to connect to [env: ONESTOP_NATS] [default: nats://127.0.0.1:42220]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats: Option<String>,
    /// Key (nkey seed) to sign in at the broker with [env: ONESTOP_KEY]
    #[arg(id = "nats_key", long = "nats-key", value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
    /// Key that signs requests [env: ONESTOP_ISSUER_KEY] [default: beside --nats-key]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer_key: Option<PathBuf>,
    /// Issuers whose requests are taken [env: ONESTOP_ISSUERS] [default: issuers.json beside --nats-key]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuers: Option<PathBuf>,
    /// Domain of the broker that keeps the events, at a site [env: ONESTOP_NATS_DOMAIN]
    #[arg(long, value_name = "NAME", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats_domain: Option<String>,
    /// Authority that vouches for the broker; TLS is then required [env: ONESTOP_TLS_CA]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_ca: Option<PathBuf>,
    /// Our own certificate, for a broker that wants one [env: ONESTOP_TLS_CERT]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_cert: Option<PathBuf>,
    /// The key of our certificate [env: ONESTOP_TLS_KEY]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key: Option<PathBuf>,
    /// Folder for the logs [env: ONESTOP_DATA] [default: data]
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Name of this instance [env: ONESTOP_INSTANCE] [default: main]
    #[arg(long, value_name = "NAME", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Address for health and metrics [env: ONESTOP_HTTP] [default: 127.0.0.1:0, a free port]
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<SocketAddr>,
    /// Address of the workbench and the API [env: ONESTOP_WEB] [default: 127.0.0.1:42280]
    #[arg(long, value_name = "ADDRESS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<SocketAddr>,
    /// Address by which browsers know it, behind something that speaks TLS; passkeys are of its host [env: ONESTOP_WEB_ORIGIN]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_origin: Option<String>,
    /// Certificate of the workbench; it then speaks TLS [env: ONESTOP_WEB_TLS_CERT]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_tls_cert: Option<PathBuf>,
    /// The key of that certificate [env: ONESTOP_WEB_TLS_KEY]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_tls_key: Option<PathBuf>,
    /// Proxies that say who the client is [env: ONESTOP_TRUSTED_PROXIES] [default: none]
    #[arg(long, value_name = "NETWORKS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<Networks>,
    /// Header in which they say it [env: ONESTOP_FORWARDED_HEADER] [default: x-forwarded-for]
    #[arg(long, value_name = "HEADER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded_header: Option<ForwardedHeader>,
    /// Whether they speak the PROXY protocol [env: ONESTOP_PROXY_PROTOCOL] [default: false]
    #[arg(long, value_name = "BOOLEAN", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_protocol: Option<bool>,
    /// Folder with further languages for the workbench [env: ONESTOP_LOCALES]
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locales: Option<PathBuf>,
    /// Requests a minute of one client of the API [env: ONESTOP_API_PER_MINUTE] [default: 1200]
    #[arg(long, value_name = "REQUESTS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_per_minute: Option<u32>,
    /// Whether webhooks may go over http and into this network [env: ONESTOP_WEBHOOK_LOCAL] [default: false]
    #[arg(long, value_name = "BOOLEAN", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_local: Option<bool>,
    /// Failures after which a webhook is parked [env: ONESTOP_WEBHOOK_ATTEMPTS] [default: 12]
    #[arg(long, value_name = "TIMES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_attempts: Option<u32>,
    /// Seconds before a webhook is tried again [env: ONESTOP_WEBHOOK_RETRY_SECONDS] [default: 5]
    #[arg(long, value_name = "SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_retry_seconds: Option<u64>,
    /// Provider of OpenID Connect for signing in [env: ONESTOP_OIDC_ISSUER]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_issuer: Option<String>,
    /// How that provider knows us [env: ONESTOP_OIDC_CLIENT_ID]
    #[arg(long, value_name = "NAME", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_client_id: Option<String>,
    /// The secret that it has given us [env: ONESTOP_OIDC_CLIENT_SECRET_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// Claim that is the account's name [env: ONESTOP_OIDC_CLAIM] [default: preferred_username]
    #[arg(long, value_name = "CLAIM", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc_claim: Option<String>,
    /// Roles that must have a second factor, separated by commas [env: ONESTOP_SECOND_FACTOR_ROLES] [default: none]
    #[arg(long, value_name = "ROLES", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_factor_roles: Option<Roles>,
    /// Hours in which a second person must confirm [env: ONESTOP_SECOND_PERSON_HOURS] [default: 72]
    #[arg(long, value_name = "HOURS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_person_hours: Option<u32>,
    /// How log lines look [env: ONESTOP_LOG] [default: auto]
    #[arg(long, value_name = "FORMAT", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogFormat>,
    /// What is logged [env: ONESTOP_LOG_LEVEL] [default: info]
    #[arg(long, value_name = "FILTER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
    /// Collector that traces go to, by OTLP over HTTP [env: ONESTOP_OTLP_ENDPOINT]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_endpoint: Option<String>,
    /// Share of traces that goes there, from 0 to 1 [env: ONESTOP_OTLP_RATIO] [default: 1]
    #[arg(long, value_name = "SHARE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otlp_ratio: Option<SamplingRatio>,
    /// Folder with reference data in place of the built-in [env: ONESTOP_DIRECTORY]
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// Key that wraps the keys of personal data [env: ONESTOP_MASTER_KEY_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_file: Option<PathBuf>,
    /// Whether a standby follows the log, and whether answers wait for it [env: ONESTOP_STANDBY] [default: none]
    #[arg(long, value_name = "MODE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standby: Option<StandbyMode>,
    /// Recipients that backups are encrypted to, separated by commas [env: ONESTOP_BACKUP_RECIPIENTS]
    #[arg(long, value_name = "RECIPIENTS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_recipients: Option<String>,
    /// Hours after which the last backup is too old [env: ONESTOP_BACKUP_HOURS] [default: 26]
    #[arg(long, value_name = "HOURS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_hours: Option<u32>,
    /// Object store that each backup is copied to, s3://BUCKET/PREFIX [env: ONESTOP_BACKUP_STORE]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store: Option<String>,
    /// Address of that object store; without one, Amazon's of the region [env: ONESTOP_BACKUP_STORE_ENDPOINT]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store_endpoint: Option<String>,
    /// Region of the object store [env: ONESTOP_BACKUP_STORE_REGION] [default: us-east-1]
    #[arg(long, value_name = "NAME", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store_region: Option<String>,
    /// Where its addresses name the bucket [env: ONESTOP_BACKUP_STORE_STYLE] [default: virtual-host]
    #[arg(long, value_name = "STYLE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store_style: Option<AddressStyle>,
    /// File with the access key of the object store [env: ONESTOP_BACKUP_STORE_KEY_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store_key_file: Option<PathBuf>,
    /// Days that a backup is kept there; the newest is always kept [env: ONESTOP_BACKUP_STORE_DAYS]
    #[arg(long, value_name = "DAYS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_store_days: Option<u32>,
    /// List of erased cases, kept outside this machine [env: ONESTOP_ERASURE_LIST]
    #[arg(long, value_name = "FILE|node:URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erasure_list: Option<ErasureListAddress>,
    /// Witness that keeps cosigned checkpoints outside this machine [env: ONESTOP_WITNESS]
    #[arg(long, value_name = "FILE|URL|node:URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<WitnessAddress>,
    /// Public key with which that witness cosigns, if it is a URL or a node [env: ONESTOP_WITNESS_KEY]
    #[arg(long, value_name = "PUB", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_key: Option<String>,
    /// Where the journal listens as the witness of other nodes [env: ONESTOP_WITNESS_LISTEN]
    #[arg(long, value_name = "ADDR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_listen: Option<SocketAddr>,
    /// Nodes whose witness the journal is, with their keys [env: ONESTOP_WITNESS_NODES]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness_nodes: Option<PathBuf>,
    /// Seconds that a shutdown may take [env: ONESTOP_DRAIN_SECONDS] [default: 10]
    #[arg(long, value_name = "SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drain_seconds: Option<u64>,
}
