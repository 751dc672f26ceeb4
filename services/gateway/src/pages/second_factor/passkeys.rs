//! Passkeys (通行密钥) of the user: made in two steps, the proof of the owner and the device's key; listed, renamed, removed.

use std::time::Instant;

use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect},
    routing::post,
};
use serde::Deserialize;

use super::{
    owner::{OwnerForm, prove_owner},
    recovery_codes,
    view::{Changed, Field, LONGEST_NAME, Problem},
    visit::Visit,
};
use crate::{
    app::App,
    core::{
        db::{
            enrolments::{Enrolment, SetUp},
            passkeys::{self, AddRefusal, NamedPasskey, NewPasskey},
        },
        page_error::{PageError, PageResult},
    },
    identity::{
        passkeys::{
            Expected, PasskeyError,
            challenges::{Holder, Purpose},
            registration::{MadePasskey, RegistrationAnswer},
            relying_party::RelyingParty,
        },
        second_step::SentProof,
        session::{SECOND_FACTOR_PAGE, Session},
    },
    pages::form::Form,
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/account/second-factor/passkeys/begin", post(begin))
        .route("/account/second-factor/passkeys/add", post(add))
        .route("/account/second-factor/passkeys/rename", post(rename))
        .route("/account/second-factor/passkeys/remove", post(remove))
}

async fn begin(visit: Visit, form: Form<OwnerForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(problem) = prove_owner(&visit, &session, fields).await? {
        return visit
            .render(&session, problem.at(Field::BeginPasskey))
            .await;
    }
    let holder = Holder::of(&session.csrf);
    visit
        .app
        .challenges
        .open(holder, Purpose::Make, Instant::now())?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

#[derive(Deserialize)]
struct NewPasskeyForm {
    #[serde(default)]
    name: String,
    /// What the browser answered, in JSON.
    passkey: String,
}

async fn add(visit: Visit, form: Form<NewPasskeyForm>) -> PageResult {
    let Form { session, fields } = form;
    let app = &visit.app;
    let made = match verify(app, &session, &visit.headers, &fields.passkey) {
        Ok(made) => made,
        Err(problem) => return visit.render(&session, problem.at(Field::NewPasskey)).await,
    };
    let typed = name(&fields.name);
    let name = typed.unwrap_or_else(|| visit.view.page(app).i18n.t("passkey"));
    let changed = store(app, &session, made, &name).await?;
    app.access_changes.announce();
    visit.render(&session, changed).await
}

/// Checks what the browser answered, and takes the challenge that it is for.
fn verify(
    app: &App,
    session: &Session,
    headers: &HeaderMap,
    sent: &str,
) -> Result<MadePasskey, Problem> {
    let refused = |error: PasskeyError| {
        tracing::warn!(staff = %session.staff.id, %error, "a new passkey was refused");
        Problem(match error {
            PasskeyError::Attestation | PasskeyError::Algorithm | PasskeyError::Key => {
                "passkey-kind"
            }
            PasskeyError::Unreadable
            | PasskeyError::Ceremony
            | PasskeyError::Challenge
            | PasskeyError::Origin
            | PasskeyError::CrossOrigin
            | PasskeyError::OtherParty
            | PasskeyError::UserPresence
            | PasskeyError::UserVerification
            | PasskeyError::CredentialId
            | PasskeyError::OtherUser
            | PasskeyError::Signature
            | PasskeyError::Copied => "passkey-not-made",
        })
    };
    let party = RelyingParty::of(&app.origin, headers).ok_or(Problem("passkey-not-here"))?;
    let answer = RegistrationAnswer::parse(sent).map_err(refused)?;
    let challenge = answer.challenge().map_err(refused)?;
    let (holder, now) = (Holder::of(&session.csrf), Instant::now());
    let taken = app.challenges.take(holder, Purpose::Make, &challenge, now);
    let expected = Expected {
        party: &party,
        challenge: &taken.ok_or(Problem("passkey-over"))?,
    };
    answer.verify(expected).map_err(refused)
}

/// Stores a passkey, with recovery codes if it is the first second factor.
async fn store(
    app: &App,
    session: &Session,
    made: MadePasskey,
    name: &str,
) -> Result<Changed, PageError> {
    let codes = recovery_codes()?;
    let new = NewPasskey::seal(&app.draft_key, &session.staff.id, made, name)?;
    let shown = codes.clone();
    let id = session.staff.id.clone();
    let token = session.token().to_owned();
    let now = app.clock.now();
    let added = session.change(app, move |db| {
        let enrolment = Enrolment {
            staff: &id,
            recovery_codes: &codes,
            keep: &token,
            now,
        };
        passkeys::add(db, &new, enrolment)
    });
    Ok(match added.await? {
        Ok(SetUp::First) => Changed::CodesMade(shown),
        Ok(SetUp::Further) => Changed::Nothing,
        Err(AddRefusal::Known) => Problem("passkey-known").at(Field::NewPasskey),
        Err(AddRefusal::TooMany) => Problem("passkey-too-many").at(Field::NewPasskey),
    })
}

#[derive(Deserialize)]
struct RenameForm {
    id: i64,
    name: String,
}

async fn rename(State(app): State<App>, form: Form<RenameForm>) -> PageResult {
    let Form { session, fields } = form;
    if let Some(name) = name(&fields.name) {
        let (key, now) = (app.draft_key.clone(), app.clock.now());
        let staff = session.staff.id.clone();
        let renamed = session.change(&app, move |db| {
            let named = NamedPasskey {
                staff: &staff,
                id: fields.id,
                name: &name,
            };
            passkeys::rename(db, &key, named, now)
        });
        renamed.await?;
    }
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

#[derive(Deserialize)]
struct RemoveForm {
    id: i64,
    #[serde(default)]
    code: String,
    #[serde(default)]
    passkey: String,
}

async fn remove(visit: Visit, form: Form<RemoveForm>) -> PageResult {
    let Form { session, fields } = form;
    let sent = SentProof::of_fields(fields.code, fields.passkey);
    if let Some(problem) = visit.problem_of_proof(&session, sent).await? {
        return visit
            .render(&session, problem.at(Field::RemovePasskey))
            .await;
    }
    let app = &visit.app;
    let (staff, now) = (session.staff.id.clone(), app.clock.now());
    let removed = session.change(app, move |db| {
        passkeys::remove_own(db, &staff, fields.id, now)
    });
    removed.await?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

/// The name that was typed, unless it is empty.
fn name(typed: &str) -> Option<String> {
    let name: String = typed.trim().chars().take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}
