//! Health and metrics on an address of their own, as the services have it: `/healthz`, `/readyz`, `/metrics`. What is
//! counted is no business of those who use the workbench.

use std::{net::SocketAddr, time::Instant};

use anyhow::Context;
use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::{
    bus::Link,
    shutdown::Shutdown,
    traces::{self, Span},
};
use onestop_proto::replication::{LeaseState, StandbyState};
use tokio::net::TcpListener;
use tracing::info;

use crate::{
    app::App,
    core::{
        db::webhooks,
        metrics::{Answered, known},
    },
    leading::KEPT_ONCE,
};

/// What the line begins with that names the directory.
pub(crate) const DIRECTORY: &str = "directory ";
/// What the line begins with that names the term under which it decides.
pub(crate) const TERM: &str = "it decides under term ";
/// What the line begins with, and ends with, that says how far a standby is behind.
pub(crate) const STANDBY: (&str, &str) = ("a standby follows, ", " changes behind");
/// Routes without spans.
const UNTRACED: [&str; 3] = ["/healthz", "/readyz", "/static/{hash}/{name}"];

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

/// Ready while the broker is reachable, and this process decides.
async fn ready(State(app): State<App>) -> Response {
    let problem = |why: &str| (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response();
    let refusals = app.client.bus().refusals();
    if !refusals.is_empty() {
        return problem(&refusals.join("\n"));
    }
    if *app.client.bus().link().borrow() == Link::Down {
        return problem("the broker cannot be reached");
    }
    let directory = format!("{DIRECTORY}{}\n", app.directory.version());
    let LeaseState {
        term,
        hindrance,
        standby,
        ..
    } = app.leadership.state();
    if let Some(why) = hindrance {
        return problem(&why);
    }
    let standby = match standby {
        Some(StandbyState::Following { behind }) => {
            let (before, after) = STANDBY;
            format!("{before}{behind}{after}\n")
        }
        Some(StandbyState::Absent {}) => format!("{KEPT_ONCE}\n"),
        None => String::new(),
    };
    format!("ready\n{TERM}{term}\n{standby}{directory}").into_response()
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
        let standby = app.leadership.standby_age(Instant::now());
        metrics.measure_queues(&active, standby, app.clock.now());
        metrics.measure_lease(&app.leadership.state());
        metrics.machine.record_directory(app.directory.version());
        metrics.machine.measure_data(&app.data);
        for (name, file) in &app.certificates {
            metrics.machine.measure_certificate(name, file);
        }
        metrics.text().ok()
    });
    measured.await.ok().flatten()
}

/// The span of a page or of a request to the API. What asks whether the gateway lives, and files, have none.
fn begin_span(app: &App, method: &Method, route: Option<&str>) -> Option<Span> {
    let route = route.filter(|route| !UNTRACED.contains(route))?.to_owned();
    let method = known(method);
    let traces = app.client.bus().traces();
    let mut span = traces.begin(|| format!("{method} {route}"))?;
    span.set("http.request.method", method.to_owned());
    span.set("http.route", route);
    Some(span)
}

fn end_span(span: Option<&mut Span>, status: StatusCode) {
    let Some(span) = span else {
        return;
    };
    span.set("http.response.status_code", i64::from(status.as_u16()));
    if status.is_server_error() {
        span.fail(status.as_str().to_owned());
    }
}

/// Counts and times a request.
pub(crate) async fn measure(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    let mut span = begin_span(&app, &method, route.as_ref().map(MatchedPath::as_str));
    let response = traces::within(span.as_ref(), next.run(request)).await;
    end_span(span.as_mut(), response.status());
    app.metrics.record(&Answered {
        route: route.as_ref().map(MatchedPath::as_str),
        method: &method,
        status: response.status(),
        took: began.elapsed(),
    });
    response
}
