//! The gateway (网关): the workbench in a browser, and the HTTP API.
//!
//! It decides nothing of a case: it knows who signs in and in which role and for which unit they act, asks
//! the services over NATS on their behalf, and shows what they answer. What it keeps for itself (accounts,
//! sessions, drafts) is in one SQLite file of its own, `<data>/gateway/gateway.db`.
//!
//! | room | what is in it |
//! |---|---|
//! | [`app`] | what every request shares, and the routes |
//! | `auth` | accounts, passwords, sessions, forged forms, limits |
//! | `db` | the file |
//! | `pages` | the workbench: one module a page, its template in `templates/` |
//! | `api` | the HTTP API |
//! | `say` | the languages, in `locales/` |
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use onestop_chassis::{settings::Settings, shutdown::Shutdown};
//! onestop_gateway::run(Settings::default(), Shutdown::on_signal()?).await
//! # }
//! ```

pub mod accounts;
mod api;
pub mod app;
mod ask;
mod auth;
mod badge;
mod db;
mod error;
mod lasting;
mod live;
mod names;
mod page;
mod pages;
mod pairs;
mod problems;
mod say;
mod statics;

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::{
    bus::Bus, client::Client, node, settings::Settings, shutdown::Shutdown, supervisor::Supervisor,
};
use onestop_proto::actor::{ServiceName, known_service};
use tokio::net::TcpListener;
use tracing::{Instrument, info, info_span};

use crate::app::App;

/// Its name: the folder of its data, its key at the broker.
pub const NAME: &str = "gateway";

/// [`NAME`] as a type.
#[must_use]
pub fn name() -> ServiceName {
    known_service(NAME)
}

/// Where the address that it serves is written: port 0 takes a free one.
#[must_use]
pub fn address_file(data: &Path) -> PathBuf {
    data.join(NAME).join("address")
}

/// Asks the gateway whose data is here whether it can do its work: the address at which it says so; nothing if
/// none has ever served from this folder.
///
/// # Errors
/// If it does not answer, or says that it cannot.
pub async fn answers(data: &Path) -> anyhow::Result<Option<String>> {
    let Ok(address) = fs::read_to_string(address_file(data)) else {
        return Ok(None);
    };
    let address = address.trim().to_owned();
    // The first of a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(READY);
    let asked = client.build()?.get(format!("{address}/readyz")).send();
    let away = || format!("{address} does not answer");
    let answer = asked.await.with_context(away)?;
    if !answer.status().is_success() {
        anyhow::bail!("{address} is not ready: {}", answer.text().await?.trim());
    }
    Ok(Some(address))
}

/// How long an answer whether it is ready may take.
const READY: Duration = Duration::from_secs(5);

/// Serves the workbench and the API until the shutdown is asked for.
///
/// # Errors
/// If the address cannot be listened on, its file cannot be used, or a task of its own fails.
pub async fn run(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    serve(settings, shutdown)
        .instrument(info_span!("service", service = NAME))
        .await
}

async fn serve(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    let folder = settings.data.join(NAME);
    fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let listener = TcpListener::bind(settings.web).await.with_context(|| {
        format!(
            "cannot listen on {} for the workbench (setting 'web')",
            settings.web
        )
    })?;
    let address = listener.local_addr()?;
    let bus = Bus::connect(&settings, &name()).await?;
    let app = App::new(&settings, Client::new(bus.clone()), address)?;
    let mut supervisor = Supervisor::new(shutdown.clone());
    supervisor.spawn(
        "systemd",
        node::notify_systemd(bus.clone(), shutdown.clone()),
    );
    supervisor.spawn("live", live::hear(app.clone(), shutdown.clone()));
    supervisor.spawn("names", names::keep(app.clone(), shutdown.clone()));
    supervisor.spawn(
        "webhooks",
        api::webhooks::deliver(app.clone(), shutdown.clone()),
    );
    supervisor.spawn("web", web(listener, app, shutdown));
    announce(&settings.data, address)?;
    let grace = Duration::from_secs(settings.drain_seconds);
    let ended = supervisor.run(grace).await;
    bus.close().await;
    info!("stopped");
    ended
}

fn announce(data: &Path, address: SocketAddr) -> anyhow::Result<()> {
    let file = address_file(data);
    fs::write(&file, format!("http://{address}\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    info!(web = %address, "the workbench is served");
    Ok(())
}

async fn web(listener: TcpListener, app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    let routes = app::routes(app).layer(axum::Extension(shutdown.clone()));
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { shutdown.requested().await })
        .await
        .context("serving the workbench ended")
}
