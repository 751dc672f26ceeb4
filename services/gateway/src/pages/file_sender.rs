//! Sends a file to the service that keeps it: its pieces, then the command that names it.

use data_encoding::{BASE64, HEXLOWER};
use onestop_chassis::client::ClientError;
use onestop_proto::{
    actor::ServiceName,
    case::{FileHash, PIECE},
    command::{AcceptedCommand, CommandType},
    ids::{CaseRef, CommandId},
    rejection::Rejected,
};
use sha2::{Digest, Sha256};

use super::service_client::FormCommand;
use crate::{app::App, core::page_error::PageError, identity::session::Session};

/// The code of a refusal: the service has this file.
pub(super) const ATTACHED_BEFORE: &str = "attached-before";

/// What a service says of a command.
pub(super) type Answer = Result<AcceptedCommand, Rejected>;

/// Who sends files, and to whom.
pub(super) struct FileSender<'a> {
    pub(super) app: &'a App,
    pub(super) session: &'a Session,
    pub(super) service: ServiceName,
    pub(super) case: Option<CaseRef>,
}

impl FileSender<'_> {
    /// Sends a file. `piece` makes the command for each piece, of the file's hash, the piece's number and its data; `name` the
    /// one that names the file, of its hash and size.
    pub(super) async fn send<C: CommandType>(
        &self,
        key: CommandId,
        bytes: &[u8],
        piece: impl Fn(FileHash, u32, String) -> C,
        name: impl FnOnce(FileHash, u64) -> C,
    ) -> Result<Answer, PageError> {
        let hash = HEXLOWER.encode(&Sha256::digest(bytes));
        let hash: FileHash = hash.parse().map_err(anyhow::Error::from)?;
        for (number, bytes) in (0..).zip(bytes.chunks(PIECE)) {
            let piece = piece(hash.clone(), number, BASE64.encode(bytes));
            match self.command(self.app.clock.command(), &piece).await? {
                Ok(_) => {}
                // The form was submitted before: the command is answered as before.
                Err(rejected) if rejected.code == ATTACHED_BEFORE => break,
                Err(rejected) => return Ok(Err(rejected)),
            }
        }
        self.command(key, &name(hash, bytes.len() as u64)).await
    }

    async fn command<C: CommandType>(
        &self,
        key: CommandId,
        command: &C,
    ) -> Result<Answer, PageError> {
        let sent = FormCommand {
            key,
            case: self.case.clone(),
            expected_revision: None,
            name: command.name(),
            data: command.data().map_err(anyhow::Error::from)?,
        };
        match self.app.command(self.session, &self.service, sent).await {
            Ok(accepted) => Ok(Ok(accepted)),
            Err(ClientError::Rejected(rejected)) => Ok(Err(*rejected)),
            Err(error) => Err(error.into()),
        }
    }
}
