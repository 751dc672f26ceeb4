//! What a standby says of itself in its folder, for `onestop doctor` of the same machine.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use onestop_chassis::{clock::SystemClock, standby::FollowProgress};
use onestop_proto::{envelope::Source, time::Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tracing::warn;

/// In the service's folder, while its standby runs.
pub(crate) const FILE: &str = "standby.json";

/// How often it is written where nothing changes, so that it says that the standby runs.
const REPEAT: Duration = Duration::from_secs(5);
/// How often it is written at most.
const PACE: Duration = Duration::from_millis(500);

/// What the file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reported {
    pub(crate) own: Source,
    pub(crate) progress: FollowProgress,
    /// Why it did not follow when it ended last, in words; until its leader has answered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<String>,
    pub(crate) at: Timestamp,
}

/// Writes the file until it is dropped.
pub(super) async fn keep(path: PathBuf, own: Source, mut said: watch::Receiver<FollowProgress>) {
    let refused = read(&path).and_then(|before| before.refused);
    loop {
        let progress = said.borrow_and_update().clone();
        let is_answered = progress != FollowProgress::Seeking;
        let reported = Reported {
            own: own.clone(),
            progress,
            refused: refused.clone().filter(|_| !is_answered),
            at: SystemClock.now(),
        };
        if let Err(error) = write(&path, &reported) {
            warn!(%error, file = %path.display(), "what the standby does is not written down");
        }
        tokio::time::sleep(PACE).await;
        let changed = tokio::time::timeout(REPEAT, said.changed()).await;
        if let Ok(Err(_)) = changed {
            return;
        }
    }
}

/// Says why it follows no more.
pub(super) fn note_refusal(path: &Path, own: Source, refused: String) {
    let reported = Reported {
        own,
        progress: FollowProgress::Seeking,
        refused: Some(refused),
        at: SystemClock.now(),
    };
    if let Err(error) = write(path, &reported) {
        warn!(%error, file = %path.display(), "the refusal is not written down");
    }
}

pub(crate) fn write(path: &Path, reported: &Reported) -> io::Result<()> {
    let aside = path.with_extension("new");
    fs::write(&aside, serde_json::to_vec(reported)?)?;
    fs::rename(&aside, path)
}

/// What the file says; nothing if there is none, or none that can be read.
pub(crate) fn read(path: &Path) -> Option<Reported> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
