//! Settings: a file, then the environment, then flags; the later wins. An unknown or bad setting
//! stops the program before it opens anything, and says which one and where it stands.

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

/// Everything that can be set, in the same words everywhere: `nats` in the file, `ONESTOP_NATS` in the
/// environment, `--nats` as a flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The broker.
    pub nats: String,
    /// File of the nkey seed with which to sign in at the broker; none where it lets everybody in.
    pub key: Option<PathBuf>,
    /// Domain of the broker that keeps the events, for a site whose own broker keeps none.
    pub nats_domain: Option<String>,
    /// File of the certificates of the authority that vouches for the broker: TLS is then required.
    pub tls_ca: Option<PathBuf>,
    /// File of our own certificate, for a broker that wants one.
    pub tls_cert: Option<PathBuf>,
    /// File of its key.
    pub tls_key: Option<PathBuf>,
    /// The folder under which each service has one of its own.
    pub data: PathBuf,
    /// Which instance of its service this is; part of every event's source.
    pub instance: ServiceName,
    /// Where health and metrics are served; port 0 takes a free one.
    pub http: SocketAddr,
    /// Where the gateway serves the workbench and the API; port 0 takes a free one.
    pub web: SocketAddr,
    /// The address by which browsers know the workbench, where something stands before it that speaks
    /// TLS: `https://…`. None: the address it listens on.
    pub web_origin: Option<String>,
    /// A folder with further languages for the workbench, one `<language>.ftl` each.
    pub locales: Option<PathBuf>,
    /// Requests that one client of the API may send in a minute.
    pub api_per_minute: u32,
    /// Whether webhooks may be sent over http, to this machine and to its network.
    pub webhook_local: bool,
    /// Failures in a row after which a webhook is parked.
    pub webhook_attempts: u32,
    /// Seconds before a webhook that failed is tried again; each further wait is twice as long.
    pub webhook_retry_seconds: u64,
    /// The provider of OpenID Connect with which staff may sign in, as it calls itself: `https://…`.
    pub oidc_issuer: Option<String>,
    /// How the provider knows us.
    pub oidc_client_id: Option<String>,
    /// File of the secret that it has given us, if it has.
    pub oidc_client_secret_file: Option<PathBuf>,
    /// The claim of the ID token that is the name of the account.
    pub oidc_claim: String,
    /// How log lines look.
    pub log: LogFormat,
    /// What is logged, in the syntax of `tracing-subscriber`'s `EnvFilter`.
    pub log_level: String,
    /// A folder with reference data in place of the built-in.
    pub directory: Option<PathBuf>,
    /// File of the key that wraps the keys of personal data; without it, intake makes one in its folder.
    pub master_key_file: Option<PathBuf>,
    /// The same key itself, for those who hand secrets over in the environment.
    pub master_key: Option<Secret>,
    /// How long a shutdown may take, in seconds.
    pub drain_seconds: u64,
}

/// A setting that is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// What it is, for whoever uses it.
    #[must_use]
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

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people on a terminal, JSON otherwise.
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            nats: "nats://127.0.0.1:42220".to_owned(),
            key: None,
            nats_domain: None,
            tls_ca: None,
            tls_cert: None,
            tls_key: None,
            data: PathBuf::from("data"),
            instance: main_instance(),
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            web: SocketAddr::from((Ipv4Addr::LOCALHOST, 42_280)),
            web_origin: None,
            locales: None,
            api_per_minute: 1_200,
            webhook_local: false,
            webhook_attempts: 12,
            webhook_retry_seconds: 5,
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret_file: None,
            oidc_claim: "preferred_username".to_owned(),
            log: LogFormat::Auto,
            log_level: "info,async_nats=off".to_owned(),
            directory: None,
            master_key_file: None,
            master_key: None,
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

/// The settings as flags, for a program's command line.
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
    /// Address by which browsers know it, behind something that speaks TLS [env: ONESTOP_WEB_ORIGIN]
    #[arg(long, value_name = "URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_origin: Option<String>,
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
    /// How log lines look [env: ONESTOP_LOG] [default: auto]
    #[arg(long, value_name = "FORMAT", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogFormat>,
    /// What is logged [env: ONESTOP_LOG_LEVEL] [default: info]
    #[arg(long, value_name = "FILTER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,
    /// Folder with reference data in place of the built-in [env: ONESTOP_DIRECTORY]
    #[arg(long, value_name = "FOLDER", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<PathBuf>,
    /// Key that wraps the keys of personal data [env: ONESTOP_MASTER_KEY_FILE]
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_file: Option<PathBuf>,
    /// Seconds that a shutdown may take [env: ONESTOP_DRAIN_SECONDS] [default: 10]
    #[arg(long, value_name = "SECONDS", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drain_seconds: Option<u64>,
}

/// Variables that other parts of Onestop read; the settings leave them alone.
const NOT_SETTINGS: [&str; 4] = ["CONFIG", "AS", "LANG", "SEED"];

impl Settings {
    /// Reads file, environment and flags.
    ///
    /// # Errors
    /// If the file cannot be read, a setting is unknown, or a value does not fit.
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
    /// The file named does not exist.
    #[error("the settings file {} does not exist. Mend --config or ONESTOP_CONFIG", file.display())]
    NoFile {
        /// The file named.
        file: PathBuf,
    },
    /// One or more settings are unknown or do not fit.
    #[error("{problems}")]
    Bad {
        /// Each of them.
        problems: Problems,
    },
}

/// Settings that are unknown or do not fit, one a line.
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
mod tests {
    use super::*;

    fn file_with(text: &str) -> (tempfile::TempDir, Flags) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("onestop.toml");
        std::fs::write(&file, text).unwrap();
        (
            folder,
            Flags {
                config: Some(file),
                ..Flags::default()
            },
        )
    }

    #[test]
    fn a_flag_beats_the_file() {
        let (_folder, mut flags) = file_with("nats = 'nats://file:1'\ninstance = 'county'");
        flags.nats = Some("nats://flag:2".to_owned());
        let settings = Settings::load(&flags).unwrap();
        assert_eq!(settings.nats, "nats://flag:2");
        assert_eq!(settings.instance.to_string(), "county");
    }

    #[test]
    fn an_unknown_setting_is_named() {
        let (_folder, flags) = file_with("natz = 'x'");
        let error = Settings::load(&flags).unwrap_err().to_string();
        assert!(error.contains("natz"), "{error}");
    }

    #[test]
    fn a_bad_value_is_named_with_its_file() {
        let (_folder, flags) = file_with("drain_seconds = 'soon'");
        let error = Settings::load(&flags).unwrap_err().to_string();
        assert!(
            error.contains("drain_seconds") && error.contains("onestop.toml"),
            "{error}"
        );
    }
}
