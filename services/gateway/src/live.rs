//! What happens, as it happens: the gateway listens to every event and tells the pages that are open which
//! of their lists may have changed. A notice carries no case's facts: the page asks again and is shown what
//! it may see. What is missed while the broker is away is not made up for: the page says how old it is, and
//! asks again.

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
use onestop_proto::{
    actor::Role,
    division::DivisionCode,
    envelope::{Envelope, LogPosition},
    ids::{CaseId, UnitId},
    subject,
};
use serde::Serialize;
use tokio::sync::broadcast;
use tracing::debug;

use crate::{app::App, auth::Session, lasting::lasting};

/// Notices that a slow page may be behind before it is told to ask again for everything.
const BEHIND: usize = 256;
/// A page's line ends after so long, and the page comes back: a session that is over hears nothing more.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// That something happened to a case, and whom it concerns.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) case: CaseId,
    pub(crate) unit: UnitId,
    pub(crate) division: DivisionCode,
    /// A question that waits for this position sees it.
    pub(crate) at: LogPosition,
}

/// Where notices are passed on.
pub(crate) struct Live(broadcast::Sender<Notice>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND))
    }
}

impl Live {
    /// From now on.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Notice> {
        self.0.subscribe()
    }
}

/// Listens to every event until the shutdown is asked for.
///
/// # Errors
/// If the broker does not let us listen.
pub(crate) async fn hear(app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    tokio::select! {
        () = shutdown.requested() => return Ok(()),
        () = app.client.bus().connected() => {}
    }
    let mut events = Box::pin(app.client.listen(subject::ALL_EVENTS).await?);
    loop {
        let payload = tokio::select! {
            () = shutdown.requested() => return Ok(()),
            next = events.next() => match next {
                Some(payload) => payload,
                None => anyhow::bail!("the connection to NATS was closed"),
            },
        };
        match serde_json::from_slice::<Envelope>(&payload) {
            Ok(event) => {
                let Some(at) = event.place() else { continue };
                let (case, unit, division) = (event.subject, event.unit, event.division);
                // Nobody may be watching.
                let _ = app.live.0.send(Notice {
                    case,
                    unit,
                    division,
                    at,
                });
            }
            Err(error) => debug!(%error, "not an event; whoever keeps events parks it"),
        }
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/live", get(notices))
}

/// What a page is told.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "what")]
enum Told {
    /// Something happened to this case; what is asked for `after` this position shows it.
    Changed { case: CaseId, after: String },
    /// Some notices were missed.
    Behind,
}

/// One stream a browser: its tabs share it (see `app.js`).
async fn notices(
    State(app): State<App>,
    Extension(shutdown): Extension<Shutdown>,
    session: Session,
) -> Response {
    let within = session.division(&app);
    let mine = session.staff.unit.clone();
    let whole = matches!(session.staff.role, Role::Supervisor | Role::Auditor);
    let concerns = move |notice: &Notice| {
        notice.unit == mine
            || (whole && within.is_some_and(|within| within.contains(notice.division)))
    };
    let told = watched(app.live.watch()).filter_map(move |notice| {
        let told = match notice {
            Some(notice) if concerns(&notice) => Some(Told::Changed {
                case: notice.case,
                after: token(&notice.at),
            }),
            Some(_) => None,
            None => Some(Told::Behind),
        };
        std::future::ready(told)
    });
    let events = told.map(|told| {
        let event = Event::default().json_data(told).unwrap_or_default();
        Ok::<_, Infallible>(event)
    });
    let events = lasting(events, LONGEST, shutdown);
    let alive = KeepAlive::new()
        .interval(Duration::from_secs(15))
        .text("here");
    Sse::new(events).keep_alive(alive).into_response()
}

/// The notices; nothing in place of some that were missed.
fn watched(receiver: broadcast::Receiver<Notice>) -> impl Stream<Item = Option<Notice>> {
    stream::unfold(receiver, |mut receiver| async move {
        match receiver.recv().await {
            Ok(notice) => Some((Some(notice), receiver)),
            Err(broadcast::error::RecvError::Lagged(_)) => Some((None, receiver)),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    })
}

/// A position as one text, for addresses: `intake.main.<epoch>.<position>`.
pub(crate) fn token(at: &LogPosition) -> String {
    format!(
        "{}.{}.{}.{}",
        at.source.service, at.source.instance, at.epoch, at.position
    )
}

/// The position that a text of [`token`] names.
pub(crate) fn position(token: &str) -> Option<LogPosition> {
    let mut parts = token.split('.');
    let mut next = || parts.next();
    let (service, instance) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let (epoch, position) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let source = onestop_proto::envelope::Source { service, instance };
    Some(LogPosition {
        source,
        epoch,
        position,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_one_text() {
        let at = LogPosition {
            source: "/onestop/intake/main".parse().unwrap(),
            epoch: uuid::Uuid::from_u128(7),
            position: 41,
        };
        assert_eq!(position(&token(&at)), Some(at));
        assert_eq!(position("intake.main"), None);
    }
}
