//! The copy of a log, and of what its service keeps besides.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use onestop_eventlog::{Change, Follower, Identity, Options};
use tracing::info;
use uuid::Uuid;

use super::{Added, CopyPlace, Replica};
use crate::{
    runtime::in_place::in_place,
    standby::{
        message::{LeaderState, Question},
        progress::StandbyRefused,
        sidecar::{MissingFile, SidecarCopy},
    },
};

pub(super) struct LogReplica {
    place: CopyPlace,
    /// `None` until a leader has said which log it has.
    copy: Option<Follower>,
    sidecar: Option<Sidecar>,
    /// The change that is taken next.
    prepared: Option<Change>,
}

/// What is copied besides the log.
struct Sidecar {
    copy: Box<dyn SidecarCopy>,
    /// Whether the leader has said that the copy can use what it sends.
    checked: Checked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Checked {
    No,
    Yes,
}

impl LogReplica {
    pub(super) fn open(
        place: CopyPlace,
        sidecar: Option<Box<dyn SidecarCopy>>,
    ) -> anyhow::Result<Self> {
        let copy = if has_files(&place.log) {
            Some(in_place(|| open_copy(&place, Uuid::nil()))?)
        } else {
            None
        };
        if let Some(copy) = &copy {
            let held = copy.head().count;
            info!(held, epoch = %copy.position().epoch, "the copy is open");
        }
        let sidecar = sidecar.map(|copy| Sidecar {
            copy,
            checked: Checked::No,
        });
        Ok(Self {
            place,
            copy,
            sidecar,
            prepared: None,
        })
    }

    /// Whether it is known that the standby can use what the leader sends besides the log.
    fn is_checked(&self) -> bool {
        let sidecar = self.sidecar.as_ref();
        sidecar.is_none_or(|sidecar| sidecar.checked == Checked::Yes)
    }
}

impl Replica for LogReplica {
    fn place(&self) -> String {
        self.place.log.display().to_string()
    }

    fn exists(&self) -> bool {
        self.copy.is_some()
    }

    fn held(&self) -> u64 {
        self.copy.as_ref().map_or(0, |copy| copy.head().count)
    }

    fn question(&self, standby: Uuid, received: u64) -> Option<Question> {
        let copy = self.copy.as_ref().filter(|_| self.is_checked())?;
        Some(Question::Changes {
            standby,
            received,
            position: Box::new(copy.position()),
        })
    }

    fn check(&self, state: &LeaderState) -> Result<(), StandbyRefused> {
        if state.key == self.place.key.to_string() {
            return Ok(());
        }
        let own = self.place.own.to_string();
        Err(StandbyRefused::OtherKey { own })
    }

    fn begin(&mut self, state: &LeaderState, said: &[u8]) -> anyhow::Result<()> {
        if let Some(sidecar) = &mut self.sidecar {
            sidecar.copy.check(said)?;
            sidecar.checked = Checked::Yes;
        }
        if self.copy.is_none() {
            self.copy = Some(open_copy(&self.place, state.epoch)?);
        }
        Ok(())
    }

    fn prepare(
        &mut self,
        state: &LeaderState,
        mut bytes: Vec<u8>,
    ) -> anyhow::Result<Option<Vec<MissingFile>>> {
        let length = usize::try_from(state.sidecar)?;
        let Some(end) = bytes.len().checked_sub(length) else {
            return Ok(None);
        };
        let besides = bytes.split_off(end);
        let Ok(change) = Change::from_bytes(bytes) else {
            // Its parts came from two changes.
            return Ok(None);
        };
        self.prepared = Some(change);
        match &mut self.sidecar {
            Some(sidecar) => sidecar.copy.take(&besides).map(Some),
            None => Ok(Some(Vec::new())),
        }
    }

    fn receive(&mut self, file: &MissingFile, from: u64, part: &[u8]) -> anyhow::Result<()> {
        match &mut self.sidecar {
            Some(sidecar) => sidecar.copy.receive(file, from, part),
            None => Ok(()),
        }
    }

    fn apply(&mut self) -> anyhow::Result<Added> {
        let (Some(change), Some(copy)) = (self.prepared.take(), self.copy.as_mut()) else {
            return Ok(Added::No);
        };
        copy.apply(&change).with_context(|| {
            format!(
                "{} cannot take what {} sends",
                self.place.log.display(),
                self.place.own
            )
        })?;
        if let Some(sidecar) = &mut self.sidecar {
            sidecar.copy.applied()?;
        }
        Ok(Added::Yes)
    }

    fn promote(&mut self) -> anyhow::Result<()> {
        let Some(copy) = self.copy.take() else {
            bail!("there is no copy in {} yet", self.place.log.display());
        };
        copy.promote().context("the copy cannot become the log")
    }
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// Opens the copy, or begins one of the log with this epoch.
fn open_copy(place: &CopyPlace, epoch: Uuid) -> anyhow::Result<Follower> {
    let options = Options {
        identity: Identity {
            service: place.own.service.to_string(),
            instance: place.own.instance.to_string(),
            ..Identity::default()
        },
        verifying_key: Some(place.key.clone()),
        ..Options::new(&place.log, epoch)
    };
    Follower::open(options)
        .with_context(|| format!("no log can be copied into {}", place.log.display()))
}
