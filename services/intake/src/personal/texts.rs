//! Opens the free text of a case's events (自由文本), which services have sealed to its public key. It is recorded before it
//! is answered. The service has checked that the reader may know of the case.

use onestop_chassis::{Failure, texts::TextSecret};
use onestop_proto::{
    actor::Actor,
    case,
    free_text::SealedText,
    ids::{CaseId, CaseRef, CommandId, UnitId},
    issuer::IssuerName,
    personal::{AccessWay, OpenedTexts, PersonalDataKind, TextsQuery},
};

use super::{
    Persons,
    recording::{Reader, Reading, Right},
};
use crate::keyring::key_failure;

/// A case, its reader, and who has proven the reader.
pub(super) type CaseOfReader = (Actor, Option<IssuerName>, CaseId);

impl Persons {
    /// Opens texts of a case. One record covers what the same reader, proven by the same key, opens of the case within ten
    /// minutes: a page is loaded again and again. Of an erased case nothing is opened, and nothing recorded.
    ///
    /// # Errors
    /// If the record cannot be written, or the key not be read.
    pub(super) async fn open_texts(
        &self,
        reader: Reader<'_>,
        query: &TextsQuery,
    ) -> Result<OpenedTexts, Failure> {
        if let Some(entry) = query.late_entry {
            return self.record_late_entry(reader, &query.case, entry).await;
        }
        let (case, state) = self.case(&query.case)?;
        let key = match state.erased {
            Some(_) => None,
            None => self.keyring.case_key(case).map_err(key_failure)?,
        };
        let Some(key) = key else {
            return Ok(OpenedTexts {
                case,
                gone: true,
                texts: query.texts.iter().map(|_| None).collect(),
            });
        };
        self.record_texts(reader, case, AccessWay::Texts).await?;
        Ok(OpenedTexts {
            case,
            gone: false,
            texts: opened(case, &key.text_secret(), &query.texts),
        })
    }

    /// Opens texts of a case for the citizen who has shown its query code: the window that gave the receipt is recorded as who
    /// shows them. Nothing opens once the key is destroyed.
    ///
    /// # Errors
    /// If the record cannot be written, or the key not be read.
    pub(crate) async fn open_for_citizen(
        &self,
        case: CaseId,
        window: &UnitId,
        texts: &[String],
    ) -> Result<Vec<Option<String>>, Failure> {
        let key = self.keyring.case_key(case).map_err(key_failure)?;
        let Some(key) = key.filter(|_| !texts.is_empty()) else {
            return Ok(texts.iter().map(|_| None).collect());
        };
        let actor = Actor::system(&case::service(), window.clone());
        let reader = Reader {
            actor: &actor,
            proven: None,
        };
        self.record_texts(reader, case, AccessWay::Track).await?;
        Ok(opened(case, &key.text_secret(), texts))
    }

    /// Records that texts of a case are read, unless a record of just now covers it.
    async fn record_texts(
        &self,
        reader: Reader<'_>,
        case: CaseId,
        way: AccessWay,
    ) -> Result<(), Failure> {
        let issuer = reader.proven.map(|proven| proven.issuer.clone());
        let of_reader = (reader.actor.clone(), issuer, case);
        if !self.texts_read.covers(&of_reader) {
            let kinds = vec![PersonalDataKind::UnitText];
            let reading = Reading::of(case, way, kinds, Right::Decided);
            self.record(reader, &[reading]).await?;
            self.texts_read.note(of_reader);
        }
        Ok(())
    }

    /// Records that an approver is shown what a colleague enters late, each time; who keeps it shows it. An entry that opens a case
    /// is recorded with its key as its subject, because there is no such case yet.
    async fn record_late_entry(
        &self,
        reader: Reader<'_>,
        case: &CaseRef,
        entry: CommandId,
    ) -> Result<OpenedTexts, Failure> {
        let opened = entry.case();
        // Of a case that was there before, the service has checked it; one that this entry has opened meanwhile it has not.
        let right = if *case == CaseRef::Id(opened) {
            Right::Know
        } else {
            Right::Decided
        };
        let of = |case| {
            let kinds = vec![PersonalDataKind::LateEntry];
            Reading::of(case, AccessWay::LateEntry, kinds, right)
        };
        let (case, reading) = match self.case(case) {
            Ok((case, _)) => (case, of(case)),
            Err(_) if *case == CaseRef::Id(opened) => (opened, of(opened).of_no_case(entry.uuid())),
            Err(unknown) => return Err(unknown),
        };
        self.record(reader, &[reading]).await?;
        Ok(OpenedTexts {
            case,
            gone: false,
            texts: Vec::new(),
        })
    }
}

/// The texts in the clear; nothing for one that does not open.
fn opened(case: CaseId, secret: &TextSecret, texts: &[String]) -> Vec<Option<String>> {
    let open = |text: &String| secret.open(case, &SealedText::parse(text)?);
    texts.iter().map(open).collect()
}
