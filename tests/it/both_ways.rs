//! Each journey in one process and in five: the services speak over NATS alone, so nothing differs.

use crate::{
    desk::Desk,
    journeys,
    running::{Onestop, Way},
    sound::assert_logs,
};

macro_rules! journeys {
    ($($name:ident)*) => {
        mod together {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                journey(Way::Together, async |desk| { journeys::$name(&desk).await; }).await;
            })*
        }
        mod apart {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                journey(Way::Apart, async |desk| { journeys::$name(&desk).await; }).await;
            })*
        }
    };
}

journeys! { wages papers_missing wrong_door at_the_window changed_mind same_instant }

async fn journey(way: Way, make: impl AsyncFnOnce(Desk)) {
    let onestop = Onestop::start(way).await;
    let desk = Desk::new(onestop.client().await);
    make(desk.clone()).await;
    assert_logs(&desk, &[]).await;
}

/// Cases of several people at once do not mix.
#[tokio::test]
async fn many_at_once() {
    let onestop = Onestop::start(Way::Together).await;
    let desk = Desk::new(onestop.client().await);
    futures::future::join_all((0..8).map(async |_| {
        journeys::same_instant(&desk).await;
        journeys::wages(&desk).await;
    }))
    .await;
    assert_logs(&desk, &[]).await;
}
