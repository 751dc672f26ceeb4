//! A log, as its standby asks for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use onestop_eventlog::{EventLog, FollowPosition, VerifyingKey};
use uuid::Uuid;

use super::{
    Original, POLL, Part,
    log_change::{LogChange, unreadable},
};
use crate::{
    runtime::in_place::in_place,
    standby::{
        copies::{Copies, Noted},
        message::{Question, Refused},
        sidecar::{FilePart, SidecarSource},
    },
};

/// The log of a service that decides.
pub(crate) struct LogOriginal {
    log: EventLog,
    /// The public key of its checkpoints.
    key: String,
    /// What is sent besides the log, if the service keeps anything besides.
    sidecar: Option<Arc<dyn SidecarSource>>,
    /// The change that is answered in parts, and what it comes after.
    partial: Mutex<Option<(FollowPosition, Arc<LogChange>)>>,
}

impl LogOriginal {
    pub(super) fn new(log: &EventLog, key: &VerifyingKey) -> Self {
        Self {
            log: log.clone(),
            key: key.to_string(),
            sidecar: None,
            partial: Mutex::default(),
        }
    }

    pub(super) fn with_sidecar(self, sidecar: Option<Arc<dyn SidecarSource>>) -> Self {
        Self { sidecar, ..self }
    }

    /// By which the standby sees that it can use what the service keeps besides its log.
    fn check_of_sidecar(&self) -> Result<Part, Refused> {
        let Some(sidecar) = &self.sidecar else {
            return Ok(Part::default());
        };
        let check = in_place(|| sidecar.check());
        let bytes = check.map_err(|error| unreadable(&error))?;
        Ok(Part {
            length: bytes.len() as u64,
            bytes,
            sidecar: 0,
        })
    }

    fn file_part(&self, name: &[u8], from: u64, most: usize) -> Result<Part, Refused> {
        let Some(sidecar) = &self.sidecar else {
            return Ok(Part::default());
        };
        let read = in_place(|| sidecar.read(name, from, most));
        let FilePart { bytes, length } = read.map_err(|error| unreadable(&error))?;
        Ok(Part {
            bytes,
            length,
            sidecar: 0,
        })
    }

    /// A part of what comes after a position. Waits a while for something new.
    async fn changes(
        &self,
        standby: Uuid,
        received: u64,
        position: FollowPosition,
        copies: &Copies,
        most: usize,
    ) -> Result<Part, Refused> {
        let mut head = self.log.watch();
        head.mark_unchanged();
        let mut change = self.change_after(position, received, most).await?;
        // That the standby is a copy of this log was found out just now, or before the first part.
        let acknowledged = position.reached.head.count;
        let own = self.log.head().count;
        let noted = copies.note_asked(standby, acknowledged, own);
        if change.is_none() && noted == Noted::AsBefore {
            // Its end means that the log was closed: nothing is new then.
            let _ = tokio::time::timeout(POLL, head.changed()).await;
            change = self.change_after(position, received, most).await?;
        }
        Ok(change.map_or_else(Part::default, |change| Part {
            sidecar: change.sidecar,
            ..Part::of(&change.bytes, received, most)
        }))
    }

    async fn change_after(
        &self,
        position: FollowPosition,
        received: u64,
        most: usize,
    ) -> Result<Option<Arc<LogChange>>, Refused> {
        if received > 0
            && let Some(change) = self.partial_after(&position)
        {
            return Ok(Some(change));
        }
        let sidecar = self.sidecar.clone();
        let found = self
            .log
            .read_async(move |log| LogChange::after(log, &position, sidecar.as_deref()));
        let Some(change) = found.await?.map(Arc::new) else {
            return Ok(None);
        };
        if change.bytes.len() > most {
            *self.partial() = Some((position, Arc::clone(&change)));
        }
        Ok(Some(change))
    }

    fn partial_after(&self, position: &FollowPosition) -> Option<Arc<LogChange>> {
        let partial = self.partial();
        let (after, change) = partial.as_ref()?;
        (after == position).then(|| Arc::clone(change))
    }

    fn partial(&self) -> MutexGuard<'_, Option<(FollowPosition, Arc<LogChange>)>> {
        let partial = self.partial.lock();
        partial.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Original for LogOriginal {
    fn epoch(&self) -> Uuid {
        self.log.epoch()
    }

    fn count(&self) -> u64 {
        self.log.head().count
    }

    fn key(&self) -> &str {
        &self.key
    }

    async fn answer(
        &self,
        question: Question,
        copies: &Copies,
        most: usize,
    ) -> Result<Part, Refused> {
        match question {
            Question::Hello => self.check_of_sidecar(),
            Question::Changes {
                standby,
                received,
                position,
            } => {
                self.changes(standby, received, *position, copies, most)
                    .await
            }
            Question::File { from, name } => self.file_part(&name, from, most),
            // Of a database, or of the operator.
            Question::Blocks { .. } | Question::Switch => Ok(Part::default()),
        }
    }
}
