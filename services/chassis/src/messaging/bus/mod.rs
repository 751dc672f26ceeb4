//! The connection to NATS. The broker is transport only: everything that it holds can be restored from the
//! logs.

mod impediments;
mod options;
mod refused_requests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event, ReconnectToServer, ServerAddr, ServerError, jetstream,
};
use onestop_proto::{actor::ServiceName, envelope::Source};
use tokio::sync::watch;
use tracing::{debug, error, warn};

pub(crate) use self::impediments::{Impediment, Impediments};
use self::options::{options, parse};
pub(crate) use self::refused_requests::RefusedRequests;
pub use self::{
    options::{BusError, inbox},
    refused_requests::RefusedAct,
};
use crate::{identity::Issuer, settings::Settings, traces::Traces};

/// The broker stream that holds every event.
pub const BROKER_STREAM: &str = "ONESTOP";

/// The broker stream that says which process decides for each instance of a service.
pub const LEASES_STREAM: &str = "LEASES";

/// The subjects of that stream.
pub(crate) const ALL_LEASES: &str = "lease.>";

/// The subject on which an instance's lease is kept.
pub fn lease_subject(own: &Source) -> String {
    format!("lease.{}.{}", own.service, own.instance)
}

/// An address without a server.
const NOWHERE: &str = "nats://127.0.0.1:1";

/// The timeout of a call to the broker's own API.
const API_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it is looked at whether something was refused, and how long a refusal may take to come.
const REFUSAL_LOOK: Duration = Duration::from_millis(20);
const REFUSAL_COMES: Duration = Duration::from_millis(300);

/// How often an idle connection is probed; it is closed after two probes without a reply.
const PING: Duration = Duration::from_secs(5);

/// Whether the broker is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// It is.
    Up,
    /// It is not; the client keeps trying.
    Down,
}

/// A connection that reconnects without limit.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    link: watch::Receiver<Link>,
    domain: Option<String>,
    issuer: Option<Arc<Issuer>>,
    impediments: Impediments,
    refused_requests: RefusedRequests,
    traces: Traces,
}

impl Bus {
    /// Starts connecting and returns at once, also while the broker is down.
    ///
    /// # Errors
    /// If the address is malformed or the key cannot be read.
    pub async fn connect(settings: &Settings, program: &ServiceName) -> Result<Self, BusError> {
        let options = options(settings, program)?.retry_on_initial_connect();
        Self::open(&settings.nats, options, Link::Down, settings).await
    }

    /// Connects now or fails, for interactive programs.
    ///
    /// # Errors
    /// If the broker does not reply or refuses the sign-in, or the key cannot be read.
    pub async fn connect_now(settings: &Settings, program: &ServiceName) -> Result<Self, BusError> {
        let options = options(settings, program)?;
        Self::open(&settings.nats, options, Link::Up, settings).await
    }

    /// Connects now, to the first of the servers that replies; the connection closes for good when it breaks. An ordinary
    /// client buffers publications while it is disconnected and sends them on the next connection, before the relay has
    /// asked what that broker still holds.
    ///
    /// # Errors
    /// If no server replies, or the key cannot be read.
    pub async fn connect_once(
        settings: &Settings,
        program: &ServiceName,
    ) -> Result<Self, BusError> {
        let mut servers = settings.nats.split(',');
        let first = servers.next().unwrap_or_default();
        let mut connected = Self::connect_once_to(first, settings, program).await;
        for server in servers {
            if connected.is_ok() {
                break;
            }
            connected = Self::connect_once_to(server, settings, program).await;
        }
        connected
    }

    async fn connect_once_to(
        server: &str,
        settings: &Settings,
        program: &ServiceName,
    ) -> Result<Self, BusError> {
        let used = Arc::new(AtomicBool::new(false));
        let nowhere = parse(NOWHERE)?;
        // The second attempt goes to NOWHERE, and there is no third.
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
        let servers = format!("{server},{NOWHERE}");
        Self::open(&servers, options, Link::Up, settings).await
    }

    async fn open(
        urls: &str,
        options: ConnectOptions,
        link: Link,
        settings: &Settings,
    ) -> Result<Self, BusError> {
        let issuer = Issuer::of(settings)?.map(Arc::new);
        let (tell, link) = watch::channel(link);
        let impediments = Impediments::default();
        let refused_requests = RefusedRequests::default();
        let (found, refused) = (impediments.clone(), refused_requests.clone());
        let servers: Vec<ServerAddr> = urls.split(',').map(parse).collect::<Result<_, _>>()?;
        let client = options
            .connection_timeout(API_TIMEOUT)
            .ping_interval(PING)
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(50 << attempt.min(5)).min(Duration::from_secs(1))
            })
            .event_callback(move |event| {
                let (tell, found, refused) = (tell.clone(), found.clone(), refused.clone());
                async move { note_event(&event, &tell, &found, &refused) }
            })
            .connect(servers)
            .await
            .map_err(|source| {
                let url = urls.trim_end_matches(NOWHERE).trim_end_matches(',');
                BusError::of(source, url.to_owned())
            })?;
        Ok(Self {
            client,
            link,
            domain: settings.nats_domain.clone(),
            issuer,
            impediments,
            refused_requests,
            traces: Traces::default(),
        })
    }

    /// The same connection, whose requests and events are traced.
    #[must_use]
    pub fn with_traces(self, traces: Traces) -> Self {
        Self { traces, ..self }
    }

    /// What begins the spans of the program.
    pub fn traces(&self) -> &Traces {
        &self.traces
    }

    /// The NATS client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Who signs the requests that are sent over it.
    pub fn issuer(&self) -> Option<&Issuer> {
        self.issuer.as_deref()
    }

    /// Whether the broker refuses its inbox: the key is that of another program or instance, and every question would wait for
    /// an answer in vain. A refusal comes as an event, so it is waited for, but not for long.
    pub async fn is_inbox_refused(&self) -> bool {
        let inbox = self.client.new_inbox();
        let Ok(_answers) = self.client.subscribe(inbox).await else {
            return false;
        };
        let refused = tokio::time::timeout(REFUSAL_COMES, self.listening_refused());
        refused.await.is_ok()
    }

    /// Waits until the broker refuses what the program listens to; for ever, if it does not.
    pub async fn listening_refused(&self) {
        while !self.impediments.includes(&Impediment::Subscribing) {
            tokio::time::sleep(REFUSAL_LOOK).await;
        }
    }

    /// Why the broker does not let the program in, or lets it hear no answer, in words; nothing where it does.
    #[must_use]
    pub fn refusals(&self) -> Vec<String> {
        let all = self.impediments.all().into_iter();
        let refused = all.filter(|(what, _)| match what {
            Impediment::SignIn | Impediment::Subscribing => true,
            Impediment::Publishing | Impediment::Listening(_) | Impediment::Withheld => false,
        });
        refused.map(|(_, words)| words).collect()
    }

    /// What does not work although there is a broker.
    pub(crate) fn impediments(&self) -> &Impediments {
        &self.impediments
    }

    /// What the broker does not let the program's requests do.
    pub(crate) fn refused_requests(&self) -> &RefusedRequests {
        &self.refused_requests
    }

    /// Whether the broker is that of a site, which keeps no events and works while its link is down.
    pub(crate) fn is_at_site(&self) -> bool {
        self.domain.is_some()
    }

    /// Whether the broker is connected, to watch.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.link.clone()
    }

    /// Waits until the broker is connected.
    pub async fn connected(&self) {
        let mut link = self.link.clone();
        // An error means that the client was dropped: the next request on it fails.
        let _ = link.wait_for(|link| *link == Link::Up).await;
    }

    /// Waits until the broker is disconnected.
    pub async fn disconnected(&self) {
        let mut link = self.link.clone();
        // An error means that the client was dropped: it is disconnected for good.
        let _ = link.wait_for(|link| *link == Link::Down).await;
    }

    /// Sends buffered messages and closes the connection.
    pub async fn close(&self) {
        if let Err(error) = self.client.drain().await {
            debug!(%error, "the connection had ended");
        }
    }

    /// `JetStream`, pipelining up to 1,000 publications.
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

fn note_event(
    event: &Event,
    tell: &watch::Sender<Link>,
    found: &Impediments,
    refused: &RefusedRequests,
) {
    match event {
        Event::Connected => {
            debug!("connected to the broker");
            // What is still refused, is refused again.
            found.clear(&Impediment::SignIn);
            found.clear(&Impediment::Subscribing);
            refused.forget();
            tell.send_replace(Link::Up);
        }
        Event::Disconnected => {
            debug!("the connection to the broker is lost");
            tell.send_replace(Link::Down);
        }
        // Permission errors arrive only here, and the refused request is told of it. A permission to reply ends
        // with the connection of the request: the client repeats its request.
        Event::ServerError(ServerError::Other(what)) if is_late_answer(what) => {
            debug!(
                what,
                "an answer came after the connection on which it was asked for"
            );
        }
        Event::ServerError(ServerError::Other(what)) if is_refusal(what) => {
            refused.note(what);
            if is_about_subscribing(what) {
                found.set(Impediment::Subscribing, what.clone());
            }
            error!(
                what,
                "the broker refuses what this key may not do. Is it the right key, is the broker's configuration of the same 'onestop keys init'?"
            );
        }
        Event::ServerError(ServerError::AuthorizationViolation) => {
            found.set(Impediment::SignIn, "authorization violation".to_owned());
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

fn is_about_subscribing(what: &str) -> bool {
    what.to_ascii_lowercase().contains("for subscription to")
}
