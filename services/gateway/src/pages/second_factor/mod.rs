//! `/account/second-factor`: the user's own second factors. An authenticator app is set up by a first code; passkeys are in
//! [`passkeys`]. What is there is changed or removed by a further code or a passkey.

mod owner;
mod passkeys;
mod view;
mod visit;

use axum::{
    Router,
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use serde::Deserialize;

use self::{
    owner::{OwnerForm, ProofForm, prove_owner},
    view::{Changed, Field, Problem},
    visit::Visit,
};
use super::form::Form;
use crate::{
    app::App,
    core::{
        db::{
            enrolments::SetUp,
            second_factors::{self, Typed},
        },
        page_error::PageResult,
    },
    identity::{password, session::SECOND_FACTOR_PAGE, totp::TotpSecret},
};

/// Recovery codes that a user is given.
const RECOVERY_CODES: usize = 10;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route(SECOND_FACTOR_PAGE, get(show))
        .route("/account/second-factor/begin", post(begin))
        .route("/account/second-factor/confirm", post(confirm))
        .route("/account/second-factor/codes", post(renew_codes))
        .route("/account/second-factor/remove", post(remove))
        .merge(passkeys::routes())
}

async fn show(visit: Visit) -> PageResult {
    let session = visit.view.session()?;
    visit.render(session, Changed::Nothing).await
}

async fn begin(visit: Visit, form: Form<OwnerForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(problem) = prove_owner(&visit, &session, fields).await? {
        return visit.render(&session, problem.at(Field::BeginApp)).await;
    }
    let app = &visit.app;
    let id = session.staff.id.clone();
    let key = app.draft_key.clone();
    let now = app.clock.now();
    let secret = TotpSecret::generate()?;
    let begun = session.change(app, move |db| {
        second_factors::begin(db, &key, &id, &secret, now)
    });
    begun.await?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

#[derive(Deserialize)]
struct CodeForm {
    code: String,
}

async fn confirm(visit: Visit, form: Form<CodeForm>) -> PageResult {
    let Form { session, fields } = form;
    let app = &visit.app;
    let codes = recovery_codes()?;
    let made = codes.clone();
    let id = session.staff.id.clone();
    let key = app.draft_key.clone();
    let token = session.token().to_owned();
    let now = app.clock.now();
    let confirmed = session.change(app, move |db| {
        let typed = Typed {
            staff: &id,
            code: &fields.code,
            recovery_codes: &codes,
            now,
        };
        second_factors::confirm(db, &key, typed, &token)
    });
    let changed = match confirmed.await? {
        None => Problem("code-wrong").at(Field::FirstCode),
        Some(SetUp::First) => Changed::CodesMade(made),
        Some(SetUp::Further) => Changed::Nothing,
    };
    app.access_changes.announce();
    visit.render(&session, changed).await
}

async fn renew_codes(visit: Visit, form: Form<ProofForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(problem) = visit.problem_of_proof(&session, fields.sent()).await? {
        return visit.render(&session, problem.at(Field::RenewCodes)).await;
    }
    let app = &visit.app;
    let codes = recovery_codes()?;
    let (made, id, now) = (codes.clone(), session.staff.id.clone(), app.clock.now());
    let renewed = session.change(app, move |db| {
        second_factors::renew_recovery_codes(db, &id, &codes, now)
    });
    renewed.await?;
    visit.render(&session, Changed::CodesMade(made)).await
}

async fn remove(visit: Visit, form: Form<ProofForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(problem) = visit.problem_of_proof(&session, fields.sent()).await? {
        return visit.render(&session, problem.at(Field::RemoveApp)).await;
    }
    let app = &visit.app;
    let (id, now) = (session.staff.id.clone(), app.clock.now());
    let removed = session.change(app, move |db| second_factors::remove_own(db, &id, now));
    removed.await?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

fn recovery_codes() -> anyhow::Result<Vec<String>> {
    (0..RECOVERY_CODES).map(|_| password::one_time()).collect()
}
