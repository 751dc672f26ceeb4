//! Health and metrics over HTTP: `/healthz` (the process lives), `/readyz` (it can do its work),
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

/// What is looked at for an answer.
#[derive(Clone)]
pub(crate) struct Observed {
    metrics: Metrics,
    link: watch::Receiver<Link>,
    /// Ends when the log does.
    log: watch::Receiver<Head>,
    folder: PathBuf,
}

impl Observed {
    pub(crate) fn new(
        metrics: Metrics,
        link: watch::Receiver<Link>,
        log: watch::Receiver<Head>,
        folder: PathBuf,
    ) -> Self {
        Self {
            metrics,
            link,
            log,
            folder,
        }
    }
}

/// Serves until the shutdown is asked for.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) async fn serve(
    address: SocketAddr,
    observed: Observed,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let routes = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measures))
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
    // Without its log it can do nothing: its disk was full, or failed.
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

async fn measures(State(observed): State<Observed>) -> impl IntoResponse {
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

/// Bytes of the files in a folder and in those in it; what vanishes meanwhile does not count.
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
