//! What a client still sends when its request is refused already. A connection that is closed upon it takes
//! the refusal along before the client has read it, so a little more is read, and thrown away.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    http::header,
};
use futures::{StreamExt, stream};
use tokio::sync::Mutex;

/// As much, in bytes.
const FURTHER: usize = 1024 * 1024;
/// As long.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was not read of a request's body.
pub(super) struct Unread {
    body: Arc<Mutex<BodyDataStream>>,
    /// The client waits to be told before it sends any.
    waits: bool,
}

impl Unread {
    /// The same request, of whose body it is known later what was not read.
    pub(super) fn of(request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let waits = parts.headers.contains_key(header::EXPECT);
        let body = Arc::new(Mutex::new(body.into_data_stream()));
        let read = stream::unfold(Arc::clone(&body), async |body| {
            let next = body.lock().await.next().await?;
            Some((next, body))
        });
        let request = Request::from_parts(parts, Body::from_stream(read));
        (request, Self { body, waits })
    }

    /// Reads it; false if there is still more.
    pub(super) async fn read_out(self) -> bool {
        if self.waits {
            return false;
        }
        let mut body = self.body.lock().await;
        let read = async {
            let mut further = 0;
            while further <= FURTHER {
                match body.next().await {
                    Some(Ok(chunk)) => further += chunk.len(),
                    Some(Err(_)) => return false,
                    None => return true,
                }
            }
            false
        };
        tokio::time::timeout(PATIENCE, read).await.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: Body) -> Request {
        Request::new(body)
    }

    #[tokio::test]
    async fn a_little_more_is_read_and_no_more() {
        let (taken, unread) = Unread::of(request(Body::from("x".repeat(FURTHER))));
        drop(taken);
        assert!(unread.read_out().await);
        let endless = stream::repeat(Ok::<_, std::convert::Infallible>("x".repeat(1024)));
        let (taken, unread) = Unread::of(request(Body::from_stream(endless)));
        drop(taken);
        assert!(!unread.read_out().await);
    }

    #[tokio::test]
    async fn whoever_reads_has_all_of_it() {
        let (taken, unread) = Unread::of(request(Body::from("{}")));
        let body = axum::body::to_bytes(taken.into_body(), 10).await.unwrap();
        assert_eq!(&body[..], b"{}");
        assert!(unread.read_out().await);
    }
}
