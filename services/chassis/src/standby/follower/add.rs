//! Adds to the copy what the leader has answered: first what goes with a change, then the change.

use anyhow::Context as _;
use onestop_eventlog::Change;
use uuid::Uuid;

use super::{
    super::{
        message::{LeaderState, Question},
        sidecar::MissingFile,
    },
    Checked, Standby, open_copy,
};
use crate::runtime::in_place::in_place;

/// Whether something was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Added {
    /// It was cut, or has changed meanwhile: it is asked for once more.
    No,
    Yes,
}

impl Standby<'_> {
    /// Whether it is known that the standby can use what the leader sends besides the log.
    pub(super) fn is_checked(&self) -> bool {
        let sidecar = self.sidecar.as_ref();
        sidecar.is_none_or(|sidecar| sidecar.checked == Checked::Yes)
    }

    /// A leader has said which log it has, and sent the check of what goes with it.
    ///
    /// # Errors
    /// If the standby cannot use that, or the copy cannot be opened.
    pub(super) fn begin(&mut self, epoch: Uuid, check: &[u8]) -> anyhow::Result<()> {
        if let Some(sidecar) = &mut self.sidecar {
            in_place(|| sidecar.copy.check(check))?;
            sidecar.checked = Checked::Yes;
        }
        if self.copy.is_none() {
            self.copy = Some(open_copy(&self.place, epoch)?);
        }
        Ok(())
    }

    /// Adds a change, once what goes with it is on the disk: the log never has an event without it.
    ///
    /// # Errors
    /// If one of them cannot be written, or is none of the leader's log.
    pub(super) async fn add(
        &mut self,
        state: &LeaderState,
        mut bytes: Vec<u8>,
    ) -> anyhow::Result<Added> {
        let length = usize::try_from(state.sidecar)?;
        let Some(end) = bytes.len().checked_sub(length) else {
            return Ok(Added::No);
        };
        let sidecar = bytes.split_off(end);
        let Ok(change) = Change::from_bytes(bytes) else {
            // Its parts came from two changes.
            return Ok(Added::No);
        };
        if self.add_sidecar(&sidecar).await? == Added::No {
            return Ok(Added::No);
        }
        let Some(copy) = self.copy.as_mut() else {
            return Ok(Added::No);
        };
        in_place(|| copy.apply(&change)).with_context(|| {
            format!(
                "{} cannot take what {} sends",
                self.place.log.display(),
                self.place.own
            )
        })?;
        Ok(Added::Yes)
    }

    async fn add_sidecar(&mut self, bytes: &[u8]) -> anyhow::Result<Added> {
        let Some(sidecar) = &mut self.sidecar else {
            return Ok(Added::Yes);
        };
        for file in in_place(|| sidecar.copy.take(bytes))? {
            if self.fetch(&file).await? == Added::No {
                return Ok(Added::No);
            }
        }
        Ok(Added::Yes)
    }

    /// Asks for a file, part by part.
    async fn fetch(&mut self, file: &MissingFile) -> anyhow::Result<Added> {
        let mut from = 0;
        while from < file.length {
            let question = Question::File {
                from,
                name: file.name.clone(),
            };
            let Some((state, part)) = self.request(&question).await else {
                return Ok(Added::No);
            };
            let reached = from + part.len() as u64;
            let is_next = !part.is_empty() && state.length == file.length && reached <= file.length;
            if !self.is_from_leader(&state)? || !is_next {
                return Ok(Added::No);
            }
            let Some(sidecar) = &mut self.sidecar else {
                return Ok(Added::No);
            };
            in_place(|| sidecar.copy.receive(file, from, &part))?;
            from = reached;
        }
        Ok(Added::Yes)
    }
}
