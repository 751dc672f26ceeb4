//! Opening personal data, and who did (查阅): access is recorded before the data is shown.

use onestop_chassis::{
    Failure,
    store::{EventMeta, Reads},
};
use onestop_proto::{
    actor::Actor,
    envelope::LogPosition,
    ids::CaseId,
    personal::{
        AccessRecord, AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, Event,
        PersonalDataAccessed, PersonalDataKind, Rejection,
    },
    rejection::Explain,
};

use super::{DecryptedParts, Persons, sealed::undecodable, terms};
use crate::{
    domain::{Case, may_open, may_see_readings},
    streams::{ACCESS_RULES, CASE_RULES, access_stream, case_stream},
};

impl Persons {
    pub(super) async fn open(
        &self,
        actor: &Actor,
        query: &ApplicantQuery,
    ) -> Result<ApplicantView, Failure> {
        let (case, state) = self.case(&query.case)?;
        let reason = query.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        may_open(&state, actor, reason, &self.directory).map_err(|it| it.rejected())?;
        let opened = self.decrypt_parts(case)?;
        if reason.is_some_and(|reason| terms::names_person(reason, &opened.applicant)) {
            let field = "data.reason".to_owned();
            return Err(Rejection::NamesThePerson { field }.rejected().into());
        }
        let kinds = kinds(&opened);
        let recorded = self.record(actor, case, kinds, reason).await?;
        Ok(ApplicantView {
            case,
            applicant: opened.applicant,
            answer: opened.answer,
            recorded,
        })
    }

    /// Records that the actor opens a file.
    ///
    /// # Errors
    /// If the actor may not.
    pub(crate) async fn open_file(
        &self,
        actor: &Actor,
        case: CaseId,
        state: &Case,
    ) -> Result<(), Failure> {
        may_open(state, actor, None, &self.directory).map_err(|it| it.rejected())?;
        let kinds = vec![PersonalDataKind::File];
        self.record(actor, case, kinds, None).await?;
        Ok(())
    }

    /// Records an access, if the actor may open the case at that moment: who has custody and whether the persons were
    /// erased stands in another stream than what is written.
    pub(super) async fn record(
        &self,
        actor: &Actor,
        case: CaseId,
        kinds: Vec<PersonalDataKind>,
        reason: Option<&str>,
    ) -> Result<LogPosition, Failure> {
        let meta = EventMeta::from_timer(self.store.clock().command(), case, actor.clone());
        let decide = |_: Option<&PersonalDataAccessed>, _, reads: &Reads<'_>| {
            let Some(state) = reads.load(&case_stream(case), &CASE_RULES) else {
                return Ok(Vec::new());
            };
            may_open(&state, actor, reason, &self.directory)?;
            Ok::<_, Rejection>(vec![Event::from(PersonalDataAccessed {
                kinds: kinds.clone(),
                reason: reason.map(str::to_owned),
                holder: state.holder().clone(),
                holder_division: state.holder_division(),
            })])
        };
        let stream = access_stream(case);
        let recorded = self
            .store
            .execute_reading(&stream, &meta, None, &ACCESS_RULES, decide);
        Ok(recorded.await?.0.at)
    }

    pub(super) fn readings(
        &self,
        actor: &Actor,
        query: &AccessRecordsQuery,
    ) -> Result<AccessRecords, Failure> {
        let (case, state) = self.case(&query.case)?;
        may_see_readings(&state, actor, &self.directory).map_err(|it| it.rejected())?;
        let mut readings = Vec::new();
        for envelope in self.store.history(&access_stream(case))? {
            let Event::PersonalDataAccessed(opened) =
                envelope.raw().parse().map_err(undecodable)?;
            readings.push(AccessRecord {
                at: envelope.time,
                by: envelope.actor,
                kinds: opened.kinds,
                reason: opened.reason,
            });
        }
        Ok(AccessRecords { case, readings })
    }
}

/// The kinds of personal data that a case shows.
fn kinds(opened: &DecryptedParts) -> Vec<PersonalDataKind> {
    let persons = terms::person_terms(&opened.applicant);
    let some = |kind, there: bool| there.then_some(kind);
    [
        some(PersonalDataKind::Identity, true),
        some(
            PersonalDataKind::Contact,
            persons.iter().any(|person| person.phone.is_some()),
        ),
        some(
            PersonalDataKind::Narrative,
            !opened.applicant.summary.is_empty(),
        ),
        some(PersonalDataKind::Answer, opened.answer.is_some()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
