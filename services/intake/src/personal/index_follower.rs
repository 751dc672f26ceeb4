//! Folds the search index from the log: what was written before the start on a blocking thread, then what is written
//! while the service runs. Nothing else changes the index.

use std::{sync::Arc, time::Duration};

use onestop_chassis::{
    Failure,
    shutdown::Shutdown,
    store::{Store, StoreError},
};
use onestop_proto::{
    case::{self, Applicant, Ciphertext, SERVICE},
    envelope::Envelope,
    ids::CaseId,
    narrowed, personal,
    personal::Rejection,
    rejection::{CommonRejection, Explain},
};
use tracing::{error, info};

use super::{
    Persons,
    index::{Phase, Progress, SearchIndex},
    terms,
};
use crate::keyring::Keyring;

/// Events read at a time.
const PAGE: usize = 256;
/// How long a question waits for the index.
const WAIT_LIMIT: Duration = Duration::from_secs(8);

narrowed! {
    /// The events that say who the persons of a case are.
    enum AboutPersons of case { Opened, Corrected, Erased(personal::Erased) }
}

/// Folds the index.
#[derive(Clone)]
pub(super) struct IndexFollower {
    pub(super) store: Store,
    pub(super) keyring: Keyring,
    pub(super) index: Arc<SearchIndex>,
}

impl IndexFollower {
    /// Follows the log until the shutdown.
    pub(super) async fn run(self, shutdown: Shutdown) -> anyhow::Result<()> {
        // Without keys it would find nobody.
        if shutdown
            .run_until_requested(self.keyring.released())
            .await
            .is_none()
        {
            return Ok(());
        }
        let (loader, stop) = (self.clone(), shutdown.clone());
        tokio::task::spawn_blocking(move || loader.load(&stop)).await??;
        let mut head = self.store.log().watch();
        loop {
            let next = self.index.progress().borrow().next;
            let more = head.wait_for(|head| head.count > next);
            match shutdown.run_until_requested(more).await {
                Some(Ok(_)) => {}
                // The log was closed, or is about to be.
                Some(Err(_)) | None => return Ok(()),
            }
            let follower = self.clone();
            let folded = self
                .store
                .log()
                .read_async(move |_| follower.fold_page(next));
            folded.await?;
        }
    }

    /// Folds what is in the log.
    fn load(&self, shutdown: &Shutdown) -> anyhow::Result<()> {
        let head = self.store.log().head().count;
        let progress = self.index.progress();
        while !shutdown.is_requested() {
            let Progress { next, cases, .. } = *progress.borrow();
            if next >= head {
                self.index.report(|index| index.phase = Phase::Following);
                info!(cases, "loaded the blind indexes of persons");
                return Ok(());
            }
            self.fold_page(next)?;
        }
        Ok(())
    }

    fn fold_page(&self, next: u64) -> Result<(), StoreError> {
        let page = self.store.envelopes(next, PAGE)?;
        let mut cases = 0;
        for (position, envelope) in (next..).zip(&page) {
            match self.fold(envelope) {
                Ok(taken) => cases += taken,
                // It says nothing of persons that could be read; the log goes on.
                Err(unreadable) => {
                    let (case, kind) = (envelope.subject, &envelope.event_type);
                    error!(position, case.id = %case, event.kind = kind, error = %unreadable, "an event cannot be read, and is not indexed");
                }
            }
        }
        self.index.report(|index| {
            index.next += page.len() as u64;
            index.cases += cases;
        });
        Ok(())
    }

    /// Folds an event; how many cases it takes in.
    fn fold(&self, envelope: &Envelope) -> Result<u64, serde_json::Error> {
        let Some(event) = envelope.raw().parse_if::<case::Event>()? else {
            return Ok(0);
        };
        let case = envelope.subject;
        let (applicant, taken) = match AboutPersons::of(&event) {
            Some(AboutPersons::Opened(opened)) => (&opened.applicant, 1),
            Some(AboutPersons::Corrected(corrected)) => match &corrected.applicant {
                Some(applicant) => (applicant, 0),
                None => return Ok(0),
            },
            Some(AboutPersons::Erased(_)) => {
                self.index.remove(case);
                return Ok(0);
            }
            None => return Ok(0),
        };
        if let Err(failed) = self.put(case, applicant) {
            // This case cannot be found; the others can.
            let failed = format!("{failed:#}");
            error!(case.id = %case, error = failed, "the persons of a case cannot be indexed");
        }
        Ok(taken)
    }

    /// An erased case has no key any more, and no persons.
    fn put(&self, case: CaseId, sealed: &Ciphertext) -> anyhow::Result<()> {
        let Some(key) = self.keyring.case_key(case)? else {
            return Ok(());
        };
        let applicant: Applicant = serde_json::from_slice(&key.unseal(sealed)?)?;
        let indexes = terms::blind_indexes(&applicant, self.keyring.search());
        self.index.put(case, &indexes);
        Ok(())
    }
}

impl Persons {
    /// Waits until the index and the register hold what is in the log now.
    ///
    /// # Errors
    /// While the index is loading, or if it takes too long.
    pub(super) async fn wait_until_current(&self) -> Result<(), Failure> {
        let head = self.store.log().head().count;
        let mut progress = self.index.progress();
        let Progress { phase, cases, .. } = *progress.borrow();
        if phase == Phase::Loading {
            let read = cases;
            return Err(Rejection::StillReading { read }.rejected().into());
        }
        let current = async {
            // An error means that the service is stopping: the connection of the waiting request closes.
            let _ = progress.wait_for(|index| index.next >= head).await;
            if let Some(last) = head.checked_sub(1) {
                self.register.wait_for(last).await;
            }
        };
        let current = tokio::time::timeout(WAIT_LIMIT, current).await;
        current.map_err(|_| {
            let who = SERVICE.to_owned();
            CommonRejection::Unavailable { who }.rejected().into()
        })
    }
}
