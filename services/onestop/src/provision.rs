//! `onestop provision`: keeps the broker's stream and consumers in place with the operator's key, also after the broker
//! has lost its store.

use std::path::Path;

use anyhow::Context;
use onestop_chassis::{
    bus::Bus, provision, settings::Settings, shutdown::Shutdown, supervisor::Supervisor, telemetry,
};
use onestop_proto::actor::{ServiceName, known_service};

use crate::{
    cli::ProvisionArgs,
    keys::{self, acl},
    output::Output,
};

pub(crate) async fn connect(settings: &Settings, keys: &Path) -> anyhow::Result<Bus> {
    let settings = with_operator_key(settings, keys);
    Ok(Bus::connect(&settings, &program()).await?)
}

/// Connects with the operator's key once; fails when the broker is not there.
pub(crate) async fn connect_now(settings: &Settings, keys: &Path) -> anyhow::Result<Bus> {
    let settings = with_operator_key(settings, keys);
    Ok(Bus::connect_now(&settings, &program()).await?)
}

fn with_operator_key(settings: &Settings, keys: &Path) -> Settings {
    Settings {
        key: Some(keys::operator(keys)),
        ..settings.clone()
    }
}

fn program() -> ServiceName {
    known_service("operator")
}

pub(crate) async fn run(
    args: &ProvisionArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let plan = acl::plan(&keys::sites(&args.keys)?, args.replicas);
    let count = plan
        .listeners
        .iter()
        .map(|(_, heard)| heard.len())
        .sum::<usize>();
    if args.once {
        let bus = connect_now(settings, &args.keys).await?;
        provision::once(&bus, &plan).await?;
        let done = output.message("provision-done");
        output.print(&format!("{count} {done}\n"));
        return Ok(());
    }
    telemetry::start(settings)?;
    let shutdown = Shutdown::on_signal()?;
    let bus = connect(settings, &args.keys)
        .await
        .with_context(|| said!("the-broker"))?;
    let mut supervisor = Supervisor::new(shutdown.clone());
    supervisor.spawn("provision", provision::run(bus, plan, shutdown));
    let grace = std::time::Duration::from_secs(settings.drain_seconds);
    supervisor.run(grace).await
}
