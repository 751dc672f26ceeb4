//! Loads the search index at start.

use std::sync::Arc;

use onestop_chassis::{shutdown::Shutdown, store::Store};
use onestop_proto::{case::Applicant, ids::CaseId};
use tracing::{error, info};

use super::{index::SearchIndex, sealed::sealed_parts, terms};
use crate::{
    keyring::{BlindIndex, Keyring},
    streams::case_stream,
};

/// Loads the blind indexes beside the keys into memory, on a blocking thread, and wraps the keys that an earlier
/// version wrote unwrapped.
pub(super) struct IndexLoader {
    pub(super) store: Store,
    pub(super) keyring: Keyring,
    pub(super) index: Arc<SearchIndex>,
}

/// How a case's key was found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Wrapped,
    Unwrapped,
    Missing,
}

impl IndexLoader {
    pub(super) fn load_all(&self, shutdown: &Shutdown) -> anyhow::Result<()> {
        let (mut wrapped, mut unwrapped) = (0_u64, 0_u64);
        for case in self.keyring.cases()? {
            if shutdown.is_requested() {
                return Ok(());
            }
            match self.load(case) {
                Ok(Found::Wrapped) => wrapped += 1,
                Ok(Found::Unwrapped) => unwrapped += 1,
                Ok(Found::Missing) => {}
                // This case cannot be opened; the others can.
                Err(failed) => {
                    let failed = format!("{failed:#}");
                    error!(case.id = %case, error = failed, "a key cannot be used");
                }
            }
            self.index.count_loaded();
        }
        self.index.complete();
        info!(
            keys = wrapped + unwrapped,
            wrapped_now = unwrapped,
            "loaded the blind indexes of persons"
        );
        Ok(())
    }

    fn load(&self, case: CaseId) -> anyhow::Result<Found> {
        let Some(held) = self.keyring.case_key(case)? else {
            return Ok(Found::Missing);
        };
        if !held.is_unwrapped {
            self.index.add(case, &held.blind_indexes);
            return Ok(Found::Wrapped);
        }
        let blind_indexes = self.blind_indexes_from_log(case)?;
        self.keyring.reindex(case, &blind_indexes)?;
        self.index.add(case, &blind_indexes);
        Ok(Found::Unwrapped)
    }

    fn blind_indexes_from_log(&self, case: CaseId) -> anyhow::Result<Vec<BlindIndex>> {
        let history = self.store.history(&case_stream(case))?;
        // The key of a case whose opening was refused.
        let Ok(sealed) = sealed_parts(&history) else {
            return Ok(Vec::new());
        };
        let clear = self.keyring.unseal(case, &sealed.applicant)?;
        let applicant: Applicant = serde_json::from_slice(&clear)?;
        Ok(terms::blind_indexes(&applicant, self.keyring.search()))
    }
}
