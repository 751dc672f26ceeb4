//! A replay in parts: one answer of the journal has only so many bytes, and one page shows only so many steps.

use onestop_chassis::client::ClientError;
use onestop_proto::{
    envelope::LogPosition,
    journal::{Replay, ReplayQuery},
};

use crate::{app::App, identity::session::Session};

/// Parts on one page: about three thousand steps.
const SHOWN: usize = 4;
/// Steps that are shown before the selected one, of a case that has more than fit.
const BEFORE: u32 = 400;
/// Parts that are read to check a case: about fifty thousand steps.
const CHECKED: usize = 64;

/// The steps around the selected one, which is the last one by default; all of them, if they fit.
pub(super) async fn around(
    app: &App,
    session: &Session,
    after: Option<LogPosition>,
    (query, step): (&ReplayQuery, Option<u32>),
) -> Result<Replay, ClientError> {
    let mut replay: Replay = app.ask_after(session, after, query).await?;
    if replay.next.is_none() {
        return Ok(replay);
    }
    let from = step.unwrap_or(replay.total).min(replay.total);
    let from = from.saturating_sub(BEFORE).max(1);
    if from > 1 {
        let query = ReplayQuery {
            from: Some(from),
            of: Some(replay.of),
            ..query.clone()
        };
        replay = app.ask(session, &query).await?;
    }
    follow(app, session, (query, replay), SHOWN).await
}

/// Every step of a case.
pub(super) async fn whole(
    app: &App,
    session: &Session,
    query: &ReplayQuery,
) -> Result<Replay, ClientError> {
    let replay = app.ask(session, query).await?;
    follow(app, session, (query, replay), CHECKED).await
}

/// Appends the parts that follow, until there are `most`.
async fn follow(
    app: &App,
    session: &Session,
    (query, mut replay): (&ReplayQuery, Replay),
    most: usize,
) -> Result<Replay, ClientError> {
    for _ in 1..most {
        let Some(next) = query.after(&replay) else {
            break;
        };
        replay.extend(app.ask(session, &next).await?);
    }
    Ok(replay)
}
