//! Commands and questions about the files of a case.

use std::sync::Arc;

use data_encoding::BASE64;
use onestop_chassis::{
    CommandResult, Failure, clock::Clock, store::EventMeta, stored_files::remove_idle_uploads,
    supervisor::Supervisor, texts,
};
use onestop_proto::{
    actor::Actor,
    case::{
        Attach, AttachPiece, AttachmentAdded, AttachmentPiece, AttachmentQuery, Command, Rejection,
        pieces,
    },
    command::AcceptedCommand,
    problem_words::own,
    query::AttachmentView,
    rejection::{CommonRejection, Explain, Malformed},
};

use super::Intake;
use crate::{
    attachments::{AttachmentError, Attachments, FileId},
    keyring::key_failure,
    loaded_case::LoadedCase,
    personal::Reader,
    read::view::attachment,
};

/// The files of a service that runs. What has come of uploads that no client goes on with is deleted.
pub(super) fn keep(
    files: Attachments,
    clock: &Arc<dyn Clock>,
    supervisor: &mut Supervisor,
) -> Arc<Attachments> {
    let files = Arc::new(files);
    let (of_task, clock) = (Arc::clone(&files), Arc::clone(clock));
    let removing = remove_idle_uploads(clock, supervisor.shutdown(), move |now| {
        of_task.remove_idle_uploads(now)
    });
    supervisor.spawn("uploads", removing);
    files
}

impl Intake {
    /// Stores a piece of a file, without an event: `attach` then names the file.
    pub(super) async fn take_piece(
        &self,
        piece: &AttachPiece,
        meta: &EventMeta,
        loaded: &LoadedCase,
    ) -> CommandResult {
        let LoadedCase {
            case,
            state,
            revision,
        } = loaded;
        let (case, revision) = (*case, *revision);
        self.dry_run(&Command::from(piece.clone()), meta, Some(state))?;
        let bytes = BASE64
            .decode(piece.data.as_bytes())
            .map_err(|_| Malformed::new("data.data", own::BASE64.en))?;
        let hash = piece.hash.clone();
        let (file, number, now) = (FileId { case, hash }, piece.piece, self.store.clock().now());
        self.with_files(move |files| files.take(&file, number, &bytes, now))
            .await?;
        let head = self.store.log().head().count;
        let at = self.store.place(head.saturating_sub(1));
        Ok(AcceptedCommand::new(case, revision, at))
    }

    /// Makes a file durable before the event that names it is written.
    pub(super) async fn keep_file(
        &self,
        attach: &Attach,
        meta: &EventMeta,
        loaded: &LoadedCase,
    ) -> Result<(), Failure> {
        self.dry_run(&Command::from(attach.clone()), meta, Some(&loaded.state))?;
        let (case, attach) = (meta.subject, attach.clone());
        self.with_files(move |files| files.keep(case, &attach))
            .await
    }

    /// Answers with a piece of a file, for those who may open the case.
    pub(super) async fn attachment(
        &self,
        query: AttachmentQuery,
        loaded: LoadedCase,
        reader: Option<Reader<'_>>,
    ) -> Result<AttachmentPiece, Failure> {
        self.keyring.check_released().map_err(key_failure)?;
        let LoadedCase { case, state, .. } = loaded;
        let AttachmentQuery { hash, piece, .. } = query;
        let none = || Rejection::NoSuchAttachment { hash: hash.clone() };
        let file = state.files.iter().find(|file| file.hash == hash);
        let Some(file) = file.filter(|file| piece < pieces(file.size)) else {
            return Err(none().rejected().into());
        };
        let Some(reader) = reader else {
            let malformed = CommonRejection::from(Malformed::new("actor", own::NEEDS_ACTOR.en));
            return Err(malformed.rejected().into());
        };
        self.persons
            .open_file(reader, (case, &state), (&hash, piece))
            .await?;
        let name = self.keyring.unseal(case, &file.name).ok();
        let id = FileId {
            case,
            hash: hash.clone(),
        };
        let bytes = self.with_files(move |files| files.read(&id, piece)).await?;
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

    /// The files of a case, for an actor with their names. Those are sealed: their reading is recorded where they are opened.
    pub(super) fn attachments_of(
        &self,
        loaded: &LoadedCase,
        actor: Option<&Actor>,
    ) -> Vec<AttachmentView> {
        let files = loaded.state.files.iter();
        let name = |file| actor.and_then(|_| self.sealed_name(loaded, file));
        files.map(|file| attachment(file, name(file))).collect()
    }

    fn sealed_name(&self, loaded: &LoadedCase, file: &AttachmentAdded) -> Option<String> {
        let key = loaded.state.opened.text_key?;
        let name = self.keyring.unseal(loaded.case, &file.name).ok()?;
        let name = String::from_utf8(name).ok()?;
        texts::seal(&key, loaded.case, &name).ok()
    }

    /// Runs blocking disk work on a blocking thread.
    async fn with_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Attachments) -> Result<T, AttachmentError> + Send + 'static,
    ) -> Result<T, Failure> {
        let files = Arc::clone(&self.attachments);
        let done = tokio::task::spawn_blocking(move || work(&files)).await;
        match done.map_err(|error| Failure::Internal(error.into()))? {
            Ok(done) => Ok(done),
            Err(AttachmentError::Key(error)) => Err(key_failure(error)),
            Err(AttachmentError::Rejected(rejection)) => Err(rejection.rejected().into()),
            Err(error) => Err(Failure::Internal(error.into())),
        }
    }
}
