//! Late entries (补录审批) that wait for the caller's approval, and what was filled in of one. They are approved at the workbench: an
//! approval is signed for a person who looks at it.

use axum::{
    Json, Router,
    extract::{Path, State},
    middleware::from_fn,
    routing::{get, post},
};
use onestop_proto::{
    http::{
        ApiRejection,
        late_entries::{LateEntryData, WaitingLateEntries, WaitingLateEntry},
    },
    ids::CommandId,
};

use super::{error::ApiError, principal::Principal, webhooks::without_parameters};
use crate::{
    app::App,
    core::db::late_approvals::WaitingRequest,
    identity::{late_approval, scope::Scope},
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/late-entries", get(list))
        .route("/late-entries/{entry}/open", post(open))
        .layer(from_fn(without_parameters))
}

async fn list(
    State(app): State<App>,
    principal: Principal,
) -> Result<Json<WaitingLateEntries>, ApiError> {
    principal.require(Scope::Read)?;
    let waiting = late_approval::waiting(&app, &principal.actor.staff).await?;
    let entries = waiting.into_iter().map(described).collect();
    Ok(Json(WaitingLateEntries { entries }))
}

fn described(waiting: WaitingRequest) -> WaitingLateEntry {
    let case = waiting.case_name();
    let WaitingRequest {
        request, asked_at, ..
    } = waiting;
    WaitingLateEntry {
        entry: request.entry,
        act: request.act,
        case,
        doer: request.doer,
        occurred_at: request.occurred_at,
        reason: request.reason,
        asked_at,
    }
}

/// What was filled in, for who may approve it; to others there is none.
async fn open(
    State(app): State<App>,
    principal: Principal,
    Path(entry): Path<String>,
) -> Result<Json<LateEntryData>, ApiError> {
    principal.require(Scope::Read)?;
    let none = || ApiError::from(ApiRejection::UnknownAddress {});
    let entry: CommandId = entry.parse().map_err(|_| none())?;
    let approver = &principal.actor;
    let waiting = late_approval::waiting(&app, &approver.staff).await?;
    // The newest says what is filled in now.
    let mut waiting = waiting.into_iter().rev();
    let one = waiting.find(|one| {
        let request = &one.request;
        let may = app
            .directory
            .may_approve_late_entry(approver, &request.doer);
        request.entry == entry && may
    });
    let one = one.ok_or_else(none)?;
    let data = late_approval::opened(&app, approver, &one).await?;
    let act = one.request.act;
    let data = data.ok_or_else(none)?;
    Ok(Json(LateEntryData { entry, act, data }))
}
