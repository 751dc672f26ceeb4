//! Drains the request body before the connection closes on an early error: if the server closed it while
//! the client is still sending, the client would never read the error.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    http::header,
};
use futures::{StreamExt, stream};
use tokio::sync::Mutex;

/// Bytes read at most.
const LIMIT: usize = 1024 * 1024;
const TIMEOUT: Duration = Duration::from_secs(2);

/// What the handler has not read of a request's body.
pub(super) struct UnreadBody {
    body: Arc<Mutex<BodyDataStream>>,
    /// The client sends the body only after `100 Continue`.
    expects_continue: bool,
}

impl UnreadBody {
    /// Returns the request with a shared body, and a handle to what its handler leaves unread.
    pub(super) fn share(request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let expects_continue = parts.headers.contains_key(header::EXPECT);
        let body = Arc::new(Mutex::new(body.into_data_stream()));
        let stream = stream::unfold(Arc::clone(&body), async |body| {
            let next = body.lock().await.next().await?;
            Some((next, body))
        });
        let unread = Self {
            body,
            expects_continue,
        };
        (
            Request::from_parts(parts, Body::from_stream(stream)),
            unread,
        )
    }

    /// Reads and discards the rest; returns whether its end was reached.
    pub(super) async fn drain(self) -> bool {
        if self.expects_continue {
            return false;
        }
        let mut body = self.body.lock().await;
        let drain = async {
            let mut bytes = 0;
            while bytes <= LIMIT {
                match body.next().await {
                    Some(Ok(chunk)) => bytes += chunk.len(),
                    Some(Err(_)) => return false,
                    None => return true,
                }
            }
            false
        };
        tokio::time::timeout(TIMEOUT, drain).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unread_body_is_drained_up_to_a_limit() {
        let (taken, unread) = UnreadBody::share(Request::new(Body::from("x".repeat(LIMIT))));
        drop(taken);
        assert!(unread.drain().await);
        let endless = stream::repeat(Ok::<_, std::convert::Infallible>("x".repeat(1024)));
        let (taken, unread) = UnreadBody::share(Request::new(Body::from_stream(endless)));
        drop(taken);
        assert!(!unread.drain().await);
    }

    #[tokio::test]
    async fn a_handler_reads_the_whole_body() {
        let (taken, unread) = UnreadBody::share(Request::new(Body::from("{}")));
        let body = axum::body::to_bytes(taken.into_body(), 10).await.unwrap();
        assert_eq!(&body[..], b"{}");
        assert!(unread.drain().await);
    }
}
