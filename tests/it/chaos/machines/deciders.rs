//! Which process decided in which term, as the broker's record of the lease said while the test ran.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_nats::jetstream::{self, Context};
use serde_json::Value;
use tokio::task::JoinSet;

use super::machine::SERVICE;

/// Between two looks: a term lasts longer than a lease.
const LOOK: Duration = Duration::from_millis(100);

/// A term, and the process that took the lease under it.
type Taken = (u64, String);

/// Reads the record again and again; it ends with the test.
pub(super) struct Deciders {
    seen: Arc<Mutex<Vec<Taken>>>,
    _looks: JoinSet<()>,
}

impl Deciders {
    /// Begins to look, with a client that may read the stream of the leases.
    pub(super) fn watch(nats: async_nats::Client) -> Self {
        let seen: Arc<Mutex<Vec<Taken>>> = Arc::default();
        let (notes, jetstream) = (Arc::clone(&seen), jetstream::new(nats));
        let mut looks = JoinSet::new();
        looks.spawn(async move {
            loop {
                if let Some(newest) = newest(&jetstream).await {
                    let mut notes = notes.lock().unwrap();
                    if notes.last() != Some(&newest) {
                        notes.push(newest);
                    }
                }
                tokio::time::sleep(LOOK).await;
            }
        });
        Self {
            seen,
            _looks: looks,
        }
    }

    /// Each term is higher than the one before, with one process that decided in it; so many took over from another.
    pub(super) fn assert_one_in_each_term(&self, takeovers: usize) {
        let seen = self.seen.lock().unwrap().clone();
        for pair in seen.windows(2) {
            assert!(pair[0].0 < pair[1].0, "two in a term, or back: {seen:?}");
        }
        assert_eq!(seen.len(), takeovers + 1, "{seen:?}");
    }
}

/// What the record says now; nothing while the broker does not answer.
async fn newest(jetstream: &Context) -> Option<Taken> {
    let stream = jetstream.get_stream("LEASES").await.ok()?;
    let subject = format!("lease.{SERVICE}.main");
    let last = stream.direct_get_last_for_subject(subject).await.ok()?;
    let record: Value = serde_json::from_slice(&last.payload).ok()?;
    let holder = record["holder"].as_str()?.to_owned();
    Some((record["term"].as_u64()?, holder))
}
