//! `qry.<service>.proof`: a stream of this service's log, with proofs that a stranger can check.

use anyhow::{Context, bail};
use onestop_eventlog::{Checkpoint, Direction, EventLog, Record, StreamName, verify_inclusion};
use onestop_proto::proof::{ProofPage, ProofPart, ProvenEvent};

/// Events in one answer.
const PAGE: usize = 200;
/// Bytes of one answer: below NATS's default payload of 1 MiB, with room for its frame.
const MOST_BYTES: usize = 900_000;

/// Events of one stream from a revision on, proven by the newest checkpoint; a new one is signed if
/// that does not cover them yet.
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
    let is_all = log.stream_revision(&stream) < Some(after);
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
    // A proof that does not hold never leaves the house.
    if !verify_inclusion(record.hash, position, &proof, head.size, head.root) {
        bail!("position {position} does not agree with the checkpoint. Verify the log");
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
