//! How long a line that tells what happens stays open: until the shutdown is asked for, and no longer than a
//! limit, after which whoever listens is asked again who they are. However much there is still to tell, it is
//! over at once then: a shutdown waits for nobody who listens.

use std::time::Duration;

use futures::{Stream, StreamExt};
use onestop_chassis::shutdown::Shutdown;

/// The same, until it is over.
pub(crate) fn lasting<S: Stream>(
    told: S,
    longest: Duration,
    shutdown: Shutdown,
) -> impl Stream<Item = S::Item> {
    told.take_until(async move {
        tokio::select! {
            () = shutdown.requested() => {}
            () = tokio::time::sleep(longest) => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use futures::stream;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_shutdown_ends_it_though_there_is_more_to_tell() {
        let shutdown = Shutdown::default();
        let mut told = Box::pin(lasting(stream::repeat(7), LONG, shutdown.clone()));
        assert_eq!(told.next().await, Some(7));
        shutdown.request();
        assert_eq!(told.next().await, None);
    }

    #[tokio::test]
    async fn a_shutdown_ends_it_while_it_waits() {
        let shutdown = Shutdown::default();
        let mut told = Box::pin(lasting(stream::pending::<()>(), LONG, shutdown.clone()));
        let (ended, ()) = tokio::join!(told.next(), async { shutdown.request() });
        assert_eq!(ended, None);
    }

    #[tokio::test]
    async fn it_ends_by_itself() {
        let mut told = Box::pin(lasting(
            stream::pending::<()>(),
            Duration::ZERO,
            Shutdown::default(),
        ));
        assert_eq!(told.next().await, None);
    }
}
