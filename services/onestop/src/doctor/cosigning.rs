//! Whether the journal cosigns the checkpoints of the logs, and the outside witness has what it cosigned.

use onestop_chassis::clock::SystemClock;
use onestop_proto::comparison::{
    Comparison, NotCosigned, PendingCosignature, SourceCosigning, WitnessState,
};

use super::{Finding, State};
use crate::output::Output;

/// A log that could not be asked for less than this is not worth a line.
const DAY: i64 = 86_400;

/// One finding for each log that is not cosigned, one for all others, and one for the witness.
pub(super) fn findings(comparison: &Comparison, output: &Output) -> Vec<Finding> {
    let (pending, cosigned): (Vec<_>, Vec<_>) = comparison
        .cosigned
        .iter()
        .partition(|log| log.pending.is_some());
    let pending = pending.into_iter().filter_map(|log| lacking(log, output));
    let mut findings: Vec<Finding> = pending.collect();
    let newest = cosigned.iter().filter_map(|log| log.cosigned_at).max();
    if let Some(newest) = newest {
        let (count, at) = (cosigned.len().to_string(), output.moment(newest));
        let arguments = [("count", &*count), ("at", &*at)];
        let found = output.message_with("doctor-cosigned", &arguments);
        findings.push(Finding::good(output.message("doctor-cosigning"), found));
    }
    findings.extend(comparison.witness.as_ref().map(|it| witness(it, output)));
    findings
}

fn lacking(log: &SourceCosigning, output: &Output) -> Option<Finding> {
    let pending = log.pending.as_ref()?;
    let about = format!("{} {}", output.message("doctor-cosigning"), log.source);
    let found = Finding::good(about, described(pending, output));
    Some(match &pending.why {
        // A service that is starting, or a site that is switched off at night.
        NotCosigned::Unavailable { .. } if SystemClock.now() < pending.since.plus_seconds(DAY) => {
            return None;
        }
        NotCosigned::Unavailable { .. } => {
            found.but(State::Look, output.message("doctor-cosigning-start"))
        }
        NotCosigned::NotSigned {}
        | NotCosigned::OtherKey {}
        | NotCosigned::Shorter { .. }
        | NotCosigned::OtherPast { .. } => {
            found.but(State::Bad, output.message("doctor-cosigning-refused"))
        }
    })
}

fn witness(state: &WitnessState, output: &Output) -> Finding {
    let about = output.message("doctor-witness");
    match &state.pending {
        None => Finding::good(about, state.witness.clone()),
        Some(pending) => {
            let found = format!("{}: {}", state.witness, described(pending, output));
            let to_do = output.message("doctor-witness-mount");
            Finding::good(about, found).but(State::Look, to_do)
        }
    }
}

/// Since when a cosignature is missing, and why.
fn described(pending: &PendingCosignature, output: &Output) -> String {
    let since = output.moment(pending.since);
    let why = match &pending.why {
        NotCosigned::Unavailable { problem } => problem.clone(),
        NotCosigned::NotSigned {} => output.message("not-cosigned-not-signed"),
        NotCosigned::OtherKey {} => output.message("not-cosigned-other-key"),
        NotCosigned::Shorter { size } => {
            output.message_with("not-cosigned-shorter", &[("size", &size.to_string())])
        }
        NotCosigned::OtherPast { size } => {
            output.message_with("not-cosigned-other-past", &[("size", &size.to_string())])
        }
    };
    let arguments = [("since", &*since), ("why", &*why)];
    output.message_with("doctor-not-cosigned", &arguments)
}
