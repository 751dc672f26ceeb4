//! Health and metrics over HTTP: `/healthz` (the process runs), `/readyz` (log, broker and read models are usable),
//! `/metrics` (Prometheus).

mod measure;

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_eventlog::Head;
use onestop_proto::replication::StandbyState;
use tokio::{net::TcpListener, sync::watch};
use tracing::info;

use self::measure::{DirectoryVersion, OldestParked};
use super::{LOG_FOLDER, unready::ReadinessCheck};
use crate::{
    bus::Bus,
    lease::Lease,
    metrics::Metrics,
    settings::Settings,
    shutdown::Shutdown,
    standby::Copies,
    store::{Disk, Room, Store},
    subscribers::Subscribers,
};

/// The content type of metrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The state that the answers are read from.
#[derive(Clone)]
pub(super) struct Observed {
    metrics: Metrics,
    subscribers: Subscribers,
    readiness: ReadinessCheck,
    disk: Disk,
    lease: Lease,
    copies: Copies,
    store: Store,
    /// Closes with the log.
    log: watch::Receiver<Head>,
    folder: PathBuf,
    /// The folder of all services of the machine.
    data: PathBuf,
    /// The certificate that is shown to the broker.
    certificate: Option<PathBuf>,
    /// `None`: nothing is ever parked.
    oldest_parked: Option<OldestParked>,
    /// `None`: it decides by no directory.
    directory: Option<DirectoryVersion>,
}

impl Observed {
    pub(super) fn new(
        store: &Store,
        bus: &Bus,
        metrics: &Metrics,
        subscribers: Subscribers,
        settings: &Settings,
    ) -> Self {
        let own = settings.data.join(store.source().service.as_str());
        Self {
            metrics: metrics.clone(),
            readiness: ReadinessCheck::new(store, bus, &subscribers),
            subscribers,
            disk: store.gate().disk().clone(),
            lease: store.gate().lease().clone(),
            copies: store.gate().copies().clone(),
            store: store.clone(),
            log: store.log().watch(),
            folder: own.join(LOG_FOLDER),
            data: settings.data.clone(),
            certificate: settings.tls_cert.clone(),
            oldest_parked: None,
            directory: None,
        }
    }

    /// The same, with how it is found out since when the oldest parked event waits.
    pub(super) fn with_parked(self, oldest_parked: OldestParked) -> Self {
        Self {
            oldest_parked: Some(oldest_parked),
            ..self
        }
    }

    /// The same, with how the directory is named by which the service decides.
    pub(super) fn with_directory(self, directory: DirectoryVersion) -> Self {
        Self {
            directory: Some(directory),
            ..self
        }
    }
}

/// Serves until the shutdown is requested.
///
/// # Errors
/// If the address cannot be listened on.
pub(super) async fn serve(
    address: SocketAddr,
    observed: Observed,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let routes = Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(observed);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} for health and metrics (setting 'http')")
    })?;
    info!(http = %listener.local_addr()?, "health and metrics are served");
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { shutdown.requested().await })
        .await
        .context("serving health and metrics ended")
}

async fn alive(State(observed): State<Observed>) -> String {
    match observed.subscribers.contradiction() {
        Some(contradiction) => format!("alive, but takes no command: {contradiction}\n"),
        None if observed.disk.room() == Room::Reserve => {
            "alive, but takes no command: its disk is full\n".to_owned()
        }
        None => "alive\n".to_owned(),
    }
}

async fn ready(State(observed): State<Observed>) -> impl IntoResponse {
    let reasons = observed.readiness.reasons().into_iter();
    let reasons: String = reasons.map(|reason| format!("{}\n", reason.why)).collect();
    if !reasons.is_empty() {
        return (StatusCode::SERVICE_UNAVAILABLE, reasons);
    }
    let ready = format!(
        "ready\n{}{}{}",
        observed.readiness.others(),
        unasked(&observed.subscribers),
        kept_once(&observed)
    );
    (StatusCode::OK, ready)
}

/// That a standby is to follow and does not.
fn kept_once(observed: &Observed) -> &'static str {
    let head = observed.log.borrow().count;
    match observed.copies.standby_state(head) {
        Some(StandbyState::Absent {}) => {
            "no standby keeps up: what is confirmed is kept once only\n"
        }
        Some(StandbyState::Following { .. }) | None => "",
    }
}

/// The subscribers that have not said what they know of the log.
fn unasked(subscribers: &Subscribers) -> String {
    let unasked = subscribers.unasked();
    let line = |source| format!("could not be asked what it knows of the log: {source}\n");
    unasked.into_iter().map(line).collect()
}

async fn metrics(State(observed): State<Observed>) -> Response {
    // It reads the disk.
    let measured = tokio::task::spawn_blocking(move || {
        observed.measure();
        observed.metrics.text().ok()
    });
    match measured.await.ok().flatten() {
        Some(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        None => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "the metrics do not encode\n",
        )
            .into_response(),
    }
}
