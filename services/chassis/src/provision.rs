//! What the broker must provide: the one stream and a durable consumer for whoever listens to whom. Done
//! with the operator's key, which no service holds, and done again whenever the broker has lost it.

use std::time::Duration;

use anyhow::{Context, bail};
use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    stream,
};
use onestop_proto::{actor::ServiceName, envelope::Source, subject};
use tokio::time::MissedTickBehavior;
use tracing::{info, warn};

use crate::{
    bus::{BROKER_STREAM, Bus, Link},
    replication::durable_name,
    shutdown::Shutdown,
};

/// How long the broker remembers a message id, to drop a second publication of the same event.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// How often it is looked whether everything is still there.
const ROUND: Duration = Duration::from_secs(5);
/// Pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(250);

/// Who listens to whom, and how many servers keep a copy.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Each instance of a service, and the services that it hears.
    pub listeners: Vec<(Source, Vec<ServiceName>)>,
    /// Copies of the stream: 1 on one server, 3 on a cluster.
    pub replicas: usize,
}

/// Provides everything once.
///
/// # Errors
/// If the broker does not.
pub async fn once(bus: &Bus, plan: &Plan) -> anyhow::Result<()> {
    let jetstream = bus.jetstream();
    let stream = provide_stream(&jetstream, plan.replicas).await?;
    for (own, heard) in &plan.listeners {
        for from in heard {
            provide_consumer(&stream, own, from).await?;
        }
    }
    Ok(())
}

/// Provides everything, and again whenever the broker has lost some of it, until the shutdown is asked for.
///
/// # Errors
/// None: a broker that cannot provide it now is asked again.
pub async fn keep(bus: Bus, plan: Plan, shutdown: Shutdown) -> anyhow::Result<()> {
    let mut link = bus.link();
    let mut rounds = tokio::time::interval(ROUND);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut quiet = false;
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            changed = link.changed() => changed.context("the connection was closed")?,
            _ = rounds.tick() => {}
        }
        while *link.borrow_and_update() == Link::Up {
            let done = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                done = once(&bus, &plan) => done,
            };
            match done {
                Ok(()) => {
                    if !quiet {
                        info!("the broker provides the stream and its consumers");
                    }
                    quiet = true;
                    break;
                }
                Err(error) => {
                    quiet = false;
                    warn!(
                        error = format!("{error:#}"),
                        "the broker does not provide the stream and its consumers yet"
                    );
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

async fn provide_stream(
    jetstream: &jetstream::Context,
    replicas: usize,
) -> anyhow::Result<stream::Stream> {
    let wanted = stream::Config {
        name: BROKER_STREAM.to_owned(),
        subjects: vec![subject::ALL_EVENTS.to_owned()],
        duplicate_window: DUPLICATE_WINDOW,
        // A relay reads the last of its own events without making a consumer.
        allow_direct: true,
        num_replicas: replicas,
        ..stream::Config::default()
    };
    let made = jetstream.get_or_create_stream(wanted).await;
    let made = made.with_context(|| {
        format!(
            "the broker cannot provide the stream {BROKER_STREAM}. Is JetStream enabled, is its disk full?"
        )
    })?;
    // Old servers ignore what they do not know: what was made is looked at.
    let config = &made.cached_info().config;
    if config.subjects != [subject::ALL_EVENTS] || !config.allow_direct {
        bail!(
            "the stream {BROKER_STREAM} is not as it should be (subjects {:?}, allow_direct {}). Delete it: it comes back from the logs",
            config.subjects,
            config.allow_direct
        );
    }
    Ok(made)
}

async fn provide_consumer(
    stream: &stream::Stream,
    own: &Source,
    from: &ServiceName,
) -> anyhow::Result<()> {
    let name = durable_name(own, from);
    let wanted = pull::Config {
        durable_name: Some(name.clone()),
        filter_subject: subject::events_of(from),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: Duration::from_secs(30),
        max_ack_pending: 1_000,
        ..pull::Config::default()
    };
    let made: Result<PullConsumer, _> = stream.get_or_create_consumer(&name, wanted).await;
    made.with_context(|| format!("the broker does not provide the consumer {name}"))?;
    Ok(())
}
