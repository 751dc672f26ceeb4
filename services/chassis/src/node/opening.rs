//! Opens a service's log.

use std::path::PathBuf;

use anyhow::Context as _;
use onestop_eventlog::{CheckpointFailed, EventLog, Identity, Observer, Options};
use onestop_proto::envelope::Source;
use tracing::error;

use super::LOG_FOLDER;
use crate::{clock::SystemClock, keys, metrics::Metrics, process};

/// Opens the log in a service's folder. Its checkpoints are signed with the key beside it.
pub(super) async fn open_log(
    folder: PathBuf,
    own: &Source,
    metrics: Metrics,
) -> anyhow::Result<EventLog> {
    let key_name = keys::key_name(own);
    // A log that says nothing of its owner, as those of version 0.1.0, is taken over.
    let identity = Identity {
        service: own.service.to_string(),
        instance: own.instance.to_string(),
        ..Identity::default()
    };
    let observer = Observer::new(move |committed| {
        metrics.commit_events.observe(committed.events as f64);
        metrics.commit_seconds.observe(committed.took.as_secs_f64());
    });
    let checkpoint_failed = CheckpointFailed::new(|failure| {
        let failure: &dyn std::error::Error = failure;
        error!(failure, "a checkpoint of the log could not be written");
    });
    let open = move || {
        let path = folder.join(LOG_FOLDER);
        process::make_private_folder(&folder)
            .and_then(|()| process::make_private_folder(&path))
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        let options = Options {
            signer: Some(keys::signing_key(&folder, &key_name)?),
            observer: Some(observer),
            checkpoint_failed: Some(checkpoint_failed),
            identity,
            ..Options::new(&path, SystemClock.uuid())
        };
        EventLog::open(options)
            .with_context(|| format!("cannot open the log in {}", path.display()))
    };
    tokio::task::spawn_blocking(open).await?
}
