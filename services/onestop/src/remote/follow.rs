//! `onestop case follow` and `onestop case wait`: a case's steps as they happen.

use std::{collections::HashSet, time::Duration};

use anyhow::bail;
use onestop_chassis::client::{Client, ClientError, QuestionMeta};
use onestop_proto::{
    ids::{CaseId, CaseRef, EventId},
    journal::{Replay, ReplayQuery, ReplayStep},
    query::ServiceQuestion,
    rejection::RejectionKind,
};

use super::{CliContext, replay};

/// The pause between two questions to the journal.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// What `onestop case wait` waits for.
pub(super) struct Condition<'a> {
    /// `<thing>.<happened>`, such as `referral.offered`.
    pub(super) event: &'a str,
    pub(super) times: usize,
    pub(super) seconds: u64,
}

/// Shows every step once, until the process ends.
pub(super) async fn follow(context: &CliContext<'_>, case: &CaseRef) -> anyhow::Result<()> {
    let output = context.output;
    let case = context.case_id(case).await?;
    let mut printed: HashSet<EventId> = HashSet::new();
    let mut rounds = tokio::time::interval(POLL_INTERVAL);
    loop {
        rounds.tick().await;
        for step in steps_of(&context.client, case).await? {
            if printed.insert(step.event.id) {
                output.print_value(&step, || replay::line(&step, output));
            }
        }
    }
}

/// Waits until the journal has the event, and shows that step.
pub(super) async fn wait(
    context: &CliContext<'_>,
    case: &CaseRef,
    condition: &Condition<'_>,
) -> anyhow::Result<()> {
    let output = context.output;
    let case = context.case_id(case).await?;
    let happened = async {
        let mut rounds = tokio::time::interval(POLL_INTERVAL);
        loop {
            rounds.tick().await;
            let steps = steps_of(&context.client, case).await?;
            let mut fitting = steps.iter().filter(|step| is_named(step, condition.event));
            if let Some(step) = fitting.nth(condition.times.saturating_sub(1)) {
                output.print_value(step, || replay::line(step, output));
                return Ok(());
            }
        }
    };
    let (event, seconds) = (condition.event, condition.seconds);
    match tokio::time::timeout(Duration::from_secs(seconds), happened).await {
        Ok(ended) => ended,
        Err(_) => {
            bail!(said!(
                "wait-not-happened",
                event = event,
                seconds = seconds,
                case = case
            ))
        }
    }
}

fn is_named(step: &ReplayStep, event: &str) -> bool {
    let named = step
        .event_type
        .strip_prefix("cn.onestop.")
        .unwrap_or(&step.event_type);
    named
        .rsplit_once(".v")
        .is_some_and(|(name, _)| name == event)
}

/// The steps so far; none while the journal does not know the case or does not answer.
async fn steps_of(client: &Client, case: CaseId) -> anyhow::Result<Vec<ReplayStep>> {
    match whole(client, &ReplayQuery::whole(CaseRef::Id(case))).await {
        Ok(replay) => Ok(replay.steps),
        Err(ClientError::Rejected(rejected)) if rejected.kind == RejectionKind::NotFound => {
            Ok(Vec::new())
        }
        Err(ClientError::NoAnswer { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

async fn whole(client: &Client, query: &ReplayQuery) -> Result<Replay, ClientError> {
    let mut replay = part(client, query).await?;
    while let Some(next) = query.after(&replay) {
        replay.extend(part(client, &next).await?);
    }
    Ok(replay)
}

/// What units typed is not opened: no person reads, by name.
async fn part(client: &Client, query: &ReplayQuery) -> Result<Replay, ClientError> {
    let service = ReplayQuery::service();
    let meta = QuestionMeta::default();
    client.ask_opening(&service, meta, query).await
}
