//! `onestop doctor`: checks a node, and says what to do about each problem.

mod agreement;
mod backups;
mod certificates;
mod comparison;
mod cosigning;
mod erasures;
mod local;
mod no_answer;
mod parked;
mod readings;
mod refused;
mod remote;
mod site_files;
mod standbys;
mod unready;
pub(crate) mod upgrade;

use std::{process::ExitCode, time::Duration};

use onestop_chassis::settings::Settings;
use serde::Serialize;
use tokio::time::Instant;

use crate::output::Output;

/// How long services may take after a start to hear of each other, and the pause before they are asked again.
const STARTING: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(300);

/// The result of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Good,
    /// Worth attention; nothing is lost.
    Look,
    /// Something does not work, or soon will not.
    Bad,
}

/// One check: its subject, what it found, and what to do.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    about: String,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
    /// It may be over in a moment: a service has just been started.
    #[serde(skip)]
    may_pass: bool,
}

impl Finding {
    fn good(about: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding {
            about: about.into(),
            state: State::Good,
            found: found.into(),
            to_do: None,
            may_pass: false,
        }
    }

    /// The same finding with a worse result, and what to do about it.
    fn but(self, state: State, to_do: impl Into<String>) -> Finding {
        Finding {
            state,
            to_do: Some(to_do.into()),
            ..self
        }
    }

    /// The same finding, which may be over in a moment.
    fn that_may_pass(self) -> Finding {
        Finding {
            may_pass: true,
            ..self
        }
    }
}

/// Checks this machine, then the broker and the services, and prints the findings.
pub(crate) async fn run(settings: &Settings, output: &Output) -> ExitCode {
    let mut findings = local::findings(settings, output);
    findings.extend(backups::findings(settings, output));
    findings.extend(certificates::findings(settings, output));
    findings.extend(site_files::finding(&settings.data, output));
    findings.extend(erasures::finding(settings, output));
    findings.iter().for_each(|finding| show(finding, output));
    let further = settled(settings, output).await;
    further.iter().for_each(|finding| show(finding, output));
    findings.extend(further);
    if findings.iter().any(|finding| finding.state == State::Bad) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// What is found of broker and services once they have heard of each other, or were given time enough for that.
async fn settled(settings: &Settings, output: &Output) -> Vec<Finding> {
    let began = Instant::now();
    loop {
        let findings = remote::findings(settings, output).await;
        let may_pass = findings.iter().any(|finding| finding.may_pass);
        if !may_pass || began.elapsed() > STARTING {
            return findings;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn show(finding: &Finding, output: &Output) {
    output.print_value(finding, || {
        let sign = match finding.state {
            State::Good => "✓",
            State::Look => "!",
            State::Bad => "✗",
        };
        let Finding { about, found, .. } = finding;
        let line = format!("{sign} {about}: {found}");
        match &finding.to_do {
            Some(to_do) => format!("{line}\n    → {to_do}"),
            None => line,
        }
    });
}
