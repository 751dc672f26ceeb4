//! How far each log is, and how far each service has processed the others.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use futures::future::join_all;
use onestop_chassis::client::{Client, ClientError, QuestionMeta};
use onestop_proto::{
    actor::ServiceName,
    journal,
    ledger::LedgerState,
    query::{LogQuery, ProgressQuery, SourcesQuery},
    replication::ReplicationState,
};

use crate::history::Writer;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);

/// The ledger among the services that may be behind.
const LEDGER: &str = "ledger";

/// Events that a subscriber has not processed yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lag {
    pub services: u64,
    /// Of the journal alone.
    pub journal: u64,
    /// Of the ledger, behind the journal.
    pub ledger: u64,
}

impl Lag {
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    fn of(behind: &BTreeMap<String, u64>) -> Self {
        let of = |name: &str| behind.get(name).copied().unwrap_or_default();
        let all: u64 = behind.values().sum();
        Self {
            services: all - of(LEDGER),
            journal: of(journal::service().as_str()),
            ledger: of(LEDGER),
        }
    }
}

/// Every service has processed everything, and the ledger has all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaughtUp {
    pub took: Duration,
    /// The service that was the last, or the ledger; of several at the last look, the one that was furthest behind. None
    /// if none was behind at the first look.
    pub last: Option<String>,
}

impl CaughtUp {
    /// Which was the last, behind a time in a cell of the table.
    #[must_use]
    pub fn last_shown(&self) -> String {
        let last = self.last.as_ref();
        last.map_or_else(String::new, |name| format!(" (last: {name})"))
    }
}

/// The lengths of the logs that are published.
#[derive(Debug, Clone, Default)]
pub struct Heads(BTreeMap<ServiceName, u64>);

impl Heads {
    /// Asks every service for the length of its log.
    ///
    /// # Errors
    /// If one does not answer.
    pub async fn ask(client: &Client) -> Result<Self, ClientError> {
        let ask = async |writer: Writer| {
            let name = writer.name();
            let head = Self::of(client, &name).await?;
            Ok((name, head))
        };
        let heads = join_all(Writer::ALL.map(ask)).await;
        Ok(Self(heads.into_iter().collect::<Result<_, ClientError>>()?))
    }

    /// The length of one service's log.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn of(client: &Client, service: &ServiceName) -> Result<u64, ClientError> {
        let query = LogQuery { from: 0, limit: 0 };
        let page = client.ask_service(service, QuestionMeta::default(), &query);
        Ok(page.await?.head)
    }

    #[must_use]
    pub fn events(&self) -> u64 {
        self.0.values().sum()
    }

    /// How far a service has processed those of these to which it subscribes.
    ///
    /// # Errors
    /// If it does not answer.
    pub async fn heard_by(
        &self,
        client: &Client,
        service: &ServiceName,
    ) -> Result<BTreeMap<ServiceName, u64>, ClientError> {
        let query = SourcesQuery::default();
        let asked = client.ask_service(service, QuestionMeta::default(), &query);
        let mut heard = BTreeMap::new();
        for state in asked.await?.sources {
            if !matches!(state.state, ReplicationState::Superseded {}) {
                heard.insert(state.source.service, state.next);
            }
        }
        Ok(heard)
    }

    /// What is not processed yet of what was written up to now.
    ///
    /// # Errors
    /// If a service does not answer.
    pub async fn lag(client: &Client) -> Result<Lag, ClientError> {
        Self::behind(client).await.map(|behind| Lag::of(&behind))
    }

    /// How many events each service has not processed yet, and the ledger.
    async fn behind(client: &Client) -> Result<BTreeMap<String, u64>, ClientError> {
        let heads = Self::ask(client).await?;
        let mut all = BTreeMap::new();
        // The registry hears no service.
        let writers = Writer::ALL.map(|writer| (writer.name(), Some(writer)));
        for (service, own) in writers.into_iter().chain([(journal::service(), None)]) {
            let heard = heads.heard_by(client, &service).await?;
            let behind = |from: &ServiceName| {
                let head = heads.0.get(from).copied().unwrap_or_default();
                head.saturating_sub(heard.get(from).copied().unwrap_or_default())
            };
            let from = own.map_or(&Writer::ALL[..], Writer::listens_to);
            let sum: u64 = from.iter().map(|writer| behind(&writer.name())).sum();
            all.insert(service.to_string(), sum);
        }
        let progress = client
            .ask(QuestionMeta::default(), &ProgressQuery {})
            .await?;
        let ledger = progress.head.saturating_sub(progress.position);
        all.insert(LEDGER.to_owned(), ledger);
        Ok(all)
    }

    /// Waits until every service has processed everything: how long it took, and which was the last, or what is missing
    /// when the limit has passed.
    ///
    /// # Errors
    /// The lag at the end.
    pub async fn wait_caught_up(client: &Client, limit: Duration) -> Result<CaughtUp, Lag> {
        let began = Instant::now();
        let mut last = None;
        loop {
            let behind = Self::behind(client).await;
            if let Ok(behind) = &behind
                && let Some(most) = furthest(behind)
            {
                last = Some(most);
            }
            match behind.map(|behind| Lag::of(&behind)) {
                Ok(lag) if lag.is_none() => {
                    let took = began.elapsed();
                    return Ok(CaughtUp { took, last });
                }
                Ok(lag) if began.elapsed() > limit => return Err(lag),
                Err(_) if began.elapsed() > limit => {
                    return Err(Lag {
                        services: u64::MAX,
                        ..Lag::default()
                    });
                }
                Ok(_) | Err(_) => tokio::time::sleep(PAUSE).await,
            }
        }
    }

    /// Waits until the ledger follows the journal; its position at each look goes to `look`.
    pub async fn wait_for_ledger(
        client: &Client,
        limit: Duration,
        mut look: impl FnMut(u64),
    ) -> LedgerState {
        let began = Instant::now();
        loop {
            if let Ok(progress) = client.ask(QuestionMeta::default(), &ProgressQuery {}).await {
                look(progress.position);
                if progress.state == LedgerState::Following || began.elapsed() > limit {
                    return progress.state;
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Which is furthest behind; none if none is.
fn furthest(behind: &BTreeMap<String, u64>) -> Option<String> {
    let late = behind.iter().filter(|(_, events)| **events > 0);
    let most = late.max_by_key(|(_, events)| **events);
    most.map(|(name, _)| name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_was_the_last_is_named() {
        let mut behind = BTreeMap::new();
        for (name, events) in [("journal", 0), ("referral", 2), (LEDGER, 7)] {
            behind.insert(name.to_owned(), events);
        }
        assert_eq!(furthest(&behind).as_deref(), Some(LEDGER));
        let lag = Lag::of(&behind);
        assert_eq!((lag.services, lag.journal, lag.ledger), (2, 0, 7));
        behind.insert(LEDGER.to_owned(), 0);
        assert_eq!(furthest(&behind).as_deref(), Some("referral"));
        behind.insert("referral".to_owned(), 0);
        assert_eq!(furthest(&behind), None);
        assert!(Lag::of(&behind).is_none());
        let caught_up = CaughtUp {
            took: Duration::ZERO,
            last: Some(LEDGER.to_owned()),
        };
        assert_eq!(caught_up.last_shown(), " (last: ledger)");
    }
}
