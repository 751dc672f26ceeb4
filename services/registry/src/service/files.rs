//! Commands and the question about the files of a site.

use std::sync::Arc;

use data_encoding::BASE64;
use onestop_chassis::{CommandResult, Failure, store::EventMeta};
use onestop_directory::SiteChanges;
use onestop_proto::{
    actor::Actor,
    case::{FileHash, pieces},
    command::AcceptedCommand,
    ids::{CaseId, SiteId},
    problem_words::own,
    registry::{
        AttachEvidence, AttachPiece, Command, EvidencePiece, EvidenceQuery, Rejection,
        WithdrawEvidence,
    },
    rejection::{Explain, Malformed, RejectionKind},
};

use super::Registry;
use crate::{
    domain::{self, check_piece, decide},
    evidence::{EvidenceError, EvidenceFiles},
    streams::{RULES, stream_of},
};

impl Registry {
    /// Stores a piece of a file, without an event: `attach-evidence` then names the file.
    pub(super) async fn take_piece(&self, piece: &AttachPiece, meta: &EventMeta) -> CommandResult {
        let (changes, revision) = self.recorded(&piece.site)?;
        check_piece(changes.as_ref(), piece, &self.context(meta))
            .map_err(|refused| refused.rejected())?;
        let bytes = BASE64
            .decode(piece.data.as_bytes())
            .map_err(|_| Malformed::new("data.data", own::BASE64.en))?;
        let (site, hash, number) = (piece.site.clone(), piece.hash.clone(), piece.piece);
        let now = self.store.clock().now();
        self.with_files(move |files| files.take(&site, &hash, number, &bytes, now))
            .await?;
        let head = self.store.log().head().count;
        let at = self.store.place(head.saturating_sub(1));
        Ok(AcceptedCommand::new(meta.subject, revision, at))
    }

    /// Adds a file. One that the rules refuse after all, and that no site has, is deleted. Where they have not refused it, the
    /// event may have been written, or may be written when the command comes again: the file stays.
    pub(super) async fn attach_file(
        &self,
        attach: &AttachEvidence,
        related: &[SiteId],
        meta: &EventMeta,
    ) -> CommandResult {
        let shared = self.files.changing.read().await;
        self.keep_file(attach, meta).await?;
        let command = Command::from(attach.clone());
        let done = self.execute(&command, related, meta).await;
        drop(shared);
        let failure = match done {
            Ok((accepted, _)) => return Ok(accepted),
            Err(failure) => failure,
        };
        if is_refusal(&failure) {
            let alone = self.files.changing.write().await;
            // Where it is not known, the file is deleted when the disk is compared with the log.
            let sites = self.files.sites_with(&attach.hash, &self.store).await;
            if sites.is_ok_and(|sites| sites.is_empty()) {
                self.files.delete(&attach.hash).await;
            }
            drop(alone);
        }
        Err(failure)
    }

    /// Withdraws a file of a site, and deletes it unless another site has it too. The event says so before.
    pub(super) async fn withdraw_file(
        &self,
        withdraw: &WithdrawEvidence,
        site: &SiteId,
        meta: &EventMeta,
    ) -> CommandResult {
        let hash = &withdraw.hash;
        let alone = self.files.changing.write().await;
        let mut others = self.files.sites_with(hash, &self.store).await?;
        others.retain(|one| one != site);
        let command = Command::from(withdraw.clone());
        let (accepted, recorded) = self.execute(&command, &others, meta).await?;
        // One that came again since the same command was first sent stays.
        let is_named = recorded.files().iter().any(|file| file.hash == *hash);
        if others.is_empty() && !is_named {
            self.files.delete(hash).await;
        }
        drop(alone);
        Ok(accepted)
    }

    /// Makes a file durable before the event that names it is written. A command that comes again finds it there.
    async fn keep_file(&self, attach: &AttachEvidence, meta: &EventMeta) -> Result<(), Failure> {
        if self.store.was_executed(meta.command)? {
            return Ok(());
        }
        let (changes, _) = self.recorded(&attach.site)?;
        let command = Command::from(attach.clone());
        decide(changes.as_ref(), &command, &self.context(meta))
            .map_err(|refused| refused.rejected())?;
        let attach = attach.clone();
        self.with_files(move |files| files.keep(&attach)).await
    }

    /// Answers with a piece of a file: of a photograph to all, of a document to staff.
    pub(super) async fn evidence(
        &self,
        query: EvidenceQuery,
        actor: Option<&Actor>,
    ) -> Result<EvidencePiece, Failure> {
        let EvidenceQuery { site, hash, piece } = query;
        let (changes, _) = self.recorded_under(&self.code_of_file(&site, &hash)?)?;
        let today = self.store.clock().now().china_date();
        let files = changes.iter().flat_map(|changes| changes.evidence(today));
        let mut readable = files.filter(|file| actor.is_some() || file.kind.is_public());
        let file = readable.find(|file| file.hash == hash && piece < pieces(file.size));
        let Some(file) = file.cloned() else {
            return Err(Rejection::NoSuchEvidence { hash }.rejected().into());
        };
        let bytes = self
            .with_files(move |files| files.read(&hash, piece))
            .await?;
        Ok(EvidencePiece {
            pieces: pieces(file.size),
            hash: file.hash,
            kind: file.kind,
            size: file.size,
            media_type: file.media_type,
            piece,
            name: file.name,
            data: BASE64.encode(&bytes),
        })
    }

    /// What was recorded of a site, and the revision of its stream.
    fn recorded(&self, site: &SiteId) -> Result<(Option<SiteChanges>, u64), Failure> {
        // The site of a division of before is that of its successor.
        let known = self.directory.site(site);
        self.recorded_under(known.map_or(site, |known| &known.id))
    }

    /// What was recorded of a site under one of its codes, and the revision of that stream.
    fn recorded_under(&self, site: &SiteId) -> Result<(Option<SiteChanges>, u64), Failure> {
        let stream = stream_of(CaseId::of_site(site));
        let (changes, revision) = self.store.load(&stream, &RULES)?.unzip();
        Ok((changes, revision.unwrap_or_default()))
    }

    /// The code of a site under which it has a file, or had it: the one named, its present one or one of before. A file goes
    /// on with a site that moves, and stays with one that is no more.
    pub(super) fn code_of_file(&self, site: &SiteId, hash: &FileHash) -> Result<SiteId, Failure> {
        let present = self.directory.site(site);
        let before = present.map(|present| self.directory.sites_before_move(present.division));
        let mut codes = vec![site.clone()];
        codes.extend(present.map(|present| present.id.clone()));
        codes.extend(before.into_iter().flatten());
        let mut had = None;
        for code in codes {
            let (Some(changes), _) = self.recorded_under(&code)? else {
                continue;
            };
            if changes.files().iter().any(|file| file.hash == *hash) {
                return Ok(code);
            }
            if had.is_none() && changes.withdrawn_files().any(|gone| gone == hash) {
                had = Some(code);
            }
        }
        Ok(had.unwrap_or_else(|| site.clone()))
    }

    fn context<'a>(&'a self, meta: &'a EventMeta) -> domain::Context<'a> {
        domain::Context {
            today: self.store.clock().now().china_date(),
            actor: &meta.actor,
            directory: &self.directory,
        }
    }

    /// Runs blocking disk work on a blocking thread.
    async fn with_files<T: Send + 'static>(
        &self,
        work: impl FnOnce(&EvidenceFiles) -> Result<T, EvidenceError> + Send + 'static,
    ) -> Result<T, Failure> {
        let files = Arc::clone(&self.files.stored);
        let done = tokio::task::spawn_blocking(move || work(&files)).await;
        match done.map_err(|error| Failure::Internal(error.into()))? {
            Ok(done) => Ok(done),
            Err(EvidenceError::Rejected(rejection)) => Err(rejection.rejected().into()),
            Err(error) => Err(Failure::Internal(error.into())),
        }
    }
}

/// Whether the rules have refused a command: nothing was recorded of it, and nothing will be.
fn is_refusal(failure: &Failure) -> bool {
    match failure {
        Failure::Rejected(rejected) => match rejected.kind {
            RejectionKind::Invalid
            | RejectionKind::NotFound
            | RejectionKind::Conflict
            | RejectionKind::Forbidden => true,
            RejectionKind::Unavailable => false,
        },
        Failure::Internal(_) => false,
    }
}

#[cfg(test)]
mod tests;
