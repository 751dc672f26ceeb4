//! Takes a file of a site from its pages: it was a mistake, or shows a person.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect},
};
use serde_json::json;

use super::render;
use crate::{
    app::App,
    core::{
        form_data::FormData,
        page_error::{PageResult, status_of},
    },
    pages::{
        changes::{send, updated_app},
        form::Form,
        shell::{View, html},
    },
};

pub(super) async fn withdraw(
    State(app): State<App>,
    view: View,
    form: Form<FormData>,
) -> PageResult {
    let (session, typed) = (form.session, form.fields);
    let mut page = render(&app, &view, &session, typed.get("at"))?;
    let place = page.site.division;
    let (hash, reason) = (typed.get("hash"), typed.get("reason"));
    // The code under which it was added, where that was another one.
    let site = match typed.get("site") {
        "" => page.site.id.to_string(),
        named => named.to_owned(),
    };
    let data = json!({ "site": site, "hash": hash, "reason": reason });
    match send(&app, &session, &typed, ("withdraw-evidence", data)).await? {
        Ok(accepted) => {
            updated_app(&app, &accepted).await;
            let to = format!("/places/files?at={place}&done=registry.withdraw-evidence");
            Ok(Redirect::to(&to).into_response())
        }
        Err(rejected) => {
            let said = page.page.rejection(&rejected);
            page.problems.add(&format!("reason-{site}-{hash}"), said);
            Ok((status_of(&rejected), html(&page)).into_response())
        }
    }
}
