//! `onestop standby`: follows a service's log on another machine, and becomes the service when that machine is gone.
//! `onestop switch`: hands a service over to its standby.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use onestop_chassis::{
    bus::Bus,
    client::QuestionMeta,
    data_lock::DataLock,
    keys,
    node::LOG_FOLDER,
    process,
    settings::Settings,
    shutdown::Shutdown,
    standby::{CopyPlace, Incomplete, StandbyEnd, follow, request_switch},
    telemetry,
};
use onestop_proto::{actor::ServiceName, envelope::Source, query::SourcesQuery};
use serde_json::json;
use tracing::info;

use crate::{
    cli::{StandbyArgs, SwitchArgs},
    output::Output,
    provision, remote,
    services::{self, ServiceInfo},
};

/// How long a standby may take to start the service.
const SWITCH_TIMEOUT: Duration = Duration::from_secs(60);
/// The pause before the service is asked once more which term it has.
const PAUSE: Duration = Duration::from_millis(100);

pub(crate) async fn run(
    args: &StandbyArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let service = find(&args.service, output)?;
    let _lock = DataLock::part(&settings.data, service.name.as_str())?;
    let place = place(args, settings, output)?;
    let sidecar = (service.open_sidecar_copy)(settings)?;
    telemetry::start(settings)?;
    let shutdown = Shutdown::on_signal()?;
    let (own, log) = (place.own.to_string(), place.log.display().to_string());
    output.print_value(&json!({ "service": own, "place": log }), || {
        let arguments = [("service", own.as_str()), ("place", log.as_str())];
        output.message_with("standby-follows", &arguments)
    });
    let ended = {
        let bus = Bus::connect(settings, &service.name).await?;
        let ended = Box::pin(follow(&bus, place, sidecar, &shutdown)).await;
        bus.close().await;
        ended?
    };
    match ended {
        StandbyEnd::Stopped => Ok(()),
        StandbyEnd::Taken(taken) => (service.run_taken)(settings.clone(), shutdown, taken).await,
        StandbyEnd::Promoted => {
            info!(service = %service.name, "this log took over before: the service starts on it");
            (service.run)(settings.clone(), shutdown).await
        }
    }
}

fn find(name: &ServiceName, output: &Output) -> anyhow::Result<ServiceInfo> {
    let mut all = services::all().into_iter();
    let found = all.find(|service| service.name == *name);
    found.with_context(|| output.message_with("standby-no-service", &[("name", name.as_str())]))
}

/// Where the copy is, and with which key the log is signed: the standby signs it when it becomes the service.
fn place(args: &StandbyArgs, settings: &Settings, output: &Output) -> anyhow::Result<CopyPlace> {
    let own = source(&args.service, settings);
    let folder = settings.data.join(args.service.as_str());
    process::make_private_folder(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    if !folder.join(keys::SECRET_FILE).exists() {
        let (file, service) = (
            folder.join(keys::SECRET_FILE).display().to_string(),
            own.to_string(),
        );
        let arguments = [
            ("file", file.as_str()),
            ("public", keys::PUBLIC_FILE),
            ("service", service.as_str()),
        ];
        bail!(output.message_with("standby-no-key", &arguments));
    }
    let key = keys::provide(&folder, &own)?;
    let incomplete = if args.incomplete {
        Incomplete::TakeOver
    } else {
        Incomplete::Wait
    };
    let log = folder.join(LOG_FOLDER);
    process::make_private_folder(&log).with_context(|| format!("cannot make {}", log.display()))?;
    Ok(CopyPlace {
        own,
        log,
        key,
        incomplete,
    })
}

fn source(service: &ServiceName, settings: &Settings) -> Source {
    Source {
        service: service.clone(),
        instance: settings.instance.clone(),
    }
}

pub(crate) async fn switch(
    args: &SwitchArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let own = source(&args.service, settings);
    let client = remote::connect(settings).await?;
    let operator = provision::connect_now(settings, &args.keys).await?;
    let began = Instant::now();
    let before = request_switch(&operator, client.bus().issuer(), &own).await?;
    operator.close().await;
    let after = loop {
        let query = SourcesQuery::default();
        let asked = client.ask_service(&args.service, QuestionMeta::default(), &query);
        let lease = asked.await.ok().and_then(|said| said.lease);
        match lease {
            Some(lease) if lease.term > before && lease.hindrance.is_none() => break lease.term,
            Some(_) | None if began.elapsed() > SWITCH_TIMEOUT => {
                let (service, term) = (own.to_string(), before.to_string());
                let arguments = [("service", service.as_str()), ("term", term.as_str())];
                bail!(output.message_with("switch-late", &arguments));
            }
            Some(_) | None => tokio::time::sleep(PAUSE).await,
        }
    };
    let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let switched = json!({ "service": own, "term": after, "milliseconds": millis });
    output.print_value(&switched, || {
        let (service, term, took) = (own.to_string(), after.to_string(), millis.to_string());
        let arguments = [
            ("service", service.as_str()),
            ("term", term.as_str()),
            ("took", took.as_str()),
        ];
        output.message_with("switched", &arguments)
    });
    Ok(())
}
