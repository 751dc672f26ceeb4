//! A service that adds numbers, one sum for each subject.

use std::{marker::PhantomData, time::Duration};

use anyhow::anyhow;
use onestop_chassis::{
    Context, Failure, Service,
    service::{Delivery, Publishing},
    store::{Batch, Cursor, EventMeta, Rules, Store},
};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, Request},
    division::DivisionCode,
    envelope::{Address, Envelope, EventType, TypeInfo},
    ids::{CaseId, CaseRef, UnitId},
    query::Question,
    raw_json::RawJson,
    rejection::{CommonRejection, Explain, RejectionKind},
    text::{Text, Words},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    behaviour::Behaviour,
    mode::{ADDED, Decides, Mode},
    service,
};

/// The supervisor of every division.
pub(crate) const OF_THE_PROVINCE: &str = "he-ping";

/// A larger sum is rejected.
const LIMIT: u32 = 100;

/// The service's only event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
pub(crate) enum Added {
    #[serde(rename = "cn.onestop.counter.added.v1")]
    Added { by: u32 },
}

impl EventType for Added {
    const TYPES: &'static [TypeInfo] = &[TypeInfo {
        name: ADDED,
        title: Text {
            zh: "加",
            en: "added",
        },
    }];

    fn event_type(&self) -> &'static str {
        "cn.onestop.counter.added.v1"
    }

    fn payload(&self) -> &dyn std::any::Any {
        self
    }

    fn schemas() -> Vec<(&'static str, schemars::Schema)> {
        Vec::new()
    }
}

#[derive(Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub(crate) enum TooMuch {
    #[error("{sum} is more than the limit")]
    TooMuch { sum: u32 },
}

impl Explain for TooMuch {
    fn kind(&self) -> RejectionKind {
        RejectionKind::Conflict
    }

    fn list(&self) -> &'static str {
        "counter"
    }

    fn message(&self) -> Words {
        Words {
            zh: "超出上限".to_owned(),
            en: self.to_string(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) sum: u32,
}

pub(crate) const RULES: Rules<Count, Added> = Rules { evolve, address };

fn evolve(count: Option<Count>, event: &Added) -> Option<Count> {
    let Added::Added { by } = event;
    let sum = count.map_or(0, |count| count.sum) + by;
    Some(Count { sum })
}

fn address(_: &Count, _: &Added) -> Address {
    Address {
        unit: "s4k2m9qxa.window".parse().unwrap(),
        division: "530821".parse().unwrap(),
        item: None,
    }
}

pub(crate) fn stream(subject: CaseId) -> String {
    format!("counter/{subject}")
}

/// Adds a number, unless the sum becomes too large.
fn sum_up(count: Option<&Count>, by: u32) -> Result<Vec<Added>, TooMuch> {
    let sum = count.map_or(0, |count| count.sum) + by;
    if sum > LIMIT {
        return Err(TooMuch::TooMuch { sum });
    }
    Ok(vec![Added::Added { by }])
}

/// Carries out a command that adds a number.
pub(crate) async fn add(
    store: &Store,
    meta: &EventMeta,
    cursor: Option<&Cursor>,
    by: u32,
) -> Result<(AcceptedCommand, Count), Failure> {
    let stream = stream(meta.subject);
    let decide = |count: Option<&Count>, _| sum_up(count, by);
    store.execute(&stream, meta, cursor, &RULES, decide).await
}

/// Has referral's name, so that the broker's subjects and the permissions are real. It copies the numbers
/// that intake adds, except zeros.
pub(crate) struct Counter<M = Decides> {
    store: Store,
    behaviour: Behaviour,
    mode: PhantomData<M>,
}

impl<M: Mode> Counter<M> {
    pub(crate) fn new(store: Store, behaviour: Behaviour) -> Self {
        Self {
            store,
            behaviour,
            mode: PhantomData,
        }
    }
}

impl<M: Mode> Service for Counter<M> {
    const PUBLISHING: Publishing = Publishing::Events;
    const DELIVERY: Delivery = M::DELIVERY;

    fn name() -> ServiceName {
        service("referral")
    }

    fn subscribes_to() -> Vec<ServiceName> {
        vec![service("intake")]
    }

    fn subscribers() -> Vec<ServiceName> {
        M::subscribers()
    }

    fn knows(event_type: &str) -> bool {
        M::knows(event_type)
    }

    fn commands() -> &'static [&'static str] {
        &["accept"]
    }

    fn questions() -> &'static [&'static str] {
        &["sum", "defect"]
    }

    fn stream(subject: CaseId) -> String {
        stream(subject)
    }

    fn oversees(&self, _: &Actor, _: DivisionCode) -> bool {
        true
    }

    fn oversees_all(&self, actor: &Actor) -> bool {
        actor.staff.as_str() == OF_THE_PROVINCE
    }

    fn division_of(&self, _: &UnitId) -> Option<DivisionCode> {
        "530821".parse().ok()
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let store = context.store.clone();
        M::follow(context)?;
        Ok(Self::new(store, Behaviour::default()))
    }

    async fn command(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        let Some(CaseRef::Id(subject)) = request.case else {
            return Err(CommonRejection::NothingToDo {}.rejected().into());
        };
        let meta = EventMeta::from_request(name, &request, subject);
        if let Some(pause) = request.data["after_ms"].as_u64() {
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        let by = request.data["by"]
            .as_u64()
            .and_then(|by| by.try_into().ok());
        let by = by.ok_or_else(|| CommonRejection::NothingToDo {}.rejected())?;
        Ok(add(&self.store, &meta, None, by).await?.0)
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        if name == "defect" {
            return Err(Failure::Internal(anyhow!("a defect")));
        }
        let subject: CaseId = serde_json::from_value(question.data).unwrap();
        let loaded = self.store.load(&stream(subject), &RULES)?;
        let answer = json!({ "sum": loaded.map_or(0, |(count, _)| count.sum) });
        RawJson::of(&answer).map_err(|error| Failure::Internal(error.into()))
    }

    fn handle(&self, event: &Envelope, batch: &mut Batch) -> Result<(), Failure> {
        let by = self.read(event)?;
        if by == 0 {
            return Ok(());
        }
        let meta = EventMeta::from_event(event, self.store.source(), event.actor.clone());
        let stream = stream(event.subject);
        batch.execute(&stream, &meta, &RULES, |count, _, _| {
            self.behaviour.happens_meanwhile(event.subject);
            sum_up(count, by)
        })
    }

    async fn copy(&self, events: &[(&Envelope, Cursor)]) -> Result<(), Failure> {
        self.behaviour.copies(events.len());
        for (event, cursor) in events {
            let by = self.read(event)?;
            let meta = EventMeta::from_event(event, self.store.source(), event.actor.clone());
            add(&self.store, &meta, Some(cursor), by).await?;
        }
        Ok(())
    }
}

impl<M> Counter<M> {
    /// The number that an event adds, if it is one that can be handled.
    fn read(&self, event: &Envelope) -> Result<u32, Failure> {
        let Added::Added { by } = event
            .raw()
            .parse()
            .map_err(|error: serde_json::Error| Failure::Internal(error.into()))?;
        match self.behaviour.attempt(by) {
            Ok(()) => Ok(by),
            Err(error) => Err(Failure::Internal(error)),
        }
    }
}
