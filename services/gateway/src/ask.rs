//! Asking the services for somebody who is signed in.

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

use crate::{app::App, auth::Session};

/// A command of somebody who decided on what they saw.
#[derive(Debug, Clone)]
pub(crate) struct Decision<'a> {
    /// The idempotency key: made with the form, so that a form sent twice is done once.
    pub(crate) key: CommandId,
    pub(crate) case: Option<CaseRef>,
    /// The revision that was seen.
    pub(crate) revision: Option<u64>,
    pub(crate) command: &'a str,
    pub(crate) data: Value,
}

impl App {
    /// Asks a question as the one who is signed in; `after` makes it wait until the service has seen a
    /// position.
    ///
    /// # Errors
    /// If the service says no or does not answer.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        session: &Session,
        (service, question): (&ServiceName, &str),
        after: Option<LogPosition>,
        data: &(impl Serialize + Sync),
    ) -> Result<T, ClientError> {
        let who = (Some(session.actor()), after);
        self.client.question(service, question, who, data).await
    }

    /// Has a command carried out as the one who is signed in.
    ///
    /// # Errors
    /// If the service says no or does not answer; the same decision can be sent again.
    pub(crate) async fn order(
        &self,
        session: &Session,
        service: &ServiceName,
        decision: Decision<'_>,
    ) -> Result<AcceptedCommand, ClientError> {
        self.order_later(session, service, decision, None).await
    }

    /// The same for something that happened earlier than now: a paper registration that is entered later.
    ///
    /// # Errors
    /// If the service says no or does not answer.
    pub(crate) async fn order_later(
        &self,
        session: &Session,
        service: &ServiceName,
        decision: Decision<'_>,
        occurred_at: Option<Timestamp>,
    ) -> Result<AcceptedCommand, ClientError> {
        let order = CommandMeta {
            id: decision.key,
            actor: session.actor(),
            case: decision.case,
            expected_revision: decision.revision,
            occurred_at,
        };
        let command = (decision.command, decision.data);
        self.client.command_named(service, order, command).await
    }
}
