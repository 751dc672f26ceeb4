//! Health and metrics over HTTP: `/healthz` (the process lives), `/readyz` (it can do its work),
//! `/metrics` (Prometheus).

use std::net::SocketAddr;

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use tokio::{net::TcpListener, sync::watch};
use tracing::info;

use crate::{bus::Link, metrics::Metrics, shutdown::Shutdown};

#[derive(Clone)]
struct Observed {
    metrics: Metrics,
    link: watch::Receiver<Link>,
}

/// Serves until the shutdown is asked for.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) async fn serve(
    address: SocketAddr,
    metrics: Metrics,
    link: watch::Receiver<Link>,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let routes = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measures))
        .with_state(Observed { metrics, link });
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} for health and metrics (setting 'http')")
    })?;
    info!(http = %listener.local_addr()?, "health and metrics are served");
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { shutdown.asked().await })
        .await
        .context("serving health and metrics ended")
}

async fn ready(State(observed): State<Observed>) -> impl IntoResponse {
    match *observed.link.borrow() {
        Link::Up => (StatusCode::OK, "ready\n"),
        Link::Down => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the broker cannot be reached\n",
        ),
    }
}

async fn measures(State(observed): State<Observed>) -> impl IntoResponse {
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
