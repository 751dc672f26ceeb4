//! The connection to NATS. The broker is transport: whatever it holds can be lost and comes back from
//! the logs.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event, ReconnectToServer, ServerAddr, ServerError, jetstream,
};
use onestop_proto::actor::ServiceName;
use tokio::sync::watch;
use tracing::{debug, error, warn};

use crate::settings::Settings;

/// The broker stream that holds every event.
pub const BROKER_STREAM: &str = "ONESTOP";

/// An address at which nobody answers.
const NOWHERE: &str = "nats://127.0.0.1:1";

/// How large a nkey seed's file may be: it is one line.
const SEED_BYTES: u64 = 1024;

/// How long a call to the broker's own API may take.
const API_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a silent link is probed; it is given up after two probes without an answer.
const PING: Duration = Duration::from_secs(5);

/// Whether the broker can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It can.
    Up,
    /// It cannot; the client keeps trying.
    Down,
}

/// A connection that reconnects for ever.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    link: watch::Receiver<Link>,
    domain: Option<String>,
}

/// Why the broker cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The address is not one, or the broker refused us.
    #[error("cannot use the broker at {url}. Is it running, and is the setting 'nats' right?")]
    Connect {
        /// The address.
        url: String,
        /// What the client said.
        #[source]
        source: async_nats::ConnectError,
    },
    /// The address is none.
    #[error(
        "'{url}' is not the address of a broker: nats://HOST:PORT is wanted, several with commas between (setting 'nats')"
    )]
    Address {
        /// What was given.
        url: String,
        /// What is wrong with it.
        #[source]
        source: std::io::Error,
    },
    /// The key with which to sign in cannot be read.
    #[error("cannot read the key {} (setting 'key'). Make one with 'onestop keys init'", file.display())]
    Key {
        /// The key's file.
        file: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
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

impl Bus {
    /// Connects, now or as soon as the broker is there: returns at once either way.
    ///
    /// # Errors
    /// If the address is malformed or the key cannot be read.
    pub async fn connect(settings: &Settings, program: &ServiceName) -> Result<Self, BusError> {
        let options = options(settings, program)?.retry_on_initial_connect();
        let domain = settings.nats_domain.clone();
        Self::open(&settings.nats, options, (Link::Down, domain)).await
    }

    /// Connects now, or fails: for a program that somebody waits for.
    ///
    /// # Errors
    /// If the broker does not answer or does not let us in, or the key cannot be read.
    pub async fn connect_now(settings: &Settings, program: &ServiceName) -> Result<Self, BusError> {
        let options = options(settings, program)?;
        let domain = settings.nats_domain.clone();
        Self::open(&settings.nats, options, (Link::Up, domain)).await
    }

    /// Connects now, to a connection that ends for good when it breaks. An ordinary client keeps what was
    /// published while the link was down and sends it on the next connection, before anybody has asked
    /// what the broker that is there now still holds.
    ///
    /// # Errors
    /// If the broker does not answer, or the key cannot be read.
    pub async fn connect_once(
        settings: &Settings,
        program: &ServiceName,
    ) -> Result<Self, BusError> {
        let used = Arc::new(AtomicBool::new(false));
        let nowhere = parse(NOWHERE)?;
        // The second attempt leads nowhere, and there is no third.
        let options = options(settings, program)?
            .max_reconnects(1)
            .reconnect_to_server_callback(move |servers, _| {
                let again = used.swap(true, Ordering::Relaxed);
                let chosen = servers
                    .into_iter()
                    .filter(|it| (it.addr == nowhere) == again);
                let chosen = chosen.min_by_key(|it| it.failed_attempts);
                let delay = Some(Duration::ZERO);
                async move {
                    chosen.map(|it| ReconnectToServer {
                        addr: it.addr,
                        delay,
                    })
                }
            });
        let servers = format!("{},{NOWHERE}", settings.nats);
        let domain = settings.nats_domain.clone();
        Self::open(&servers, options, (Link::Up, domain)).await
    }

    async fn open(
        urls: &str,
        options: ConnectOptions,
        (link, domain): (Link, Option<String>),
    ) -> Result<Self, BusError> {
        let (tell, link) = watch::channel(link);
        let servers: Vec<ServerAddr> = urls.split(',').map(parse).collect::<Result<_, _>>()?;
        let client = options
            .connection_timeout(API_TIMEOUT)
            .ping_interval(PING)
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(50 << attempt.min(5)).min(Duration::from_secs(1))
            })
            .event_callback(move |event| {
                let tell = tell.clone();
                async move { note(&event, &tell) }
            })
            .connect(servers)
            .await
            .map_err(|source| BusError::Connect {
                url: urls
                    .trim_end_matches(NOWHERE)
                    .trim_end_matches(',')
                    .to_owned(),
                source,
            })?;
        Ok(Self {
            client,
            link,
            domain,
        })
    }

    /// The client itself.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the broker can be reached, to watch.
    #[must_use]
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// Waits until the broker can be reached.
    pub async fn connected(&self) {
        let mut link = self.link.clone();
        // An error means that the client is gone; whoever waits is about to find out.
        let _ = link.wait_for(|link| *link == Link::Up).await;
    }

    /// Waits until the broker cannot be reached.
    pub async fn disconnected(&self) {
        let mut link = self.link.clone();
        // An error means that the client is gone: nothing can be reached by it.
        let _ = link.wait_for(|link| *link == Link::Down).await;
    }

    /// Lets what is under way go out, and ends the connection.
    pub async fn close(&self) {
        if let Err(error) = self.client.drain().await {
            debug!(%error, "the connection had ended");
        }
    }

    /// `JetStream`, pipelining up to 1,000 publications.
    #[must_use]
    pub fn jetstream(&self) -> jetstream::Context {
        let builder = jetstream::ContextBuilder::new()
            .timeout(API_TIMEOUT)
            .ack_timeout(API_TIMEOUT)
            .max_ack_inflight(1_000)
            .backpressure_on_inflight(true);
        match &self.domain {
            Some(domain) => builder.domain(domain).build(self.client.clone()),
            None => builder.build(self.client.clone()),
        }
    }
}

/// Who we are, how we sign in, and whom we trust.
fn options(settings: &Settings, program: &ServiceName) -> Result<ConnectOptions, BusError> {
    let mut options = ConnectOptions::new()
        .name(format!("onestop-{program}-{}", settings.instance))
        // Answers reach only whoever asked: the broker permits each key its own inbox.
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

/// A file that cannot be read is told now: the client would try again for ever.
fn readable(setting: &'static str, file: Option<&Path>) -> Result<(), BusError> {
    let Some(file) = file else {
        return Ok(());
    };
    let opened = std::fs::File::open(file);
    opened.map(drop).map_err(|source| BusError::Certificate {
        file: file.to_owned(),
        setting,
        source,
    })
}

fn parse(url: &str) -> Result<ServerAddr, BusError> {
    url.trim().parse().map_err(|source| BusError::Address {
        url: url.to_owned(),
        source,
    })
}

/// The prefix of the subjects on which a program is answered.
#[must_use]
pub fn inbox(program: &ServiceName, instance: &ServiceName) -> String {
    format!("_INBOX.{program}-{instance}")
}

fn seed(file: &std::path::Path) -> std::io::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(file)?;
    std::io::Read::read_to_string(&mut std::io::Read::take(file, SEED_BYTES), &mut text)?;
    Ok(text.trim().to_owned())
}

fn note(event: &Event, tell: &watch::Sender<Link>) {
    match event {
        Event::Connected => {
            debug!("connected to the broker");
            tell.send_replace(Link::Up);
        }
        Event::Disconnected => {
            debug!("the connection to the broker is lost");
            tell.send_replace(Link::Down);
        }
        // Refused permissions arrive here and nowhere else: the call itself only times out.
        // Who may be answered is forgotten with the connection on which they asked: they ask again.
        Event::ServerError(ServerError::Other(what)) if is_late_answer(what) => {
            debug!(
                what,
                "an answer came after the connection on which it was asked for"
            );
        }
        Event::ServerError(ServerError::Other(what)) if is_refusal(what) => {
            error!(
                what,
                "the broker refuses what this key may not do. Is it the right key, is the broker's configuration of the same 'onestop keys init'?"
            );
        }
        Event::ServerError(ServerError::AuthorizationViolation) => {
            error!(
                "the broker does not let us in. Is 'key' set, is it one that its configuration names?"
            );
        }
        Event::Draining | Event::Closed => debug!(%event, "the connection ends"),
        Event::ClientError(_) => debug!(%event, "the connection"),
        Event::LameDuckMode | Event::SlowConsumer(_) | Event::ServerError(_) => {
            warn!(%event, "the broker says")
        }
    }
}

fn is_late_answer(what: &str) -> bool {
    is_refusal(what) && what.contains("Publish to \"_INBOX.")
}

fn is_refusal(what: &str) -> bool {
    what.to_ascii_lowercase().contains("permissions violation")
}
