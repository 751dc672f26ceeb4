//! Options of a connection: address, credentials, TLS.

use std::path::{Path, PathBuf};

use async_nats::{ConnectErrorKind, ConnectOptions, ServerAddr};
use onestop_proto::actor::ServiceName;

use crate::{bounded_file, identity::IdentityError, settings::Settings};

/// Why the broker cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The connection failed.
    #[error("cannot use the broker at {url}. Is it running, and is the setting 'nats' right?")]
    Connect {
        /// The address.
        url: String,
        /// The client's error.
        #[source]
        source: async_nats::ConnectError,
    },
    /// The broker does not know the key, or wants one.
    #[error(
        "the broker at {url} does not let us in. Name a key that its configuration knows: setting 'key', or --nats-key, such as keys/desk.nk of 'onestop keys init'"
    )]
    SignIn {
        /// The address.
        url: String,
        /// The client's error.
        #[source]
        source: async_nats::ConnectError,
    },
    /// The address is malformed.
    #[error(
        "'{url}' is not the address of a broker: nats://HOST:PORT is wanted, several with commas between (setting 'nats')"
    )]
    Address {
        /// The setting's value.
        url: String,
        /// The parser's error.
        #[source]
        source: std::io::Error,
    },
    /// The key file cannot be read.
    #[error("cannot read the key {} (setting 'key'). Make one with 'onestop keys init'", file.display())]
    Key {
        /// The key's file.
        file: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The key that signs requests cannot be used.
    #[error(transparent)]
    Issuer(#[from] IdentityError),
    /// A certificate or its key cannot be read.
    #[error("cannot read {} (setting '{setting}')", file.display())]
    Certificate {
        /// The file.
        file: PathBuf,
        /// The setting that names it.
        setting: &'static str,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
}

/// The client's name, its credentials and its trusted authority.
pub(super) fn options(
    settings: &Settings,
    program: &ServiceName,
) -> Result<ConnectOptions, BusError> {
    let mut options = ConnectOptions::new()
        .name(format!("onestop-{program}-{}", settings.instance))
        // The broker permits each key its own inbox only, so replies reach no other program.
        .custom_inbox_prefix(inbox(program, &settings.instance));
    if let Some(file) = &settings.key {
        let seed = seed(file).map_err(|source| BusError::Key {
            file: file.clone(),
            source,
        })?;
        options = options.nkey(seed);
    }
    for (setting, file) in [
        ("tls_ca", &settings.tls_ca),
        ("tls_cert", &settings.tls_cert),
        ("tls_key", &settings.tls_key),
    ] {
        readable(setting, file.as_deref())?;
    }
    if let Some(authority) = &settings.tls_ca {
        options = options
            .require_tls(true)
            .add_root_certificates(authority.clone());
    }
    if let (Some(certificate), Some(key)) = (&settings.tls_cert, &settings.tls_key) {
        options = options
            .require_tls(true)
            .add_client_certificate(certificate.clone(), key.clone());
    }
    Ok(options)
}

impl BusError {
    /// What a failed attempt to connect says of the broker.
    pub(super) fn of(source: async_nats::ConnectError, url: String) -> Self {
        match source.kind() {
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
                Self::SignIn { url, source }
            }
            ConnectErrorKind::ServerParse
            | ConnectErrorKind::Dns
            | ConnectErrorKind::TimedOut
            | ConnectErrorKind::Tls
            | ConnectErrorKind::Io
            | ConnectErrorKind::MaxReconnects => Self::Connect { url, source },
        }
    }
}

/// Fails now if a file cannot be read: the NATS client would retry without limit.
fn readable(setting: &'static str, file: Option<&Path>) -> Result<(), BusError> {
    let Some(file) = file else {
        return Ok(());
    };
    let checked = bounded_file::check(file, bounded_file::SMALL);
    checked.map_err(|source| BusError::Certificate {
        file: file.to_owned(),
        setting,
        source,
    })
}

pub(super) fn parse(url: &str) -> Result<ServerAddr, BusError> {
    url.trim().parse().map_err(|source| BusError::Address {
        url: url.to_owned(),
        source,
    })
}

/// The prefix of the subjects on which a program receives replies.
pub fn inbox(program: &ServiceName, instance: &ServiceName) -> String {
    format!("_INBOX.{program}-{instance}")
}

fn seed(file: &std::path::Path) -> std::io::Result<String> {
    let text = bounded_file::read_text(file, bounded_file::SMALL)?;
    Ok(text.trim().to_owned())
}
