//! Events that a service does not believe, and sources of which it takes nothing more in.

use onestop_proto::{
    actor::ServiceName,
    replication::{Refusal, RefusedEvents},
    time::Timestamp,
};

use super::{Finding, State};
use crate::output::Output;

/// What a service has not believed since it started.
pub(super) fn events(service: &ServiceName, refused: &RefusedEvents, output: &Output) -> Finding {
    let RefusedEvents {
        source,
        why,
        count,
        subject,
        at,
    } = refused;
    let (unit, why_text) = (output.message("doctor-refused"), output.text(why.text()));
    let at = output.moment(*at);
    let found = format!("{count} {unit} {subject} ({at}): {why_text}");
    let found = Finding::good(format!("{service} ← {source}"), found);
    found.but(State::Look, mend(*why, output))
}

/// A source of which nothing more is taken in.
pub(super) fn source(
    found: Finding,
    (since, why): (Timestamp, Refusal),
    output: &Output,
) -> Finding {
    let refused = output.message("source-refused");
    let why_text = output.text(why.text());
    let found = Finding {
        found: format!("{refused} {}: {why_text}", output.moment(since)),
        ..found
    };
    found.but(State::Bad, mend(why, output))
}

fn mend(why: Refusal, output: &Output) -> String {
    output.message(match why {
        Refusal::NotEnrolled => "doctor-refused-enrol",
        Refusal::OtherDivision => "doctor-refused-division",
        Refusal::Altered | Refusal::NotSigned => "doctor-refused-upgrade",
        Refusal::OtherSubject | Refusal::OtherSource => "doctor-refused-revoke",
    })
}
