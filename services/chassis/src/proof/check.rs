//! The checks of PROOF.md, in its order. `tests/clients/verify_proof.py` makes the same ones.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use data_encoding::HEXLOWER;
use onestop_eventlog::{
    Checkpoint, Hash, Labels, Record, StreamName, VerifyingKey, verify_inclusion,
};
use onestop_proto::proof::{FORMAT, ProofFile, ProofPart, ProvenEvent};
use serde::Serialize;
use uuid::Uuid;

/// The result of checking one part of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// The log: key name and epoch.
    pub log: String,
    /// Records covered by the checkpoint.
    pub size: u64,
    /// Proven events.
    pub events: usize,
}

/// Checks a file. Returns its subject and the result of each part.
///
/// # Errors
/// The first error found.
pub fn check(bytes: &[u8], keys: &[VerifyingKey]) -> anyhow::Result<(String, Vec<Proven>)> {
    let file: ProofFile =
        serde_json::from_slice(bytes).context("这不是证明文件 / this is no proof file")?;
    ensure!(
        file.format == FORMAT,
        "文件的格式是 {0}，不是 {FORMAT} / the file has the form '{0}', not '{FORMAT}'",
        file.format
    );
    uuid(&file.case).context("案件 / the case")?;
    ensure!(
        !file.parts.is_empty(),
        "文件没有证明任何内容 / the file proves nothing"
    );
    // Next revision of each stream of each log.
    let mut next = BTreeMap::new();
    let mut proven = Vec::new();
    for (number, one) in (1..).zip(&file.parts) {
        let part = part(one, &file.case, keys, &mut next);
        proven.push(part.with_context(|| format!("第 {number} 部分 / part {number}"))?);
    }
    Ok((file.case, proven))
}

fn part(
    part: &ProofPart,
    case: &str,
    keys: &[VerifyingKey],
    next: &mut BTreeMap<(String, String), u64>,
) -> anyhow::Result<Proven> {
    let checkpoint = Checkpoint::parse(&part.checkpoint)?;
    let signed = keys.iter().any(|key| checkpoint.verify(key).is_ok());
    ensure!(
        signed,
        "{0} 的检查点不是用所给的公钥签名的 / the checkpoint of {0} is not signed by a key that was given",
        checkpoint.origin()
    );
    ensure!(
        !part.events.is_empty(),
        "没有证明任何内容 / it proves nothing"
    );
    for event in &part.events {
        let position = event.position;
        let about = || format!("位置 {position} 的事件 / the event at position {position}");
        let of_case = event.stream.split_once('/').map(|(_, case)| case);
        ensure!(
            of_case == Some(case),
            "位置 {position} 的事件属于另一案件 / the event at position {position} is of another case"
        );
        let stream = (checkpoint.origin().to_owned(), event.stream.clone());
        let expected = next.entry(stream).or_insert(0);
        ensure!(
            event.revision == *expected,
            "位置 {position} 的事件是第 {0} 条，应为第 {expected} 条 / \
             the event at position {position} has revision {0} where {expected} comes next",
            event.revision
        );
        *expected += 1;
        prove(event, &checkpoint).with_context(about)?;
    }
    Ok(Proven {
        log: checkpoint.origin().to_owned(),
        size: checkpoint.head().size,
        events: part.events.len(),
    })
}

fn prove(event: &ProvenEvent, checkpoint: &Checkpoint) -> anyhow::Result<()> {
    let payload = event.payload.clone().into_bytes();
    let record = Record {
        position: event.position,
        stream: StreamName::new(&event.stream)?,
        revision: event.revision,
        id: uuid(&event.id)?,
        labels: Labels::NONE,
        payload_hash: Hash::of_payload(&payload),
        payload: payload.into(),
        previous: hash(&event.previous)?,
        hash: Hash::ZERO,
    };
    let leaf = Hash::of_record(&record.canonical_bytes());
    let proof: Vec<Hash> = event
        .proof
        .iter()
        .map(|text| hash(text))
        .collect::<anyhow::Result<_>>()?;
    let head = checkpoint.head();
    ensure!(
        verify_inclusion(leaf, event.position, &proof, head.size, head.root),
        "日志中没有这样的内容 / it is not in the log as it stands here"
    );
    Ok(())
}

/// Accepts only the canonical text, so that two verifiers cannot read it differently.
fn uuid(text: &str) -> anyhow::Result<Uuid> {
    match text.parse::<Uuid>() {
        Ok(id) if id.to_string() == text => Ok(id),
        Ok(_) | Err(_) => bail!("“{text}”不是编号 / '{text}' is no id"),
    }
}

fn hash(text: &str) -> anyhow::Result<Hash> {
    let bytes = HEXLOWER.decode(text.as_bytes()).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let bytes = bytes.with_context(|| format!("“{text}”不是校验值 / '{text}' is no hash"))?;
    Ok(Hash::from_bytes(bytes))
}
