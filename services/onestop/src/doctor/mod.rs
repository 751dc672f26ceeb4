//! `onestop doctor`: is everything as it should be, and if not, what to do now.

mod local;
mod remote;

use std::process::ExitCode;

use onestop_chassis::settings::Settings;
use serde::Serialize;

use crate::output::Output;

/// How it stands with one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    Good,
    /// Worth a look; nothing is lost.
    Look,
    /// Something does not work, or soon will not.
    Bad,
}

/// What was looked at, what was found, and what to do.
#[derive(Debug, Clone, Serialize)]
struct Finding {
    about: String,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_do: Option<String>,
}

impl Finding {
    fn good(about: impl Into<String>, found: impl Into<String>) -> Finding {
        Finding {
            about: about.into(),
            state: State::Good,
            found: found.into(),
            to_do: None,
        }
    }

    /// The same thing, but not good: what to do now.
    fn but(self, state: State, to_do: impl Into<String>) -> Finding {
        Finding {
            state,
            to_do: Some(to_do.into()),
            ..self
        }
    }
}

/// Looks at everything, and shows each finding as soon as there is one.
pub(crate) async fn look(settings: &Settings, output: &Output) -> ExitCode {
    let mut findings = local::look(settings, output);
    findings.iter().for_each(|finding| show(finding, output));
    let further = remote::look(settings, output).await;
    further.iter().for_each(|finding| show(finding, output));
    findings.extend(further);
    if findings.iter().any(|finding| finding.state == State::Bad) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn show(finding: &Finding, output: &Output) {
    output.show(finding, || {
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
