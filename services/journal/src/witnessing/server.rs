//! What other nodes reach over HTTP: they send checkpoints, and read what was kept, as any program may. A proxy in front of it has the
//! certificate.

use std::net::SocketAddr;

use anyhow::Context;
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::Listener as _,
};
use onestop_chassis::{settings::Networks, shutdown::Shutdown};
use tokio::net::TcpListener;
use tracing::{error, info};

use super::{
    bounded_listener::BoundedListener,
    erasures::{ERASURES, Entered},
    kept::WitnessedNodes,
};
use crate::cosigning::{FILE, node::NotTaken};

/// Bytes of a checkpoint with its proof, or of some hundred erasures, at most.
const LONGEST: usize = 64 * 1024;
/// The header with the signature of the other node's intake.
const SIGNATURE: &str = "onestop-token";

/// Serves until the shutdown is requested.
///
/// # Errors
/// If the address cannot be listened on.
pub(crate) async fn serve(
    address: SocketAddr,
    trusted_proxies: Networks,
    nodes: WitnessedNodes,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let listener = TcpListener::bind(address).await.with_context(|| {
        format!(
            "cannot listen on {address} as the witness of other nodes (setting 'witness_listen')"
        )
    })?;
    let listener = BoundedListener::new(listener, trusted_proxies);
    serve_on(listener, nodes, shutdown).await
}

/// Serves on an address that is listened on already.
///
/// # Errors
/// If that ends.
pub(crate) async fn serve_on(
    listener: BoundedListener,
    nodes: WitnessedNodes,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    info!(witness = %listener.local_addr()?, "checkpoints of other nodes are witnessed");
    axum::serve(listener, routes(nodes))
        .with_graceful_shutdown(async move { shutdown.requested().await })
        .await
        .context("witnessing other nodes ended")
}

fn routes(nodes: WitnessedNodes) -> Router {
    Router::new()
        .route("/witness/{node}/checkpoints", post(take))
        .route("/witness/{node}/erasures", post(enter_erasures))
        .route("/witness/{node}/cosigned.jsonl", get(cosigned))
        .route("/witness/{node}/erasures.jsonl", get(erasures))
        .layer(DefaultBodyLimit::max(LONGEST))
        .layer(map_response(close))
        .with_state(nodes)
}

/// One request each: a connection that waits for a further one would take a place.
async fn close(mut response: Response) -> Response {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

async fn take(
    State(nodes): State<WitnessedNodes>,
    Path(node): Path<String>,
    body: Bytes,
) -> Response {
    let Ok(offer) = serde_json::from_slice(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let taking = tokio::task::spawn_blocking(move || nodes.take(&node, &offer));
    match taking.await {
        Ok(Ok(line)) => line.into_response(),
        Ok(Err(not_taken)) => refused(&not_taken),
        Err(failed) => {
            error!(error = %failed, "a checkpoint of another node was not looked at");
            refused(&NotTaken::Unavailable {})
        }
    }
}

fn refused(not_taken: &NotTaken) -> Response {
    let status = match not_taken {
        NotTaken::Behind { .. } => StatusCode::CONFLICT,
        NotTaken::Refused { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        NotTaken::NotEnrolled {} | NotTaken::KeyChanged {} => StatusCode::FORBIDDEN,
        NotTaken::Unavailable {} => StatusCode::SERVICE_UNAVAILABLE,
    };
    let body = serde_json::to_vec(not_taken).unwrap_or_default();
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, body).into_response()
}

async fn enter_erasures(
    State(nodes): State<WitnessedNodes>,
    Path(node): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let token = headers.get(SIGNATURE).and_then(|it| it.to_str().ok());
    let token = token.map(str::to_owned);
    let entering =
        tokio::task::spawn_blocking(move || nodes.enter_erasures(&node, token.as_deref(), &body));
    let entered = entering.await.map_err(anyhow::Error::from);
    let status = match entered.and_then(|entered| entered) {
        Ok(Entered::Kept) => StatusCode::OK,
        Ok(Entered::NotNext) => StatusCode::CONFLICT,
        Ok(Entered::Malformed) => StatusCode::BAD_REQUEST,
        Ok(Entered::NotSigned) => StatusCode::FORBIDDEN,
        Err(failed) => {
            let error = format!("{failed:#}");
            error!(error, "erasures of another node cannot be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    };
    status.into_response()
}

async fn cosigned(
    State(nodes): State<WitnessedNodes>,
    Path(node): Path<String>,
    headers: HeaderMap,
) -> Response {
    copy(nodes, node, FILE, start_of(&headers)).await
}

async fn erasures(
    State(nodes): State<WitnessedNodes>,
    Path(node): Path<String>,
    headers: HeaderMap,
) -> Response {
    copy(nodes, node, ERASURES, start_of(&headers)).await
}

/// Where the part of a file begins that is asked for (`Range: bytes=N-`): who has read the rest asks for what is new. Of another
/// part, the whole is given.
fn start_of(headers: &HeaderMap) -> Option<u64> {
    let range = headers.get(header::RANGE)?.to_str().ok()?;
    let from = range.strip_prefix("bytes=")?.strip_suffix('-')?;
    from.parse().ok()
}

async fn copy(
    nodes: WitnessedNodes,
    node: String,
    file: &'static str,
    from: Option<u64>,
) -> Response {
    let start = from.unwrap_or_default();
    let reading = tokio::task::spawn_blocking(move || nodes.copy(&node, file, start));
    let read = reading.await.map_err(anyhow::Error::from);
    match read.and_then(|read| read) {
        Ok(Some(bytes)) if from.is_none() => bytes.into_response(),
        Ok(Some(bytes)) => part(start, bytes),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(failed) => {
            let error = format!("{failed:#}");
            error!(error, "what was witnessed cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// A file from a place on. One that does not go on there has no such part.
fn part(start: u64, bytes: Vec<u8>) -> Response {
    let length = bytes.len() as u64;
    let Some(last) = start
        .saturating_add(length)
        .checked_sub(1)
        .filter(|_| length > 0)
    else {
        return StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    };
    let range = format!("bytes {start}-{last}/{}", last.saturating_add(1));
    let part = [(header::CONTENT_RANGE, range)];
    (StatusCode::PARTIAL_CONTENT, part, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_file_says_where_it_lies() {
        let start = |range: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, range.parse().unwrap());
            start_of(&headers)
        };
        assert_eq!(start("bytes=30-"), Some(30));
        for other in ["bytes=0-9", "bytes=-9", "lines=3-", "bytes=1-2,4-"] {
            assert_eq!(start(other), None, "{other}");
        }
        assert_eq!(start_of(&HeaderMap::new()), None);
        let rest = part(30, b"abc".to_vec());
        assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
        assert_eq!(rest.headers()[header::CONTENT_RANGE], "bytes 30-32/33");
        let nothing = part(33, Vec::new());
        assert_eq!(nothing.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    }
}
