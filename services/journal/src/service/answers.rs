//! Answers that are made of the entries of a case, or of all events.

use std::time::Duration;

use onestop_chassis::{Failure, projection::wait_for_source, store::StoreError};
use onestop_eventlog::Direction;
use onestop_proto::{
    actor::Actor,
    envelope::{Address, LogPosition},
    feed::{EventsPage, EventsQuery},
    ids::CaseId,
    issuer::ProvenBy,
    journal::{self, Replay, ReplayQuery},
    personal::{CaseAudit, CaseAuditQuery},
    rejection::{CommonRejection, Explain},
};

use super::{Journal, decode, stream};
use crate::{
    audit,
    domain::{self, Entry},
    event_feed,
};

/// How long a question waits until the ledger shows what it asks for.
const WAIT: Duration = Duration::from_secs(8);
/// Entries read at a time.
const PAGE: usize = 512;

impl Journal {
    /// Waits until the journal has received a position of a source's log, and the ledger has saved it.
    pub(super) async fn shows(&self, after: &LogPosition) -> Result<(), Failure> {
        if after.source != *self.store.source() {
            wait_for_source(&self.store, &self.positions, after).await?;
        }
        let head = self.store.log().head().count;
        let Some(last) = head.checked_sub(1) else {
            return Ok(());
        };
        let who = || CommonRejection::Unavailable {
            who: journal::SERVICE.to_owned(),
        };
        tokio::time::timeout(WAIT, self.ledger.has(last))
            .await
            .map_err(|_| who().rejected().into())
    }

    /// A question without an actor comes from the operator, at the command line.
    pub(super) async fn replay(
        &self,
        query: &ReplayQuery,
        (actor, proven): (Option<&Actor>, Option<&ProvenBy>),
    ) -> Result<Replay, Failure> {
        let unknown = || {
            Failure::from(
                CommonRejection::UnknownCase {
                    case: query.case.clone(),
                }
                .rejected(),
            )
        };
        let case = self.ledger.find(actor, &query.case).await?;
        if let Some(actor) = actor
            && !self.ledger.may_see(actor.clone(), case).await?
        {
            return Err(unknown());
        }
        let mut entries = self.entries(case)?;
        let Some(latest) = entries.last() else {
            return Err(unknown());
        };
        if let Some(actor) = actor {
            let holder = Address {
                unit: latest.event.unit.clone(),
                division: latest.event.division,
                item: None,
            };
            self.readings.record(actor, proven, case, &holder).await?;
        }
        if let Some(of) = query.of {
            entries.truncate(usize::try_from(of).unwrap_or(usize::MAX));
        }
        let (as_of, known_at) = (query.as_of, query.known_at);
        let directory = self.directory.get();
        let mut replay = domain::replay(case, entries, as_of, known_at, &directory);
        for (step, cause) in domain::missing_causes(&replay) {
            let found = self.store.log().find(cause).map_err(StoreError::from)?;
            if found.is_some() {
                domain::found_elsewhere(&mut replay, step);
            }
        }
        let from = query.from.unwrap_or(1);
        let part = domain::part(replay, from, domain::PART_BYTES);
        part.map_err(|error| Failure::Internal(error.into()))
    }

    /// Events from a position on. Who takes the records of readings among them is recorded first.
    pub(super) async fn events(
        &self,
        query: EventsQuery,
        (actor, proven): (Option<&Actor>, Option<&ProvenBy>),
    ) -> Result<EventsPage, Failure> {
        if let Some(actor) = actor
            && event_feed::asks_for_readings(&query)
        {
            self.readings.record_export(actor, proven).await?;
        }
        let directory = self.directory.get();
        event_feed::answer(&self.store, directory, actor.cloned(), query).await
    }

    pub(super) async fn case_audit(
        &self,
        query: &CaseAuditQuery,
        actor: Option<&Actor>,
    ) -> Result<CaseAudit, Failure> {
        self.ledger.check_auditor(actor)?;
        let unknown = || {
            let case = query.case.clone();
            Failure::from(CommonRejection::UnknownCase { case }.rejected())
        };
        let case = self.ledger.find(actor, &query.case).await?;
        if let Some(actor) = actor
            && !self.ledger.may_see(actor.clone(), case).await?
        {
            return Err(unknown());
        }
        let entries = self.entries(case)?;
        if entries.is_empty() {
            return Err(unknown());
        }
        audit::of_case(&self.store, case, entries, query.from)
    }

    fn entries(&self, case: CaseId) -> Result<Vec<Entry>, Failure> {
        let stream = stream(case)?;
        let (mut entries, mut next) = (Vec::new(), 0);
        loop {
            let page = self
                .store
                .log()
                .read_stream(&stream, next, Direction::Forward, PAGE)
                .map_err(StoreError::from)?;
            for record in &page {
                entries.push(decode(record)?);
                next = record.revision + 1;
            }
            if page.len() < PAGE {
                return Ok(entries);
            }
        }
    }
}
