//! The gateway (网关): the workbench in a browser, and the HTTP API.
//!
//! It authenticates staff, sends their questions and commands to the services over NATS, and shows the
//! answers. It decides nothing about a case. Its own data (accounts, sessions, drafts, webhooks) is in one
//! SQLite database, `<data>/gateway/gateway.db`.
//!
//! | module | content |
//! |---|---|
//! | `core` | the database, languages, cookies, rate limits, notifications |
//! | `identity` | accounts, passwords, sessions, scopes, CSRF protection, OpenID Connect |
//! | `api` | the HTTP API and webhooks |
//! | `pages` | the workbench: one module for each page, its template in `templates/` |
//! | `app`, `routes` | the state that handlers share; all routes |
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use onestop_chassis::{settings::Settings, shutdown::Shutdown};
//! onestop_gateway::run(Settings::default(), Shutdown::on_signal()?).await
//! # }
//! ```

mod api;
mod app;
mod core;
mod identity;
mod pages;
mod routes;

pub use identity::accounts;

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

use self::app::App;

/// The gateway's name: its data folder, its key at the broker.
pub const NAME: &str = "gateway";

/// [`NAME`] as a type.
#[must_use]
pub fn name() -> ServiceName {
    known_service(NAME)
}

/// The file that holds the gateway's address: the setting `web` may ask for any free port.
#[must_use]
pub fn address_file(data: &Path) -> PathBuf {
    data.join(NAME).join("address")
}

/// Asks the gateway of this data folder whether it is ready. Returns its address, or nothing if no gateway
/// has ever served from this folder.
///
/// # Errors
/// If it does not answer, or is not ready.
pub async fn answers(data: &Path) -> anyhow::Result<Option<String>> {
    const TIMEOUT: Duration = Duration::from_secs(5);
    let Ok(address) = fs::read_to_string(address_file(data)) else {
        return Ok(None);
    };
    let address = address.trim().to_owned();
    // Fails if the provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(TIMEOUT);
    let sent = client.build()?.get(format!("{address}/readyz")).send();
    let answer = sent
        .await
        .with_context(|| format!("{address} does not answer"))?;
    if !answer.status().is_success() {
        anyhow::bail!("{address} is not ready: {}", answer.text().await?.trim());
    }
    Ok(Some(address))
}

/// Serves the workbench and the API until shutdown.
///
/// # Errors
/// If the address cannot be listened on, the database cannot be used, or a task fails.
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
    supervisor.spawn("notifications", {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        async move {
            app.notifications
                .forward_events(&app.client, shutdown)
                .await
        }
    });
    supervisor.spawn("staff-names", {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        async move { app.staff_names.refresh(&app.db, shutdown).await }
    });
    supervisor.spawn(
        "webhooks",
        api::webhooks::scheduler::deliver(app.clone(), shutdown.clone()),
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
    let routes = routes::routes(app).layer(axum::Extension(shutdown.clone()));
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { shutdown.requested().await })
        .await
        .context("serving the workbench ended")
}
