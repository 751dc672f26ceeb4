//! `onestop verify`: every log is read again and hashed again, by its own service or, with the services
//! stopped, from the files.

use std::process::ExitCode;

use onestop_chassis::settings::Settings;
use onestop_eventlog::{EventLog, Options};
use onestop_proto::{
    actor::ServiceName, case, journal, legal_aid, notarization, query::Verification, referral,
};
use serde::Serialize;

use crate::{ask, exit::NOT_VERIFIED, output::Output};

/// What became of one log.
#[derive(Serialize)]
struct Verdict {
    service: ServiceName,
    #[serde(flatten)]
    verification: Verification,
}

/// Every service that has a log.
pub(crate) fn services() -> [ServiceName; 5] {
    [
        case::service(),
        referral::service(),
        legal_aid::service(),
        notarization::service(),
        journal::service(),
    ]
}

/// Asks each service to verify its log.
pub(crate) async fn online(settings: &Settings, output: &Output) -> anyhow::Result<ExitCode> {
    let client = ask::connect(settings).await?;
    let mut verdicts = Vec::new();
    for service in services() {
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
    for service in services() {
        let path = settings.data.join(service.as_str()).join("log");
        if !path.exists() {
            continue;
        }
        let options = Options::new(&path, uuid::Uuid::nil());
        let verification = match EventLog::open(options) {
            Ok(log) => {
                let mut last = 0;
                let mut progress = |done: u64, total: u64| {
                    let percent = done * 100 / total.max(1);
                    if percent >= last + 10 {
                        last = percent;
                        output.error(&format!("{service}: {percent} % of {total} events"));
                    }
                };
                match log.verify(&mut progress) {
                    Ok(verified) => Verification::Intact {
                        events: verified.count,
                        hash: verified.hash.to_string(),
                    },
                    Err(error) => Verification::Damaged {
                        problem: error.to_string(),
                    },
                }
            }
            Err(error) => Verification::Damaged {
                problem: error.to_string(),
            },
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

fn show(verdict: Verdict, output: &Output) -> Verdict {
    output.show(&verdict, || match &verdict.verification {
        Verification::Intact { events, hash } => {
            let (good, unit) = (
                output.say("✓ 未发现改动", "✓ unaltered"),
                output.say("条", "events"),
            );
            format!(
                "{good}  {:<13} {events:>9} {unit}  {hash}",
                verdict.service.to_string()
            )
        }
        Verification::Damaged { problem } => {
            format!(
                "✗ {}  {}: {problem}",
                output.say("有问题", "NOT AS WRITTEN"),
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
