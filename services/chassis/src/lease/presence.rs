//! By what a process shows that it listens as its instance, where it has no endpoints of a service.

use anyhow::Context as _;
use futures::StreamExt as _;
use onestop_proto::{
    envelope::Source,
    query::{QuestionType as _, SourcesQuery},
    subject,
};

use super::Lease;
use crate::{bus::Bus, shutdown::Shutdown};

/// Answers, from when it may decide, each process that is started for the same instance and asks whether another one is there.
///
/// # Errors
/// If the connection was closed.
pub(crate) async fn answer(
    bus: Bus,
    lease: Lease,
    own: Source,
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let begins = async {
        bus.connected().await;
        lease.sure().await;
    };
    if shutdown.run_until_requested(begins).await.is_none() {
        return Ok(());
    }
    let subject = subject::query_at(&own, SourcesQuery::NAME);
    let mut questions = bus.client().subscribe(subject).await?;
    while let Some(next) = shutdown.run_until_requested(questions.next()).await {
        let question = next.context("the connection to the broker was closed")?;
        if let Some(reply) = question.reply {
            bus.client().publish(reply, "{}".into()).await?;
        }
    }
    Ok(())
}
