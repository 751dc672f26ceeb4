//! The running side: the journal asks sources for checkpoints that are due, cosigns them, keeps them, and copies them to
//! the outside witness.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use onestop_chassis::{
    client::Client, keys, metrics::Metrics, node::log_root, settings::WitnessAddress, store::Store,
};
use onestop_eventlog::{CosignerKey, CosigningKey, Hash, TreeHead};
use onestop_proto::{
    comparison::{Comparison, LogRoot, NotCosigned, RootQuery},
    envelope::Source,
    time::Timestamp,
};
use tokio::sync::watch;
use tracing::{info, warn};

use super::{
    FILE,
    file::{self, Continued, CosignedCheckpoint},
    node,
    rules::{self, Known, Offered},
    state::{Present, State, is_old},
    web,
    witness::{Copier, Witness},
};
use crate::domain::holding::Holdings;

/// How long the witness's file may take to be read.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// What the cosigner is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) folder: PathBuf,
    pub(crate) witness: Option<WitnessAddress>,
    /// The public key of a witness on the web.
    pub(crate) witness_key: Option<String>,
}

/// Cosigns.
pub(crate) struct Cosigner {
    store: Store,
    key: CosigningKey,
    file: PathBuf,
    witness: Option<Witness>,
    /// Whether what was cosigned before is known: nothing is cosigned until then.
    is_loaded: bool,
    logs: BTreeMap<Source, State>,
}

impl Cosigner {
    /// # Errors
    /// If the key cannot be read or made, or the witness's is none.
    pub(crate) fn start(parts: Parts) -> anyhow::Result<Self> {
        let key = keys::cosigning_key(&parts.folder, parts.store.source())?;
        let file = parts.folder.join(FILE);
        let witness_key = parts.witness_key.map(|text| text.parse::<CosignerKey>());
        let witness_key = witness_key.transpose().context("setting 'witness_key'")?;
        let now = parts.store.clock().now();
        let copy = |address| {
            let copier = Copier::new(address, &parts.folder, witness_key, key.cosigner())?;
            Ok::<_, anyhow::Error>(Witness::new(copier, now))
        };
        let witness = parts.witness.map(copy).transpose()?;
        Ok(Self {
            store: parts.store,
            key,
            file,
            witness,
            is_loaded: false,
            logs: BTreeMap::new(),
        })
    }

    /// Cosigns what is due. What fails is kept with its reason, and tried again later.
    pub(crate) async fn cosign_due(&mut self, client: &Client, holdings: &Holdings) {
        let now = self.store.clock().now();
        let due: Vec<Present> = self
            .present(holdings)
            .into_iter()
            .filter(|log| self.state(&log.source).is_due(log, now))
            .collect();
        if !due.is_empty() {
            match self.load().await {
                Ok(()) => self.ask_and_cosign(client, due, now).await,
                Err(problem) => self.fail(due, now, &problem),
            }
        }
        if let Some(witness) = &mut self.witness {
            witness.keep_up(now).await;
        }
    }

    /// Shows in metrics and answers how far it is.
    pub(crate) fn show(&self, metrics: &Metrics, results: &watch::Sender<Comparison>) {
        let now = self.store.clock().now();
        let is_refused = |state: &&State| {
            let pending = state.pending.as_ref();
            pending.is_some_and(|pending| pending.why.is_refusal())
        };
        let refused = self.logs.values().filter(is_refused).count();
        let overdue = self.logs.values().filter(|state| state.is_overdue(now));
        let as_gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        metrics.cosigning_refused.set(as_gauge(refused));
        metrics.cosigning_overdue.set(as_gauge(overdue.count()));
        let witness = self.witness.as_ref().map(Witness::state);
        let pending = witness.as_ref().and_then(|state| state.pending.as_ref());
        let is_overdue = pending.is_some_and(|pending| is_old(pending.since, now));
        metrics.witness_overdue.set(i64::from(is_overdue));
        let cosigned = self.logs.iter().map(State::view).collect();
        results.send_modify(|results| {
            results.cosigned = cosigned;
            results.witness = witness;
        });
    }

    /// The logs that the journal holds, and its own.
    fn present(&self, holdings: &Holdings) -> Vec<Present> {
        let log = self.store.log();
        let own = Present {
            source: self.store.source().clone(),
            epoch: log.epoch(),
            size: log.tree_head().size,
            held: None,
        };
        let held = holdings.sources().filter_map(|(source, holding)| {
            let (size, root) = (holding.size(), holding.root()?);
            Some(Present {
                source: source.clone(),
                epoch: holding.epoch(),
                size,
                held: Some(TreeHead { size, root }),
            })
        });
        std::iter::once(own).chain(held).collect()
    }

    fn state(&mut self, source: &Source) -> &mut State {
        self.logs.entry(source.clone()).or_default()
    }

    /// Reads what was cosigned before, here and at the witness: after a restore it may know more. A witness that cannot
    /// be read is no reason to cosign nothing.
    async fn load(&mut self) -> Result<(), String> {
        if self.is_loaded {
            return Ok(());
        }
        let mut known = self.read(self.file.clone()).await?;
        if let Some(outside) = self.witness.as_ref().map(Witness::address) {
            match tokio::time::timeout(READ_TIMEOUT, self.read_outside(outside)).await {
                Ok(Ok(more)) => known.extend(more),
                Ok(Err(problem)) => warn!(problem, "the outside witness cannot be read"),
                Err(_) => warn!("the outside witness does not answer"),
            }
        }
        for cosigned in known {
            let place =
                |it: &CosignedCheckpoint| (it.checkpoint.epoch(), it.checkpoint.head().size);
            let state = self.state(&cosigned.source);
            if state.last.as_ref().map(place) < Some(place(&cosigned)) {
                state.last = Some(cosigned);
            }
        }
        self.is_loaded = true;
        Ok(())
    }

    /// What a witness has. One on the web gives nothing back.
    async fn read_outside(&self, at: &WitnessAddress) -> Result<Vec<CosignedCheckpoint>, String> {
        match at {
            WitnessAddress::File(file) => self.read(file.clone()).await,
            WitnessAddress::Web(_) => Ok(Vec::new()),
            WitnessAddress::Node(url) => {
                let copy = node::file_of(url);
                let cosigner = [self.key.cosigner().clone()];
                let fetched = web::fetch(&copy).await;
                let read = fetched.and_then(|bytes| {
                    let place = PathBuf::from(&copy);
                    Ok(file::parse(&place, &bytes, &cosigner)?)
                });
                read.map_err(|error| format!("{error:#}"))
            }
        }
    }

    /// Whether another node's journal is the witness.
    fn has_node(&self) -> bool {
        let address = self.witness.as_ref().map(Witness::address);
        matches!(address, Some(WitnessAddress::Node(_)))
    }

    /// Reads a file; nothing where there is none.
    async fn read(&self, path: PathBuf) -> Result<Vec<CosignedCheckpoint>, String> {
        let cosigner = [self.key.cosigner().clone()];
        let reading = tokio::task::spawn_blocking(move || {
            if path.exists() {
                file::read(&path, &cosigner)
            } else {
                Ok(Vec::new())
            }
        });
        let read = reading.await.map_err(anyhow::Error::from);
        let read = read.and_then(|read| Ok(read?));
        read.map_err(|error| format!("{error:#}"))
    }

    async fn ask_and_cosign(&mut self, client: &Client, due: Vec<Present>, now: Timestamp) {
        let mut cosigned = Vec::new();
        for log in due {
            // What was cosigned before may just have been read.
            if !self.state(&log.source).is_due(&log, now) {
                continue;
            }
            let answer = self.ask(client, &log).await;
            let answer = answer.map_err(|problem| NotCosigned::Unavailable { problem });
            match answer.and_then(|answer| self.judge(&log, &answer, now)) {
                Ok(checkpoint) => cosigned.push(checkpoint),
                Err(why) => self.state(&log.source).put_off(&log.source, why, now),
            }
        }
        self.keep(cosigned, now).await;
    }

    async fn ask(&mut self, client: &Client, log: &Present) -> Result<LogRoot, String> {
        let last = self.state(&log.source).last.as_ref();
        let query = RootQuery {
            size: log.held.map_or(0, |held| held.size),
            cosigned: Some(last.map_or(0, |last| last.checkpoint.head().size)),
        };
        if log.source != *self.store.source() {
            let asked = client.ask_instance(&log.source, None, &query).await;
            return asked.map_err(|error| error.to_string());
        }
        let own = self.store.log().clone();
        let signing = tokio::task::spawn_blocking(move || log_root(&own, query)).await;
        let signed = signing.map_err(anyhow::Error::from).and_then(|it| it);
        signed.map_err(|error| format!("{error:#}"))
    }

    /// Checks what a source has answered, and cosigns it.
    fn judge(
        &mut self,
        log: &Present,
        answer: &LogRoot,
        now: Timestamp,
    ) -> Result<CosignedCheckpoint, NotCosigned> {
        let offered = Offered::parse(answer)?;
        let known = Known {
            source: &log.source,
            last: self.state(&log.source).last.as_ref(),
            held: log.held,
        };
        rules::check(&known, &offered)?;
        let before = known.last.map(|last| &last.checkpoint);
        let before = before.filter(|last| last.epoch() == offered.checkpoint.epoch());
        let continues = before.map(|last| Continued {
            size: last.head().size,
            proof: offered.from_cosigned.iter().map(Hash::to_string).collect(),
        });
        let cosigned = cosign(&self.key, &log.source, offered, now)?;
        Ok(CosignedCheckpoint {
            // No other witness reads it.
            continues: continues.filter(|_| self.has_node()),
            ..cosigned
        })
    }

    /// Keeps what was cosigned. It counts as cosigned once it is durable.
    async fn keep(&mut self, cosigned: Vec<CosignedCheckpoint>, now: Timestamp) {
        if cosigned.is_empty() {
            return;
        }
        let (path, entered) = (self.file.clone(), cosigned.clone());
        let entering = tokio::task::spawn_blocking(move || file::enter(&path, &entered)).await;
        let entered = entering.map_err(anyhow::Error::from);
        let entered = entered.and_then(|entered| Ok(entered?));
        match entered {
            Ok(()) => {
                info!(logs = cosigned.len(), "checkpoints were cosigned");
                for checkpoint in cosigned {
                    let state = self.state(&checkpoint.source);
                    state.pending = None;
                    state.last = Some(checkpoint);
                }
                if let Some(witness) = &mut self.witness {
                    witness.lacks_something(now);
                }
            }
            Err(error) => {
                let problem = format!("{error:#}");
                let sources: BTreeSet<Source> = cosigned.into_iter().map(|it| it.source).collect();
                for source in sources {
                    let why = NotCosigned::Unavailable {
                        problem: problem.clone(),
                    };
                    self.state(&source).put_off(&source, why, now);
                }
            }
        }
    }

    /// Puts everything off, because the file cannot be used.
    fn fail(&mut self, due: Vec<Present>, now: Timestamp, problem: &str) {
        warn!(problem, "nothing can be cosigned");
        for log in due {
            let why = NotCosigned::Unavailable {
                problem: problem.to_owned(),
            };
            self.state(&log.source).put_off(&log.source, why, now);
        }
    }
}

/// The checkpoint with the journal's signature.
pub(super) fn cosign(
    key: &CosigningKey,
    source: &Source,
    offered: Offered,
    now: Timestamp,
) -> Result<CosignedCheckpoint, NotCosigned> {
    // As it is read again: in whole seconds.
    let seconds = now.as_micros().div_euclid(1_000_000);
    let cosigned = key.cosign(&offered.checkpoint, u64::try_from(seconds).unwrap_or(0));
    Ok(CosignedCheckpoint {
        source: source.clone(),
        key: offered.key,
        checkpoint: cosigned.map_err(|_| NotCosigned::NotSigned {})?,
        at: Timestamp::from_micros(seconds.saturating_mul(1_000_000)),
        continues: None,
    })
}
