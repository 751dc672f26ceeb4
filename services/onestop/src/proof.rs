//! `onestop proof` and `onestop verify-proof`: a case's events in one file that a stranger can check
//! without Onestop. `services/eventlog/PROOF.md` says how.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use onestop_chassis::{
    proof::{self, Proven, VerifyingKey},
    settings::Settings,
};
use serde::Serialize;

use crate::{
    ask::Desk,
    cli::{ProofArgs, Shared, VerifyProofArgs},
    exit::NOT_VERIFIED,
    output::Output,
    services,
};

/// Asks every service for its part, and writes one file.
pub(crate) async fn make(
    asked: &ProofArgs,
    shared: &Shared,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let desk = Desk::open(shared, settings, output).await?;
    let case = desk.case(&asked.case).await?;
    let file = proof::gather(&desk.client, &services::names(), case).await?;
    if file.parts.is_empty() {
        bail!("no log has an event of {case}");
    }
    let events: usize = file.parts.iter().map(|part| part.events.len()).sum();
    let text = serde_json::to_string_pretty(&file)? + "\n";
    let Some(path) = &asked.out else {
        output.text(&text);
        return Ok(());
    };
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    let (written, unit) = (
        output.say("已写入", "written:"),
        output.say("条", "events proven"),
    );
    output.error(&format!("{written} {}  {events} {unit}", path.display()));
    Ok(())
}

/// What a check of a file found.
#[derive(Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
enum Verdict {
    Proven { case: String, logs: Vec<Proven> },
    NotProven { problem: String },
}

/// Checks a file with nothing but public keys.
pub(crate) fn verify(asked: &VerifyProofArgs, output: &Output) -> anyhow::Result<ExitCode> {
    let path = &asked.file;
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut keys = Vec::new();
    for key in &asked.key {
        keys.extend(read_keys(key)?);
    }
    let verdict = match proof::check(&bytes, &keys) {
        Ok((case, logs)) => Verdict::Proven { case, logs },
        Err(problem) => Verdict::NotProven {
            problem: format!("{problem:#}"),
        },
    };
    output.show(&verdict, || told(&verdict, output));
    Ok(match verdict {
        Verdict::Proven { .. } => ExitCode::SUCCESS,
        Verdict::NotProven { .. } => ExitCode::from(NOT_VERIFIED),
    })
}

fn told(verdict: &Verdict, output: &Output) -> String {
    match verdict {
        Verdict::Proven { case, logs } => {
            let good = output.say("✓ 证明有效", "✓ proven");
            let mut lines = vec![format!("{good}  {case}")];
            for Proven { log, size, events } in logs {
                let (unit, of) = (output.say("条，共", "events of"), output.say("条", ""));
                lines.push(format!("  {log}  {events} {unit} {size} {of}"));
            }
            lines.join("\n")
        }
        Verdict::NotProven { problem } => {
            format!("✗ {}: {problem}", output.say("证明无效", "NOT PROVEN"))
        }
    }
}

/// A key as it stands, or a file with one on each line.
fn read_keys(given: &str) -> anyhow::Result<Vec<VerifyingKey>> {
    if let Ok(key) = given.parse() {
        return Ok(vec![key]);
    }
    let path = PathBuf::from(given);
    let text = fs::read_to_string(&path)
        .with_context(|| format!("'{given}' is neither a public key nor a file with one"))?;
    parse_keys(&path, &text)
}

fn parse_keys(path: &Path, text: &str) -> anyhow::Result<Vec<VerifyingKey>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            line.parse()
                .with_context(|| format!("cannot use {}", path.display()))
        })
        .collect()
}
