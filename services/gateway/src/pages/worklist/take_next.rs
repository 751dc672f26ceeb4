//! `/worklist/next` (取下一件): accepts the offer that is due first or, if another user accepted it first, the one
//! after it.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use onestop_proto::{
    ids::CaseRef,
    ledger::{WorklistQuery, WorklistTab},
    referral,
    rejection::{Rejected, RejectionKind},
};
use serde_json::json;

use super::{fetch, params::WorklistParams};
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageError, PageResult},
    },
    pages::{form::Form, service_client::FormCommand},
};

/// Offers tried before giving up.
const TRIES: usize = 5;

pub(super) async fn take_next(State(app): State<App>, form: Form<FormData>) -> PageResult {
    let session = form.session;
    let query = WorklistQuery {
        tab: WorklistTab::ToAccept,
        ..WorklistParams::default().query(&session, app.clock.now().china_date())?
    };
    let rows = fetch(&app, &session, &query, "").await?.rows;
    let key = form.fields.get("key").parse().ok();
    let mut key = key.unwrap_or_else(|| app.clock.command());
    for row in rows.iter().take(TRIES) {
        let Some(offer) = &row.offer else { continue };
        let command = FormCommand {
            key,
            case: Some(CaseRef::Id(row.case)),
            expected_revision: row.custody_revision,
            name: "accept",
            data: json!({ "handoff": offer.handoff }),
        };
        match app.command(&session, &referral::service(), command).await {
            Ok(accepted) => {
                let after = app.positions.seal(&accepted.at);
                let done = format!("{}.accept", referral::SERVICE);
                let to = format!("/cases/{}?done={done}&after={after}", row.number);
                return Ok(Redirect::to(&to).into_response());
            }
            Err(error) => check_taken(error.into_rejected())?,
        }
        key = app.clock.command();
    }
    Ok(Redirect::to("/worklist?tab=to-accept&done=none-left").into_response())
}

/// Passes if another user accepted the offer first.
fn check_taken(rejected: Rejected) -> Result<(), PageError> {
    match rejected.kind {
        // A reused key means that this form was submitted before.
        RejectionKind::Conflict if rejected.code != "key-reused" => Ok(()),
        RejectionKind::Conflict
        | RejectionKind::NotFound
        | RejectionKind::Invalid
        | RejectionKind::Forbidden
        | RejectionKind::Unavailable => Err(rejected.into()),
    }
}
