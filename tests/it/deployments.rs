//! Each journey in one process and in five: the services speak over NATS alone, so nothing differs.

use crate::{
    harness::{Deployment, Onestop},
    invariants::assert_logs,
    journeys,
    test_user::TestUser,
};

macro_rules! journeys {
    ($($name:ident)*) => {
        mod single_process {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                journey(Deployment::SingleProcess, async |user| { journeys::$name(&user).await; }).await;
            })*
        }
        mod separate {
            use super::*;
            $(#[tokio::test]
            async fn $name() {
                journey(Deployment::Separate, async |user| { journeys::$name(&user).await; }).await;
            })*
        }
    };
}

journeys! { wages papers_missing wrong_door at_the_window changed_mind same_instant }

async fn journey(deployment: Deployment, make: impl AsyncFnOnce(TestUser)) {
    let onestop = Onestop::start(deployment).await;
    let user = TestUser::new(onestop.client().await);
    make(user.clone()).await;
    assert_logs(&user, &[]).await;
}

/// Cases of several people at once do not mix.
#[tokio::test]
async fn many_at_once() {
    let onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    futures::future::join_all((0..8).map(async |_| {
        journeys::same_instant(&user).await;
        journeys::wages(&user).await;
    }))
    .await;
    assert_logs(&user, &[]).await;
}
