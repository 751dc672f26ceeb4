//! `onestop provision`: whoever holds the operator's key sees to it that the broker provides the stream and
//! its consumers, also after it has lost everything.

use std::path::Path;

use anyhow::Context;
use onestop_chassis::{
    bus::Bus, provision, settings::Settings, shutdown::Shutdown, supervisor::Supervisor, telemetry,
};
use onestop_proto::actor::{ServiceName, known_service};

use crate::{
    cli::ProvisionArgs,
    keys::{self, roster},
    output::Output,
};

/// Connects with the operator's key.
pub(crate) async fn connect(settings: &Settings, keys: &Path) -> anyhow::Result<Bus> {
    let settings = operators(settings, keys);
    Ok(Bus::connect(&settings, &program()).await?)
}

fn operators(settings: &Settings, keys: &Path) -> Settings {
    Settings {
        key: Some(keys::operator(keys)),
        ..settings.clone()
    }
}

fn program() -> ServiceName {
    known_service("operator")
}

/// Carries out `onestop provision`.
///
/// # Errors
/// If the keys cannot be read; with `--once`, if the broker does not provide everything.
pub(crate) async fn carry_out(
    asked: &ProvisionArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let plan = roster::plan(&keys::sites(&asked.keys)?, asked.replicas);
    let count = plan
        .listeners
        .iter()
        .map(|(_, heard)| heard.len())
        .sum::<usize>();
    if asked.once {
        let settings = operators(settings, &asked.keys);
        let bus = Bus::connect_now(&settings, &program()).await?;
        provision::once(&bus, &plan).await?;
        let done = output.say("个消费者已就绪", "consumers provided");
        output.text(&format!("{count} {done}\n"));
        return Ok(());
    }
    telemetry::start(settings)?;
    let shutdown = Shutdown::on_signal()?;
    let bus = connect(settings, &asked.keys).await.context("the broker")?;
    let mut supervisor = Supervisor::new(shutdown.clone());
    supervisor.spawn("provision", provision::keep(bus, plan, shutdown));
    let grace = std::time::Duration::from_secs(settings.drain_seconds);
    supervisor.run(grace).await
}
