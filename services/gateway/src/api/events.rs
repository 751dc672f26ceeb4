//! The event stream (server-sent events): events from a position in the journal's log, then new ones as they
//! arrive.
//!
//! Every event sent is read from that log, in its order; a notification of the broker only triggers a read.
//! So the stream has no gaps and no duplicates, and for a slow client nothing is buffered but one page.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

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
use futures::{StreamExt, stream};
use onestop_chassis::{
    client::QuestionMeta,
    fair_slots::{FairSlot, NoSlot},
    shutdown::Shutdown,
};
use onestop_proto::{
    envelope::LogPosition,
    feed::{EventsQuery, FeedEvent, LIMIT},
    http::{ApiRejection, OperationKind},
    journal,
    problem_words::own,
    rejection::RejectionKind,
};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::{ADDRESSES, error::ApiError, params, principal::Principal};
use crate::{
    app::App,
    core::{
        bounded_stream::{UNBUFFERED, bounded},
        notifications::Notification,
        visibility::Visibility,
    },
    identity::{access, scope::Scope},
};

/// The journal is polled after so long without a notification: the broker may be unreachable.
const POLL_INTERVAL: Duration = Duration::from_secs(5);
/// A stream ends after so long; the client reconnects where it was and is authorized again.
const LIFETIME: Duration = Duration::from_secs(15 * 60);
const HEARTBEAT: Duration = Duration::from_secs(15);

pub(super) fn routes() -> Router<App> {
    Router::new().route("/events", get(stream_events))
}

async fn stream_events(
    State(app): State<App>,
    principal: Principal,
    Extension(shutdown): Extension<Shutdown>,
    path: RawPathParams,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    principal.require(Scope::Read)?;
    let slot = app.slots.event_streams.take(&principal.actor);
    let slot = slot.map_err(|NoSlot| ApiRejection::TooOften { seconds: 30 })?;
    // Subscribed before the first read, so that no event between the two is missed.
    let notifications = app.notifications.subscribe();
    let read = parse_query(&path, query.as_deref(), &headers);
    let (query, epoch) = read.map_err(|error| error.of_question("events"))?;
    let ended = access::ended(
        app.clone(),
        principal.credential.clone(),
        principal.actor.clone(),
    );
    let mut reader = Reader {
        visibility: principal.visibility(&app),
        app,
        principal,
        query,
        epoch,
        pending: VecDeque::new(),
        at_end: false,
        after: None,
        notifications,
        _slot: slot,
    };
    reader.read_page().await?;
    let events = bounded(stream::unfold(reader, Reader::next), LIFETIME, shutdown);
    let alive = KeepAlive::new().interval(HEARTBEAT).text("here");
    let stream = Sse::new(events.take_until(ended)).keep_alive(alive);
    Ok(([(UNBUFFERED, "no")], stream).into_response())
}

/// Parses where to start, and in which epoch of the log.
fn parse_query(
    path: &RawPathParams,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<(EventsQuery, Option<Uuid>), ApiError> {
    let is_feed = |name: &str, service: &str| name == "events" && service == journal::SERVICE;
    let feed = ADDRESSES.iter().find(|one| {
        let operation = &one.operation;
        operation.asks == OperationKind::Question && is_feed(operation.name, operation.service)
    });
    let parameters = feed.map_or(&[][..], |feed| &feed.parameters);
    let params = params::parse(parameters, path, query)?;
    let has_start = params.data.contains_key("from");
    let query: EventsQuery = onestop_proto::rejection::parse_field("data", params.data.into())
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
        let wrong = || ApiError::header("Last-Event-ID", own::EVENT_OF_STREAM.en);
        let (epoch, position) = last.ok_or_else(wrong)?;
        query.from = position.saturating_add(1);
        return Ok((query, Some(epoch)));
    }
    if !has_start {
        // The journal reads from its end if the position is beyond it.
        query.from = u64::MAX;
    }
    Ok((query, None))
}

/// Reads the journal's log page by page.
struct Reader {
    app: App,
    principal: Principal,
    query: EventsQuery,
    epoch: Option<Uuid>,
    /// Read, not sent yet: one page at most.
    pending: VecDeque<FeedEvent>,
    /// Whether the last page reached the log's end.
    at_end: bool,
    /// A position that the next page must include.
    after: Option<LogPosition>,
    notifications: broadcast::Receiver<Notification>,
    visibility: Visibility,
    _slot: FairSlot,
}

impl Reader {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if let Some(feed_event) = self.pending.pop_front() {
                let event = self.event(&feed_event);
                return Some((Ok(event), self));
            }
            if self.at_end {
                self.wait().await?;
            }
            match self.read_page().await {
                Ok(()) => {}
                // The journal is unavailable: the stream stays open.
                Err(ApiError::Rejected(rejected))
                    if rejected.kind == RejectionKind::Unavailable =>
                {
                    self.after = None;
                    self.at_end = true;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                // A restored log: the stream ends, and the client gets the error when it reconnects.
                Err(_) => return None,
            }
        }
    }

    fn event(&self, feed_event: &FeedEvent) -> Event {
        let epoch = self.epoch.unwrap_or_default();
        let event = Event::default()
            .id(format!("{epoch}.{}", feed_event.position))
            .event(&feed_event.event.event_type);
        event.json_data(&feed_event.event).unwrap_or_default()
    }

    async fn read_page(&mut self) -> Result<(), ApiError> {
        let meta = QuestionMeta {
            actor: Some(self.principal.actor.clone()),
            after: self.after.take(),
        };
        let page = self.app.client.ask(meta, &self.query).await?;
        if self.epoch.is_some_and(|epoch| epoch != page.epoch) {
            return Err(ApiRejection::OtherEpoch { epoch: page.epoch }.into());
        }
        self.epoch = Some(page.epoch);
        self.query.from = page.next;
        self.at_end = page.next >= page.head;
        self.pending.extend(page.events);
        Ok(())
    }

    /// Waits until there may be new events; returns nothing if notifications have ended.
    async fn wait(&mut self) -> Option<()> {
        let quiet = tokio::time::sleep(POLL_INTERVAL);
        tokio::pin!(quiet);
        loop {
            tokio::select! {
                () = &mut quiet => return Some(()),
                received = self.notifications.recv() => match received {
                    Ok(notification)
                        if self
                            .visibility
                            .includes(&notification, &self.app.directory) =>
                    {
                        self.after = Some(notification.at);
                        return Some(());
                    }
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => return Some(()),
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            }
        }
    }
}
