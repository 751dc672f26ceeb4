//! `onestop case follow` and `onestop case wait`: a case's steps as they happen.

use std::{collections::HashSet, time::Duration};

use anyhow::bail;
use onestop_chassis::client::{Client, ClientError};
use onestop_proto::{
    ids::{CaseId, CaseRef, EventId},
    journal::{self, Replay, ReplayQuery, ReplayStep},
    rejection::RejectionKind,
};

use crate::{ask::Desk, output::Output, replay};

/// How often the journal is asked.
const ROUND: Duration = Duration::from_millis(100);

/// What is waited for.
pub(crate) struct Wanted<'a> {
    /// `<thing>.<happened>`.
    pub(crate) event: &'a str,
    /// How often it must have happened.
    pub(crate) times: usize,
    /// How long to wait.
    pub(crate) seconds: u64,
}

/// Shows every step once, for ever.
pub(crate) async fn follow(desk: &Desk<'_>, case: &CaseRef, output: &Output) -> anyhow::Result<()> {
    let case = desk.case(case).await?;
    let mut shown: HashSet<EventId> = HashSet::new();
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        for step in heard_of(&desk.client, case).await? {
            if shown.insert(step.event.id) {
                output.show(&step, || replay::line(&step, output));
            }
        }
    }
}

/// Waits until something has happened, and shows that step.
pub(crate) async fn wait(
    desk: &Desk<'_>,
    case: &CaseRef,
    wanted: &Wanted<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let case = desk.case(case).await?;
    let happened = async {
        let mut rounds = tokio::time::interval(ROUND);
        loop {
            rounds.tick().await;
            let steps = heard_of(&desk.client, case).await?;
            let mut fitting = steps.iter().filter(|step| is(step, wanted.event));
            if let Some(step) = fitting.nth(wanted.times.saturating_sub(1)) {
                output.show(step, || replay::line(step, output));
                return Ok(());
            }
        }
    };
    let (event, seconds) = (wanted.event, wanted.seconds);
    match tokio::time::timeout(Duration::from_secs(seconds), happened).await {
        Ok(ended) => ended,
        Err(_) => {
            bail!("'{event}' did not happen within {seconds} s. See 'onestop replay {case}'")
        }
    }
}

fn is(step: &ReplayStep, wanted: &str) -> bool {
    let named = step
        .event_type
        .strip_prefix("cn.onestop.")
        .unwrap_or(&step.event_type);
    named
        .rsplit_once(".v")
        .is_some_and(|(name, _)| name == wanted)
}

/// The steps so far; none before the journal has heard of the case, or while it is away.
async fn heard_of(client: &Client, case: CaseId) -> anyhow::Result<Vec<ReplayStep>> {
    let query = ReplayQuery {
        case: CaseRef::Id(case),
        as_of: None,
        known_at: None,
    };
    match client
        .question::<Replay>(&journal::service(), "replay", (None, None), &query)
        .await
    {
        Ok(replay) => Ok(replay.steps),
        Err(ClientError::Rejected(rejected)) if rejected.kind == RejectionKind::NotFound => {
            Ok(Vec::new())
        }
        Err(ClientError::NoAnswer { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
