//! Compares what the journal holds of each source with the source's own log, always: counts and Merkle roots. What it
//! counted is kept in a file, which is derived: without it, the journal's log is counted anew.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use onestop_chassis::{
    client::Client,
    metrics::{Metrics, Named},
    shutdown::Shutdown,
    store::{Store, StoreError, recorded},
};
use onestop_eventlog::{Direction, Record};
use onestop_proto::{
    comparison::{Comparison, ComparisonResult, LogRoot, RootQuery, SourceComparison},
    envelope::{RawEvent, Source},
    parking,
};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tracing::{error, info, warn};
use uuid::Uuid;

use crate::{
    cosigning::Cosigner,
    domain::{
        CASES,
        hash_text::{format_hash, parse_hash},
        holding::{CountAnew, Holding, Holdings, Place},
    },
};

/// The name of the file, in the journal's folder.
const FILE: &str = "comparison.json";
/// The streams of parked events.
const PARKED: &str = "parked/";
/// Entries counted at a time.
const PAGE: usize = 2_000;
/// How often the sources are asked.
const INTERVAL: Duration = Duration::from_secs(10);
/// The pause after the first look: sources that start with the journal answer a moment later. Each pause is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// How long a source may take to answer.
const REPLY_TIMEOUT: Duration = Duration::from_secs(3);

/// What was counted, up to a position of the journal's log.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Counted {
    epoch: Uuid,
    /// Entries before this position are counted.
    next: u64,
    /// Hash (hex) of the last of them: of another log, nothing is counted.
    hash: String,
    holdings: Holdings,
}

/// The task that compares.
pub(crate) struct Comparer {
    pub(crate) store: Store,
    pub(crate) client: Client,
    pub(crate) metrics: Metrics,
    pub(crate) folder: PathBuf,
    pub(crate) results: watch::Sender<Comparison>,
}

impl Comparer {
    /// Compares until the shutdown is requested, and has cosigned what is due. A failure is logged and tried again: it
    /// must never stop the journal.
    pub(crate) async fn run(
        self,
        mut cosigner: Cosigner,
        shutdown: Shutdown,
    ) -> anyhow::Result<()> {
        let client = self.client.clone().with_timeout(REPLY_TIMEOUT);
        let mut counted = load(&self.folder.join(FILE), &self.store);
        let compare = async {
            let mut pause = FIRST_PAUSE;
            loop {
                match self.count(counted.clone()).await {
                    Ok(now) => {
                        let before = std::mem::replace(&mut counted, now);
                        if before.next != counted.next {
                            self.save(&counted);
                        }
                        self.ask(&client, &counted).await;
                        cosigner.cosign_due(&client, &counted.holdings).await;
                        cosigner.show(&self.metrics, &self.results);
                    }
                    Err(problem) => {
                        let error = format!("{problem:#}");
                        warn!(error, "what the journal holds could not be counted");
                    }
                }
                tokio::time::sleep(pause).await;
                pause = INTERVAL.min(2 * pause);
            }
        };
        shutdown
            .run_until_requested(compare)
            .await
            .unwrap_or(Ok(()))
    }

    /// Counts what is new in the journal's log.
    async fn count(&self, mut counted: Counted) -> anyhow::Result<Counted> {
        loop {
            let (store, from) = (self.store.clone(), counted.next);
            let counting = move || -> Result<Counted, StoreError> {
                let records = store.log().read_all(from, Direction::Forward, PAGE)?;
                for record in &records {
                    counted.add(record)?;
                }
                Ok(counted)
            };
            counted = tokio::task::spawn_blocking(counting).await??;
            let head = self.store.log().head().count;
            self.results.send_modify(|results| {
                (results.counted, results.head) = (counted.next, head);
            });
            if counted.next >= head || counted.next == from {
                return Ok(counted);
            }
        }
    }

    /// Asks each source what it has, and compares.
    async fn ask(&self, client: &Client, counted: &Counted) {
        let mut sources = Vec::new();
        for (source, holding) in counted.holdings.sources() {
            let query = RootQuery {
                size: holding.size(),
                cosigned: None,
            };
            let answer = client.ask_instance(source, None, &query).await;
            let answer = answer.map_err(|error| error.to_string());
            sources.push(self.compared(source, holding, answer));
        }
        let differs = |compared: &&SourceComparison| {
            matches!(compared.result, ComparisonResult::Differs { .. })
        };
        let differing = sources.iter().filter(differs).count();
        let differing = i64::try_from(differing).unwrap_or(i64::MAX);
        self.metrics.sources_differing.set(differing);
        self.results
            .send_modify(|results| results.sources = sources);
    }

    fn compared(
        &self,
        source: &Source,
        holding: &Holding,
        answer: Result<LogRoot, String>,
    ) -> SourceComparison {
        let asked_at = answer.is_ok().then(|| self.store.clock().now());
        let own = holding.own_differences();
        let result = match answer {
            Ok(answer) => differences(holding, &answer),
            Err(_) if !own.is_empty() => ComparisonResult::Differs { differences: own },
            Err(problem) => ComparisonResult::Unasked { problem },
        };
        let name = format!("{}/{}", source.service, source.instance);
        let gauge = self
            .metrics
            .source_differences
            .get_or_create(&Named { name });
        let count = match &result {
            ComparisonResult::Differs { differences } => {
                let words: Vec<String> = differences.iter().map(ToString::to_string).collect();
                if gauge.get() == 0 {
                    error!(%source, differences = words.join("; "), "the journal does not hold what a source has: see 'onestop doctor'");
                }
                i64::try_from(differences.len()).unwrap_or(i64::MAX)
            }
            ComparisonResult::Agrees {} => 0,
            ComparisonResult::Unasked { .. } => gauge.get(),
        };
        gauge.set(count);
        SourceComparison {
            source: source.clone(),
            count: holding.size(),
            root: holding.root().map_or_else(String::new, format_hash),
            asked_at,
            result,
        }
    }

    /// Saves what was counted. Without it, it is counted again.
    fn save(&self, counted: &Counted) {
        let path = self.folder.join(FILE);
        let part = self.folder.join(format!("{FILE}.part"));
        let write = || -> io::Result<()> {
            fs::write(&part, serde_json::to_vec(counted)?)?;
            fs::rename(&part, &path)
        };
        if let Err(error) = write() {
            info!(%error, "what the journal holds was counted, but could not be saved");
        }
    }
}

fn differences(holding: &Holding, answer: &LogRoot) -> ComparisonResult {
    let proof: Option<Vec<_>> = answer.proof.iter().map(|hash| parse_hash(hash)).collect();
    let (Some(root), Some(proof)) = (parse_hash(&answer.root), proof) else {
        let problem = "its answer has no root".to_owned();
        return ComparisonResult::Unasked { problem };
    };
    let differences = holding.compare(answer.count, root, &proof);
    if differences.is_empty() {
        ComparisonResult::Agrees {}
    } else {
        ComparisonResult::Differs { differences }
    }
}

/// What an entry says of its event's place.
#[derive(Deserialize)]
struct EntryPlace {
    event: EventPlace,
}

#[derive(Deserialize)]
struct EventPlace {
    source: Source,
    epoch: Uuid,
    sequence: String,
    hash: String,
}

impl Counted {
    fn of(store: &Store) -> Self {
        Self {
            epoch: store.log().epoch(),
            ..Self::default()
        }
    }

    /// Counts one more record of the journal's log.
    fn add(&mut self, record: &Record) -> Result<(), StoreError> {
        if record.position != self.next {
            // Counting began anew.
            return Ok(());
        }
        self.next = record.position + 1;
        self.hash = record.hash.to_string();
        let stream = record.stream.as_str();
        let done = if stream.starts_with(CASES) {
            self.add_copy(record)
        } else if stream.starts_with(PARKED) {
            let raw: RawEvent = recorded(record)?.event;
            self.add_parked(&raw)
        } else {
            Ok(())
        };
        if done == Err(CountAnew) {
            self.holdings.begin_anew();
            (self.next, self.hash) = (0, String::new());
        }
        Ok(())
    }

    fn add_copy(&mut self, record: &Record) -> Result<(), CountAnew> {
        let Ok(EntryPlace { event }) = serde_json::from_slice(&record.payload) else {
            return Ok(());
        };
        let Ok(position) = event.sequence.parse() else {
            return Ok(());
        };
        self.holdings.copied(&Place {
            source: &event.source,
            epoch: event.epoch,
            position,
            hash: &event.hash,
        })
    }

    fn add_parked(&mut self, raw: &RawEvent) -> Result<(), CountAnew> {
        match raw.parse_if::<parking::Event>() {
            Ok(Some(parking::Event::Parked(parked))) => {
                self.holdings
                    .set_aside(parked.event, &parked.at, &parked.hash)
            }
            Ok(Some(parking::Event::Taken(taken))) => {
                self.holdings.settled(taken.event);
                Ok(())
            }
            Ok(Some(parking::Event::Skipped(skipped))) => {
                self.holdings.settled(skipped.event);
                Ok(())
            }
            Ok(
                Some(
                    parking::Event::SkipRequested(_)
                    | parking::Event::SkipRefused(_)
                    | parking::Event::HeldBack(_)
                    | parking::Event::Released(_),
                )
                | None,
            )
            | Err(_) => Ok(()),
        }
    }
}

/// What was counted before, if it was of this log.
fn load(path: &Path, store: &Store) -> Counted {
    let text = fs::read(path).unwrap_or_default();
    let counted: Counted = match serde_json::from_slice(&text) {
        Ok(counted) => counted,
        Err(_) => return Counted::of(store),
    };
    let log = store.log();
    let last = counted.next.checked_sub(1);
    let record = last.and_then(|last| log.record(last).ok().flatten());
    let is_same = record.is_some_and(|record| record.hash.to_string() == counted.hash);
    if counted.epoch == log.epoch() && is_same {
        counted
    } else {
        Counted::of(store)
    }
}
