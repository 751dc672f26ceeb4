//! `onestop up`: a broker and every service in one process. The services communicate over the broker alone, each
//! with its own log.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail};
use onestop_chassis::{
    client::QuestionMeta,
    data_lock::DataLock,
    settings::{Settings, StandbyMode},
    shutdown::Shutdown,
    supervisor::Supervisor,
    telemetry,
};
use onestop_gateway::address_file;
use onestop_proto::{actor::ServiceName, query::LogQuery};
use tracing::info;

use crate::{
    broker::{Broker, keys_folder},
    keys::{self, acl},
    output::Output,
    provision, remote, services,
};

/// How long the start may take: a broker with years of events reads them first.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// What an installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// People act under their own names.
    Work,
    /// The command line may act as any person. Once set, it stays.
    Training,
}

/// Runs until SIGTERM or Ctrl-C.
pub(crate) async fn run(
    mut settings: Settings,
    port: u16,
    purpose: Purpose,
    output: &Output,
) -> anyhow::Result<()> {
    if settings.standby != StandbyMode::None {
        bail!(said!("up-standby"));
    }
    // First of all: a second start must leave the first alone, its broker and its ports too.
    let _lock = DataLock::whole(&settings.data)?;
    telemetry::start(&settings)?;
    let shutdown = Shutdown::on_signal()?;
    if purpose == Purpose::Training {
        keys::mark_as_training(&keys_folder(&settings.data))?;
    }
    let broker = Broker::prepare(&settings.data, port)?;
    settings.nats = broker.url();
    let keys = broker.keys();
    let broker = broker.launch().await.with_context(|| said!("the-broker"))?;

    // The broker outlives the services, so that they can drain through it.
    let broker_shutdown = Shutdown::default();
    let broker_task = broker.keep(broker_shutdown.clone());
    let services = run_services(settings, keys, shutdown.clone(), output);
    let broker_ended = async {
        let ended = broker_task.await;
        // No service works without a broker.
        shutdown.request();
        ended
    };
    let services_ended = async {
        let ended = services.await;
        broker_shutdown.request();
        ended
    };
    let (broker, services) = tokio::join!(broker_ended, services_ended);
    broker.with_context(|| said!("the-broker"))?;
    services
}

async fn run_services(
    settings: Settings,
    keys: PathBuf,
    shutdown: Shutdown,
    output: &Output,
) -> anyhow::Result<()> {
    let mut supervisor = Supervisor::new(shutdown.clone());
    let mut names = Vec::new();
    let sites = keys::sites(&keys)?;
    let operator = provision::connect(&settings, &keys).await?;
    let plan = acl::plan(&sites, Some(1));
    let provided = onestop_chassis::provision::run(operator, plan, shutdown.clone());
    supervisor.spawn("provision", provided);
    for (index, service) in (0..).zip(services::all()) {
        let own = settings_of(&service.name, &settings, &keys, index);
        supervisor.spawn("service", (service.run)(own, shutdown.clone()));
        names.push(service.name);
    }
    let next = u16::try_from(names.len()).unwrap_or(u16::MAX);
    forget_address(&settings)?;
    let workbench = settings_of(&onestop_gateway::name(), &settings, &keys, next);
    supervisor.spawn("gateway", onestop_gateway::run(workbench, shutdown.clone()));
    let grace = Duration::from_secs(settings.drain_seconds + 2);
    let announced = async {
        tokio::select! {
            () = shutdown.requested() => Ok(()),
            all = all_answer(&settings, &keys, &names) => {
                all?;
                let url = &settings.nats;
                let workbench = workbench_address(&settings).await?;
                let (ready, page) = (output.message("up-ready"), output.message("workbench"));
                output.print(&format!("{ready}: {url}\n{page}: {workbench}"));
                Ok(())
            }
        }
    };
    let (announced, ended) = tokio::join!(announced, supervisor.run(grace));
    ended.and(announced)
}

/// The workbench of an earlier start may have been served elsewhere.
fn forget_address(settings: &Settings) -> io::Result<()> {
    match fs::remove_file(address_file(&settings.data)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// The address of the workbench, once it is served: services may answer before.
async fn workbench_address(settings: &Settings) -> anyhow::Result<String> {
    let file = address_file(&settings.data);
    let served = async {
        loop {
            match fs::read_to_string(&file) {
                Ok(address) if !address.is_empty() => return Ok(address),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    let served = tokio::time::timeout(START_TIMEOUT, served).await;
    Ok(served.with_context(|| said!("up-not-all-answer"))??)
}

/// The settings of the `index`th service. Where the settings name a port for health and metrics, the service uses
/// the `index`th port after it.
fn settings_of(name: &ServiceName, settings: &Settings, keys: &Path, index: u16) -> Settings {
    let mut settings = settings.clone();
    settings.key = Some(keys::key_file(keys, name.as_str()));
    if settings.http.port() != 0 {
        let port = settings.http.port().saturating_add(index);
        settings.http.set_port(port);
    }
    settings
}

/// Waits until every service answers a question.
async fn all_answer(settings: &Settings, keys: &Path, names: &[ServiceName]) -> anyhow::Result<()> {
    let settings = Settings {
        key: Some(keys::key_file(keys, acl::CLI)),
        ..settings.clone()
    };
    let answers = async {
        let client = loop {
            match remote::connect(&settings).await {
                Ok(client) => break client,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        for name in names {
            let query = LogQuery { from: 0, limit: 0 };
            let ask = async || {
                client
                    .ask_service(name, QuestionMeta::default(), &query)
                    .await
            };
            while ask().await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            info!(service = %name, "answers");
        }
        Ok(())
    };
    tokio::time::timeout(START_TIMEOUT, answers)
        .await
        .with_context(|| said!("up-not-all-answer"))?
}
