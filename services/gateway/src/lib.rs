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
//! | `server` | connections: caps, timeouts, TLS, the PROXY protocol |
//! | `leading` | which of two gateways of one instance answers |
//! | `health` | health and metrics, on an address of their own |
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
mod health;
mod identity;
mod leading;
mod pages;
mod routes;
mod server;

pub use self::core::{db::stored_schema::StoredSchema, track_status::with_status};
pub use self::leading::{key_file, place, source};
pub use identity::{accounts, staff_sheet};

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::{
    bus::Bus, client::Client, lease::Taken, node, process, settings::Settings, shutdown::Shutdown,
    supervisor::Supervisor, traces::Traces,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::actor::{ServiceName, known_service};
use tokio::net::TcpListener;
use tracing::{Instrument, info, info_span};

use self::{
    app::App,
    core::{answer_recorder, metrics::Metrics},
    server::{Server, tls::Certificate},
};

/// The gateway's name: its data folder, its key at the broker.
pub const NAME: &str = "gateway";

/// [`NAME`] as a type.
pub fn name() -> ServiceName {
    known_service(NAME)
}

/// The file that holds the gateway's address: the setting `web` may ask for any free port.
pub fn address_file(data: &Path) -> PathBuf {
    data.join(NAME).join("address")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyGateway {
    pub address: String,
    /// The term under which it decides.
    pub term: Option<String>,
    /// How many changes its standby is behind, where one follows.
    pub standby_behind: Option<String>,
    /// Whether a standby is to follow and does not.
    pub is_kept_once: bool,
    /// The version of its directory; nothing from one of an earlier version.
    pub directory: Option<String>,
}

/// A gateway that answers, and may not work yet: it may have been started a moment ago.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not ready: {why}")]
pub struct UnreadyGateway {
    address: String,
    why: String,
}

impl UnreadyGateway {
    #[must_use]
    pub fn new(address: &str, why: &str) -> Self {
        let (address, why) = (address.to_owned(), why.to_owned());
        Self { address, why }
    }
}

/// Asks the gateway of this data folder whether it is ready. Returns nothing if no gateway has ever served from this folder.
///
/// # Errors
/// If it does not answer, or is not ready.
pub async fn answers(data: &Path) -> anyhow::Result<Option<ReadyGateway>> {
    const TIMEOUT: Duration = Duration::from_secs(5);
    let Ok(address) = fs::read_to_string(address_file(data)) else {
        return Ok(None);
    };
    let address = address.trim().to_owned();
    // Fails if the provider was installed before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // The certificate is for the name by which browsers know it, and this is the address of the process itself: nothing
    // is sent, and only its being ready is believed.
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(TIMEOUT)
        .tls_danger_accept_invalid_certs(true);
    let sent = client.build()?.get(format!("{address}/readyz")).send();
    let answer = sent
        .await
        .with_context(|| format!("{address} does not answer"))?;
    let is_ready = answer.status().is_success();
    let text = answer.text().await?;
    if !is_ready {
        return Err(UnreadyGateway::new(&address, text.trim()).into());
    }
    let after = |prefix: &str| {
        let mut lines = text.lines().skip(1);
        lines.find_map(|line| line.strip_prefix(prefix).map(str::to_owned))
    };
    let (before, behind) = health::STANDBY;
    let standby = after(before).and_then(|line| Some(line.strip_suffix(behind)?.to_owned()));
    Ok(Some(ReadyGateway {
        address,
        term: after(health::TERM),
        standby_behind: standby,
        is_kept_once: text.lines().any(|line| line == leading::KEPT_ONCE),
        directory: after(health::DIRECTORY),
    }))
}

/// Serves the workbench and the API until shutdown.
///
/// # Errors
/// If the address cannot be listened on, the database cannot be used, or a task fails.
pub async fn run(settings: Settings, shutdown: Shutdown) -> anyhow::Result<()> {
    run_with(settings, shutdown, None).await
}

/// Serves them on a copy of the database, whose standby has taken the lease.
///
/// # Errors
/// As [`run`].
pub async fn run_taken(settings: Settings, shutdown: Shutdown, taken: Taken) -> anyhow::Result<()> {
    run_with(settings, shutdown, Some(taken)).await
}

async fn run_with(
    settings: Settings,
    shutdown: Shutdown,
    taken: Option<Taken>,
) -> anyhow::Result<()> {
    let served = Box::pin(serve(settings, shutdown, taken));
    served
        .instrument(info_span!("service", service = NAME))
        .await
}

async fn serve(settings: Settings, shutdown: Shutdown, taken: Option<Taken>) -> anyhow::Result<()> {
    let folder = settings.data.join(NAME);
    process::make_private_folder(&folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let listener = listen(settings.web).await?;
    let address = listener.local_addr()?;
    let certificate = Certificate::open(&settings)?;
    let scheme = if certificate.is_some() {
        "https"
    } else {
        "http"
    };
    let address = format!("{scheme}://{address}");
    let metrics = Metrics::default();
    let (traces, exporting) = Traces::start(&settings, &name(), &metrics.spans)?;
    let bus = Bus::connect(&settings, &name()).await?.with_traces(traces);
    let mut supervisor = Supervisor::new(shutdown.clone());
    let client = Client::new(bus.clone());
    let asked = client.clone();
    let queues = &metrics.queues;
    let directory = CurrentDirectory::follow(&settings, NAME, asked, queues, &mut supervisor)?;
    let leadership = leading::open(&settings)?;
    leadership.start(&bus, folder, taken, &mut supervisor);
    let leads = leadership.clone();
    let app = App::new(&settings, client, directory, leads, metrics, &address)?;
    start_tasks(&app, &bus, &mut supervisor);
    let server = Server::new(&settings, certificate.as_ref())?;
    if let Some(certificate) = certificate {
        let followed = certificate.follow_files(shutdown.clone());
        supervisor.spawn("certificate", followed);
    }
    let health = health::serve(settings.http, app.clone(), shutdown.clone());
    supervisor.spawn("http", health);
    let routes = routes::routes(app).layer(axum::Extension(shutdown.clone()));
    supervisor.spawn("web", server.serve(listener, routes, shutdown.clone()));
    announce(&settings.data, &address)?;
    let supervised = supervisor.run(Duration::from_secs(settings.drain_seconds));
    let drained = leadership.until_drained(&settings, &bus, shutdown, supervised);
    let ended = Box::pin(drained).await;
    bus.close().await;
    exporting.finish().await;
    info!("stopped");
    ended
}

/// Starts what goes on beside the requests.
fn start_tasks(app: &App, bus: &Bus, supervisor: &mut Supervisor) {
    let shutdown = supervisor.shutdown();
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
    supervisor.spawn("request-answers", {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        async move {
            if !decides(&app, &shutdown).await {
                return Ok(());
            }
            answer_recorder::record_answers(&app.notifications, (&app.db, &app.draft_key), shutdown)
                .await
        }
    });
    supervisor.spawn("staff-names", {
        let (app, shutdown) = (app.clone(), shutdown.clone());
        async move { app.staff_names.refresh(&app.db, shutdown).await }
    });
    supervisor.spawn("webhooks", {
        let app = app.clone();
        async move {
            if !decides(&app, &shutdown).await {
                return Ok(());
            }
            api::webhooks::scheduler::deliver(app, shutdown).await
        }
    });
}

/// Waits until this gateway is sure that it decides: one that does not sends and keeps nothing. False at shutdown.
async fn decides(app: &App, shutdown: &Shutdown) -> bool {
    let sure = shutdown.run_until_requested(app.leadership.sure()).await;
    sure.is_some()
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).await;
    listener
        .with_context(|| format!("cannot listen on {address} for the workbench (setting 'web')"))
}

fn announce(data: &Path, address: &str) -> anyhow::Result<()> {
    let file = address_file(data);
    fs::write(&file, format!("{address}\n"))
        .with_context(|| format!("cannot write {}", file.display()))?;
    info!(web = address, "the workbench is served");
    Ok(())
}
