//! Runs one service: opens its log, connects to the broker, starts its tasks, and drains at shutdown.

mod answers;
mod authorization;
mod dispatcher;
mod endpoints;
mod executable;
mod health;
mod issuer_places;
mod log_page;
mod opening;
mod readiness;
mod request_metrics;
mod request_span;
mod undated_acts;
mod unready;

use std::{future::Future, sync::Arc, time::Duration};

use anyhow::Context as _;
use onestop_eventlog::EventLog;
use onestop_proto::envelope::Source;
use sd_notify::NotifyState;
use tracing::{Instrument, error, info, info_span, warn};
use uuid::Uuid;

pub use self::{answers::log_root, readiness::Readiness, undated_acts::require_undated};
use self::{
    dispatcher::Dispatcher, issuer_places::IssuerPlaces, opening::open_log, unready::ReadinessCheck,
};
use crate::{
    bus::Bus,
    client::Client,
    identity::Roster,
    keys,
    lease::{self, Keeper, Lease, Taken},
    messaging::relay,
    metrics::Metrics,
    replication::{self, Trust, processor::Processor, source_tracker::SourceTracker},
    service::{Context, Publishing, Service},
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
    standby::{self, Copies, Leader, SidecarSource},
    store::{CommandHashKey, Disk, Standing, Store, WriteGate},
    subscribers::Subscribers,
    supervisor::Supervisor,
    traces::Traces,
};

pub use self::executable::{BAD_SETTINGS, FAILED, IN_USE, main, program, version};

/// The folder of a service's log, within its own.
pub const LOG_FOLDER: &str = "log";

/// Runs a service until the shutdown is requested.
///
/// # Errors
/// If its log cannot be opened, its settings are invalid, or one of its tasks fails.
pub async fn run<S: Service>(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    run_with::<S>(settings, shutdown, None).await
}

/// Runs a service on a copy of its log, whose standby has taken the lease.
///
/// # Errors
/// As [`run`].
pub async fn run_taken<S: Service>(
    settings: Settings,
    shutdown: Shutdown,
    taken: Taken,
) -> anyhow::Result<()> {
    run_with::<S>(settings, shutdown, Some(taken)).await
}

async fn run_with<S: Service>(
    settings: Settings,
    shutdown: Shutdown,
    taken: Option<Taken>,
) -> anyhow::Result<()> {
    let name = S::name();
    let span = info_span!("service", service = %name);
    let served = Box::pin(serve::<S>(settings, shutdown, taken));
    served.instrument(span).await
}

async fn serve<S: Service>(
    settings: Settings,
    shutdown: Shutdown,
    taken: Option<Taken>,
) -> anyhow::Result<()> {
    standby::check(&settings)?;
    let name = S::name();
    let source = Source {
        service: name.clone(),
        instance: settings.instance.clone(),
    };
    let folder = settings.data.join(name.as_str());
    let roster = Roster::open(&settings)?;
    let metrics = Metrics::default();
    let log_folder = folder.join(LOG_FOLDER);
    let log = open_log(folder.clone(), &source, metrics.clone()).await?;
    info!(events = log.head().count, epoch = %log.epoch(), "the log is open");
    let (lease, copies) = (Lease::sought(), Copies::new(settings.standby));
    let counted = copies.clone();
    lease.note_log(&log, move || counted.following());
    let gate = WriteGate::new(Standing::Unknown).on(Disk::of(log_folder));
    // Nothing is written before this process has the lease and the subscribers were asked what they know of the log.
    let gate = gate.under(lease.clone()).copied(copies.clone());
    let hash_key = CommandHashKey::read(&folder, &source)?;
    let store = Store::new(log.clone(), source.clone()).with_gate(gate);
    let store = store.with_hash_key(hash_key);
    let (traces, exporting) = Traces::start(&settings, &name, &metrics.spans)?;
    let bus = Bus::connect(&settings, &name).await?.with_traces(traces);
    let mut supervisor = Supervisor::new(shutdown.clone());
    let keeper = Keeper::new(&lease, &bus, &source, folder.clone(), taken);
    supervisor.spawn("lease", keeper.run(supervisor.shutdown()));
    let current = roster.clone().keep_current(supervisor.shutdown());
    supervisor.spawn("roster", current);
    let sidecar = start_tasks::<S>(
        &settings,
        &store,
        (&bus, &roster),
        &metrics,
        &mut supervisor,
    )?;

    let leader = if settings.standby == StandbyMode::None {
        None
    } else {
        let key = keys::verifying_key(&folder)?.context("the log has no public key")?;
        let leader = Leader::new(&log, &lease, &copies, &bus, &source, &key, shutdown);
        let leader = leader.with_roster(roster).with_sidecar(sidecar);
        Some(Arc::new(leader))
    };
    let supervised = supervisor.run(Duration::from_secs(settings.drain_seconds));
    let (ended, next) = until_drained(supervised, leader).await;
    lease::release(&lease, &bus, &source, next).await;
    bus.close().await;
    exporting.finish().await;
    drop(store);
    close(log).await?;
    info!("stopped");
    ended
}

async fn close(log: EventLog) -> anyhow::Result<()> {
    let closed = tokio::task::spawn_blocking(move || log.close()).await?;
    if let Err(reason) = closed {
        error!(%reason, "the log did not close cleanly");
    }
    Ok(())
}

/// Runs until the service has drained, and answers its standby until that has everything. Returns how it ended, and the
/// standby to which the lease is handed over.
async fn until_drained(
    supervised: impl Future<Output = anyhow::Result<()>>,
    leader: Option<Arc<Leader>>,
) -> (anyhow::Result<()>, Option<Uuid>) {
    let drained = Shutdown::default();
    let supervised = async {
        let ended = supervised.await;
        drained.request();
        ended
    };
    let answered = async {
        match leader {
            Some(leader) => leader.run(drained.clone()).await,
            None => None,
        }
    };
    tokio::join!(supervised, answered)
}

/// Starts the service, and the tasks that every service has. Returns what its standby needs besides the log.
fn start_tasks<S: Service>(
    settings: &Settings,
    store: &Store,
    (bus, roster): (&Bus, &Roster),
    metrics: &Metrics,
    supervisor: &mut Supervisor,
) -> anyhow::Result<Option<Arc<dyn SidecarSource>>> {
    let (shutdown, client) = (supervisor.shutdown(), Client::new(bus.clone()));
    let sources = SourceTracker::of(store);
    let (trust, instances) = (Trust::new(&S::name(), roster, metrics), sources.known());
    let context = Context {
        settings,
        store: store.clone(),
        client: client.clone(),
        sources: sources.clone(),
        metrics: metrics.clone(),
        readiness: Readiness::of(bus),
        supervisor: &mut *supervisor,
    };
    let service = Arc::new(S::start(context).context("the service cannot start")?);
    let sidecar = service.sidecar();
    if S::PUBLISHING == Publishing::Events {
        start_relay(settings, store, bus, metrics, &trust, supervisor);
    }
    let processor = Processor::new(
        Arc::clone(&service),
        store.clone(),
        client.clone(),
        metrics.clone(),
        sources,
    );
    let processor = Arc::new(processor.with_settings(settings));
    processor.count_parked()?;
    replication::start(&processor, bus, (&client, &trust), supervisor);
    let subscribers = Subscribers::new(
        &S::subscribers(),
        &instances,
        store.clone(),
        client,
        metrics.clone(),
    );
    let asking = subscribers.clone().run(bus.clone(), shutdown.clone());
    supervisor.spawn("subscribers", asking);
    let dispatcher = Arc::new(Dispatcher {
        service,
        processor,
        readiness: ReadinessCheck::new(store, bus, &subscribers),
        subscribers,
        trust,
        store: store.clone(),
        metrics: metrics.clone(),
        traces: bus.traces().clone(),
        waiting: IssuerPlaces::waiting(),
        answered: IssuerPlaces::answered(),
    });
    let observed = observed(settings, bus, &dispatcher);
    supervisor.spawn("http", health::serve(settings.http, observed, shutdown));
    start_answering(bus, dispatcher, supervisor);
    Ok(sidecar)
}

/// Publishes the log.
fn start_relay(
    settings: &Settings,
    store: &Store,
    bus: &Bus,
    metrics: &Metrics,
    trust: &Trust,
    supervisor: &mut Supervisor,
) {
    let (bus, settings, store) = (bus.clone(), settings.clone(), store.clone());
    let (metrics, junk) = (metrics.clone(), trust.junk.clone());
    let relay = relay::run(bus, settings, store, metrics, junk, supervisor.shutdown());
    supervisor.spawn("relay", relay);
}

/// What health and metrics are read from.
fn observed<S: Service>(
    settings: &Settings,
    bus: &Bus,
    dispatcher: &Dispatcher<S>,
) -> health::Observed {
    let (store, metrics) = (&dispatcher.store, &dispatcher.metrics);
    let subscribers = dispatcher.subscribers.clone();
    let observed = health::Observed::new(store, bus, metrics, subscribers, settings);
    let processor = Arc::clone(&dispatcher.processor);
    let observed = observed.with_parked(Arc::new(move || processor.oldest_parked()));
    let service = Arc::clone(&dispatcher.service);
    observed.with_directory(Arc::new(move || service.directory_version()))
}

/// Answers requests, and notifies systemd that the service is ready.
fn start_answering<S: Service>(
    bus: &Bus,
    dispatcher: Arc<Dispatcher<S>>,
    supervisor: &mut Supervisor,
) {
    let shutdown = supervisor.shutdown();
    let endpoints = endpoints::serve(bus.clone(), dispatcher, shutdown.clone());
    supervisor.spawn("endpoints", endpoints);
    supervisor.spawn("systemd", notify_systemd(bus.clone(), shutdown));
}

/// Notifies systemd, if it started the process: ready once the broker is connected, then stopping.
///
/// # Errors
/// None: a failed notification is logged.
pub async fn notify_systemd(bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
    let tell = |state| {
        if let Err(error) = sd_notify::notify(&[state]) {
            warn!(%error, "systemd cannot be notified");
        }
    };
    tokio::select! {
        () = shutdown.requested() => {}
        () = bus.connected() => tell(NotifyState::Ready),
    }
    shutdown.requested().await;
    tell(NotifyState::Stopping);
    Ok(())
}
