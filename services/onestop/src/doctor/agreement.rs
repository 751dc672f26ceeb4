//! Whether the services agree with this machine on the time, and with each other on the directory.

use std::collections::{BTreeMap, BTreeSet};

use onestop_chassis::clock::SystemClock;
use onestop_proto::{actor::ServiceName, registry, replication::Sources};

use super::{Finding, State};
use crate::{output::Output, services};

/// A clock that differs by more makes time limits and signed requests go wrong; the way of an answer takes less.
const TOLERANCE_SECONDS: f64 = 5.0;

/// What the services said of their clocks and directories.
#[derive(Default)]
pub(super) struct Agreement {
    clocks: Vec<(ServiceName, f64)>,
    /// By which version each decides: that of the files, behind a plus how many changes it has heard.
    versions: BTreeMap<ServiceName, String>,
    /// How many changes the registry holds.
    recorded: u64,
}

/// The version of the files, and how many changes were heard.
fn parts(version: &str) -> (&str, u64) {
    let (files, heard) = version.split_once('+').unwrap_or((version, "0"));
    (files, heard.parse().unwrap_or(0))
}

impl Agreement {
    /// Notes what a service has just answered.
    pub(super) fn note(&mut self, service: &ServiceName, said: &Sources) {
        if let Some(theirs) = said.now {
            let ahead = theirs.seconds_since(SystemClock.now());
            self.clocks.push((service.clone(), ahead));
        }
        if let Some(version) = &said.directory {
            self.versions.insert(service.clone(), version.clone());
        }
    }

    /// Notes by which directory a service decides, or pages are made.
    pub(super) fn note_directory(&mut self, name: &ServiceName, version: String) {
        self.versions.insert(name.clone(), version);
    }

    /// Notes how many changes the registry holds.
    pub(super) const fn note_recorded(&mut self, changes: u64) {
        self.recorded = changes;
    }

    /// Notes what a service has said of its directory when it was asked again.
    pub(super) fn note_again(&mut self, service: &ServiceName, said: Sources) {
        if let Some(version) = said.directory {
            self.versions.insert(service.clone(), version);
        }
    }

    /// The services that follow the registry and have not heard all that it holds, and the workbench if it has not.
    pub(super) fn behind(&self) -> Vec<ServiceName> {
        let registry = registry::service();
        let follow = services::all().into_iter();
        let follow = follow.filter(|one| one.follows.contains(&registry));
        follow
            .map(|one| one.name)
            .chain([onestop_gateway::name()])
            .filter(|name| {
                let version = self.versions.get(name);
                version.is_some_and(|version| parts(version).1 < self.recorded)
            })
            .collect()
    }

    pub(super) fn findings(self, output: &Output) -> Vec<Finding> {
        let wrong = |(_, ahead): &&(ServiceName, f64)| ahead.abs() > TOLERANCE_SECONDS;
        let clocks = self.clocks.iter().filter(wrong);
        let clocks = clocks.map(|(service, ahead)| {
            let about = format!("{} {service}", output.message("doctor-clock"));
            let found = output.message("doctor-clock-differs");
            let to_do = output.message("doctor-clock-set");
            Finding::good(about, format!("{found} {ahead:+.0}")).but(State::Bad, to_do)
        });
        let behind = self.behind();
        let behind = behind.iter().filter_map(|service| {
            let heard = parts(self.versions.get(service)?).1;
            let about = format!("{} {service}", output.message("doctor-directory"));
            let found = output.message("doctor-directory-heard");
            let to_do = output.message("doctor-directory-behind");
            let found = format!("{found} {heard}/{}", self.recorded);
            Some(Finding::good(about, found).but(State::Look, to_do))
        });
        let differing = differing(&self.versions, output);
        clocks.chain(differing).chain(behind).collect()
    }
}

/// Services whose files are not the same. Not every service hears the registry, so the files are compared by themselves,
/// and what was heard with what the registry holds; both are named.
fn differing(versions: &BTreeMap<ServiceName, String>, output: &Output) -> Option<Finding> {
    let files: BTreeSet<&str> = versions.values().map(|version| parts(version).0).collect();
    if files.len() < 2 {
        return None;
    }
    let mut directories: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (service, version) in versions {
        directories
            .entry(version)
            .or_default()
            .push(service.to_string());
    }
    let versions = directories
        .into_iter()
        .map(|(version, services)| format!("{version} ({})", services.join(", ")));
    let found = versions.collect::<Vec<_>>().join("; ");
    let to_do = output.message("doctor-directory-same");
    let about = output.message("doctor-directory");
    Some(Finding::good(about, found).but(State::Bad, to_do))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::GlobalArgs;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        global: GlobalArgs,
    }

    fn findings(said: &[(&str, f64, &str)]) -> Vec<String> {
        findings_with(said, 0)
    }

    fn findings_with(said: &[(&str, f64, &str)], recorded: u64) -> Vec<String> {
        let output = Output::new(&Line::parse_from(["onestop", "--lang", "en"]).global);
        let mut agreement = Agreement::default();
        agreement.note_recorded(recorded);
        for (service, ahead, directory) in said {
            let now = SystemClock.now().plus_seconds(*ahead as i64);
            let said = Sources {
                now: Some(now),
                directory: Some((*directory).to_owned()),
                ..Sources::default()
            };
            agreement.note(&service.parse().unwrap(), &said);
        }
        let findings = agreement.findings(&output).into_iter();
        findings
            .map(|finding| format!("{}: {}", finding.about, finding.found))
            .collect()
    }

    #[test]
    fn a_clock_a_day_behind_and_another_directory_are_found() {
        assert!(findings(&[("intake", 0.0, "a1"), ("referral", 1.0, "a1")]).is_empty());
        let found = findings(&[("intake", -86_400.0, "a1"), ("referral", 0.0, "b2")]);
        let [clock, directory] = &found[..] else {
            panic!("{found:?}")
        };
        assert!(
            clock.contains("intake") && clock.contains("-86400"),
            "{clock}"
        );
        assert!(directory.contains("b2 (referral)"), "{directory}");
    }

    #[test]
    fn who_follows_the_registry_and_has_not_heard_all_of_it_is_named() {
        let said = [
            ("intake", 0.0, "a1+3"),
            ("referral", 0.0, "a1"),
            // It follows no registry: it is the registry.
            ("registry", 0.0, "a1"),
        ];
        let found = findings_with(&said, 3);
        let [behind] = &found[..] else {
            panic!("{found:?}")
        };
        assert!(
            behind.contains("referral") && behind.contains("0/3"),
            "{behind}"
        );
        assert_eq!(findings_with(&said, 4).len(), 2);
        assert!(findings_with(&said, 0).is_empty());
    }

    /// Pages are made by a directory too.
    #[test]
    fn a_workbench_with_other_files_or_that_has_not_heard_all_is_named() {
        let said = [("intake", 0.0, "a1+3"), ("gateway", 0.0, "a1+2")];
        let found = findings_with(&said, 3);
        assert!(
            found
                .iter()
                .any(|one| one.contains("gateway") && one.contains("2/3")),
            "{found:?}"
        );
        let other = findings(&[("intake", 0.0, "a1"), ("gateway", 0.0, "b2")]);
        assert!(
            other.iter().any(|one| one.contains("b2 (gateway)")),
            "{other:?}"
        );
    }
}
