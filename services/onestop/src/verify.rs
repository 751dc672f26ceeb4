//! `onestop verify`: reads and hashes every log again, through its service or, with the services stopped, from the
//! files.

use std::{process::ExitCode, time::Duration};

use onestop_chassis::{client::QuestionMeta, settings::Settings};
use onestop_eventlog::{LogReader, Options};
use onestop_proto::{
    actor::ServiceName,
    query::{Verification, VerifyQuery},
};
use serde::Serialize;

use crate::{exit::NOT_VERIFIED, logs::LogPlace, output::Output, progress::Bar, remote, services};

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
        let answer = client.ask_service(&service, QuestionMeta::default(), &VerifyQuery);
        let verification = answer.await?;
        verdicts.push(show(service, verification, output));
    }
    Ok(code(&verdicts))
}

/// Opens each log and verifies it.
pub(crate) fn offline(settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let mut verdicts = Vec::new();
    for service in services::names() {
        let place = LogPlace::of(&service, settings)?;
        if !place.exists() {
            continue;
        }
        let mut bar = Bar::new(service.as_str(), output);
        let verification = verify(place.options()?, &mut bar);
        let verification = verification.unwrap_or_else(|error| Verification::Damaged {
            problem: format!("{error:#}"),
        });
        verdicts.push(show(service, verification, output));
    }
    if verdicts.is_empty() {
        let data = settings.data.display();
        anyhow::bail!("there are no logs under {data}. Mend --data");
    }
    Ok(code(&verdicts))
}

fn verify(options: Options, bar: &mut Bar<'_>) -> anyhow::Result<Verification> {
    let log = LogReader::open(options)?;
    let verified = log.verify(&mut |done, total| bar.show(done, total))?;
    Ok(Verification::Intact {
        events: verified.count,
        hash: verified.hash.to_string(),
        root: verified.root.to_string(),
        checkpoints: verified.checkpoints,
    })
}

fn show(service: ServiceName, verification: Verification, output: &Output) -> Verdict {
    let verdict = Verdict {
        service,
        verification,
    };
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
