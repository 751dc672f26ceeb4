//! Inclusion proofs: `qry.<service>.proof` answers with a stream of the log and proofs that need only public keys to
//! verify; one file collects the parts of all services.

mod check;

use anyhow::{Context, bail};
use onestop_eventlog::{Checkpoint, Direction, EventLog, Record, StreamName, verify_inclusion};
use onestop_proto::{
    actor::ServiceName,
    ids::CaseId,
    proof::{FORMAT, ProofFile, ProofPage, ProofPart, ProofQuery, ProvenEvent},
};

pub use self::check::{Proven, check};
pub use onestop_eventlog::VerifyingKey;

use crate::client::{Client, ClientError, QuestionMeta};

/// Events in one answer.
const PAGE: usize = 200;
/// The size of one answer: below NATS's default payload of 1 MiB, with room for the framing.
const MOST_BYTES: usize = 900_000;

/// Requests the services' parts of a proof. A file without parts proves nothing: no log has an event with
/// that subject.
pub async fn gather(
    client: &Client,
    services: &[ServiceName],
    case: CaseId,
) -> Result<ProofFile, ClientError> {
    let mut parts = Vec::new();
    for service in services {
        parts.extend(of_service(client, service, case).await?);
    }
    Ok(ProofFile {
        format: FORMAT.to_owned(),
        case: case.to_string(),
        parts,
    })
}

async fn of_service(
    client: &Client,
    service: &ServiceName,
    case: CaseId,
) -> Result<Vec<ProofPart>, ClientError> {
    let mut parts: Vec<ProofPart> = Vec::new();
    let mut from = 0;
    loop {
        let query = ProofQuery { case, from };
        let page = client
            .ask_service(service, QuestionMeta::default(), &query)
            .await?;
        match (parts.last_mut(), page.part) {
            (Some(last), Some(part)) if last.checkpoint == part.checkpoint => {
                last.events.extend(part.events);
            }
            (_, Some(part)) => parts.push(part),
            (_, None) => {}
        }
        match page.next {
            Some(next) if next > from => from = next,
            Some(_) | None => return Ok(parts),
        }
    }
}

/// Events of one stream from revision `from` on, with proofs for the newest checkpoint. Signs a new
/// checkpoint if that one does not cover them.
pub(crate) fn page(log: &EventLog, stream: &str, from: u64) -> anyhow::Result<ProofPage> {
    let stream: StreamName = stream.parse()?;
    let records = log.read_stream(&stream, from, Direction::Forward, PAGE)?;
    let Some(last) = records.last() else {
        return Ok(ProofPage {
            part: None,
            next: None,
        });
    };
    let checkpoint = match log.latest_checkpoint() {
        Some(newest) if newest.head().size > last.position => newest,
        Some(_) | None => log.checkpoint()?.context("this log has no signing key")?,
    };
    let mut events = Vec::new();
    let mut bytes = 0;
    for record in &records {
        let event = proven(log, record, &checkpoint)?;
        bytes += serde_json::to_vec(&event)?.len() + 1;
        if bytes > MOST_BYTES && !events.is_empty() {
            break;
        }
        events.push(event);
    }
    let after = from + events.len() as u64;
    let is_all = log.stream_revision(&stream)? < Some(after);
    let part = ProofPart {
        checkpoint: checkpoint.note().to_owned(),
        events,
    };
    Ok(ProofPage {
        part: Some(part),
        next: (!is_all).then_some(after),
    })
}

fn proven(log: &EventLog, record: &Record, by: &Checkpoint) -> anyhow::Result<ProvenEvent> {
    let (position, head) = (record.position, by.head());
    let proof = log.inclusion_proof(position, head.size)?;
    // An invalid proof is never sent.
    if !verify_inclusion(record.hash, position, &proof, head.size, head.root) {
        bail!("position {position} does not agree with the checkpoint. Verify the log");
    }
    if !record.labels.is_empty() {
        bail!("position {position} has labels, which no proof file has room for");
    }
    let payload = String::from_utf8(record.payload.to_vec())
        .with_context(|| format!("the record at position {position} is no text"))?;
    Ok(ProvenEvent {
        position,
        revision: record.revision,
        id: record.id.to_string(),
        stream: record.stream.to_string(),
        previous: record.previous.to_string(),
        payload,
        proof: proof.iter().map(ToString::to_string).collect(),
    })
}
