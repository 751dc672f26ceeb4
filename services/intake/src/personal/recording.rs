//! The record of what is shown (查阅记录): written before anything is shown. What cannot be recorded is not shown.

use onestop_chassis::{
    Failure,
    metrics::Named,
    store::{Batch, EventMeta, UsualReadings},
};
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    division::DivisionCode,
    envelope::LogPosition,
    ids::{CaseId, CaseRef, UnitId},
    issuer::ProvenBy,
    personal::{
        AccessWay, Event, PersonalDataAccessed, PersonalDataKind, Rejection, VolumeExceeded,
        VolumeSpan,
    },
    problem_words::own,
    rejection::{CommonRejection, Explain, Malformed},
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

/// By what right something of a case is shown; looked at once more in the same append, because custody and erasure are
/// recorded in another stream than the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Open,
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

    /// Of a search that found nothing: its subject is the search.
    pub(super) fn of_no_case(self, search: Uuid) -> Self {
        Self {
            case: CaseId::from_uuid(search),
            search: Some((0, search)),
            ..self
        }
    }

    fn is_of_no_case(&self) -> bool {
        matches!(self.search, Some((0, _)))
    }

    pub(super) fn because(self, reason: Option<&str>) -> Self {
        Self {
            reason: reason.map(str::to_owned),
            ..self
        }
    }

    fn event(&self, addressee: &Addressee) -> Event {
        let (file, piece) = self.file.clone().unzip();
        let (among, search) = self.search.unzip();
        Event::from(PersonalDataAccessed {
            kinds: self.kinds.clone(),
            reason: self.reason.clone(),
            holder: addressee.unit.clone(),
            holder_division: addressee.division,
            way: Some(self.way),
            file,
            piece,
            among,
            search,
        })
    }
}

/// The unit to which a record is addressed: who holds the case; of no case, the reader's own.
struct Addressee {
    unit: UnitId,
    division: DivisionCode,
}

impl Persons {
    /// Records what a member of staff reads, all with one commit; of several cases one record each, because who may see one
    /// of them may not learn of another.
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
        let usual = UsualReadings {
            per_hour: limits.per_hour,
            per_day: limits.per_day,
        };
        let counts = readings.iter().any(|it| it.way.may_look_for_persons());
        let passed = if counts {
            self.volumes.count(&reader.actor.staff, now, usual)
        } else {
            Vec::new()
        };
        let recorded = self.append(reader, readings, &passed).await;
        let Some(first) = readings.first().filter(|_| recorded.is_ok()) else {
            // It counts again, and raises the alarm, when it can be recorded.
            if counts {
                self.volumes.release(&reader.actor.staff);
            }
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
        let addressee = if reading.is_of_no_case() {
            self.of_reader(&meta.actor)?
        } else {
            let case = meta.subject;
            let state = batch.load(&case_stream(case), &CASE_RULES)?.cloned();
            let state = state.ok_or_else(|| unknown(case))?;
            self.check(reading, &state, &meta.actor)?;
            Addressee {
                unit: state.holder().clone(),
                division: state.holder_division(),
            }
        };
        let exceeded = passed.iter().map(|(span, limit)| {
            let fallback = addressee.division;
            self.exceeded((*span, *limit), &meta.actor, fallback)
        });
        let exceeded: Vec<Event> = exceeded.map(Event::from).collect();
        let stream = access_stream(meta.subject);
        batch.execute(&stream, meta, &ACCESS_RULES, |_, _, _| {
            let recorded = std::iter::once(reading.event(&addressee)).chain(exceeded);
            Ok::<_, Rejection>(recorded.collect())
        })
    }

    fn of_reader(&self, actor: &Actor) -> Result<Addressee, Failure> {
        let unit = self.directory.unit(&actor.unit);
        let known = unit.map(|unit| Addressee {
            unit: unit.id.clone(),
            division: unit.division,
        });
        known.ok_or_else(|| {
            CommonRejection::from(Malformed::new("actor", own::UNKNOWN_READER.en))
                .rejected()
                .into()
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
        fallback: DivisionCode,
    ) -> VolumeExceeded {
        let unit = self.directory.unit(&actor.unit);
        VolumeExceeded {
            span,
            limit,
            unit: actor.unit.clone(),
            division: unit.map_or(fallback, |unit| unit.division),
        }
    }
}

fn unknown(case: CaseId) -> Failure {
    let case = CaseRef::Id(case);
    CommonRejection::UnknownCase { case }.rejected().into()
}
