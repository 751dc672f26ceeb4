//! Answers that every service gives itself. Each fits into one message of the broker.

use onestop_eventlog::EventLog;
use onestop_proto::{
    comparison::{LogRoot, RootQuery},
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
        (Err(error), _) => Verification::Damaged {
            problem: format!("{:#}", anyhow::Error::from(error)),
        },
    }
}

/// The log's root, and the proof that it continues a log of the size that was named.
pub(super) fn root(log: &EventLog, query: RootQuery) -> anyhow::Result<LogRoot> {
    let head = log.tree_head();
    let proof = if query.size <= head.size {
        log.consistency_proof(query.size, head.size)?
    } else {
        Vec::new()
    };
    Ok(LogRoot {
        epoch: log.epoch(),
        count: head.size,
        root: head.root.to_string(),
        proof: proof.iter().map(ToString::to_string).collect(),
    })
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
