//! `onestop proof` and `onestop verify-proof`: a case's events in one file that can be checked without Onestop.
//! `services/eventlog/PROOF.md` says how.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use onestop_chassis::proof::{self, Proven, VerifyingKey};
use serde::Serialize;

use crate::{
    bounded_file,
    cli::{ProofArgs, VerifyProofArgs},
    exit::NOT_VERIFIED,
    failure_words::words_of,
    output::Output,
    remote::CliContext,
    services,
};

/// Asks every service for its part of the proof, and writes one file.
pub(crate) async fn write(proof: &ProofArgs, context: &CliContext<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let case = context.case_id(&proof.case).await?;
    let file = proof::gather(&context.client, &services::names(), case).await?;
    if file.parts.is_empty() {
        bail!(said!("proof-no-event", case = case));
    }
    let events: usize = file.parts.iter().map(|part| part.events.len()).sum();
    let text = serde_json::to_string_pretty(&file)? + "\n";
    let Some(path) = &proof.out else {
        output.print(&text);
        return Ok(());
    };
    fs::write(path, text).with_context(|| said!("cannot-write", path = path.display()))?;
    let (written, unit) = (
        output.message("proof-written"),
        output.message("proof-events"),
    );
    output.print_error(&format!("{written} {}  {events} {unit}", path.display()));
    Ok(())
}

/// The longest proof that is read, in bytes.
const LONGEST_PROOF: u64 = bounded_file::GROWN;

/// The result of checking a proof.
#[derive(Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
enum ProofResult {
    Proven { case: String, logs: Vec<Proven> },
    NotProven { problem: String },
}

/// Checks a proof with public keys alone.
pub(crate) fn verify(args: &VerifyProofArgs, output: &Output) -> anyhow::Result<ExitCode> {
    let path = &args.file;
    let bytes = bounded_file::read(path, LONGEST_PROOF)?;
    let mut keys = Vec::new();
    for key in &args.key {
        keys.extend(read_keys(key)?);
    }
    let verdict = match proof::check(&bytes, &keys) {
        Ok((case, logs)) => ProofResult::Proven { case, logs },
        Err(problem) => ProofResult::NotProven {
            problem: output.words(&words_of(&problem)).to_owned(),
        },
    };
    output.print_value(&verdict, || verdict_text(&verdict, output));
    Ok(match verdict {
        ProofResult::Proven { .. } => ExitCode::SUCCESS,
        ProofResult::NotProven { .. } => ExitCode::from(NOT_VERIFIED),
    })
}

fn verdict_text(verdict: &ProofResult, output: &Output) -> String {
    match verdict {
        ProofResult::Proven { case, logs } => {
            let good = output.message("proof-valid");
            let mut lines = vec![format!("{good}  {case}")];
            for Proven { log, size, events } in logs {
                let unit = output.message("proof-events-of");
                let of = output.message("proof-events-unit");
                lines.push(format!("  {log}  {events} {unit} {size} {of}"));
            }
            lines.join("\n")
        }
        ProofResult::NotProven { problem } => {
            format!("✗ {}: {problem}", output.message("proof-invalid"))
        }
    }
}

/// Reads a public key, or a file with one on each line.
fn read_keys(given: &str) -> anyhow::Result<Vec<VerifyingKey>> {
    if let Ok(key) = given.parse() {
        return Ok(vec![key]);
    }
    let path = PathBuf::from(given);
    let text = bounded_file::read_text(&path, bounded_file::SMALL)
        .with_context(|| format!("“{given}”不是公钥，也不是存有公钥的文件 / '{given}' is neither a public key nor a file with one"))?;
    parse_keys(&path, &text)
}

fn parse_keys(path: &Path, text: &str) -> anyhow::Result<Vec<VerifyingKey>> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            line.parse()
                .with_context(|| said!("cannot-use", path = path.display()))
        })
        .collect()
}
