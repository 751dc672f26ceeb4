//! Health and metrics over HTTP: `/healthz` (the process runs), `/readyz` (log and broker are usable),
//! `/metrics` (Prometheus).

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use onestop_eventlog::Head;
use tokio::{net::TcpListener, sync::watch};
use tracing::info;

use crate::{bus::Link, metrics::Metrics, shutdown::Shutdown};

/// The state that the answers are read from.
#[derive(Clone)]
pub(super) struct Observed {
    pub(super) metrics: Metrics,
    pub(super) link: watch::Receiver<Link>,
    /// Closes with the log.
    pub(super) log: watch::Receiver<Head>,
    /// The log's folder.
    pub(super) folder: PathBuf,
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
        .route("/healthz", get(|| async { "alive\n" }))
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

async fn ready(State(observed): State<Observed>) -> impl IntoResponse {
    // The log closes when the disk is full or fails.
    if observed.log.has_changed().is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the log is closed\n");
    }
    match *observed.link.borrow() {
        Link::Up => (StatusCode::OK, "ready\n"),
        Link::Down => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the broker cannot be reached\n",
        ),
    }
}

async fn metrics(State(observed): State<Observed>) -> impl IntoResponse {
    observed.metrics.log_bytes.set(bytes(&observed.folder));
    match observed.metrics.text() {
        Ok(text) => (
            StatusCode::OK,
            [(
                header::CONTENT_TYPE,
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            )],
            text,
        ),
        Err(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            [(header::CONTENT_TYPE, "text/plain")],
            "the metrics do not encode\n".to_owned(),
        ),
    }
}

/// The bytes of a folder's files, recursively. Files deleted meanwhile do not count.
fn bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(about) if about.is_dir() => bytes(&entry.path()),
            Ok(about) => about.len(),
            Err(_) => 0,
        })
        .sum()
}
