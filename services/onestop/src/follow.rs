//! `onestop case follow`: a case's steps as they happen.

use std::{collections::HashSet, time::Duration};

use anyhow::bail;
use onestop_chassis::client::{Client, ClientError};
use onestop_proto::{
    ids::{CaseId, CaseRef, EventId},
    journal::{self, Replay, ReplayQuery, ReplayStep},
    rejection::Kind,
};

use crate::{ask::Desk, output::Output, replay};

/// How often the journal is asked.
const ROUND: Duration = Duration::from_millis(100);

/// When to stop.
pub(crate) struct Wanted<'a> {
    /// After this event: `<thing>.<happened>`.
    pub(crate) until: Option<&'a str>,
    /// When it has happened so often.
    pub(crate) times: usize,
}

/// Shows steps until the one wanted, or until the limit is over.
pub(crate) async fn follow(
    desk: &Desk<'_>,
    case: &CaseRef,
    wanted: Wanted<'_>,
    seconds: u64,
    output: &Output,
) -> anyhow::Result<()> {
    let case = desk.case(case).await?;
    let steps = show_steps(desk, case, &wanted, output);
    match tokio::time::timeout(Duration::from_secs(seconds), steps).await {
        Ok(ended) => ended,
        Err(_) => match wanted.until {
            Some(until) => {
                bail!("'{until}' did not happen within {seconds} s. See 'onestop replay {case}'")
            }
            None => Ok(()),
        },
    }
}

async fn show_steps(
    desk: &Desk<'_>,
    case: CaseId,
    wanted: &Wanted<'_>,
    output: &Output,
) -> anyhow::Result<()> {
    let mut shown: HashSet<EventId> = HashSet::new();
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        let Some(replay) = heard_of(&desk.client, case).await? else {
            continue;
        };
        for step in &replay.steps {
            if shown.insert(step.event.id) {
                output.show(step, || replay::line(step, output));
            }
        }
        let happened = |step: &&ReplayStep| wanted.until.is_some_and(|until| is(step, until));
        if wanted.until.is_some() && replay.steps.iter().filter(happened).count() >= wanted.times {
            return Ok(());
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

/// The case, once the journal has heard of it.
async fn heard_of(client: &Client, case: CaseId) -> anyhow::Result<Option<Replay>> {
    let query = ReplayQuery {
        case: CaseRef::Id(case),
        as_of: None,
        known_at: None,
    };
    match client
        .question(&journal::service(), "replay", (None, None), &query)
        .await
    {
        Ok(replay) => Ok(Some(replay)),
        Err(ClientError::Rejected(rejected)) if rejected.kind == Kind::NotFound => Ok(None),
        Err(ClientError::NoAnswer { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
