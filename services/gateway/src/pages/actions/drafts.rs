//! Drafts (草稿) of commands on a case: what was typed is saved while the user types, shown again when they come back, and
//! deleted when the command is sent. Sealed for the user; each is of one case and command.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    actor::ServiceName,
    ids::{CaseId, StaffId},
};
use serde::Serialize;

use super::Target;
use crate::{
    app::App,
    core::{
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
const PREFILLED: [&str; 5] = ["csrf", "key", "revision", "back", "f.handoff"];

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
    let head = case_head::fetch(&app, &session, &target.case, "").await?;
    let draft = ActDraft::of(&session, head.row.case, &target.service, &target.command);
    let discards = typed.has("do", "discard");
    if discards || typed.is_empty_except(&PREFILLED) {
        delete(&app, draft).await?;
        if discards {
            let number = &head.row.number;
            let to = format!("/cases/{number}/do/{}/{}", target.service, target.command);
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
