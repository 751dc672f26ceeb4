//! The journal as a service: hears everything, appends it, answers from it.

use onestop_chassis::{
    Context, Failure, Heard, Service,
    consumer::Progress,
    service::{Publishing, Taking},
    store::{Cursor, Store, StoreError},
    view::{View, has_heard},
};
use onestop_directory::{Directory, Origin};
use onestop_eventlog::{
    Append, AppendError, Direction, ExpectedRevision, NewEvent, StreamAppend, StreamName,
};
use onestop_proto::{
    actor::ServiceName,
    case,
    command::{Accepted, Request},
    envelope::Envelope,
    ids::CaseId,
    journal::{self, Replay, ReplayQuery},
    query::Question,
    referral,
    rejection::{Explain, Malformed, Refusal, parse_field},
    specialist,
};
use serde_json::Value;
use tokio::sync::watch;

pub use crate::domain::Entry;
use crate::{
    domain,
    views::{Numbers, read},
};

/// Entries read at a time.
const PAGE: usize = 512;

/// The journal service.
pub struct Journal {
    store: Store,
    directory: Directory,
    numbers: View<Numbers>,
    heard: watch::Receiver<Progress>,
}

impl Service for Journal {
    const PUBLISHING: Publishing = Publishing::Nothing;
    const TAKING: Taking = Taking::Many;

    fn name() -> ServiceName {
        journal::service()
    }

    fn listens_to() -> Vec<ServiceName> {
        let mut heard = vec![case::service(), referral::service()];
        heard.extend(specialist::services());
        heard
    }

    fn commands() -> &'static [&'static str] {
        &[]
    }

    fn questions() -> &'static [&'static str] {
        &["replay"]
    }

    fn stream(case: CaseId) -> String {
        format!("case/{case}")
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = Origin::from(context.settings.directory.clone());
        let numbers = View::follow(&context.store, context.supervisor, "case/", Numbers::fold)?;
        Ok(Self {
            store: context.store,
            directory: Directory::load(&origin)?,
            numbers,
            heard: context.ears.watch(),
        })
    }

    async fn command(&self, name: &str, _: Request) -> Result<Accepted, Failure> {
        Err(malformed(
            "command",
            &format!("the journal takes no command '{name}'"),
        ))
    }

    async fn question(&self, name: &str, question: Question) -> Result<Value, Failure> {
        if let Some(after) = &question.after {
            has_heard(&self.store, &self.heard, after).await?;
        }
        let broken = |error: serde_json::Error| Failure::Broken(error.into());
        match name {
            "replay" => {
                let query: ReplayQuery = parse_field("data", question.data)
                    .map_err(|malformed| Refusal::from(malformed).rejected())?;
                serde_json::to_value(self.replay(&query)?).map_err(broken)
            }
            unknown => Err(malformed(
                "question",
                &format!("there is no question '{unknown}' here"),
            )),
        }
    }

    async fn hear(&self, event: &Envelope, cursor: &Cursor) -> Result<Heard, Failure> {
        match self.store.log().append(self.entry(event, cursor)?).await {
            Ok(_) => Ok(Heard::Recorded),
            // The event stands in the journal with the moment when it was first heard.
            Err(AppendError::IdReused { .. }) => Ok(Heard::Nothing),
            Err(error) => Err(StoreError::Append(error).into()),
        }
    }

    /// In the order of the source, and with one commit for many.
    async fn hear_all(&self, events: &[(Envelope, Cursor)]) -> Result<(), Failure> {
        let entries = events
            .iter()
            .map(|(event, cursor)| self.entry(event, cursor));
        let entries: Vec<Append> = entries.collect::<Result<_, _>>()?;
        let mut cursor = None;
        for ((_, upto), appended) in events
            .iter()
            .zip(self.store.log().append_each(entries).await)
        {
            match appended {
                Ok(_) => cursor = None,
                Err(AppendError::IdReused { .. }) => cursor = Some(upto),
                Err(error) => return Err(StoreError::Append(error).into()),
            }
        }
        if let Some(cursor) = cursor {
            self.store.advance(cursor).await?;
        }
        Ok(())
    }
}

impl Journal {
    fn entry(&self, event: &Envelope, cursor: &Cursor) -> Result<Append, Failure> {
        let entry = Entry {
            heard_at: self.store.clock().now(),
            event: event.clone(),
        };
        let payload = serde_json::to_vec(&entry).map_err(|error| Failure::Broken(error.into()))?;
        Ok(Append {
            streams: vec![StreamAppend {
                stream: stream(event.subject)?,
                expected: ExpectedRevision::Any,
                events: vec![NewEvent::new(event.id.uuid(), payload)],
            }],
            cursors: cursor.entries(),
        })
    }

    fn replay(&self, query: &ReplayQuery) -> Result<Replay, Failure> {
        let unknown = || {
            Failure::from(
                Refusal::UnknownCase {
                    case: query.case.clone(),
                }
                .rejected(),
            )
        };
        let case = self
            .numbers
            .read(|numbers| numbers.find(&query.case))
            .ok_or_else(unknown)?;
        let entries = self.entries(case)?;
        if entries.is_empty() {
            return Err(unknown());
        }
        let moments = (query.as_of, query.known_at);
        Ok(domain::replay(case, entries, moments, &self.directory))
    }

    fn entries(&self, case: CaseId) -> Result<Vec<Entry>, Failure> {
        let stream = stream(case)?;
        let (mut entries, mut next) = (Vec::new(), 0);
        loop {
            let page = self
                .store
                .log()
                .read_stream(&stream, next, Direction::Forward, PAGE)
                .map_err(StoreError::from)?;
            for record in &page {
                entries.push(read(record)?);
                next = record.revision + 1;
            }
            if page.len() < PAGE {
                return Ok(entries);
            }
        }
    }
}

fn stream(case: CaseId) -> Result<StreamName, StoreError> {
    let name = Journal::stream(case);
    name.parse().map_err(|_| StoreError::Name { stream: name })
}

fn malformed(field: &str, problem: &str) -> Failure {
    let malformed = Malformed {
        field: field.to_owned(),
        problem: problem.to_owned(),
    };
    Refusal::from(malformed).rejected().into()
}
