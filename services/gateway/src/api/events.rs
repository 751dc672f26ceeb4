//! The events as a stream (server-sent events): from a position in the journal's log, then as they happen.
//!
//! Everything that is sent is read from that log in its order: what the broker tells is a reason to look,
//! never what is sent. So there is no gap and nothing twice, whatever was missed; a client that reads slowly
//! is read to slowly, and nothing piles up for it.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{RawPathParams, RawQuery, State},
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::stream;
use onestop_chassis::shutdown::Shutdown;
use onestop_proto::{
    division::DivisionCode,
    envelope::LogPosition,
    feed::{EventsPage, EventsQuery, FeedEvent, LIMIT},
    http::{ApiRejection, OperationKind},
    journal,
    rejection::RejectionKind,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};
use uuid::Uuid;

use super::{ADDRESSES, asker::Asker, given, no::No};
use crate::{app::App, auth::Scope, lasting::lasting, live::Notice};

/// Streams at once: each costs a question whenever something happens.
const AT_ONCE: usize = 256;
/// It is asked again after so long without a word: the broker may have been away.
const QUIET: Duration = Duration::from_secs(5);
/// A stream ends after so long, and the client comes back where it was: whoever may no longer see something
/// is asked who they are again.
const LONGEST: Duration = Duration::from_secs(15 * 60);
/// A comment shows that the line stands.
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Router<App> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    Router::new().route("/events", get(follow).layer(Extension(Places(places))))
}

#[derive(Clone)]
struct Places(Arc<Semaphore>);

async fn follow(
    State(app): State<App>,
    asker: Asker,
    Extension(Places(places)): Extension<Places>,
    Extension(shutdown): Extension<Shutdown>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, No> {
    asker.may(Scope::Read)?;
    let full = ApiRejection::TooOften { seconds: 30 };
    let place = places.try_acquire_owned().map_err(|_| full)?;
    // From now on, so that nothing happens between the log's end and the first notice.
    let notices = app.live.watch();
    let (query, epoch) = asked(&path, query.as_deref(), &headers)?;
    let mut followed = Followed {
        within: asker.division(&app).filter(|_| asker.sees_division()),
        app,
        asker,
        query,
        epoch,
        ready: VecDeque::new(),
        at_end: false,
        after: None,
        notices,
        _place: place,
    };
    followed.look().await?;
    let events = lasting(stream::unfold(followed, Followed::next), LONGEST, shutdown);
    let alive = KeepAlive::new().interval(HEARTBEAT).text("here");
    Ok(Sse::new(events).keep_alive(alive).into_response())
}

/// Where to begin, and in which incarnation of the log.
fn asked(
    path: &RawPathParams,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<(EventsQuery, Option<Uuid>), No> {
    let is_feed = |name: &str, service: &str| name == "events" && service == journal::SERVICE;
    let feed = ADDRESSES.iter().find(|one| {
        let operation = &one.operation;
        operation.asks == OperationKind::Question && is_feed(operation.name, operation.service)
    });
    let parameters = feed.map_or(&[][..], |feed| &feed.parameters);
    let given = given::read(parameters, path, query)?;
    let begins = given.data.contains_key("from");
    let query: EventsQuery = onestop_proto::rejection::parse_field("data", given.data.into())
        .map_err(onestop_proto::rejection::CommonRejection::from)?;
    let mut query = EventsQuery {
        limit: LIMIT,
        ..query
    };
    if let Some(last) = headers.get("last-event-id") {
        let last = last.to_str().ok().and_then(|text| {
            let (epoch, position) = text.split_once('.')?;
            Some((epoch.parse::<Uuid>().ok()?, position.parse::<u64>().ok()?))
        });
        let wrong = || {
            No::header(
                "Last-Event-ID",
                "the id of an event of this stream is wanted",
            )
        };
        let (epoch, position) = last.ok_or_else(wrong)?;
        query.from = position.saturating_add(1);
        return Ok((query, Some(epoch)));
    }
    if !begins {
        // The journal takes what is beyond its end for its end.
        query.from = u64::MAX;
    }
    Ok((query, None))
}

struct Followed {
    app: App,
    asker: Asker,
    query: EventsQuery,
    epoch: Option<Uuid>,
    /// Read, not sent yet: a page at most.
    ready: VecDeque<FeedEvent>,
    /// Whether the last look came to the log's end.
    at_end: bool,
    /// What the next look must have seen.
    after: Option<LogPosition>,
    notices: broadcast::Receiver<Notice>,
    /// What is seen besides the own unit's.
    within: Option<DivisionCode>,
    _place: OwnedSemaphorePermit,
}

impl Followed {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                let event = self.event(&told);
                return Some((Ok(event), self));
            }
            if self.at_end {
                self.wait().await?;
            }
            match self.look().await {
                Ok(()) => {}
                // The journal is away: the client keeps its place meanwhile.
                Err(No::Service(rejected)) if rejected.kind == RejectionKind::Unavailable => {
                    self.after = None;
                    self.at_end = true;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                // Another incarnation: the client comes back, and is told.
                Err(_) => return None,
            }
        }
    }

    fn event(&self, told: &FeedEvent) -> Event {
        let epoch = self.epoch.unwrap_or_default();
        let event = Event::default()
            .id(format!("{epoch}.{}", told.position))
            .event(&told.event.event_type);
        event.json_data(&told.event).unwrap_or_default()
    }

    /// Reads the next page.
    async fn look(&mut self) -> Result<(), No> {
        let who = (Some(self.asker.actor.clone()), self.after.take());
        let journal = journal::service();
        let asked = self
            .app
            .client
            .question(&journal, "events", who, &self.query);
        let page: EventsPage = asked.await?;
        if self.epoch.is_some_and(|epoch| epoch != page.epoch) {
            return Err(ApiRejection::OtherEpoch { epoch: page.epoch }.into());
        }
        self.epoch = Some(page.epoch);
        self.query.from = page.next;
        self.at_end = page.next >= page.head;
        self.ready.extend(page.events);
        Ok(())
    }

    /// Waits until there may be something new; nothing when nobody tells any more.
    async fn wait(&mut self) -> Option<()> {
        let quiet = tokio::time::sleep(QUIET);
        tokio::pin!(quiet);
        loop {
            tokio::select! {
                () = &mut quiet => return Some(()),
                notice = self.notices.recv() => match notice {
                    Ok(notice) if self.concerns(&notice) => {
                        self.after = Some(notice.at);
                        return Some(());
                    }
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => return Some(()),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
    }

    fn concerns(&self, notice: &Notice) -> bool {
        notice.unit == self.asker.actor.unit
            || self
                .within
                .is_some_and(|within| within.contains(notice.division))
    }
}
