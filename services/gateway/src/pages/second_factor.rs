//! `/account/second-factor`: an authenticator app as the user's second factor. It is set up by a first code, and changed or
//! removed by a further one.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    form::Form,
    own_secrets::{is_own_password, prove_second_factor},
    receipt::qr_code,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::{
            second_factors::{self, FactorState, Typed},
            sessions::SignInMethod,
        },
        page_error::PageError,
    },
    identity::{
        authentication::record_failure,
        password,
        session::{SECOND_FACTOR_PAGE, Session},
        totp::TotpSecret,
    },
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
}

/// The form of the page, and the problems of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Password,
    FirstCode,
    CodeToRenew,
    CodeToRemove,
}

#[derive(Template)]
#[template(path = "second-factor.html")]
struct SecondFactorTemplate<'a> {
    page: Page<'a>,
    session: &'a Session,
    state: FactorState,
    /// New recovery codes: shown only now.
    made: Vec<String>,
    wrong: Option<Wrong>,
}

impl SecondFactorTemplate<'_> {
    fn asks_password(&self) -> bool {
        self.session.method == SignInMethod::Password
    }

    /// The QR code that an app reads, as a data URL.
    fn qr(&self, secret: &TotpSecret) -> Option<String> {
        qr_code(&secret.address(&self.session.staff.id, &self.page.app.origin))
    }

    fn is_wrong(&self, field: Wrong) -> bool {
        self.wrong == Some(field)
    }
}

async fn show(State(app): State<App>, view: View) -> Result<Response, PageError> {
    let session = view.session()?;
    render(&app, &view, session, Vec::new(), None).await
}

async fn render(
    app: &App,
    view: &View,
    session: &Session,
    made: Vec<String>,
    wrong: Option<Wrong>,
) -> Result<Response, PageError> {
    let (id, key, now) = (
        session.staff.id.clone(),
        app.draft_key.clone(),
        app.clock.now(),
    );
    let state = app
        .db
        .with(move |db| second_factors::state(db, &key, &id, now))
        .await?;
    let code = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let mut page = view.page(app);
    SECOND_FACTOR_PAGE.clone_into(&mut page.path);
    let page = html(&SecondFactorTemplate {
        page,
        session,
        state,
        made,
        wrong,
    });
    Ok((code, page).into_response())
}

#[derive(Deserialize)]
struct BeginForm {
    #[serde(default)]
    password: String,
}

async fn begin(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    form: Form<BeginForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    // A stranger at an open session must not set one up. An OpenID Connect provider's user may have no password.
    if session.method == SignInMethod::Password
        && !is_own_password(&app, &session, from, fields.password).await?
    {
        record_failure(&app, session.staff.id.clone()).await?;
        return render(&app, &view, &session, Vec::new(), Some(Wrong::Password)).await;
    }
    let (id, key, now) = (
        session.staff.id.clone(),
        app.draft_key.clone(),
        app.clock.now(),
    );
    let secret = TotpSecret::generate()?;
    app.db
        .with(move |db| second_factors::begin(db, &key, &id, &secret, now))
        .await?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

#[derive(Deserialize)]
struct CodeForm {
    code: String,
}

async fn confirm(
    State(app): State<App>,
    view: View,
    form: Form<CodeForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let codes = recovery_codes()?;
    let (made, id, key, token, now) = (
        codes.clone(),
        session.staff.id.clone(),
        app.draft_key.clone(),
        session.token().to_owned(),
        app.clock.now(),
    );
    let confirmed = app.db.with(move |db| {
        let typed = Typed {
            staff: &id,
            code: &fields.code,
            recovery_codes: &codes,
            now,
        };
        second_factors::confirm(db, &key, typed, &token)
    });
    if !confirmed.await? {
        return render(&app, &view, &session, Vec::new(), Some(Wrong::FirstCode)).await;
    }
    app.access_changes.announce();
    render(&app, &view, &session, made, None).await
}

async fn renew_codes(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    form: Form<CodeForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let proof = prove_second_factor(&app, &session, from, fields.code).await?;
    if proof.is_none() {
        return render(&app, &view, &session, Vec::new(), Some(Wrong::CodeToRenew)).await;
    }
    let codes = recovery_codes()?;
    let (made, id, now) = (codes.clone(), session.staff.id.clone(), app.clock.now());
    app.db
        .with(move |db| second_factors::renew_recovery_codes(db, &id, &codes, now))
        .await?;
    render(&app, &view, &session, made, None).await
}

async fn remove(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    form: Form<CodeForm>,
) -> Result<Response, PageError> {
    let Form { session, fields } = form;
    let proof = prove_second_factor(&app, &session, from, fields.code).await?;
    if proof.is_none() {
        return render(&app, &view, &session, Vec::new(), Some(Wrong::CodeToRemove)).await;
    }
    let (id, now) = (session.staff.id.clone(), app.clock.now());
    app.db
        .with(move |db| second_factors::remove_own(db, &id, now))
        .await?;
    Ok(Redirect::to(SECOND_FACTOR_PAGE).into_response())
}

fn recovery_codes() -> anyhow::Result<Vec<String>> {
    (0..RECOVERY_CODES).map(|_| password::one_time()).collect()
}
