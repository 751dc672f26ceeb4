//! Bounds an SSE stream: it ends at shutdown, or after a limit, so that the client connects again and is
//! authenticated again. It ends at once, however many items are pending.

use std::time::Duration;

use axum::http::HeaderName;
use futures::{Stream, StreamExt};
use onestop_chassis::shutdown::Shutdown;

/// With the value `no`, it tells a proxy to pass a stream on as it comes.
pub(crate) const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

pub(crate) fn bounded<S: Stream>(
    stream: S,
    limit: Duration,
    shutdown: Shutdown,
) -> impl Stream<Item = S::Item> {
    stream.take_until(async move {
        tokio::select! {
            () = shutdown.requested() => {}
            () = tokio::time::sleep(limit) => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_shutdown_ends_a_stream_with_pending_items() {
        let shutdown = Shutdown::default();
        let mut items = Box::pin(bounded(stream::repeat(7), LONG, shutdown.clone()));
        assert_eq!(items.next().await, Some(7));
        shutdown.request();
        assert_eq!(items.next().await, None);
    }

    #[tokio::test]
    async fn a_shutdown_ends_a_waiting_stream() {
        let shutdown = Shutdown::default();
        let mut items = Box::pin(bounded(stream::pending::<()>(), LONG, shutdown.clone()));
        let (ended, ()) = tokio::join!(items.next(), async { shutdown.request() });
        assert_eq!(ended, None);
    }

    #[tokio::test]
    async fn the_limit_ends_a_stream() {
        let mut items = Box::pin(bounded(
            stream::pending::<()>(),
            Duration::ZERO,
            Shutdown::default(),
        ));
        assert_eq!(items.next().await, None);
    }
}
