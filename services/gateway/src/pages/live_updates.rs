//! `/live`: server-sent events that tell open pages which case has changed. An event carries no facts of the
//! case: the page is fetched again and shows what the user may see.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Router,
    extract::State,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{Stream, StreamExt, stream};
use onestop_chassis::{fair_slots::NoSlot, shutdown::Shutdown};
use onestop_proto::ids::CaseId;
use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    app::App,
    core::{
        bounded_stream::{self, bounded},
        notifications::Notification,
        page_error::{PageError, PageResult},
        visibility::Visibility,
    },
    identity::{
        access::{self, Credential},
        session::Session,
    },
};

/// A stream ends after so long, and the page reconnects with a valid session only.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Router<App> {
    Router::new().route("/live", get(stream_updates))
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
enum Update {
    /// A case changed; a question asked after this position sees the change.
    Changed { case: CaseId, after: String },
    /// Some notifications were missed.
    Behind,
}

/// One stream for each browser: its tabs share it (see `live.js`).
async fn stream_updates(
    State(app): State<App>,
    Extension(shutdown): Extension<Shutdown>,
    session: Session,
) -> PageResult {
    let slot = app.slots.page_streams.take(&session.actor());
    let slot = slot.map_err(|NoSlot| PageError::busy("error-streams-busy", 60))?;
    let visibility = Visibility::of(&session.actor(), &app.directory);
    let positions = app.clone();
    let update = move |notification: Option<Notification>| match notification {
        Some(notification) => {
            let is_seen = visibility.includes(&notification, &positions.directory);
            is_seen.then(|| Update::Changed {
                case: notification.case,
                after: positions.positions.seal(&notification.at),
            })
        }
        None => Some(Update::Behind),
    };
    let updates = received(app.notifications.subscribe())
        .filter_map(move |notification| std::future::ready(update(notification)));
    let events = updates.map(move |update| {
        // Held as long as the stream.
        let _ = &slot;
        let event = Event::default().json_data(update).unwrap_or_default();
        Ok::<_, Infallible>(event)
    });
    let alive = KeepAlive::new().interval(HEARTBEAT).text("here");
    let credential = Credential::Session(session.token().to_owned());
    let ended = access::ended(app, credential, session.actor());
    let events = bounded(events, LIFETIME, shutdown).take_until(ended);
    let unbuffered = [(bounded_stream::UNBUFFERED, "no")];
    Ok((unbuffered, Sse::new(events).keep_alive(alive)).into_response())
}

/// The notifications; nothing in place of those that were missed.
fn received(receiver: Receiver<Notification>) -> impl Stream<Item = Option<Notification>> {
    stream::unfold(receiver, |mut receiver| async move {
        match receiver.recv().await {
            Ok(notification) => Some((Some(notification), receiver)),
            Err(RecvError::Lagged(_)) => Some((None, receiver)),
            Err(RecvError::Closed) => None,
        }
    })
}
