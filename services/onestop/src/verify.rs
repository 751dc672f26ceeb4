//! `onestop verify`: reads and hashes every log again, through its service or, with the services stopped, from the
//! files.

use std::{io, process::ExitCode, time::Duration};

use onestop_chassis::{
    client::QuestionMeta, data_lock::DataLock, settings::Settings, subscribers::contradiction,
};
use onestop_eventlog::{LogReader, OpenError, Options, ReadError, VerifyError};
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
    query::{Verification, VerifyQuery},
};
use serde::Serialize;

use crate::{
    exit::{NOT_VERIFIED, UNAVAILABLE},
    logs::LogPlace,
    output::Output,
    progress::Bar,
    remote, services,
};

/// How long a service may take to read its log again: a few seconds for each million events.
const TIMEOUT: Duration = Duration::from_secs(600);

/// The result of verifying one log.
#[derive(Serialize)]
struct VerifiedLog {
    service: ServiceName,
    #[serde(flatten)]
    verification: Verification,
}

/// Asks each service to verify its log.
pub(crate) async fn online(settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let client = remote::connect(settings).await?.with_timeout(TIMEOUT);
    let mut verified = Vec::new();
    for service in services::names() {
        let running = output.message("verify-running");
        output.print_error(&format!("{service}: {running} …"));
        let answer = client.ask_service(&service, QuestionMeta::default(), &VerifyQuery);
        let verification = answer.await?;
        verified.push(show(service, verification, output));
    }
    Ok(code(&verified))
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
    let mut verified = Vec::new();
    for (source, log) in &logs {
        let service = &source.service;
        let mut bar = Bar::new(service.as_str(), output);
        let verification = match log {
            Ok(log) => {
                let verified = verify(source, log, &logs, &mut bar);
                verified.unwrap_or_else(|error| failed(&error))
            }
            Err(error) => failed(error),
        };
        verified.push(show(service.clone(), verification, output));
    }
    if verified.is_empty() {
        let data = settings.data.display();
        anyhow::bail!("there are no logs under {data}. Mend --data");
    }
    Ok(code(&verified))
}

/// What an error says of a log: that it is damaged, or nothing, because the system refused to read it.
fn failed(error: &anyhow::Error) -> Verification {
    let problem = format!("{error:#}");
    let refused = if let Some(error) = error.downcast_ref::<OpenError>() {
        error.is_refused()
    } else if let Some(error) = error.downcast_ref::<VerifyError>() {
        error.is_refused()
    } else if let Some(error) = error.downcast_ref::<ReadError>() {
        error.is_refused()
    } else {
        error.chain().any(is_of_system)
    };
    if refused {
        Verification::Unavailable { problem }
    } else {
        Verification::Damaged { problem }
    }
}

/// Whether the system refused, rather than that something is gone or ends too early.
fn is_of_system(cause: &(dyn std::error::Error + 'static)) -> bool {
    use io::ErrorKind::{InvalidData, NotFound, UnexpectedEof};
    let error = cause.downcast_ref::<io::Error>();
    error.is_some_and(|error| !matches!(error.kind(), InvalidData | NotFound | UnexpectedEof))
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

fn show(service: ServiceName, verification: Verification, output: &Output) -> VerifiedLog {
    let log = VerifiedLog {
        service,
        verification,
    };
    output.print_value(&log, || match &log.verification {
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
                log.service.to_string()
            )
        }
        Verification::Contradicted { events: _, problem } => {
            let contradicted = output.message("verify-contradicted");
            format!("✗ {contradicted}  {}: {problem}", log.service)
        }
        Verification::Unavailable { problem } => {
            let unavailable = output.message("verify-unavailable");
            format!("?  {unavailable}  {}: {problem}", log.service)
        }
        Verification::Damaged { problem } => {
            format!(
                "✗ {}  {}: {problem}",
                output.message("verify-damaged"),
                log.service
            )
        }
    });
    log
}

fn code(logs: &[VerifiedLog]) -> ExitCode {
    let is_bad = |log: &VerifiedLog| match log.verification {
        Verification::Intact { .. } | Verification::Unavailable { .. } => false,
        Verification::Contradicted { .. } | Verification::Damaged { .. } => true,
    };
    let is_unavailable =
        |log: &VerifiedLog| matches!(log.verification, Verification::Unavailable { .. });
    if logs.iter().any(is_bad) {
        ExitCode::from(NOT_VERIFIED)
    } else if logs.iter().any(is_unavailable) {
        ExitCode::from(UNAVAILABLE)
    } else {
        ExitCode::SUCCESS
    }
}
