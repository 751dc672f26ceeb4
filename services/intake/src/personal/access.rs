//! Opening personal data, and who did (查阅): access is recorded before the data is shown.

use onestop_chassis::Failure;
use onestop_proto::{
    actor::Actor,
    case::FileHash,
    ids::CaseId,
    issuer::IssuerName,
    personal::{
        AccessRecord, AccessRecords, AccessRecordsQuery, AccessWay, ApplicantQuery, ApplicantView,
        Event, PersonalDataKind, Rejection,
    },
    rejection::Explain,
};

use super::{
    DecryptedParts, Persons,
    recording::{Reader, Reading, Right},
    sealed::undecodable,
    terms,
};
use crate::{
    domain::{Case, may_open, may_see_readings},
    streams::access_stream,
};

/// A file, its reader, and who has proven the reader.
pub(super) type FileOfReader = (Actor, Option<IssuerName>, CaseId, FileHash);

impl Persons {
    pub(super) async fn open(
        &self,
        reader: Reader<'_>,
        query: &ApplicantQuery,
    ) -> Result<ApplicantView, Failure> {
        let (case, state) = self.case(&query.case)?;
        let reason = query.reason.as_deref().map(str::trim);
        let reason = reason.filter(|reason| !reason.is_empty());
        may_open(&state, reader.actor, reason, &self.directory).map_err(|it| it.rejected())?;
        let opened = self.decrypt_parts(case)?;
        if reason.is_some_and(|reason| terms::names_person(reason, &opened.applicant)) {
            self.record_compared(reader, case, AccessWay::Applicant)
                .await?;
            let field = "data.reason".to_owned();
            return Err(Rejection::NamesThePerson { field }.rejected().into());
        }
        let reading = Reading::of(case, AccessWay::Applicant, kinds(&opened), Right::Open);
        let recorded = self.record(reader, &[reading.because(reason)]).await?;
        Ok(ApplicantView {
            case,
            applicant: opened.applicant,
            answer: opened.answer,
            visited_at: opened.visited_at,
            recorded,
        })
    }

    /// Records that a file is read. The record of one piece covers the pieces that the same reader, proven by the same key,
    /// fetches within ten minutes; any other piece is recorded itself.
    ///
    /// # Errors
    /// If the reader may not.
    pub(crate) async fn open_file(
        &self,
        reader: Reader<'_>,
        (case, state): (CaseId, &Case),
        (file, piece): (&FileHash, u32),
    ) -> Result<(), Failure> {
        may_open(state, reader.actor, None, &self.directory).map_err(|it| it.rejected())?;
        let issuer = reader.proven.map(|proven| proven.issuer.clone());
        let of_reader = (reader.actor.clone(), issuer, case, file.clone());
        if piece > 0 && self.files_read.covers(&of_reader) {
            return Ok(());
        }
        let kinds = vec![PersonalDataKind::File];
        let reading = Reading {
            file: Some((file.clone(), piece)),
            ..Reading::of(case, AccessWay::Attachment, kinds, Right::Open)
        };
        self.record(reader, &[reading]).await?;
        self.files_read.note(of_reader);
        Ok(())
    }

    /// Records that the reader is about to learn that a text names the persons of a case: with texts of their own they could
    /// try names and numbers. The text itself is not kept.
    pub(super) async fn record_compared(
        &self,
        reader: Reader<'_>,
        case: CaseId,
        way: AccessWay,
    ) -> Result<(), Failure> {
        let kinds = vec![PersonalDataKind::Compared];
        let reading = Reading::of(case, way, kinds, Right::Decided);
        self.record(reader, &[reading]).await?;
        Ok(())
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
            let opened = match envelope.raw().parse().map_err(undecodable)? {
                Event::PersonalDataAccessed(opened) => opened,
                Event::VolumeExceeded(_) => continue,
            };
            readings.push(AccessRecord {
                at: envelope.time,
                by: envelope.actor,
                kinds: opened.kinds,
                reason: opened.reason,
                way: opened.way,
                file: opened.file,
                among: opened.among,
                issuer: envelope.issuer,
                token: envelope.tokenid,
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
            persons.iter().any(|person| person.phone.is_some()) || !opened.visited_at.is_empty(),
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
