//! Provisions the broker: one stream, and a durable consumer for each subscription of a service to another.
//! This needs the operator's key, which no service holds. Lost parts are provisioned again.

use std::time::Duration;

use anyhow::{Context, bail};
use async_nats::jetstream::{
    self,
    consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull},
    stream,
};
use onestop_proto::{actor::ServiceName, envelope::Source, subject};
use tracing::{info, warn};

use crate::{
    bus::{ALL_LEASES, BROKER_STREAM, Bus, LEASES_STREAM, Link, lease_subject},
    shutdown::Shutdown,
    timing::ticker,
};

/// How long the broker remembers message ids, to drop duplicate publications.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);
/// How often the broker is checked.
const CHECK_INTERVAL: Duration = Duration::from_secs(5);
/// The pause before the next attempt after a failure.
const PAUSE: Duration = Duration::from_millis(250);

/// The subscriptions to provision, and the number of replicas.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Each instance of a service, and the services that it subscribes to.
    pub listeners: Vec<(Source, Vec<ServiceName>)>,
    /// Copies of the stream: 1 on one server, 3 on a cluster. None: as many as there are, 1 of a new one.
    pub replicas: Option<usize>,
}

/// Provisions the stream and the consumers once.
pub async fn once(bus: &Bus, plan: &Plan) -> anyhow::Result<()> {
    let jetstream = bus.jetstream();
    let stream = provide_stream(&jetstream, plan.replicas).await?;
    let instances = plan.listeners.iter().map(|(own, _)| own);
    provide_leases(&jetstream, instances, plan.replicas).await?;
    for (own, subscriptions) in &plan.listeners {
        for from in subscriptions {
            provide_consumer(&stream, own, from).await?;
        }
    }
    Ok(())
}

/// Provisions the stream and the consumers, again whenever the broker has lost some of them, until the
/// shutdown is requested.
///
/// # Errors
/// Only if the connection was closed: a broker that refuses is asked again.
pub async fn run(bus: Bus, plan: Plan, shutdown: Shutdown) -> anyhow::Result<()> {
    let mut link = bus.link();
    let mut checks = ticker(CHECK_INTERVAL);
    let mut was_provisioned = false;
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            changed = link.changed() => changed.context("the connection was closed")?,
            _ = checks.tick() => {}
        }
        while *link.borrow_and_update() == Link::Up {
            let done = tokio::select! {
                () = shutdown.requested() => return Ok(()),
                done = once(&bus, &plan) => done,
            };
            match done {
                Ok(()) => {
                    if !was_provisioned {
                        info!("the broker provides the stream and its consumers");
                    }
                    was_provisioned = true;
                    break;
                }
                Err(error) => {
                    was_provisioned = false;
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

/// Provides the stream of leases alone, for every instance.
pub async fn leases(bus: &Bus) -> anyhow::Result<()> {
    provide_leases(&bus.jetstream(), std::iter::empty(), None).await
}

/// One message a subject: the record of who decides. It is written by compare and set. Each instance has a subject of its
/// own in the stream's list, for the link of a site passes no more than that of its own.
async fn provide_leases(
    jetstream: &jetstream::Context,
    instances: impl Iterator<Item = &Source>,
    replicas: Option<usize>,
) -> anyhow::Result<()> {
    let mut subjects: Vec<String> = instances.map(lease_subject).collect();
    if subjects.is_empty() {
        subjects.push(ALL_LEASES.to_owned());
    }
    let wanted = stream::Config {
        name: LEASES_STREAM.to_owned(),
        subjects: subjects.clone(),
        max_messages_per_subject: 1,
        allow_direct: true,
        num_replicas: replicas.unwrap_or(1),
        ..stream::Config::default()
    };
    let made = jetstream.get_or_create_stream(wanted).await;
    let made = made.with_context(|| {
        format!("the broker cannot provide the stream {LEASES_STREAM}. Is its disk full?")
    })?;
    let mut config = made.cached_info().config.clone();
    if config.max_messages_per_subject != 1 {
        bail!(
            "the stream {LEASES_STREAM} keeps more than one record of each. Delete it: it comes back by itself"
        );
    }
    let is_kept =
        |subject: &String| config.subjects.contains(subject) || config.subjects == [ALL_LEASES];
    if !subjects.iter().all(is_kept) {
        config.subjects.extend(subjects);
        config.subjects.sort();
        config.subjects.dedup();
        let changed = jetstream.update_stream(config.clone()).await;
        changed.context("the broker does not keep the lease of a new site")?;
    }
    match replicas {
        Some(replicas) if config.num_replicas != replicas => {
            keep_copies(jetstream, config, replicas).await
        }
        Some(_) | None => Ok(()),
    }
}

async fn provide_stream(
    jetstream: &jetstream::Context,
    replicas: Option<usize>,
) -> anyhow::Result<stream::Stream> {
    let wanted = stream::Config {
        name: BROKER_STREAM.to_owned(),
        subjects: vec![subject::ALL_EVENTS.to_owned()],
        duplicate_window: DUPLICATE_WINDOW,
        // A relay reads the last of its own events without a consumer.
        allow_direct: true,
        num_replicas: replicas.unwrap_or(1),
        ..stream::Config::default()
    };
    let made = jetstream.get_or_create_stream(wanted).await;
    let made = made.with_context(|| {
        format!(
            "the broker cannot provide the stream {BROKER_STREAM}. Is JetStream enabled, is its disk full?"
        )
    })?;
    // Old servers ignore unknown fields: check the result.
    let config = &made.cached_info().config;
    if config.subjects != [subject::ALL_EVENTS] || !config.allow_direct {
        bail!(
            "the stream {BROKER_STREAM} is not as it should be (subjects {:?}, allow_direct {}). Delete it: it comes back from the logs",
            config.subjects,
            config.allow_direct
        );
    }
    if let Some(replicas) = replicas
        && config.num_replicas != replicas
    {
        if made.cached_info().cluster.is_none() && replicas > 1 {
            bail!(
                "the broker is one server, and keeps one copy of the stream {BROKER_STREAM}, not {replicas}. Make it one of several servers first"
            );
        }
        keep_copies(jetstream, config.clone(), replicas).await?;
    }
    Ok(made)
}

/// Has a stream that was made before kept so many times.
async fn keep_copies(
    jetstream: &jetstream::Context,
    before: stream::Config,
    replicas: usize,
) -> anyhow::Result<()> {
    let (were, name) = (before.num_replicas, before.name.clone());
    let wanted = stream::Config {
        num_replicas: replicas,
        ..before
    };
    let changed = jetstream.update_stream(wanted).await;
    let changed = changed.with_context(|| {
        format!(
            "the broker keeps {were} copies of the stream {name} and does not keep {replicas}. Are there so many servers, and do they hear each other?"
        )
    })?;
    let kept = changed.config.num_replicas;
    if kept != replicas {
        bail!("the broker keeps {kept} copies of the stream {name}, {replicas} are wanted");
    }
    info!(were, kept, "the stream is kept another number of times");
    Ok(())
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
        // What a listener has taken, it has taken in the order of delivery: one acknowledgement counts for many. A
        // consumer that an older version made keeps its policy, and the listener acknowledges each.
        ack_policy: AckPolicy::All,
        ack_wait: Duration::from_secs(30),
        max_ack_pending: 1_000,
        ..pull::Config::default()
    };
    let made: Result<PullConsumer, _> = stream.get_or_create_consumer(&name, wanted).await;
    made.with_context(|| format!("the broker does not provide the consumer {name}"))?;
    Ok(())
}

/// The name of the durable consumer with which the instance `own` subscribes to the service `from`.
pub fn durable_name(own: &Source, from: &ServiceName) -> String {
    format!("{}-{}-from-{from}", own.service, own.instance)
}
