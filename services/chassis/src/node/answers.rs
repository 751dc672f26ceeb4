//! Answers that every service gives itself. Each fits into one message of the broker.

use anyhow::Context as _;
use onestop_eventlog::EventLog;
use onestop_proto::{
    comparison::{LogRoot, RootQuery, SignedRoot},
    parking::ParkedCases,
    query::Verification,
};

use crate::store::{Standing, Store};

/// Bytes of the parked cases in one answer.
const PARKED_BYTES: usize = 700_000;

/// Reads the whole log and computes its hashes again.
pub(super) fn verification(store: &Store) -> Verification {
    match (store.log().verify(&mut |_, _| {}), store.gate().standing()) {
        (Ok(verified), Standing::Contradicted(contradiction)) => Verification::Contradicted {
            events: verified.count,
            problem: contradiction.to_string(),
        },
        (Ok(verified), Standing::Accepted | Standing::Unknown | Standing::Stopped) => {
            Verification::Intact {
                events: verified.count,
                hash: verified.hash.to_string(),
                root: verified.root.to_string(),
                checkpoints: verified.checkpoints,
            }
        }
        (Err(error), _) if error.is_refused() => Verification::Unavailable {
            problem: format!("{:#}", anyhow::Error::from(error)),
        },
        (Err(error), _) => Verification::Damaged {
            problem: format!("{:#}", anyhow::Error::from(error)),
        },
    }
}

/// The log's root, and the proof that it continues a log of the size that was named.
///
/// # Errors
/// If the log cannot be read, or a checkpoint not be signed.
pub fn log_root(log: &EventLog, query: RootQuery) -> anyhow::Result<LogRoot> {
    let (head, signed) = match query.cosigned {
        None => (log.tree_head(), None),
        Some(cosigned) => {
            let checkpoint = log.checkpoint()?.context("there is nothing to sign yet")?;
            let key = log.verifying_key().context("this log has no signing key")?;
            let signed = SignedRoot {
                note: checkpoint.note().to_owned(),
                key: key.to_string(),
                proof: consistency(log, cosigned, checkpoint.head().size)?,
            };
            (checkpoint.head(), Some(signed))
        }
    };
    Ok(LogRoot {
        epoch: log.epoch(),
        count: head.size,
        root: head.root.to_string(),
        proof: consistency(log, query.size, head.size)?,
        signed,
    })
}

/// The proof in hex; empty if the log has not grown to the older size.
fn consistency(log: &EventLog, old: u64, new: u64) -> anyhow::Result<Vec<String>> {
    if old > new {
        return Ok(Vec::new());
    }
    let proof = log.consistency_proof(old, new)?;
    Ok(proof.iter().map(ToString::to_string).collect())
}

/// As many parked cases as fit, and how many there are besides.
pub(super) fn listed(parked: ParkedCases) -> ParkedCases {
    let mut bytes = 0;
    let fits = |case: &_| {
        // The contract's types serialize.
        bytes += serde_json::to_string(case).map_or(0, |text| text.len());
        bytes <= PARKED_BYTES
    };
    let all = parked.cases.len();
    let cases: Vec<_> = parked.cases.into_iter().take_while(fits).collect();
    let more = (all - cases.len()) as u64;
    ParkedCases { cases, more }
}
