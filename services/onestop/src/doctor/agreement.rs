//! Whether the services agree with this machine on the time, and with each other on the directory.

use std::collections::BTreeMap;

use onestop_chassis::clock::SystemClock;
use onestop_proto::{actor::ServiceName, replication::Sources};

use super::{Finding, State};
use crate::output::Output;

/// A clock that differs by more makes time limits and signed requests go wrong; the way of an answer takes less.
const TOLERANCE_SECONDS: f64 = 5.0;

/// What the services said of their clocks and directories.
#[derive(Default)]
pub(super) struct Agreement {
    clocks: Vec<(ServiceName, f64)>,
    /// Who decides by which version.
    directories: BTreeMap<String, Vec<ServiceName>>,
}

impl Agreement {
    /// Notes what a service has just answered.
    pub(super) fn note(&mut self, service: &ServiceName, said: &Sources) {
        if let Some(theirs) = said.now {
            let ahead = theirs.seconds_since(SystemClock.now());
            self.clocks.push((service.clone(), ahead));
        }
        if let Some(version) = &said.directory {
            // Behind the plus stands how much of the registry was heard: not everyone hears it, and not at the same moment.
            let files = version.split('+').next().unwrap_or(version);
            let same = self.directories.entry(files.to_owned()).or_default();
            same.push(service.clone());
        }
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
        clocks.chain(differing(&self.directories, output)).collect()
    }
}

fn differing(directories: &BTreeMap<String, Vec<ServiceName>>, output: &Output) -> Option<Finding> {
    if directories.len() < 2 {
        return None;
    }
    let versions = directories.iter().map(|(version, services)| {
        let services: Vec<_> = services.iter().map(ToString::to_string).collect();
        format!("{version} ({})", services.join(", "))
    });
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
        let output = Output::new(&Line::parse_from(["onestop", "--lang", "en"]).global);
        let mut agreement = Agreement::default();
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
}
