//! What the window's acts need besides the log: files, query codes, and what a command names.

use std::sync::Arc;

use data_encoding::BASE64;
use onestop_chassis::{
    Failure,
    store::{EventMeta, recorded},
};
use onestop_proto::{
    actor::Actor,
    case::{
        Attach, AttachPiece, AttachmentPiece, AttachmentQuery, Command, Rejection, TrackQuery,
        TrackView, pieces,
    },
    command::{AcceptedCommand, Execution},
    ids::{CaseId, CaseRef, EventId},
    query::AttachmentView,
    rejection::{CommonRejection, Explain},
};

use crate::{
    attachments::{AttachmentError, Attachments},
    domain::{Case, Found, may_open},
    receipts,
    service::{Intake, RULES, gone, stream},
    tracking,
};

impl Intake {
    /// What a command names besides its case.
    pub(crate) fn found(&self, command: &Command, case: CaseId) -> Result<Found, Failure> {
        match command {
            Command::Correct(correct) => self.found_event(correct.event, case),
            Command::Merge(merge) => {
                let Some((other, _)) = self.store.load(&stream(merge.into), &RULES)? else {
                    return Ok(Found::Nothing);
                };
                let opened = |case| self.register.read(|register| register.opened_at(case));
                let earlier = (opened(merge.into), merge.into) < (opened(case), case);
                Ok(Found::Case {
                    other: Box::new(other),
                    is_earlier: earlier,
                })
            }
            Command::Open(_)
            | Command::RequestReferral(_)
            | Command::AnswerCitizen(_)
            | Command::NotifyOnce(_)
            | Command::ReceiveMaterial(_)
            | Command::AttachPiece(_)
            | Command::Attach(_)
            | Command::NoteHomeVisit(_)
            | Command::Withdraw(_)
            | Command::Rate(_)
            | Command::Redo(_)
            | Command::FollowUp(_)
            | Command::Close(_)
            | Command::Reopen(_)
            | Command::Archive(_) => Ok(Found::Nothing),
        }
    }

    fn found_event(&self, event: EventId, case: CaseId) -> Result<Found, Failure> {
        let log = self.store.log();
        let Some(position) = log.find(event.uuid()) else {
            return Ok(Found::Nothing);
        };
        let broken = |error| Failure::Internal(anyhow::Error::new(error));
        let record = log.record(position).map_err(broken)?;
        let of_case = match &record {
            Some(record) => recorded(record)?.case == case,
            None => false,
        };
        Ok(if of_case {
            Found::Event
        } else {
            Found::Nothing
        })
    }

    /// Takes in a piece of a file. It makes no event: the file counts once `attach` names it.
    pub(crate) async fn take_piece(
        &self,
        piece: &AttachPiece,
        (meta, case): (&EventMeta, CaseId),
    ) -> Result<AcceptedCommand, Failure> {
        let revision = self.dry(&Command::from(piece.clone()), meta)?;
        let bytes = BASE64.decode(piece.data.as_bytes()).map_err(|_| {
            CommonRejection::Malformed {
                field: "data.data".to_owned(),
                problem: "Base64 is wanted".to_owned(),
            }
            .rejected()
        })?;
        let (hash, number, now) = (piece.hash.clone(), piece.piece, self.store.clock().now());
        self.files(move |files| files.take(case, &hash, (number, &bytes), now))
            .await?;
        let head = self.store.log().head().count;
        Ok(AcceptedCommand {
            case,
            number: None,
            revision,
            at: self.store.place(head.saturating_sub(1)),
            events: Vec::new(),
            answer: Execution::First,
            query_code: None,
            warnings: Vec::new(),
        })
    }

    /// Keeps a file for good before the event that names it is written.
    pub(crate) async fn keep_file(&self, attach: &Attach, meta: &EventMeta) -> Result<(), Failure> {
        self.dry(&Command::from(attach.clone()), meta)?;
        let (case, attach) = (meta.case, attach.clone());
        self.files(move |files| files.keep(case, &attach)).await
    }

    /// A piece of a file, for those who may know the case.
    pub(crate) async fn attachment(
        &self,
        query: AttachmentQuery,
        actor: Option<&Actor>,
    ) -> Result<AttachmentPiece, Failure> {
        let case = self.find(&query.case)?;
        let state = self.state(case, &query.case)?;
        let AttachmentQuery { hash, piece, .. } = query;
        let none = || Rejection::NoSuchAttachment { hash: hash.clone() };
        let file = state.files.iter().find(|file| file.hash == hash);
        let Some(file) = file.filter(|file| piece < pieces(file.size)) else {
            return Err(none().rejected().into());
        };
        let Some(actor) = actor else {
            return Err(CommonRejection::Malformed {
                field: "actor".to_owned(),
                problem: "who asks? A file is not for nobody".to_owned(),
            }
            .rejected()
            .into());
        };
        // Whoever fetches a file asks for its first piece: that is what is recorded.
        if piece == 0 {
            self.persons.open_file(actor, (case, &state)).await?;
        } else {
            may_open(&state, actor, None, &self.directory).map_err(|it| it.rejected())?;
        }
        let name = self.keyring.unseal(case, &file.name).ok();
        let wanted = hash.clone();
        let bytes = self
            .files(move |files| files.read(case, &wanted, piece))
            .await?;
        Ok(AttachmentPiece {
            hash: hash.clone(),
            size: file.size,
            media_type: file.media_type,
            piece,
            pieces: pieces(file.size),
            name: name.and_then(|name| String::from_utf8(name).ok()),
            data: BASE64.encode(&bytes),
        })
    }

    /// The files of a case.
    pub(crate) fn listed(&self, state: &Case) -> Vec<AttachmentView> {
        let files = state.files.iter().map(|file| AttachmentView {
            hash: file.hash.clone(),
            size: file.size,
            media_type: file.media_type,
            kind: file.kind.clone(),
        });
        files.collect()
    }

    /// How far the case of a receipt is. Whether the number or the code is wrong is not told.
    pub(crate) fn track(&self, query: &TrackQuery) -> Result<TrackView, Failure> {
        let none = || Failure::from(Rejection::NoSuchReceipt {}.rejected());
        let asked = CaseRef::Number(query.number.clone());
        let case = self.register.read(|register| register.find(&asked));
        let case = case.ok_or_else(none)?;
        let state = self.state(case, &asked)?;
        let now = self.store.clock().now();
        self.tries
            .allowed(case, now)
            .map_err(|rejection| rejection.rejected())?;
        if !self.is_theirs(case, &state, query)? {
            self.tries.count(case, now);
            return Err(none());
        }
        self.tries.forget(case);
        let history = self.store.history(&stream(case))?;
        let opened_at = self.register.read(|register| register.opened_at(case));
        let opened_at = opened_at.ok_or_else(none)?;
        let view = tracking::view(&state, (opened_at, &history), &self.directory);
        view.map_err(|error| Failure::Internal(error.into()))
    }

    /// Whether whoever asks holds the receipt, or has the telephone.
    fn is_theirs(&self, case: CaseId, state: &Case, query: &TrackQuery) -> Result<bool, Failure> {
        let mistyped = |field: &str, problem: &str| {
            Failure::from(
                Rejection::Incomplete {
                    field: field.to_owned(),
                    problem: problem.to_owned(),
                }
                .rejected(),
            )
        };
        match (&query.code, &query.phone_end) {
            (Some(code), _) => {
                let problem = "查询码为8位，请按凭证核对 / eight signs, as on the receipt";
                let typed = receipts::read(code).ok_or_else(|| mistyped("code", problem))?;
                Ok(self.query_code(case, state) == Some(typed))
            }
            (None, Some(end)) => {
                if end.len() != 4 || !end.bytes().all(|digit| digit.is_ascii_digit()) {
                    let problem = "电话号码后四位 / the last four digits of the telephone number";
                    return Err(mistyped("phone_end", problem));
                }
                let applicant = self.applicant(case, state);
                Ok(applicant.is_some_and(|applicant| {
                    applicant
                        .phones()
                        .any(|phone| phone.ends_with(end.as_str()))
                }))
            }
            (None, None) => {
                let problem =
                    "填写查询码或电话后四位 / the query code, or the end of the telephone number";
                Err(mistyped("code", problem))
            }
        }
    }

    /// The query code of a case, as it was drawn; nothing for old cases, and for erased ones.
    pub(crate) fn query_code(&self, case: CaseId, state: &Case) -> Option<String> {
        let sealed = state.opened.query_code.as_ref()?;
        let clear = self.keyring.unseal(case, sealed).ok()?;
        String::from_utf8(clear).ok()
    }

    /// Works on the disk without holding up others.
    async fn files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Attachments) -> Result<T, AttachmentError> + Send + 'static,
    ) -> Result<T, Failure> {
        let files = Arc::clone(&self.attachments);
        let done = tokio::task::spawn_blocking(move || work(&files)).await;
        match done.map_err(|error| Failure::Internal(error.into()))? {
            Ok(done) => Ok(done),
            Err(AttachmentError::Key(error)) => Err(gone(error)),
            Err(AttachmentError::Rejected(rejection)) => Err(rejection.rejected().into()),
            Err(error) => Err(Failure::Internal(error.into())),
        }
    }
}
