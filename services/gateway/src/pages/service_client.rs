//! Questions and commands that the gateway sends as the user who is signed in.

use onestop_chassis::{
    client::{ClientError, CommandMeta, QuestionMeta},
    fair_slots::FairSlot,
};
use onestop_proto::{
    actor::ServiceName,
    command::AcceptedCommand,
    envelope::LogPosition,
    ids::{CaseRef, CommandId},
    late_entry::LateEntry,
    query::{QuestionType, ServiceQuestion},
    rejection::Explain,
    time::Timestamp,
};
use serde_json::Value;

use crate::{
    app::App,
    identity::{late_approval, session::Session},
};

/// A command, as a form describes it.
#[derive(Debug, Clone)]
pub(super) struct FormCommand<'a> {
    /// The idempotency key: made with the form, so that a form submitted twice is executed once.
    pub(super) key: CommandId,
    pub(super) case: Option<CaseRef>,
    /// The revision that the user saw.
    pub(super) expected_revision: Option<u64>,
    pub(super) name: &'a str,
    pub(super) data: Value,
}

impl App {
    pub(super) async fn ask<Q: ServiceQuestion>(
        &self,
        session: &Session,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        self.ask_after(session, None, query).await
    }

    /// Asks a question. What people typed about one case is opened in the answer; the answer includes the log position `after`.
    pub(super) async fn ask_after<Q: ServiceQuestion>(
        &self,
        session: &Session,
        after: Option<LogPosition>,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        let _slot = self.waiting_slot(session, after.as_ref())?;
        let meta = meta(session, after);
        self.client.ask_opening(&Q::service(), meta, query).await
    }

    pub(super) async fn ask_service<Q: QuestionType>(
        &self,
        session: &Session,
        service: &ServiceName,
        after: Option<LogPosition>,
        query: &Q,
    ) -> Result<Q::Answer, ClientError> {
        let _slot = self.waiting_slot(session, after.as_ref())?;
        let meta = meta(session, after);
        self.client.ask_opening(service, meta, query).await
    }

    /// A slot for a question that may have to wait for a position.
    fn waiting_slot(
        &self,
        session: &Session,
        after: Option<&LogPosition>,
    ) -> Result<Option<FairSlot>, ClientError> {
        let slot = self.slots.waiting(&session.actor(), after);
        slot.map_err(|refused| ClientError::Rejected(Box::new(refused.rejected())))
    }

    /// Sends a command. After an error, the same command can be sent again.
    pub(super) async fn command(
        &self,
        session: &Session,
        service: &ServiceName,
        command: FormCommand<'_>,
    ) -> Result<AcceptedCommand, ClientError> {
        self.command_backdated(session, service, command, (None, None))
            .await
    }

    /// Sends a command about something that happened earlier, such as a registration on paper.
    pub(super) async fn command_backdated(
        &self,
        session: &Session,
        service: &ServiceName,
        command: FormCommand<'_>,
        (occurred_at, late_entry): (Option<Timestamp>, Option<LateEntry>),
    ) -> Result<AcceptedCommand, ClientError> {
        let meta = CommandMeta {
            id: command.key,
            actor: session.actor(),
            case: command.case,
            expected_revision: command.expected_revision,
            occurred_at,
            late_entry,
        };
        let named = (command.name, command.data);
        late_approval::send(self, service, meta, named).await
    }
}

fn meta(session: &Session, after: Option<LogPosition>) -> QuestionMeta {
    QuestionMeta {
        actor: Some(session.actor()),
        after,
    }
}
