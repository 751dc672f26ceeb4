//! Parking: an event that cannot be processed is set aside with its reason, and later events with the same
//! subject wait behind it. An operator retries or skips them.

use anyhow::{Context, anyhow};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, Request},
    envelope::Envelope,
    ids::{CaseId, CaseRef},
    parking::{
        Event, Parked, ParkedCase, ParkedCases, Reason, RefuseSkip, Rejection, RequestSkip, Skip,
        Taken,
    },
    problem_words::own,
    query::LogQuery,
    rejection::{CommonRejection, Explain, Malformed},
};

use super::{
    parked_queue::{self, ParkedQueue},
    processor::Processor,
    second_person::Decider,
};
use crate::{
    client::ClientError,
    failure::{CommandResult, Failure},
    service::Service,
    store::{Batch, Cursor, EventMeta, Rules, StoreError},
};

/// What the keys of parking events are derived from, besides the parked event. Persisted.
const PARKED: &str = "parked";
const TAKEN: &str = "taken";

impl<S: Service> Processor<S> {
    /// Whether an earlier event with that subject is parked. A retry or skip of that one at the same moment
    /// conflicts on the stream's revision.
    pub(super) fn has_parked(&self, subject: CaseId, batch: &mut Batch) -> anyhow::Result<bool> {
        let stream = parked_queue::stream(subject);
        if !batch.has_events(&stream)? {
            return Ok(false);
        }
        let queue = batch.load(&stream, Self::parking_rules())?;
        Ok(queue.is_some_and(ParkedQueue::holds_up))
    }

    pub(super) fn parking_rules() -> &'static Rules<ParkedQueue, Event> {
        parked_queue::rules(S::DELIVERY)
    }

    /// Parks an event in the append of a batch.
    pub(super) fn add_parked(
        &self,
        envelope: &Envelope,
        reason: Reason,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        let parked = parked(envelope, reason)?;
        let meta = self.meta(envelope, PARKED);
        let stream = parked_queue::stream(envelope.subject);
        let queue = batch.load(&stream, Self::parking_rules())?;
        let Some(event) = parked_queue::set_aside(queue, parked) else {
            return Ok(());
        };
        let decide = |_: Option<&ParkedQueue>, _, _: &Batch| Ok::<_, Rejection>(vec![event]);
        match batch.execute(&stream, &meta, Self::parking_rules(), decide) {
            Ok(()) => Ok(()),
            Err(Failure::Internal(error)) => Err(error),
            Err(Failure::Rejected(rejected)) => Err(anyhow!(rejected.to_string())),
        }
    }

    /// Parks an event; its cursor moves in the same append.
    pub(super) async fn park(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
        reason: Reason,
    ) -> anyhow::Result<AcceptedCommand> {
        let parked = parked(envelope, reason)?;
        let decide = |_: Option<&ParkedQueue>| Ok(vec![Event::from(parked.clone())]);
        let accepted = self
            .append_parking(envelope, Some(cursor), PARKED, decide)
            .await?;
        self.metrics.parked.inc();
        Ok(accepted)
    }

    /// The metadata of a parking event. `what` makes the idempotency key unique for the parked event.
    pub(super) fn meta(&self, envelope: &Envelope, what: &str) -> EventMeta {
        let actor = Actor::system(&S::name(), envelope.unit.clone());
        EventMeta {
            command: envelope
                .id
                .reaction_by(&parking_key(&S::name(), what, envelope)),
            ..EventMeta::from_event(envelope, self.store.source(), actor)
        }
    }

    async fn append_parking(
        &self,
        envelope: &Envelope,
        cursor: Option<&Cursor>,
        what: &str,
        decide: impl Fn(Option<&ParkedQueue>) -> Result<Vec<Event>, Rejection> + Send + Sync,
    ) -> anyhow::Result<AcceptedCommand> {
        let meta = self.meta(envelope, what);
        let stream = parked_queue::stream(envelope.subject);
        let appended = self
            .store
            .execute(&stream, &meta, cursor, Self::parking_rules(), |queue, _| {
                decide(queue)
            })
            .await;
        match appended {
            Ok((accepted, _)) => Ok(accepted),
            Err(Failure::Internal(error)) => Err(error),
            Err(Failure::Rejected(_)) => Err(Rejection::NothingParked {
                case: envelope.subject,
            }
            .into()),
        }
    }

    /// Sets the metric to the number of parked events. Called once, at start.
    pub(crate) fn count_parked(&self) -> Result<(), StoreError> {
        let waiting = self.parked()?.cases.into_iter();
        let waiting = waiting.map(|it| it.waiting.len() + it.held_back.len());
        let count = i64::try_from(waiting.sum::<usize>()).unwrap_or(i64::MAX);
        self.metrics.parked.set(count);
        Ok(())
    }

    pub(super) fn queue(&self, subject: CaseId) -> Result<Option<ParkedQueue>, StoreError> {
        let stream = parked_queue::stream(subject);
        let queue = self.store.load(&stream, Self::parking_rules())?;
        Ok(queue.map(|(queue, _)| queue))
    }

    fn first_parked(&self, subject: CaseId) -> Result<Option<Parked>, StoreError> {
        let queue = self.queue(subject)?;
        Ok(queue.and_then(|queue| queue.first().cloned()))
    }

    /// Every parked event.
    pub fn parked(&self) -> Result<ParkedCases, StoreError> {
        let (mut cases, now) = (Vec::new(), self.store.clock().now());
        for stream in self.store.log().streams(parked_queue::STREAMS)? {
            let Some(case) = parked_queue::subject(stream.as_str()) else {
                continue;
            };
            let Some(queue) = self.queue(case)?.filter(ParkedQueue::holds_up) else {
                continue;
            };
            let held_back = queue.held_back().collect();
            let skip_requested = queue.open_skip_request(now).cloned();
            let waiting = queue.waiting;
            cases.push(ParkedCase {
                case,
                waiting,
                held_back,
                skip_requested,
            });
        }
        Ok(ParkedCases { cases, more: 0 })
    }

    /// Asks for skipping the first parked event of a subject.
    ///
    /// # Errors
    /// If it is not the first, no reason is given, it was asked for already, or the actor is not responsible for it.
    pub async fn request_skip(&self, request: &Request, asked: &RequestSkip) -> CommandResult {
        let decide = |queue: &ParkedQueue, decider: Decider<'_>, nothing_parked| {
            parked_queue::request_skip(queue, asked, decider, nothing_parked)
        };
        self.decide_on_parked("request-skip", request, decide).await
    }

    /// Refuses the request for skipping the first parked event of a subject.
    ///
    /// # Errors
    /// If it is not the first, no reason is given, nothing was asked for, or the actor is not responsible for it.
    pub async fn refuse_skip(&self, request: &Request, refuse: &RefuseSkip) -> CommandResult {
        let decide = |queue: &ParkedQueue, decider: Decider<'_>, nothing_parked| {
            parked_queue::refuse_skip(queue, refuse, decider.now, nothing_parked)
        };
        self.decide_on_parked("refuse-skip", request, decide).await
    }

    /// Skips the first parked event of a subject.
    ///
    /// # Errors
    /// If it is not the first, no reason is given, no other person has requested it, or the actor is not responsible for it.
    pub async fn skip(&self, request: &Request, skip: &Skip) -> CommandResult {
        let decide = |queue: &ParkedQueue, decider: Decider<'_>, nothing_parked| {
            parked_queue::skip(queue, skip, decider, nothing_parked)
        };
        let done = self
            .decide_on_parked("skip-parked", request, decide)
            .await?;
        self.metrics.parked.dec();
        Ok(done)
    }

    /// Decides about the parked events of a subject, for an actor who is responsible for it. The last argument of `decide` is
    /// the rejection if nothing is parked.
    async fn decide_on_parked(
        &self,
        name: &str,
        request: &Request,
        decide: impl Fn(&ParkedQueue, Decider<'_>, Rejection) -> Result<Vec<Event>, Rejection>
        + Send
        + Sync,
    ) -> CommandResult {
        let case = subject_of(request)?;
        self.check_responsible(request, case)?;
        let meta = EventMeta::from_request(name, request, case);
        let decide = |queue: Option<&ParkedQueue>, now| {
            let nothing_parked = Rejection::NothingParked { case };
            let queue = queue.ok_or_else(|| nothing_parked.clone())?;
            let decider = Decider::new(&meta, now, self.second_person_hours);
            decide(queue, decider, nothing_parked)
        };
        let stream = parked_queue::stream(case);
        let done = self
            .store
            .execute(&stream, &meta, None, Self::parking_rules(), decide)
            .await?;
        Ok(done.0)
    }

    /// Retries the parked events of a subject in their order, until one fails.
    ///
    /// # Errors
    /// If one fails, nothing is parked, or the actor is not responsible for it.
    pub async fn retry(&self, request: &Request) -> CommandResult {
        let case = subject_of(request)?;
        self.check_responsible(request, case)?;
        self.take_parked(case).await
    }

    pub(super) async fn take_parked(&self, case: CaseId) -> CommandResult {
        let mut done = Err(Rejection::NothingParked { case }.rejected().into());
        loop {
            // Events that arrive meanwhile may park behind it: until the queue is empty.
            while let Some(parked) = self.first_parked(case)? {
                done = Ok(self.retry_one(&parked).await?);
            }
            match self.list_held_back(case).await? {
                Some(accepted) => done = Ok(accepted),
                None => return done,
            }
        }
    }

    /// An actor who is not responsible for the parked event gets the same answer as if nothing were parked.
    fn check_responsible(&self, request: &Request, case: CaseId) -> Result<(), Failure> {
        let actor = &request.actor;
        match self.queue(case)?.filter(ParkedQueue::holds_up) {
            Some(queue) if !self.service.oversees(actor, queue.responsible()) => {
                Err(Rejection::NothingParked { case }.rejected().into())
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn retry_one(&self, parked: &Parked) -> CommandResult {
        let event = parked.event;
        if !S::knows(&parked.event_type) {
            let problem = format!("{} is newer than this service", parked.event_type);
            return Err(Rejection::StillFails { event, problem }.rejected().into());
        }
        let envelope = self.fetch(parked).await?;
        let lock = self.lock(&envelope.source.service).await;
        let _lock = lock.map_err(Failure::Internal)?;
        if let Err(error) = self.handle_again(&envelope).await {
            let problem = format!("{error:#}");
            return Err(Rejection::StillFails { event, problem }.rejected().into());
        }
        let taken = |_: Option<&ParkedQueue>| Ok(vec![Event::from(Taken { event })]);
        let appended = self.append_parking(&envelope, None, TAKEN, taken).await;
        let accepted = appended.map_err(Failure::Internal)?;
        self.metrics.parked.dec();
        Ok(accepted)
    }

    /// Fetches a parked event from its source's log.
    async fn fetch(&self, parked: &Parked) -> Result<Envelope, Failure> {
        let source = &parked.at.source;
        let query = LogQuery {
            from: parked.at.position,
            limit: 1,
        };
        let page = self.client.ask_instance(source, None, &query).await;
        let page = page.map_err(ClientError::into_rejected)?;
        let who = source.to_string();
        let found = page.events.into_iter().next();
        let is_it = |envelope: &Envelope| {
            envelope.id == parked.event && (parked.hash.is_empty() || envelope.hash == parked.hash)
        };
        let found = found.filter(is_it);
        found.ok_or_else(|| CommonRejection::Unavailable { who }.rejected().into())
    }
}

/// Names the place as well: two events with one id are parked each for itself.
fn parking_key(service: &ServiceName, what: &str, envelope: &Envelope) -> String {
    format!("{service}/{what}{}/{}", envelope.source, envelope.sequence)
}

pub(super) fn parked(envelope: &Envelope, reason: Reason) -> anyhow::Result<Parked> {
    let at = envelope.place();
    Ok(Parked {
        event: envelope.id,
        event_type: envelope.event_type.clone(),
        at: at.context("an event's sequence is not a number")?,
        hash: envelope.hash.clone(),
        reason,
        unit: envelope.unit.clone(),
        division: envelope.division,
    })
}

fn subject_of(request: &Request) -> Result<CaseId, Failure> {
    match request.case {
        Some(CaseRef::Id(case)) => Ok(case),
        Some(CaseRef::Number(_) | CaseRef::Official(_) | CaseRef::ShortCode(_)) | None => {
            let malformed = Malformed::new("case", own::NEEDS_CASE_ID.en);
            Err(malformed.into())
        }
    }
}
