//! `onestop verify`: reads and hashes every log again, through its service or, with the services stopped, from the
//! files.

use std::{io, process::ExitCode, time::Duration};

use onestop_chassis::{
    client::QuestionMeta, data_lock::DataLock, settings::Settings, subscribers::contradiction,
};
use onestop_eventlog::{LogReader, OpenError, Options, ReadError, VerifyError};
use onestop_journal::cosigning::CosignedFileError;
use onestop_proto::{
    actor::ServiceName,
    envelope::Source,
    query::{Verification, VerifyQuery},
};
use serde::Serialize;

use crate::{
    cli::VerifyArgs,
    cosigned::{Compared, CosignedFiles, FurtherCopy},
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
    /// With how many cosigned checkpoints it agrees.
    cosigned: usize,
}

/// Verifies all logs, and compares them with the cosigned checkpoints that there are.
pub(crate) async fn run(
    args: &VerifyArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let further = match &args.cosigned {
        None => None,
        Some(address) => match FurtherCopy::fetch(address).await {
            Ok(copy) => Some(copy),
            Err(error) => {
                output.print_error(&output.failure(&error));
                return Ok(ExitCode::from(UNAVAILABLE));
            }
        },
    };
    let files = match CosignedFiles::read(args.cosigner.as_deref(), further, settings) {
        Ok(files) => files,
        Err(error) => {
            let Some(unusable) = error.downcast_ref::<CosignedFileError>() else {
                return Err(error);
            };
            output.print_error(&output.failure(&error));
            let code = if unusable.is_refused() {
                UNAVAILABLE
            } else {
                NOT_VERIFIED
            };
            return Ok(ExitCode::from(code));
        }
    };
    if args.offline {
        offline(&files, settings, output)
    } else {
        online(&files, settings, output).await
    }
}

/// Asks each service to verify its log.
async fn online(
    files: &CosignedFiles,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let client = remote::connect(settings).await?.with_timeout(TIMEOUT);
    let mut verified = Vec::new();
    for service in services::names() {
        let running = output.message("verify-running");
        output.print_error(&format!("{service}: {running} …"));
        let answer = client.ask_service(&service, QuestionMeta::default(), &VerifyQuery);
        let verification = answer.await?;
        let source = source_of(service, settings);
        let compared = files.compare_online(&source, &client, verification, output);
        verified.push(show(source.service.clone(), compared.await?, output));
    }
    Ok(code(&verified))
}

fn source_of(service: ServiceName, settings: &Settings) -> Source {
    Source {
        service,
        instance: settings.instance.clone(),
    }
}

/// Opens each log and verifies it.
fn offline(
    files: &CosignedFiles,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let names = services::names();
    let _lock = DataLock::reading(&settings.data, names.iter().map(ServiceName::as_str))?;
    let mut logs = Vec::new();
    for service in names {
        let place = LogPlace::of(&service, settings)?;
        if place.exists() {
            let log = place.options().and_then(open);
            logs.push((source_of(service, settings), log));
        }
    }
    let mut verified = Vec::new();
    for (source, log) in &logs {
        let service = &source.service;
        let mut bar = Bar::new(service.as_str(), output);
        let compared = match log {
            Ok(log) => verify(source, log, &logs, &mut bar)
                .and_then(|verified| files.compare(source, log, verified, output))
                .unwrap_or_else(|error| failed(&error)),
            Err(error) => failed(error),
        };
        verified.push(show(service.clone(), compared, output));
    }
    if verified.is_empty() {
        let data = settings.data.display();
        anyhow::bail!(said!("verify-no-logs", data = data));
    }
    Ok(code(&verified))
}

/// What an error says of a log: that it is damaged, or nothing, because the system refused to read it.
fn failed(error: &anyhow::Error) -> Compared {
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
    let verification = if refused {
        Verification::Unavailable { problem }
    } else {
        Verification::Damaged { problem }
    };
    Compared {
        verification,
        cosigned: 0,
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

fn show(service: ServiceName, compared: Compared, output: &Output) -> VerifiedLog {
    let log = VerifiedLog {
        service,
        verification: compared.verification,
        cosigned: compared.cosigned,
    };
    output.print_value(&log, || match &log.verification {
        Verification::Intact {
            events,
            root,
            checkpoints,
            hash: _,
        } => {
            let good = output.message("verify-intact");
            let unit = output.message("unit-events");
            let signed = output.message("verify-checkpoints");
            let cosigned = match log.cosigned {
                0 => String::new(),
                count => format!("  {count:>6} {}", output.message("verify-cosigned")),
            };
            format!(
                "{good}  {:<13} {events:>9} {unit}  {checkpoints:>6} {signed}{cosigned}  {root}",
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
