//! `onestop verify`: every log is read again and hashed again, by its own service or, with the services
//! stopped, from the files.

use std::{process::ExitCode, time::Duration};

use onestop_chassis::{keys, node::LOG_FOLDER, settings::Settings};
use onestop_eventlog::{EventLog, Options};
use onestop_proto::{actor::ServiceName, query::Verification};
use serde::Serialize;

use crate::{exit::NOT_VERIFIED, output::Output, progress::Bar, remote, services};

/// How long a service may take to read its log again: a few seconds for each million events.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The result of verifying one log.
#[derive(Serialize)]
struct Verdict {
    service: ServiceName,
    #[serde(flatten)]
    verification: Verification,
}

/// Asks each service to verify its log.
pub(crate) async fn online(settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let client = remote::connect(settings).await?.with_timeout(TIMEOUT);
    let mut verdicts = Vec::new();
    for service in services::names() {
        let running = output.message("verify-running");
        output.print_error(&format!("{service}: {running} …"));
        let none = serde_json::Value::Null;
        let verification = client
            .question(&service, "verify", (None, None), &none)
            .await?;
        verdicts.push(show(
            Verdict {
                service,
                verification,
            },
            output,
        ));
    }
    Ok(code(&verdicts))
}

/// Opens each log and verifies it.
pub(crate) fn offline(settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let mut verdicts = Vec::new();
    for service in services::names() {
        let folder = settings.data.join(service.as_str());
        let path = folder.join(LOG_FOLDER);
        if !path.exists() {
            continue;
        }
        let options = Options {
            verifying_key: keys::verifying_key(&folder)?,
            ..Options::new(&path, uuid::Uuid::nil())
        };
        let verification = match EventLog::open(options) {
            Ok(log) => {
                let mut bar = Bar::new(service.as_str(), output);
                match log.verify(&mut |done, total| bar.show(done, total)) {
                    Ok(verified) => Verification::Intact {
                        events: verified.count,
                        hash: verified.hash.to_string(),
                        root: verified.root.to_string(),
                        checkpoints: verified.checkpoints,
                    },
                    Err(error) => damaged(error),
                }
            }
            Err(error) => damaged(error),
        };
        verdicts.push(show(
            Verdict {
                service,
                verification,
            },
            output,
        ));
    }
    if verdicts.is_empty() {
        let data = settings.data.display();
        anyhow::bail!("there are no logs under {data}. Mend --data");
    }
    Ok(code(&verdicts))
}

fn damaged(error: impl Into<anyhow::Error>) -> Verification {
    Verification::Damaged {
        problem: format!("{:#}", error.into()),
    }
}

fn show(verdict: Verdict, output: &Output) -> Verdict {
    output.print_value(&verdict, || match &verdict.verification {
        Verification::Intact {
            events,
            root,
            checkpoints,
            hash: _,
        } => {
            let (good, unit, signed) = (
                output.message("verify-intact"),
                output.message("unit-events"),
                output.message("verify-checkpoints"),
            );
            format!(
                "{good}  {:<13} {events:>9} {unit}  {checkpoints:>6} {signed}  {root}",
                verdict.service.to_string()
            )
        }
        Verification::Damaged { problem } => {
            format!(
                "✗ {}  {}: {problem}",
                output.message("verify-damaged"),
                verdict.service
            )
        }
    });
    verdict
}

fn code(verdicts: &[Verdict]) -> ExitCode {
    let damaged = |verdict: &Verdict| matches!(verdict.verification, Verification::Damaged { .. });
    if verdicts.iter().any(damaged) {
        ExitCode::from(NOT_VERIFIED)
    } else {
        ExitCode::SUCCESS
    }
}
