//! `/live`: server-sent events that tell open pages which case has changed. An event carries no facts of the
//! case: the page is fetched again and shows what the user may see.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Router,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{Stream, StreamExt, stream};
use onestop_chassis::shutdown::Shutdown;
use onestop_proto::ids::CaseId;
use serde::Serialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    app::App,
    core::{
        bounded_stream::bounded, notifications::Notification, position_token,
        visibility::Visibility,
    },
    identity::session::Session,
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
) -> Response {
    let visibility = Visibility::of(&session.actor(), &app.directory);
    let update = move |notification: Option<Notification>| match notification {
        Some(notification) if visibility.includes(&notification) => Some(Update::Changed {
            case: notification.case,
            after: position_token::format(&notification.at),
        }),
        Some(_) => None,
        None => Some(Update::Behind),
    };
    let updates = received(app.notifications.subscribe())
        .filter_map(move |notification| std::future::ready(update(notification)));
    let events = updates.map(|update| {
        let event = Event::default().json_data(update).unwrap_or_default();
        Ok::<_, Infallible>(event)
    });
    let alive = KeepAlive::new().interval(HEARTBEAT).text("here");
    Sse::new(bounded(events, LIFETIME, shutdown))
        .keep_alive(alive)
        .into_response()
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
