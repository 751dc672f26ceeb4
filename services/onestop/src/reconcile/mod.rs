//! `onestop reconcile`: compares every service's log with what the others have heard of it, says what lacks where, and
//! mends it if the operator says so.

mod compare;
mod facts;

use std::{
    collections::BTreeSet,
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
};

use anyhow::Context;
use onestop_chassis::settings::Settings;
use onestop_proto::{actor::ServiceName, case, envelope::Source};
use serde_json::json;

use crate::{
    cli::{FollowEverywhere, GlobalArgs, ReconcileArgs, RefillArgs},
    output::Output,
    refill::{self, Existing},
    remote::{CliContext, follow_everywhere},
};
use compare::{Difference, Mend, differences};

/// The whole province: what is recorded of a source belongs to no unit.
const EVERYWHERE: &str = "530000000000";

pub(crate) async fn run(
    args: &ReconcileArgs,
    global: &GlobalArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let mut found = differences(&facts::gather(settings).await?);
    found.iter().for_each(|found| show(found, output));
    if args.mend {
        mend(&found, args, global, settings, output).await?;
        found = differences(&facts::gather(settings).await?);
        found.retain(is_open);
        found.iter().for_each(|found| show(found, output));
    }
    if found.iter().any(is_open) {
        return Ok(ExitCode::FAILURE);
    }
    let all = json!({ "what": "agrees" });
    output.print_value(&all, || format!("✓ {}", output.message("reconcile-agrees")));
    Ok(ExitCode::SUCCESS)
}

fn is_open(found: &Difference) -> bool {
    mend_of(found) != Mend::ByItself
}

fn mend_of(found: &Difference) -> Mend {
    // The keys of persons and the files of cases are in no event.
    found.mend(|of| of.service == case::service())
}

fn show(found: &Difference, output: &Output) {
    output.print_value(found, || {
        let to_do = to_do(found, output);
        let sign = if is_open(found) { "✗" } else { "!" };
        format!("{sign} {}\n    → {to_do}", text(found, output))
    });
}

fn text(found: &Difference, output: &Output) -> String {
    let of = found.of().to_string();
    let with = |id: &str, by: &Source, numbers: &[(&'static str, u64)]| {
        let by = by.to_string();
        let texts: Vec<_> = numbers
            .iter()
            .map(|(name, number)| (*name, number.to_string()))
            .collect();
        let mut arguments = vec![("of", of.as_str()), ("by", by.as_str())];
        arguments.extend(texts.iter().map(|(name, text)| (*name, text.as_str())));
        output.message_with(id, &arguments)
    };
    match found {
        Difference::Lost { by, known, .. } => with("reconcile-lost", by, &[("known", *known)]),
        Difference::Lacks {
            by, count, known, ..
        } => {
            let numbers = [("count", *count), ("known", *known)];
            with("reconcile-lacks", by, &numbers)
        }
        Difference::Older { by, .. } => with("reconcile-older", by, &[]),
        Difference::Differs { by, position, .. } => {
            with("reconcile-differs", by, &[("position", *position)])
        }
        Difference::Aside { by, .. } => with("reconcile-aside", by, &[]),
        Difference::Behind { by, missing, .. } => {
            with("reconcile-behind", by, &[("missing", *missing)])
        }
    }
}

fn to_do(found: &Difference, output: &Output) -> String {
    let (of, service) = (found.of().to_string(), found.of().service.to_string());
    let arguments = [("of", of.as_str()), ("service", service.as_str())];
    let id = match mend_of(found) {
        Mend::Refill => "reconcile-do-refill",
        Mend::Restore => "reconcile-do-restore",
        Mend::StopFirst => "reconcile-do-stop",
        Mend::Decide => "reconcile-do-decide",
        Mend::Follow => "reconcile-do-follow",
        Mend::ByItself => "reconcile-do-nothing",
    };
    output.message_with(id, &arguments)
}

/// Mends what can be mended from here, each once and after a question.
async fn mend(
    found: &[Difference],
    args: &ReconcileArgs,
    global: &GlobalArgs,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let mut done: BTreeSet<&Source> = BTreeSet::new();
    for difference in found {
        let of = difference.of();
        let mended = match (mend_of(difference), &args.why) {
            (Mend::Refill, _) if done.insert(of) && agreed(difference, args, output)? => {
                refill_one(&of.service, settings, output).await
            }
            (Mend::Follow, Some(why)) if done.insert(of) && agreed(difference, args, output)? => {
                let context = CliContext::open(global, settings, output).await?;
                follow_everywhere::run(&context, &decision(difference, why)?).await
            }
            _ => Ok(()),
        };
        if let Err(error) = mended {
            output.print_error(&format!("✗ {of}: {}", output.failure(&error)));
        }
    }
    Ok(())
}

async fn refill_one(
    service: &ServiceName,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let args = RefillArgs::of(service.clone());
    Box::pin(refill::run(&args, Existing::Continue, settings, output)).await
}

fn decision(found: &Difference, why: &str) -> anyhow::Result<FollowEverywhere> {
    let mut epoch = None;
    if let Difference::Aside { epoch: told, .. } = found {
        epoch = Some(*told);
    }
    Ok(FollowEverywhere {
        source: found.of().clone(),
        epoch,
        why: why.to_owned(),
        alone: Some(why.to_owned()),
        division: EVERYWHERE.parse().with_context(|| said!("the-province"))?,
    })
}

/// Whether the operator wants it mended. Who is not there to be asked wants nothing.
fn agreed(found: &Difference, args: &ReconcileArgs, output: &Output) -> anyhow::Result<bool> {
    if args.yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        output.print_error(&output.message("reconcile-say-yes"));
        return Ok(false);
    }
    let question = output.message("reconcile-ask");
    write!(io::stderr(), "{}  {question} ", text(found, output))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "是"))
}
