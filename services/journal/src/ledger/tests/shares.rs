//! Who asks much waits; others are answered.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    time::Duration,
};

use onestop_proto::actor::Actor;
use rusqlite::Connection;
use tokio::task::JoinSet;

use super::{super::query_error::QueryError, Running, generated};

/// What one unit asks for, as slow as it may be, leaves a connection to others.
#[tokio::test(flavor = "multi_thread")]
async fn one_units_slow_questions_leave_a_connection_to_others() {
    let running = Running::start();
    let cases = generated(&running.directory, 1, 2, "530821");
    running.append(cases).await;
    let (release, held) = mpsc::channel::<()>();
    let held = Arc::new(Mutex::new(held));
    let mut slow = JoinSet::new();
    for number in 0..8 {
        let actor: Actor = format!("clerk/person-{number}@s4k2m9qxa.window")
            .parse()
            .unwrap();
        let connections = Arc::clone(&running.ledger.connections);
        let held = Arc::clone(&held);
        slow.spawn(async move {
            let until_released = move |_: &Connection| {
                let held = held.lock().unwrap_or_else(PoisonError::into_inner);
                let _ended = held.recv();
                Ok::<_, QueryError>(())
            };
            connections.read(Some(&actor), until_released).await
        });
    }
    // They are under way.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let other: Actor = "clerk/zhao@s7h3n2pwb.window".parse().unwrap();
    let asked = running
        .ledger
        .connections
        .read(Some(&other), |_: &Connection| Ok::<_, QueryError>(7));
    let answered = tokio::time::timeout(Duration::from_secs(2), asked).await;
    assert_eq!(answered.unwrap().unwrap(), 7);
    drop(release);
    while let Some(ended) = slow.join_next().await {
        ended.unwrap().unwrap();
    }
    running.stop().await;
}
