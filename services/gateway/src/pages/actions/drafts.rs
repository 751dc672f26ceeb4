//! Drafts (草稿) of commands on a case: what was typed is saved while the user types, shown again when they come back, and
//! deleted when the command is sent. Sealed for the user; each is of one case and command, and listed on `/today`.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    actor::ServiceName,
    ids::{CaseId, StaffId},
    text::Words,
};
use serde::Serialize;

use super::Target;
use crate::{
    app::App,
    core::{
        command_schema,
        db::drafts::{self, Draft, DraftId},
        form_data::FormData,
        page_error::{PageError, PageResult},
    },
    identity::session::Session,
    pages::{
        case_head,
        form::Form,
        shell::{Page, View},
    },
};

/// Fields that an empty form has.
const PREFILLED: [&str; 6] = ["csrf", "key", "case", "revision", "back", "f.handoff"];

/// The form of a command on a case: what a draft is of.
pub(in crate::pages) struct ActForm {
    pub(in crate::pages) case: CaseId,
    pub(in crate::pages) service: ServiceName,
    pub(in crate::pages) command: String,
}

impl ActForm {
    /// Parses the id of a draft; nothing of what no form makes.
    pub(in crate::pages) fn parse(id: &str) -> Option<Self> {
        let (case, act) = id.split_once('/')?;
        let (service, command) = act.split_once('/')?;
        Some(Self {
            case: case.parse().ok()?,
            service: service.parse().ok()?,
            command: command.to_owned(),
        })
    }

    pub(in crate::pages) fn title(&self) -> Option<Words> {
        command_schema::title(&self.service, &self.command)
    }

    /// The address of the form on the page of a case.
    pub(in crate::pages) fn address(&self, case: &str) -> String {
        format!("/cases/{case}/do/{}/{}", self.service, self.command)
    }
}

pub(super) struct ActDraft {
    staff: StaffId,
    id: String,
}

impl ActDraft {
    /// The draft that a user has of the form of a command.
    pub(super) fn of(
        session: &Session,
        case: CaseId,
        service: &ServiceName,
        command: &str,
    ) -> Self {
        Self {
            staff: session.staff.id.clone(),
            id: format!("{case}/{service}/{command}"),
        }
    }
}

#[derive(Serialize)]
struct Saved {
    saved: String,
}

/// Saves what was typed, for the script; discards it where the form says so.
pub(super) async fn save(
    State(app): State<App>,
    view: View,
    path: Path<(String, String, String)>,
    form: Form<FormData>,
) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    let target = Target::parse(&session, path)?;
    let case = case_of(&app, &session, &target, &typed).await?;
    let draft = ActDraft::of(&session, case, &target.service, &target.command);
    let discards = typed.has("do", "discard");
    if discards || typed.is_empty_except(&PREFILLED) {
        delete(&app, draft).await?;
        if discards {
            let Target {
                case,
                service,
                command,
                ..
            } = target;
            let to = format!("/cases/{case}/do/{service}/{command}");
            return Ok(Redirect::to(&to).into_response());
        }
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let (key, now, text) = (app.draft_key.clone(), app.clock.now(), typed.encode());
    let saved = app.db.with(move |db| {
        let id = DraftId::act(&draft.staff, &draft.id);
        drafts::put(db, &key, id, &text, now)
    });
    saved.await?;
    Ok(axum::Json(Saved {
        saved: saved_text(&view.page(&app)),
    })
    .into_response())
}

/// The case of a form: as the form has it, so that a draft is kept while no service answers; else as the journal knows it.
async fn case_of(
    app: &App,
    session: &Session,
    target: &Target,
    typed: &FormData,
) -> Result<CaseId, PageError> {
    if let Ok(case) = typed.get("case").parse() {
        return Ok(case);
    }
    let head = case_head::fetch(app, session, &target.case, "").await?;
    Ok(head.row.case)
}

fn saved_text(page: &Page<'_>) -> String {
    let time = page.now.china_text();
    let time = time.split(' ').nth(1).unwrap_or_default().get(..8);
    page.i18n
        .t1("draft-saved", "time", time.unwrap_or_default())
}

/// What the user typed and has not sent.
pub(super) async fn find(app: &App, draft: ActDraft) -> Result<Option<Draft>, PageError> {
    let key = app.draft_key.clone();
    let found = app.db.with(move |db| {
        let id = DraftId::act(&draft.staff, &draft.id);
        drafts::find(db, &key, id)
    });
    Ok(found.await?)
}

/// Deletes a draft: it was sent, or discarded.
pub(super) async fn delete(app: &App, draft: ActDraft) -> anyhow::Result<()> {
    let deleted = app.db.with(move |db| {
        let id = DraftId::act(&draft.staff, &draft.id);
        drafts::delete(db, id)
    });
    deleted.await
}
