//! The record of what is shown (查阅记录): written before anything is shown. What cannot be recorded is not shown.

use onestop_chassis::{
    Failure,
    metrics::Named,
    store::{Batch, EventMeta},
};
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    envelope::LogPosition,
    ids::{CaseId, CaseRef},
    issuer::ProvenBy,
    personal::{
        AccessWay, Event, PersonalDataAccessed, PersonalDataKind, Rejection, VolumeExceeded,
        VolumeSpan,
    },
    rejection::{CommonRejection, Explain},
};
use uuid::Uuid;

use super::Persons;
use crate::{
    domain::{Case, may_hear_of, may_know, may_open},
    streams::{ACCESS_RULES, CASE_RULES, access_stream, case_stream},
};

/// Who reads, and who has proven it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) actor: &'a Actor,
    pub(crate) proven: Option<&'a ProvenBy>,
}

/// By what right something of a case is shown; checked once more in the same append, because custody and erasure are
/// in another stream than the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// The case may be opened.
    Open,
    /// The case may be known of.
    Know,
    /// That there is such a case may be heard of.
    HearOf,
    /// Decided by the caller: what is shown does not depend on the state of the case.
    Decided,
}

/// What is shown of one case.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) case: CaseId,
    pub(super) way: AccessWay,
    pub(super) kinds: Vec<PersonalDataKind>,
    pub(super) right: Right,
    pub(super) reason: Option<String>,
    pub(super) file: Option<(FileHash, u32)>,
    /// How many cases the same search shows, and what their records have in common.
    pub(super) search: Option<(u32, Uuid)>,
}

impl Reading {
    pub(super) fn of(
        case: CaseId,
        way: AccessWay,
        kinds: Vec<PersonalDataKind>,
        right: Right,
    ) -> Self {
        Self {
            case,
            way,
            kinds,
            right,
            reason: None,
            file: None,
            search: None,
        }
    }

    pub(super) fn because(self, reason: Option<&str>) -> Self {
        Self {
            reason: reason.map(str::to_owned),
            ..self
        }
    }

    fn event(&self, state: &Case) -> Event {
        let (file, piece) = self.file.clone().unzip();
        let (among, search) = self.search.unzip();
        Event::from(PersonalDataAccessed {
            kinds: self.kinds.clone(),
            reason: self.reason.clone(),
            holder: state.holder().clone(),
            holder_division: state.holder_division(),
            way: Some(self.way),
            file,
            piece,
            among,
            search,
        })
    }
}

impl Persons {
    /// Records what a user reads, all with one commit; of several cases one record each, because who may see one of them
    /// may not learn of another.
    ///
    /// # Errors
    /// If the reader may not, at that moment; if it cannot be recorded. Then nothing may be shown.
    pub(super) async fn record(
        &self,
        reader: Reader<'_>,
        readings: &[Reading],
    ) -> Result<LogPosition, Failure> {
        let now = self.store.clock().now();
        let limits = self.directory.reading_limits();
        let passed = self.volumes.count(&reader.actor.staff, now, limits);
        let recorded = self.append(reader, readings, &passed).await;
        let Some(first) = readings.first().filter(|_| recorded.is_ok()) else {
            // The next attempt counts it, and notifies the supervisor, once it can be recorded.
            self.volumes.release(&reader.actor.staff);
            return recorded;
        };
        let name = first.way.as_str().to_owned();
        let read = self
            .metrics
            .personal_data_read
            .get_or_create(&Named { name });
        read.inc_by(readings.len() as u64);
        self.metrics
            .reading_limits_passed
            .inc_by(passed.len() as u64);
        recorded
    }

    async fn append(
        &self,
        reader: Reader<'_>,
        readings: &[Reading],
        passed: &[(VolumeSpan, u32)],
    ) -> Result<LogPosition, Failure> {
        let metas: Vec<EventMeta> = readings
            .iter()
            .map(|reading| self.meta(reader, reading.case))
            .collect();
        self.store
            .record_readings(|batch| {
                let mut told = passed;
                for (reading, meta) in readings.iter().zip(&metas) {
                    self.add(batch, meta, reading, told)?;
                    told = &[];
                }
                Ok(())
            })
            .await
    }

    fn meta(&self, reader: Reader<'_>, case: CaseId) -> EventMeta {
        let command = self.store.clock().command();
        EventMeta {
            proven: reader.proven.cloned(),
            ..EventMeta::from_timer(command, case, reader.actor.clone())
        }
    }

    fn add(
        &self,
        batch: &mut Batch,
        meta: &EventMeta,
        reading: &Reading,
        passed: &[(VolumeSpan, u32)],
    ) -> Result<(), Failure> {
        let case = meta.subject;
        let state = batch.load(&case_stream(case), &CASE_RULES)?.cloned();
        let state = state.ok_or_else(|| unknown(case))?;
        self.check(reading, &state, &meta.actor)?;
        let exceeded = passed
            .iter()
            .map(|(span, limit)| self.exceeded((*span, *limit), &meta.actor, &state));
        let exceeded: Vec<Event> = exceeded.map(Event::from).collect();
        let stream = access_stream(case);
        batch.execute(&stream, meta, &ACCESS_RULES, |_, _, _| {
            let recorded = std::iter::once(reading.event(&state)).chain(exceeded);
            Ok::<_, Rejection>(recorded.collect())
        })
    }

    fn check(&self, reading: &Reading, state: &Case, actor: &Actor) -> Result<(), Failure> {
        let directory = &self.directory;
        let may = match reading.right {
            Right::Open => {
                let may = may_open(state, actor, reading.reason.as_deref(), directory);
                return may.map_err(|refused| refused.rejected().into());
            }
            Right::Know => may_know(state, actor, directory),
            Right::HearOf => may_hear_of(state, actor, directory),
            Right::Decided => true,
        };
        may.then_some(()).ok_or_else(|| unknown(reading.case))
    }

    fn exceeded(
        &self,
        (span, limit): (VolumeSpan, u32),
        actor: &Actor,
        state: &Case,
    ) -> VolumeExceeded {
        let unit = self.directory.unit(&actor.unit);
        VolumeExceeded {
            span,
            limit,
            unit: actor.unit.clone(),
            division: unit.map_or_else(|| state.holder_division(), |unit| unit.division),
        }
    }
}

fn unknown(case: CaseId) -> Failure {
    let case = CaseRef::Id(case);
    CommonRejection::UnknownCase { case }.rejected().into()
}
