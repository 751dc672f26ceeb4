//! Taking in one event: the service hears it, and its cursor moves. An event that the service cannot take
//! is parked after some attempts, and later events of its case wait behind it.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::{Context, anyhow, bail};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{Accepted, Request},
    envelope::{Envelope, Source},
    ids::{CaseId, CaseRef},
    parking::{Event, Parked, ParkedCase, ParkedCases, Reason, Rejection, Skip, Taken},
    query::{LogPage, LogQuery},
    rejection::{Explain, Malformed, Refusal},
};
use tokio::sync::{Mutex, watch};
use tracing::{debug, warn};
use uuid::Uuid;

use crate::{
    client::Client,
    consumer::Progress,
    metrics::{Metrics, Named},
    parking::{self, Lot},
    service::{Failure, Heard, Service},
    store::{Cursor, Meta, Store, StoreError},
};

/// How often an event is tried before it is parked.
const ATTEMPTS: u32 = 4;
/// Pause before the second attempt; doubled before each further one.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes in events for one service.
pub(crate) struct Taker<S> {
    service: Arc<S>,
    store: Store,
    client: Client,
    metrics: Metrics,
    /// Tells queries how far each source was heard.
    heard: Arc<watch::Sender<Progress>>,
    /// One event of a source at a time, be it new or tried again: its cursor has one owner.
    gates: BTreeMap<ServiceName, Mutex<()>>,
}

impl<S: Service> Taker<S> {
    pub(crate) fn new(
        service: Arc<S>,
        (store, client): (Store, Client),
        metrics: Metrics,
        heard: Arc<watch::Sender<Progress>>,
    ) -> Self {
        let gates = S::listens_to();
        Self {
            service,
            store,
            client,
            metrics,
            heard,
            gates: gates
                .into_iter()
                .map(|name| (name, Mutex::new(())))
                .collect(),
        }
    }

    /// Counts what is parked, for the metric: at start, when nobody has counted yet.
    pub(crate) fn count_parked(&self) -> Result<(), StoreError> {
        let mut count = 0;
        for lot in self.lots()? {
            count += i64::try_from(lot.waiting.len()).unwrap_or(i64::MAX);
        }
        self.metrics.parked.set(count);
        Ok(())
    }

    /// Takes in one event that is not ahead: the expected one, or a duplicate.
    pub(crate) async fn take(&self, envelope: &Envelope) -> anyhow::Result<()> {
        let gate = self.gates.get(&envelope.source.service);
        let _gate = gate.context("nobody listens to this source")?.lock().await;
        let from = Named {
            name: envelope.source.service.to_string(),
        };
        let position = envelope
            .position()
            .context("an event's sequence is not a number")?;
        if position < self.expected(&envelope.source, envelope.epoch)? {
            self.metrics.duplicates.get_or_create(&from).inc();
            return Ok(());
        }
        let cursor = cursor(envelope, position + 1);
        if self.park_behind(envelope, &cursor).await?.is_none()
            && let Err(error) = self.hear_patiently(envelope, &cursor).await
        {
            let problem = format!("{error:#}");
            warn!(event.id = %envelope.id, event.kind = envelope.event_type, case.id = %envelope.subject, error = problem, "an event cannot be taken and is parked");
            self.park(envelope, &cursor, Reason::Failed { problem })
                .await
                .map_err(|unparked| unparked.context(error.to_string()))?;
        }
        self.metrics.heard.get_or_create(&from).inc();
        self.heard.send_modify(|heard| {
            heard.insert((envelope.source.clone(), envelope.epoch), cursor.next);
        });
        Ok(())
    }

    async fn hear_patiently(&self, envelope: &Envelope, cursor: &Cursor) -> anyhow::Result<()> {
        let mut pause = PAUSE;
        for _ in 1..ATTEMPTS {
            if self.hear(envelope, cursor).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.hear(envelope, cursor).await
    }

    async fn hear(&self, envelope: &Envelope, cursor: &Cursor) -> anyhow::Result<()> {
        match self.service.hear(envelope, cursor).await {
            Ok(Heard::Recorded) => Ok(()),
            Ok(Heard::Nothing) => Ok(self.store.advance(cursor).await?),
            Err(Failure::Rejected(rejected)) => {
                debug!(event.id = %envelope.id, event.kind = envelope.event_type, code = rejected.code, "heard, and nothing to do");
                Ok(self.store.advance(cursor).await?)
            }
            Err(Failure::Broken(error)) => Err(error),
        }
    }

    /// Sets an event aside if an earlier one of its case waits. The stream's revision settles it when
    /// that one is taken at the same moment.
    async fn park_behind(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
    ) -> anyhow::Result<Option<Accepted>> {
        if self.first_parked(envelope.subject)?.is_none() {
            return Ok(None);
        }
        match self.park(envelope, cursor, Reason::Behind {}).await {
            Ok(accepted) => Ok(Some(accepted)),
            Err(error) if error.is::<Rejection>() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sets an event aside; its cursor moves in the same append.
    async fn park(
        &self,
        envelope: &Envelope,
        cursor: &Cursor,
        reason: Reason,
    ) -> anyhow::Result<Accepted> {
        let case = envelope.subject;
        let at = envelope.place();
        let parked = Parked {
            event: envelope.id,
            event_type: envelope.event_type.clone(),
            at: at.context("an event's sequence is not a number")?,
            reason,
            unit: envelope.unit.clone(),
            division: envelope.division,
        };
        let decide = |lot: Option<&Lot>| match (&parked.reason, lot.and_then(Lot::first)) {
            (Reason::Behind {}, None) => Err(Rejection::NothingParked { case }),
            (Reason::Behind {}, Some(_)) | (Reason::Failed { .. }, _) => {
                Ok(vec![Event::from(parked.clone())])
            }
        };
        let accepted = self.note(envelope, Some(cursor), "parked", decide).await?;
        self.metrics.parked.inc();
        Ok(accepted)
    }

    async fn note(
        &self,
        envelope: &Envelope,
        cursor: Option<&Cursor>,
        what: &str,
        decide: impl Fn(Option<&Lot>) -> Result<Vec<Event>, Rejection> + Send + Sync,
    ) -> anyhow::Result<Accepted> {
        let actor = Actor::system(&S::name(), envelope.unit.clone());
        let meta = Meta {
            command: envelope.id.heard_by(&format!("{}/{what}", S::name())),
            ..Meta::of_event(envelope, self.store.source(), actor)
        };
        let stream = stream(envelope.subject);
        let noted = self
            .store
            .execute(&stream, &meta, cursor, &parking::RULES, |lot, _| {
                decide(lot)
            })
            .await;
        match noted {
            Ok((accepted, _)) => Ok(accepted),
            Err(Failure::Broken(error)) => Err(error),
            Err(Failure::Rejected(_)) => Err(Rejection::NothingParked {
                case: envelope.subject,
            }
            .into()),
        }
    }

    /// The next position expected of a source.
    pub(crate) fn expected(&self, source: &Source, epoch: Uuid) -> anyhow::Result<u64> {
        let heard = self.heard.borrow();
        if let Some(next) = heard.get(&(source.clone(), epoch)) {
            return Ok(*next);
        }
        let other = heard.keys().find(|(known, _)| known == source);
        if let Some((_, known)) = other {
            bail!(
                "{source} speaks of another history (epoch {epoch}, known is {known}): \
                 its log was restored or copied. Its events are set aside until an operator decides"
            );
        }
        Ok(0)
    }

    /// The lowest position expected of any instance of a service.
    pub(crate) fn lowest_expected(&self, service: &ServiceName) -> u64 {
        let heard = self.heard.borrow();
        let of_service = heard
            .iter()
            .filter(|((source, _), _)| source.service == *service);
        of_service.map(|(_, next)| *next).min().unwrap_or(0)
    }

    fn lot(&self, case: CaseId) -> Result<Option<Lot>, StoreError> {
        let lot = self.store.load(&stream(case), &parking::RULES)?;
        Ok(lot.map(|(lot, _)| lot))
    }

    fn first_parked(&self, case: CaseId) -> Result<Option<Parked>, StoreError> {
        let lot = self.lot(case)?;
        Ok(lot.and_then(|lot| lot.first().cloned()))
    }

    /// Everything that is parked.
    pub(crate) fn parked(&self) -> Result<ParkedCases, Failure> {
        let cases = self.lots()?;
        Ok(ParkedCases { cases })
    }

    fn lots(&self) -> Result<Vec<ParkedCase>, StoreError> {
        let mut cases = Vec::new();
        for stream in self.store.log().streams(parking::STREAMS) {
            let case = stream.as_str().strip_prefix(parking::STREAMS);
            let Some(case) = case.and_then(|case| case.parse::<CaseId>().ok()) else {
                continue;
            };
            let waiting = self.lot(case)?.map_or_else(Vec::new, |lot| lot.waiting);
            if !waiting.is_empty() {
                cases.push(ParkedCase { case, waiting });
            }
        }
        Ok(cases)
    }

    /// Leaves out the first parked event of a case.
    pub(crate) async fn skip(&self, request: &Request, skip: &Skip) -> Result<Accepted, Failure> {
        let case = case_of(request)?;
        let meta = Meta::of_request("skip-parked", request, case);
        let decide =
            |lot: Option<&Lot>, _| parking::skip(lot, skip, Rejection::NothingParked { case });
        let stream = stream(case);
        let done = self
            .store
            .execute(&stream, &meta, None, &parking::RULES, decide)
            .await?;
        self.metrics.parked.dec();
        Ok(done.0)
    }

    /// Tries the parked events of a case again, in their order, until one fails.
    pub(crate) async fn retry(&self, request: &Request) -> Result<Accepted, Failure> {
        let case = case_of(request)?;
        let mut done = Err(Rejection::NothingParked { case }.rejected().into());
        // What comes while this goes on may park behind it: until nothing waits.
        while let Some(parked) = self.first_parked(case)? {
            done = Ok(self.retry_one(&parked).await?);
        }
        done
    }

    async fn retry_one(&self, parked: &Parked) -> Result<Accepted, Failure> {
        let envelope = self.fetch(parked).await?;
        let gate = self.gates.get(&envelope.source.service);
        let gate = gate.ok_or_else(|| Failure::Broken(anyhow!("nobody listens to this source")))?;
        let _gate = gate.lock().await;
        let expected = self.expected(&envelope.source, envelope.epoch);
        // Its cursor is past it: hearing it moves nothing.
        let cursor = cursor(&envelope, expected.map_err(Failure::Broken)?);
        if let Err(error) = self.hear(&envelope, &cursor).await {
            let problem = format!("{error:#}");
            let event = parked.event;
            return Err(Rejection::StillFails { event, problem }.rejected().into());
        }
        let event = parked.event;
        let taken = |_: Option<&Lot>| Ok(vec![Event::from(Taken { event })]);
        let noted = self.note(&envelope, None, "taken", taken).await;
        let noted = noted.map_err(Failure::Broken)?;
        self.metrics.parked.dec();
        Ok(noted)
    }

    /// The event itself, from its source's log.
    async fn fetch(&self, parked: &Parked) -> Result<Envelope, Failure> {
        let service = &parked.at.source.service;
        let query = LogQuery {
            from: parked.at.position,
            limit: 1,
        };
        let page: Result<LogPage, _> = self
            .client
            .question(service, "log", (None, None), &query)
            .await;
        let page = page.map_err(crate::client::ClientError::into_rejected)?;
        let who = service.to_string();
        let found = page.events.into_iter().next();
        let found = found.filter(|envelope| envelope.id == parked.event);
        found.ok_or_else(|| Refusal::Unavailable { who }.rejected().into())
    }
}

fn cursor(envelope: &Envelope, next: u64) -> Cursor {
    Cursor {
        name: format!("heard{}:{}", envelope.source, envelope.epoch),
        next,
    }
}

fn stream(case: CaseId) -> String {
    format!("{}{case}", parking::STREAMS)
}

fn case_of(request: &Request) -> Result<CaseId, Failure> {
    match request.case {
        Some(CaseRef::Id(case)) => Ok(case),
        Some(CaseRef::Number(_)) | None => {
            let malformed = Malformed {
                field: "case".to_owned(),
                problem: "the case id is needed here; intake knows it by the number".to_owned(),
            };
            Err(Refusal::from(malformed).rejected().into())
        }
    }
}
