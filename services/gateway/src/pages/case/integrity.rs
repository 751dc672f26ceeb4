//! `/cases/{case}/integrity`: a verdict in words on whether a case's records are as they were written, what
//! was checked, and the file with which anybody can check it again without us.

use std::{collections::BTreeSet, path::Path as FilePath};

use anyhow::Context;
use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use onestop_chassis::{
    keys,
    proof::{self, Proven, VerifyingKey},
};
use onestop_proto::{
    contract,
    ids::CaseNumber,
    journal::{self, Replay, ReplayQuery},
    ledger::CaseHead,
    proof::ProofFile,
};

use super::{head, named};
use crate::{
    app::App,
    auth::Session,
    error::Oops,
    page::{Page, View, html},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/integrity", get(show))
        .route("/cases/{case}/proof.json", get(download))
}

/// What one check found.
enum Found {
    Good,
    Bad,
    /// It could not be made.
    Open,
}

struct Check {
    what: &'static str,
    found: Found,
    /// The facts, or the first thing that is wrong.
    facts: String,
}

#[derive(Template)]
#[template(path = "integrity.html")]
struct Integrity<'a> {
    page: Page<'a>,
    number: CaseNumber,
    events: usize,
    checks: Vec<Check>,
    logs: Vec<Proven>,
    keys: Vec<String>,
}

impl Integrity<'_> {
    fn is_intact(&self) -> bool {
        self.checks
            .iter()
            .all(|check| matches!(check.found, Found::Good))
    }

    fn is_altered(&self) -> bool {
        self.checks
            .iter()
            .any(|check| matches!(check.found, Found::Bad))
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let (head, file) = gathered(&app, session, &case).await?;
    let query = ReplayQuery {
        case: named(&case)?,
        as_of: None,
        known_at: None,
    };
    let service = journal::service();
    let replay: Replay = app.ask(session, (&service, "replay"), None, &query).await?;
    let page = view.page(&app);
    let keys = trusted(&app.data, &file);
    let (proven, logs) = proven(&file, &keys, &page);
    let checks = vec![
        proven,
        copied(&file, &replay, &page),
        caused(&replay, &page),
    ];
    Ok(html(&Integrity {
        number: head.row.number,
        events: file.parts.iter().map(|part| part.events.len()).sum(),
        keys: keys.iter().map(ToString::to_string).collect(),
        page,
        checks,
        logs,
    }))
}

/// The proof file: what `onestop proof` writes, with the public keys that we know in a header of its own.
async fn download(
    State(app): State<App>,
    session: Session,
    Path(case): Path<String>,
) -> Result<Response, Oops> {
    let (head, file) = gathered(&app, &session, &case).await?;
    let text = serde_json::to_string_pretty(&file).map_err(anyhow::Error::from)?;
    let name = format!("attachment; filename=\"{}-proof.json\"", head.row.number);
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, text + "\n").into_response())
}

async fn gathered(app: &App, session: &Session, case: &str) -> Result<(CaseHead, ProofFile), Oops> {
    // Whoever may not see the case gets no proof of it.
    let head = head(app, session, &named(case)?, "").await?;
    let file = proof::gather(&app.client, &contract::services(), head.row.case).await?;
    Ok((head, file))
}

/// The public keys of the logs of this machine. One that stands on another machine is not known here: what
/// it signed is then checked by whoever has its key.
fn trusted(data: &FilePath, file: &ProofFile) -> Vec<VerifyingKey> {
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

/// Every record stands in its log as it was written, and the log's key has signed for it.
fn proven(file: &ProofFile, keys: &[VerifyingKey], page: &Page<'_>) -> (Check, Vec<Proven>) {
    let what = "integrity-signed";
    if keys.is_empty() {
        let facts = page.say.t("integrity-no-keys");
        return (
            Check {
                what,
                found: Found::Open,
                facts,
            },
            Vec::new(),
        );
    }
    let checked = serde_json::to_vec(file)
        .context("the file does not serialize")
        .and_then(|bytes| proof::check(&bytes, keys));
    match checked {
        Ok((_, logs)) => {
            let facts = page
                .say
                .t1("integrity-signed-facts", "logs", logs.len().to_string());
            (
                Check {
                    what,
                    found: Found::Good,
                    facts,
                },
                logs,
            )
        }
        Err(problem) => {
            let facts = format!("{problem:#}");
            (
                Check {
                    what,
                    found: Found::Bad,
                    facts,
                },
                Vec::new(),
            )
        }
    }
}

/// The journal's copy of each event is the one that its source holds.
fn copied(file: &ProofFile, replay: &Replay, page: &Page<'_>) -> Check {
    let what = "integrity-copied";
    let held: BTreeSet<String> = file
        .parts
        .iter()
        .flat_map(|part| &part.events)
        .map(|event| event.id.clone())
        .collect();
    let strange = replay
        .steps
        .iter()
        .find(|step| !held.contains(&step.event.id.to_string()));
    match strange {
        Some(step) => Check {
            what,
            found: Found::Bad,
            facts: page
                .say
                .t1("integrity-strange", "number", step.number.to_string()),
        },
        None => Check {
            what,
            found: Found::Good,
            facts: page.say.t1(
                "integrity-copied-facts",
                "steps",
                replay.steps.len().to_string(),
            ),
        },
    }
}

/// Each step has its cause, and whoever gave the case had it.
fn caused(replay: &Replay, page: &Page<'_>) -> Check {
    let what = "integrity-caused";
    match replay.findings.first() {
        Some(finding) => Check {
            what,
            found: Found::Bad,
            facts: format!(
                "{} {}",
                page.say
                    .t1("case-step-title", "number", finding.step.to_string()),
                page.say.words(&finding.what)
            ),
        },
        None => Check {
            what,
            found: Found::Good,
            facts: page.say.t("integrity-caused-facts"),
        },
    }
}
