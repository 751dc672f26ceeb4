//! Health and metrics on an address of their own, as the services have it: `/healthz`, `/readyz`, `/metrics`. What is
//! counted is no business of those who use the workbench.

use std::{net::SocketAddr, time::Instant};

use anyhow::Context;
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::{bus::Link, shutdown::Shutdown};
use tokio::net::TcpListener;
use tracing::info;

use crate::{
    app::App,
    core::{db::webhooks, metrics::Answered},
};

/// Serves until the shutdown is requested.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) async fn serve(address: SocketAddr, app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    let routes = routes().route("/metrics", get(metrics)).with_state(app);
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address} for health and metrics (setting 'http')")
    })?;
    info!(http = %listener.local_addr()?, "health and metrics are served");
    axum::serve(listener, routes)
        .with_graceful_shutdown(async move { shutdown.requested().await })
        .await
        .context("serving health and metrics ended")
}

/// Whether it lives and is ready, which the address of the workbench tells as well.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
}

/// Ready while the broker is reachable.
async fn ready(State(app): State<App>) -> Response {
    match *app.client.bus().link().borrow() {
        Link::Up => "ready\n".into_response(),
        Link::Down => {
            let problem = "the broker cannot be reached\n";
            (StatusCode::SERVICE_UNAVAILABLE, problem).into_response()
        }
    }
}

async fn metrics(State(app): State<App>) -> Response {
    const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match measured(app).await {
        Some(text) => ([(header::CONTENT_TYPE, TYPE)], text).into_response(),
        None => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "the metrics do not encode\n",
        )
            .into_response(),
    }
}

/// Measures what no request sets, and encodes everything.
async fn measured(app: App) -> Option<String> {
    let active = app
        .db
        .with(|db| webhooks::active(db))
        .await
        .unwrap_or_default();
    // It reads files.
    let measured = tokio::task::spawn_blocking(move || {
        let metrics = &app.metrics;
        metrics.measure_queues(&active, app.clock.now());
        metrics.machine.measure_data(&app.data);
        for (name, file) in &app.certificates {
            metrics.machine.measure_certificate(name, file);
        }
        metrics.text().ok()
    });
    measured.await.ok().flatten()
}

/// Counts and times a request.
pub(crate) async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let response = next.run(request).await;
    app.metrics.record(&Answered {
        route: route.as_ref().map(MatchedPath::as_str),
        method: &method,
        status: response.status(),
        took: began.elapsed(),
    });
    response
}
