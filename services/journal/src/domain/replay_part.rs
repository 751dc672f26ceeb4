//! The parts of a replay: one answer has only so many bytes.

use onestop_proto::journal::Replay;

/// The bytes of one part's steps: with what is around them it fits into NATS's default payload of 1 MiB.
pub(crate) const PART_BYTES: usize = 640_000;

/// The part of a replay that begins with the step `from`: as many steps as have `most` bytes together, but one at
/// least.
pub(crate) fn part(replay: Replay, from: u32, most: usize) -> Result<Replay, serde_json::Error> {
    let (mut steps, mut next, mut bytes) = (Vec::new(), None, 0);
    for step in replay.steps {
        if step.number < from {
            continue;
        }
        bytes += serde_json::to_string(&step)?.len();
        if bytes > most && !steps.is_empty() {
            next = Some(step.number);
            break;
        }
        steps.push(step);
    }
    let shown = |step: u32| step >= from && next.is_none_or(|next| step < next);
    let findings = replay.findings.into_iter();
    Ok(Replay {
        findings: findings.filter(|finding| shown(finding.step)).collect(),
        steps,
        next,
        ..replay
    })
}
