//! The supervisor: failures, panics, shutdown.

use std::{future::pending, time::Duration};

use anyhow::anyhow;
use onestop_chassis::{shutdown::Shutdown, supervisor::Supervisor};

const GRACE: Duration = Duration::from_secs(10);

fn defect() -> anyhow::Result<()> {
    panic!("a defect")
}

/// A supervisor with a task that ends with the shutdown.
fn supervised() -> (Shutdown, Supervisor) {
    let shutdown = Shutdown::default();
    let mut supervisor = Supervisor::new(shutdown.clone());
    let watched = shutdown.clone();
    supervisor.spawn("worker", async move {
        watched.requested().await;
        Ok(())
    });
    (shutdown, supervisor)
}

#[tokio::test]
async fn a_shutdown_ends_every_task() {
    let (shutdown, supervisor) = supervised();
    shutdown.request();
    supervisor.run(GRACE).await.unwrap();
}

#[tokio::test]
async fn a_failed_task_shuts_the_others_down() {
    let (shutdown, mut supervisor) = supervised();
    supervisor.spawn("broken", async { Err(anyhow!("the disk is full")) });

    let failure = supervisor.run(GRACE).await.unwrap_err();

    let text = format!("{failure:#}");
    assert_eq!(text, "the task 'broken' failed: the disk is full");
    assert!(shutdown.is_requested());
}

#[tokio::test]
async fn a_panic_is_a_failure() {
    let (shutdown, mut supervisor) = supervised();
    supervisor.spawn("panicking", async { defect() });

    let failure = supervisor.run(GRACE).await.unwrap_err();

    assert!(format!("{failure:#}").contains("a task panicked"));
    assert!(shutdown.is_requested());
}

#[tokio::test]
async fn a_task_that_ends_early_is_a_failure() {
    let (shutdown, mut supervisor) = supervised();
    supervisor.spawn("short", async { Ok(()) });

    let failure = supervisor.run(GRACE).await.unwrap_err();

    assert!(format!("{failure:#}").contains("'short' ended before the shutdown"));
    assert!(shutdown.is_requested());
}

#[tokio::test]
async fn a_task_that_does_not_end_is_aborted() {
    let (shutdown, mut supervisor) = supervised();
    supervisor.spawn("stuck", pending());
    shutdown.request();
    supervisor.run(Duration::from_millis(1)).await.unwrap();
}

#[tokio::test]
async fn work_is_dropped_when_the_shutdown_is_requested() {
    let shutdown = Shutdown::default();
    assert_eq!(shutdown.run_until_requested(async { 1 }).await, Some(1));
    let part = shutdown.child();
    shutdown.request();
    assert_eq!(part.run_until_requested(pending::<()>()).await, None);
}
