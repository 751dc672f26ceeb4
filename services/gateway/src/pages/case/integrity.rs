//! `/cases/{case}/integrity`: whether a case's records are as they were written, what was checked, and a proof
//! file with which a reader verifies it without this system.

use std::{collections::BTreeSet, path::Path as FilePath};

use anyhow::Context;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::IntoResponse,
    routing::get,
};
use onestop_chassis::{
    keys,
    proof::{self, Proven, VerifyingKey},
};
use onestop_proto::{
    contract,
    field_names::both_languages,
    ids::CaseNumber,
    journal::{Replay, ReplayQuery},
    ledger::CaseHead,
    proof::ProofFile,
};

use super::parts;
use crate::{
    app::App,
    core::page_error::{PageError, PageResult},
    identity::session::Session,
    pages::{
        case_head,
        shell::{Page, View, html},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/integrity", get(show))
        .route("/cases/{case}/proof.json", get(download))
}

enum Outcome {
    Passed,
    Failed,
    /// The keys to check with are not known here.
    Unchecked,
}

struct Check {
    what: &'static str,
    outcome: Outcome,
    /// What was compared, or the first difference.
    facts: String,
}

impl Check {
    fn new(what: &'static str, outcome: Outcome, facts: String) -> Self {
        Self {
            what,
            outcome,
            facts,
        }
    }
}

#[derive(Template)]
#[template(path = "integrity.html")]
struct IntegrityTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    events: usize,
    checks: Vec<Check>,
    logs: Vec<Proven>,
    keys: Vec<String>,
}

impl IntegrityTemplate<'_> {
    fn is_intact(&self) -> bool {
        self.checks
            .iter()
            .all(|check| matches!(check.outcome, Outcome::Passed))
    }

    fn is_altered(&self) -> bool {
        self.checks
            .iter()
            .any(|check| matches!(check.outcome, Outcome::Failed))
    }
}

async fn show(State(app): State<App>, view: View, Path(case): Path<String>) -> PageResult {
    let session = view.session()?;
    let (head, file) = gather(&app, session, &case).await?;
    let query = ReplayQuery::whole(case_head::parse_case(&case)?);
    let replay = parts::whole(&app, session, &query).await?;
    let page = view.page(&app);
    let keys = trusted_keys(&app.data, &file);
    let (signatures, logs) = check_signatures(&file, &keys, &page);
    let checks = vec![
        signatures,
        check_copies(&file, &replay, &page),
        check_custody(&replay, &page),
    ];
    Ok(html(&IntegrityTemplate {
        number: head.row.number,
        events: file.parts.iter().map(|part| part.events.len()).sum(),
        keys: keys.iter().map(ToString::to_string).collect(),
        page,
        checks,
        logs,
    }))
}

/// The proof file, as `onestop proof` writes it.
async fn download(
    State(app): State<App>,
    session: Session,
    Path(case): Path<String>,
) -> PageResult {
    let (head, file) = gather(&app, &session, &case).await?;
    let text = serde_json::to_string_pretty(&file).map_err(anyhow::Error::from)?;
    let name = format!("attachment; filename=\"{}-proof.json\"", head.row.number);
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text + "\n").into_response())
}

async fn gather(
    app: &App,
    session: &Session,
    case: &str,
) -> Result<(CaseHead, ProofFile), PageError> {
    // Refuses those who may not see the case.
    let head = case_head::fetch(app, session, &case_head::parse_case(case)?, "").await?;
    let file = proof::gather(&app.client, &contract::services(), head.row.case).await?;
    Ok((head, file))
}

/// The public keys of the logs of this machine; the keys of other machines' logs are not known here.
fn trusted_keys(data: &FilePath, file: &ProofFile) -> Vec<VerifyingKey> {
    let origins: BTreeSet<&str> = file
        .parts
        .iter()
        .filter_map(|part| part.checkpoint.lines().next())
        .collect();
    let services = origins.iter().filter_map(|origin| origin.split('/').nth(1));
    let services: BTreeSet<&str> = services.collect();
    let key = |service: &&str| keys::verifying_key(&data.join(service)).ok().flatten();
    services.iter().filter_map(key).collect()
}

/// Checks that every record is in its log, and that the log's key has signed it.
fn check_signatures(
    file: &ProofFile,
    keys: &[VerifyingKey],
    page: &Page<'_>,
) -> (Check, Vec<Proven>) {
    let what = "integrity-signed";
    if keys.is_empty() {
        let facts = page.i18n.t("integrity-no-keys");
        return (Check::new(what, Outcome::Unchecked, facts), Vec::new());
    }
    let checked = serde_json::to_vec(file)
        .context("the file does not serialize")
        .and_then(|bytes| proof::check(&bytes, keys));
    match checked {
        Ok((_, logs)) => {
            let facts = page
                .i18n
                .t1("integrity-signed-facts", "logs", logs.len().to_string());
            (Check::new(what, Outcome::Passed, facts), logs)
        }
        Err(problem) => {
            let causes = problem.chain();
            let causes = causes.map(|cause| {
                let words = both_languages(&cause.to_string());
                page.i18n.words(&words).to_owned()
            });
            let facts = causes.collect::<Vec<_>>().join(": ");
            (Check::new(what, Outcome::Failed, facts), Vec::new())
        }
    }
}

/// Checks that every event of the journal is in the log of its source.
fn check_copies(file: &ProofFile, replay: &Replay, page: &Page<'_>) -> Check {
    let what = "integrity-copied";
    let event_ids: BTreeSet<String> = file
        .parts
        .iter()
        .flat_map(|part| &part.events)
        .map(|event| event.id.clone())
        .collect();
    let strange = replay
        .steps
        .iter()
        .find(|step| !event_ids.contains(&step.event.id.to_string()));
    match strange {
        Some(step) => Check::new(
            what,
            Outcome::Failed,
            page.i18n
                .t1("integrity-strange", "number", step.number.to_string()),
        ),
        None => Check::new(
            what,
            Outcome::Passed,
            page.i18n.t1(
                "integrity-copied-facts",
                "steps",
                replay.steps.len().to_string(),
            ),
        ),
    }
}

/// Checks that each step has its cause, and that each handoff was made by the unit that had custody.
fn check_custody(replay: &Replay, page: &Page<'_>) -> Check {
    let what = "integrity-caused";
    match replay.findings.first() {
        Some(finding) => Check::new(
            what,
            Outcome::Failed,
            format!(
                "{} {}",
                page.i18n
                    .t1("case-step-title", "number", finding.step.to_string()),
                page.i18n.words(&finding.what)
            ),
        ),
        None => Check::new(what, Outcome::Passed, page.i18n.t("integrity-caused-facts")),
    }
}
