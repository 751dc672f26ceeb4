//! `onestop verify`: reads and hashes every log again, through its service or, with the services stopped, from the
//! files.

use std::{process::ExitCode, time::Duration};

use onestop_chassis::{
    client::QuestionMeta, data_lock::DataLock, settings::Settings, subscribers::contradiction,
};
use onestop_eventlog::{LogReader, Options};
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
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
    let names = services::names();
    let _lock = DataLock::reading(&settings.data, names.iter().map(ServiceName::as_str))?;
    let mut logs = Vec::new();
    for service in names {
        let place = LogPlace::of(&service, settings)?;
        if place.exists() {
            let log = place.options().and_then(open);
            let source = Source {
                service,
                instance: settings.instance.clone(),
            };
            logs.push((source, log));
        }
    }
    let mut verdicts = Vec::new();
    for (source, log) in &logs {
        let service = &source.service;
        let mut bar = Bar::new(service.as_str(), output);
        let verification = match log {
            Ok(log) => verify(source, log, &logs, &mut bar).map_err(|error| format!("{error:#}")),
            Err(error) => Err(format!("{error:#}")),
        };
        let verification = verification.unwrap_or_else(|problem| Verification::Damaged { problem });
        verdicts.push(show(service.clone(), verification, output));
    }
    if verdicts.is_empty() {
        let data = settings.data.display();
        anyhow::bail!("there are no logs under {data}. Mend --data");
    }
    Ok(code(&verdicts))
}

/// A log of the data folder, or why it does not open.
type OpenedLog = (Source, anyhow::Result<LogReader>);

fn open(options: Options) -> anyhow::Result<LogReader> {
    Ok(LogReader::open(options)?)
}

/// Verifies a log, and compares it with what the other logs of the folder have taken in from it.
fn verify(
    source: &Source,
    log: &LogReader,
    all: &[OpenedLog],
    bar: &mut Bar<'_>,
) -> anyhow::Result<Verification> {
    let verified = log.verify(&mut |done, total| bar.show(done, total))?;
    for (by, subscriber) in all {
        let Ok(subscriber) = subscriber else { continue };
        if let Some(contradiction) = contradiction(source, log, by, subscriber.cursors())? {
            return Ok(Verification::Contradicted {
                events: verified.count,
                problem: contradiction.to_string(),
            });
        }
    }
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
        Verification::Contradicted { events: _, problem } => {
            let contradicted = output.message("verify-contradicted");
            format!("✗ {contradicted}  {}: {problem}", verdict.service)
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
    let is_bad = |verdict: &Verdict| match verdict.verification {
        Verification::Intact { .. } => false,
        Verification::Contradicted { .. } | Verification::Damaged { .. } => true,
    };
    if verdicts.iter().any(is_bad) {
        ExitCode::from(NOT_VERIFIED)
    } else {
        ExitCode::SUCCESS
    }
}
