//! What a standby says over HTTP until it takes over: `/healthz`, and `/readyz`, which is never ready.

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context as _;
use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::{net::TcpListener, sync::watch};
use tracing::info;

use super::progress::FollowProgress;

/// Says in words what a standby does.
type Words = Arc<dyn Fn(&FollowProgress) -> String + Send + Sync>;

#[derive(Clone)]
struct Said {
    progress: watch::Receiver<FollowProgress>,
    words: Words,
}

/// Serves until it is dropped: nothing waits for a client that keeps its connection.
///
/// # Errors
/// If the address cannot be listened on.
pub async fn serve_progress(
    address: SocketAddr,
    progress: watch::Receiver<FollowProgress>,
    words: impl Fn(&FollowProgress) -> String + Send + Sync + 'static,
) -> anyhow::Result<()> {
    let words: Words = Arc::new(words);
    let routes = Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .with_state(Said { progress, words });
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} for health (setting 'http')"))?;
    info!(http = %listener.local_addr()?, "health is served");
    axum::serve(listener, routes)
        .await
        .context("serving health ended")
}

/// No request is to come here: its leader takes them.
async fn ready(State(said): State<Said>) -> (StatusCode, String) {
    let progress = said.progress.borrow().clone();
    let words = (said.words)(&progress);
    (StatusCode::SERVICE_UNAVAILABLE, format!("{words}\n"))
}
