//! Events that a service has set aside.

use std::collections::BTreeSet;

use onestop_chassis::client::{Client, QuestionMeta};
use onestop_proto::{
    actor::ServiceName,
    parking::{MOST_PARKED, Parked, ParkedCases, Reason},
    query::ParkedQuery,
};

use super::{Finding, State};
use crate::output::Output;

/// So many events are named.
const NAMED: usize = 3;
/// So many characters of what is wrong with each.
const PROBLEM: usize = 160;

/// What waits in a service, and why: events newer than it by their types, others by their places and what is wrong.
pub(super) async fn findings(
    client: &Client,
    service: &ServiceName,
    output: &Output,
) -> Vec<Finding> {
    let parked = client.ask_service(service, QuestionMeta::default(), &ParkedQuery);
    let Ok(ParkedCases { cases, more }) = parked.await else {
        return Vec::new();
    };
    let about = format!("{} {service}", output.message("doctor-parked"));
    let held_back = cases
        .iter()
        .filter(|case| !case.held_back.is_empty())
        .count();
    let firsts = cases.iter().filter_map(|case| case.waiting.first());
    let (newer, others): (Vec<_>, Vec<_>) = firsts.partition(|it| it.reason == Reason::Newer {});
    let mut findings = Vec::new();
    if !newer.is_empty() {
        let types: BTreeSet<&str> = newer.iter().map(|it| it.event_type.as_str()).collect();
        let types = types.into_iter().collect::<Vec<_>>().join(", ");
        let (count, unit) = (newer.len(), output.message("doctor-parked-newer"));
        let to_do = output.message("doctor-parked-upgrade");
        let found = Finding::good(&about, format!("{count} {unit} {types}"));
        findings.push(found.but(State::Bad, to_do));
    }
    if !others.is_empty() {
        let count = others.len() as u64 + more;
        let unit = output.message("doctor-parked-cases");
        let words: Vec<String> = others.iter().take(NAMED).map(|it| named(it)).collect();
        let found = Finding::good(about, format!("{count} {unit}: {}", words.join("; ")));
        findings.push(found.but(State::Bad, "onestop parked list"));
    }
    if held_back > 0 {
        let about = format!("{} {service}", output.message("doctor-parked"));
        let unit = output.message("doctor-parked-held-back");
        let found = Finding::good(about, format!("{held_back} {unit} {MOST_PARKED}"));
        findings.push(found.but(State::Bad, "onestop parked list"));
    }
    findings
}

/// An event that the service cannot process: its position, and what is wrong with it, such as data that cannot be read
/// or an id that another event has.
fn named(parked: &Parked) -> String {
    let (at, event_type) = (&parked.at, &parked.event_type);
    let problem: String = match &parked.reason {
        Reason::Failed { problem } => problem.chars().take(PROBLEM).collect(),
        Reason::Newer {} | Reason::Behind {} => String::new(),
    };
    format!("{}#{} {event_type}: {problem}", at.source, at.position)
}
