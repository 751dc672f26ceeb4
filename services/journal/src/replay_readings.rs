//! The journal's own record of to whom it showed the steps of a case (回放查阅). It counts towards how much one person usually
//! reads, as what intake shows does.

use onestop_chassis::{
    Failure,
    metrics::Metrics,
    store::{EventMeta, ReadingVolumes, RecentReadings, Rules, Store, UsualReadings},
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::{
    actor::{Actor, Role},
    envelope::Address,
    ids::CaseId,
    issuer::{IssuerName, ProvenBy},
    personal::{
        AccessWay, Event, PersonalDataAccessed, PersonalDataKind, Rejection, VolumeExceeded,
        VolumeSpan,
    },
};
use uuid::Uuid;

use crate::domain::ACCESSES;

/// Who was shown the steps of which case, proven by whom.
type ReadingKey = (Actor, Option<IssuerName>, CaseId);

/// The rules of the record. No decision rests on it.
const RULES: Rules<PersonalDataAccessed, Event> = Rules {
    evolve: |shown, event| match event {
        Event::PersonalDataAccessed(shown) => Some(shown.clone()),
        Event::VolumeExceeded(_) => shown,
    },
    address: |shown, event| match event {
        Event::PersonalDataAccessed(_) => Address {
            unit: shown.holder.clone(),
            division: shown.holder_division,
            item: None,
        },
        // For the supervisor of the reader.
        Event::VolumeExceeded(exceeded) => Address {
            unit: exceeded.unit.clone(),
            division: exceeded.division,
            item: None,
        },
    },
};

/// Records who is shown the steps of a case.
pub(crate) struct ReplayReadings {
    store: Store,
    directory: CurrentDirectory,
    metrics: Metrics,
    /// What was recorded lately.
    recent: RecentReadings<ReadingKey>,
    volumes: ReadingVolumes,
}

impl ReplayReadings {
    pub(crate) fn of(store: Store, directory: CurrentDirectory, metrics: Metrics) -> Self {
        Self {
            volumes: ReadingVolumes::of(&store, ACCESSES),
            store,
            directory,
            metrics,
            recent: RecentReadings::default(),
        }
    }

    /// Records, before they are shown, that a supervisor or an auditor looks at the steps of a case, which `holder` holds.
    /// One record covers what the same person looks at within ten minutes.
    ///
    /// # Errors
    /// If it cannot be recorded: then nothing may be shown.
    pub(crate) async fn record(
        &self,
        actor: &Actor,
        proven: Option<&ProvenBy>,
        case: CaseId,
        holder: &Address,
    ) -> Result<(), Failure> {
        // The unit of others works the case, or did.
        if !audits(actor.role) {
            return Ok(());
        }
        let issuer = proven.map(|proven| proven.issuer.clone());
        let key = (actor.clone(), issuer, case);
        if self.recent.covers(&key) {
            return Ok(());
        }
        let now = self.store.clock().now();
        let passed = self.volumes.count(&actor.staff, now, self.usual());
        let meta = EventMeta {
            proven: proven.cloned(),
            ..EventMeta::from_timer(self.store.clock().command(), case, actor.clone())
        };
        let story = vec![PersonalDataKind::Story];
        let accessed = accessed(holder, story, AccessWay::Replay);
        if let Err(failure) = self.append(&meta, accessed, &passed).await {
            // It counts again, and raises the alarm, when it can be recorded.
            self.volumes.release(&actor.staff);
            return Err(failure);
        }
        self.metrics
            .reading_limits_passed
            .inc_by(passed.len() as u64);
        self.recent.note(key);
        Ok(())
    }

    /// Records, before they are given, that a supervisor or an auditor takes the records of readings. One record covers what
    /// the same person takes within ten minutes.
    ///
    /// # Errors
    /// If it cannot be recorded: then nothing may be given.
    pub(crate) async fn record_export(
        &self,
        actor: &Actor,
        proven: Option<&ProvenBy>,
    ) -> Result<(), Failure> {
        let directory = self.directory.get();
        // Who is of no unit that is known is given nothing.
        let Some(unit) = directory.unit(&actor.unit).filter(|_| audits(actor.role)) else {
            return Ok(());
        };
        let issuer = proven.map(|proven| proven.issuer.clone());
        let key = (actor.clone(), issuer, CaseId::from_uuid(Uuid::nil()));
        if self.recent.covers(&key) {
            return Ok(());
        }
        let own = Address {
            unit: unit.id.clone(),
            division: unit.division,
            item: None,
        };
        let clock = self.store.clock();
        let export = CaseId::from_uuid(clock.uuid());
        let meta = EventMeta {
            proven: proven.cloned(),
            ..EventMeta::from_timer(clock.command(), export, actor.clone())
        };
        let accessed = accessed(&own, Vec::new(), AccessWay::AuditExport);
        self.append(&meta, accessed, &[]).await?;
        self.recent.note(key);
        Ok(())
    }

    fn usual(&self) -> UsualReadings {
        let directory = self.directory.get();
        let limits = directory.reading_limits();
        UsualReadings {
            per_hour: limits.per_hour,
            per_day: limits.per_day,
        }
    }

    async fn append(
        &self,
        meta: &EventMeta,
        accessed: PersonalDataAccessed,
        passed: &[(VolumeSpan, u32)],
    ) -> Result<(), Failure> {
        let holder_division = accessed.holder_division;
        let mut events = vec![Event::from(accessed)];
        let reader = &meta.actor.unit;
        let directory = self.directory.get();
        let unit = directory.unit(reader);
        events.extend(passed.iter().map(|(span, limit)| {
            Event::from(VolumeExceeded {
                span: *span,
                limit: *limit,
                unit: reader.clone(),
                division: unit.map_or(holder_division, |unit| unit.division),
            })
        }));
        let stream = stream(meta.subject);
        let recorded = self.store.record_readings(|batch| {
            batch.execute(&stream, meta, &RULES, |_, _, _| {
                Ok::<_, Rejection>(events.clone())
            })
        });
        recorded.await?;
        Ok(())
    }
}

/// Whether a role looks at what others do.
const fn audits(role: Role) -> bool {
    match role {
        Role::Supervisor | Role::Auditor => true,
        Role::Clerk | Role::Specialist | Role::UnitAdministrator | Role::System => false,
    }
}

fn accessed(
    holder: &Address,
    kinds: Vec<PersonalDataKind>,
    way: AccessWay,
) -> PersonalDataAccessed {
    PersonalDataAccessed {
        kinds,
        reason: None,
        holder: holder.unit.clone(),
        holder_division: holder.division,
        way: Some(way),
        file: None,
        piece: None,
        among: None,
        search: None,
    }
}

/// The stream of the journal's log that holds who was shown the steps of a case.
pub(crate) fn stream(case: CaseId) -> String {
    format!("{ACCESSES}{case}")
}

#[cfg(test)]
mod tests;
