//! The life of one service: log → connection → tasks → shutdown → drain.

use std::{future::Future, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Parser;
use onestop_eventlog::{EventLog, Observer, Options};
use onestop_proto::envelope::Source;
use sd_notify::NotifyState;
use tracing::{Instrument, error, info, info_span, warn};

use crate::{
    bus::Bus,
    client::Client,
    clock::SystemClock,
    dispatcher::{self, Dispatcher},
    http, keys,
    metrics::Metrics,
    relay,
    replication::{self, Processor, SourceTracker},
    service::{Context, Publishing, Service},
    settings::{Flags, Settings},
    shutdown::Shutdown,
    store::Store,
    supervisor::Supervisor,
    telemetry,
};

/// A service's log, in its folder.
pub const LOG_FOLDER: &str = "log";

/// Exit code for settings that cannot be used (`EX_USAGE` of sysexits).
pub const BAD_SETTINGS: u8 = 64;
/// Exit code for a service that failed (`EX_SOFTWARE`).
pub const FAILED: u8 = 70;

#[derive(Parser)]
#[command(
    version,
    about = "A service of Onestop (一窗). Settings come from a file, the environment and flags."
)]
struct Arguments {
    #[command(flatten)]
    flags: Flags,
}

/// The `main` of a service's own executable.
#[must_use]
pub fn main<S: Service>() -> ExitCode {
    program(S::name().as_str(), run::<S>)
}

/// The `main` of an executable of ours that runs until it is told to stop.
#[must_use]
#[allow(
    clippy::print_stderr,
    reason = "logging has not started when settings are bad"
)]
pub fn program<F>(name: &str, run: fn(Settings, Shutdown) -> F) -> ExitCode
where
    F: Future<Output = anyhow::Result<()>>,
{
    let arguments = Arguments::parse();
    let settings = match Settings::load(&arguments.flags) {
        Ok(settings) => settings,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(BAD_SETTINGS);
        }
    };
    match start(settings, run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("onestop-{name} stopped: {error:#}");
            ExitCode::from(FAILED)
        }
    }
}

fn start<F>(settings: Settings, run: fn(Settings, Shutdown) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    telemetry::start(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { run(settings, Shutdown::on_signal()?).await })
}

/// Runs a service until the shutdown is asked for.
///
/// # Errors
/// If its log cannot be opened, its settings do not work, or one of its tasks fails.
pub async fn run<S: Service>(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let name = S::name();
    let span = info_span!("service", service = %name);
    serve::<S>(settings, shutdown).instrument(span).await
}

async fn serve<S: Service>(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let name = S::name();
    let source = Source {
        service: name.clone(),
        instance: settings.instance.clone(),
    };
    let folder = settings.data.join(name.as_str());
    let metrics = Metrics::default();
    let key_name = format!("onestop/{name}/{}", settings.instance);
    let log = open_log(folder.clone(), key_name, metrics.clone()).await?;
    info!(events = log.head().count, epoch = %log.epoch(), "the log is open");
    let store = Store::new(log.clone(), source);
    let bus = Bus::connect(&settings, &name).await?;
    let client = Client::new(bus.clone());
    let sources = SourceTracker::of(&store);
    let mut supervisor = Supervisor::new(shutdown.clone());
    let context = Context {
        settings: &settings,
        store: store.clone(),
        client: client.clone(),
        sources: sources.clone(),
        supervisor: &mut supervisor,
    };
    let service = Arc::new(S::start(context).context("the service cannot start")?);

    if S::PUBLISHING == Publishing::Events {
        let task = relay::run(
            bus.clone(),
            settings.clone(),
            (store.clone(), metrics.clone()),
            shutdown.clone(),
        );
        supervisor.spawn("relay", task);
    }
    let processor = Arc::new(Processor::new(
        Arc::clone(&service),
        (store.clone(), client.clone()),
        metrics.clone(),
        sources,
    ));
    processor.count_parked()?;
    replication::listen(&processor, (&bus, &client), &mut supervisor, &shutdown);
    let dispatcher = Arc::new(Dispatcher {
        service,
        processor,
        store,
        metrics: metrics.clone(),
    });
    supervisor.spawn(
        "endpoints",
        dispatcher::serve(bus.clone(), dispatcher, shutdown.clone()),
    );
    let told = notify_systemd(bus.clone(), shutdown.clone());
    supervisor.spawn("systemd", told);
    let folder = folder.join(LOG_FOLDER);
    let observed = http::Observed::new(metrics, bus.link(), log.watch(), folder);
    supervisor.spawn("http", http::serve(settings.http, observed, shutdown));

    let ended = supervisor
        .run(Duration::from_secs(settings.drain_seconds))
        .await;
    bus.close().await;
    let closed = tokio::task::spawn_blocking(move || log.close()).await?;
    if let Err(reason) = closed {
        error!(%reason, "the log did not close cleanly");
    }
    info!("stopped");
    ended
}

/// Tells systemd, where it started us, that we are ready once the broker can be reached, and that we stop.
///
/// # Errors
/// None: what cannot be told is logged.
pub async fn notify_systemd(bus: Bus, shutdown: Shutdown) -> anyhow::Result<()> {
    let tell = |state| {
        if let Err(error) = sd_notify::notify(&[state]) {
            warn!(%error, "systemd cannot be told");
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

/// Opens the log in a service's folder, signed with the key beside it.
async fn open_log(folder: PathBuf, key_name: String, metrics: Metrics) -> anyhow::Result<EventLog> {
    let observer = Observer::new(move |committed| {
        metrics.commit_events.observe(committed.events as f64);
        metrics.commit_seconds.observe(committed.took.as_secs_f64());
    });
    let open = move || {
        let path = folder.join(LOG_FOLDER);
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        let options = Options {
            signer: Some(keys::signing_key(&folder, &key_name)?),
            observer: Some(observer),
            ..Options::new(&path, SystemClock.uuid())
        };
        EventLog::open(options)
            .with_context(|| format!("cannot open the log in {}", path.display()))
    };
    tokio::task::spawn_blocking(open).await?
}
