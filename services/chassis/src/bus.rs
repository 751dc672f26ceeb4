//! The connection to NATS, and the one broker stream. The broker is transport: whatever it holds can
//! be lost and comes back from the logs.

use std::time::Duration;

use async_nats::{
    Client, ConnectOptions, Event,
    jetstream::{self, stream},
};
use onestop_proto::{actor::ServiceName, subject};
use tokio::sync::watch;
use tracing::{debug, info, warn};

/// The broker stream that holds every event.
pub const BROKER_STREAM: &str = "ONESTOP";

/// How long the broker remembers a message id, to drop a second publication of the same event.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// How long a call to the broker's own API may take.
const API_TIMEOUT: Duration = Duration::from_secs(5);

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
    /// The broker has no JetStream, or its disk is full.
    #[error(
        "the broker cannot provide the stream {BROKER_STREAM}. Is JetStream enabled, is its disk full?"
    )]
    Provision {
        /// What the broker said.
        #[source]
        source: jetstream::context::CreateStreamError,
    },
}

impl Bus {
    /// Connects, now or as soon as the broker is there: returns at once either way.
    ///
    /// # Errors
    /// If the address is malformed.
    pub async fn connect(url: &str, service: &ServiceName) -> Result<Self, BusError> {
        Self::open(
            url,
            service,
            ConnectOptions::new().retry_on_initial_connect(),
        )
        .await
    }

    /// Connects now, or fails: for a program that somebody waits for.
    ///
    /// # Errors
    /// If the broker does not answer.
    pub async fn connect_now(url: &str, program: &ServiceName) -> Result<Self, BusError> {
        Self::open(url, program, ConnectOptions::new()).await
    }

    async fn open(
        url: &str,
        service: &ServiceName,
        options: ConnectOptions,
    ) -> Result<Self, BusError> {
        let (tell, link) = watch::channel(Link::Down);
        let client = options
            .name(format!("onestop-{service}"))
            .connection_timeout(API_TIMEOUT)
            .ping_interval(Duration::from_secs(10))
            .reconnect_delay_callback(|attempt| {
                Duration::from_millis(50 << attempt.min(5)).min(Duration::from_secs(2))
            })
            .event_callback(move |event| {
                let tell = tell.clone();
                async move { note(&event, &tell) }
            })
            .connect(url)
            .await
            .map_err(|source| BusError::Connect {
                url: url.to_owned(),
                source,
            })?;
        Ok(Self { client, link })
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
    pub async fn linked(&self) {
        let mut link = self.link.clone();
        // An error means that the client is gone; whoever waits is about to find out.
        let _ = link.wait_for(|link| *link == Link::Up).await;
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
        jetstream::ContextBuilder::new()
            .timeout(API_TIMEOUT)
            .ack_timeout(API_TIMEOUT)
            .max_ack_inflight(1_000)
            .backpressure_on_inflight(true)
            .build(self.client.clone())
    }

    /// Makes sure that the broker stream exists.
    ///
    /// # Errors
    /// If the broker cannot provide it.
    pub async fn provision(
        &self,
        jetstream: &jetstream::Context,
    ) -> Result<stream::Stream, BusError> {
        let wanted = stream::Config {
            name: BROKER_STREAM.to_owned(),
            subjects: vec![subject::ALL_EVENTS.to_owned()],
            duplicate_window: DUPLICATE_WINDOW,
            // The relay reads the last event of its source without making a consumer.
            allow_direct: true,
            ..stream::Config::default()
        };
        let made = jetstream.get_or_create_stream(wanted.clone()).await;
        // Services that start together all find it missing: whoever is second finds it the next time.
        let made = match made {
            Err(error) if made_by_another(&error) => jetstream.get_or_create_stream(wanted).await,
            Ok(_) | Err(_) => made,
        };
        made.map_err(|source| BusError::Provision { source })
    }
}

fn made_by_another(error: &jetstream::context::CreateStreamError) -> bool {
    use jetstream::{ErrorCode, context::CreateStreamErrorKind};
    let CreateStreamErrorKind::JetStream(error) = error.kind() else {
        return false;
    };
    [
        ErrorCode::STREAM_NAME_EXIST,
        ErrorCode::STREAM_SUBJECT_OVERLAP,
    ]
    .contains(&error.error_code())
}

fn note(event: &Event, tell: &watch::Sender<Link>) {
    match event {
        Event::Connected => {
            info!("connected to the broker");
            tell.send_replace(Link::Up);
        }
        Event::Disconnected => {
            warn!("the connection to the broker is lost; trying again");
            tell.send_replace(Link::Down);
        }
        // Refused permissions arrive here and nowhere else: the call itself only times out.
        Event::Draining | Event::Closed => debug!(%event, "the connection ends"),
        Event::LameDuckMode
        | Event::SlowConsumer(_)
        | Event::ServerError(_)
        | Event::ClientError(_) => warn!(%event, "the broker says"),
    }
}
