//! Questions and commands that the gateway sends as the user who is signed in.

use onestop_chassis::client::{ClientError, CommandMeta};
use onestop_proto::{
    actor::ServiceName,
    command::AcceptedCommand,
    envelope::LogPosition,
    ids::{CaseRef, CommandId},
    time::Timestamp,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{app::App, identity::session::Session};

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
    /// Asks a question. The answer includes the log position `after`.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        session: &Session,
        (service, question): (&ServiceName, &str),
        after: Option<LogPosition>,
        data: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let who = (Some(session.actor()), after);
        self.client.question(service, question, who, data).await
    }

    /// Sends a command. After an error, the same command can be sent again.
    pub(super) async fn command(
        &self,
        session: &Session,
        service: &ServiceName,
        command: FormCommand<'_>,
    ) -> Result<AcceptedCommand, ClientError> {
        self.command_backdated(session, service, command, None)
            .await
    }

    /// Sends a command about something that happened earlier, such as a registration on paper.
    pub(super) async fn command_backdated(
        &self,
        session: &Session,
        service: &ServiceName,
        command: FormCommand<'_>,
        occurred_at: Option<Timestamp>,
    ) -> Result<AcceptedCommand, ClientError> {
        let meta = CommandMeta {
            id: command.key,
            actor: session.actor(),
            case: command.case,
            expected_revision: command.expected_revision,
            occurred_at,
        };
        let named = (command.name, command.data);
        self.client.command_named(service, meta, named).await
    }
}
