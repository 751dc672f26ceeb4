//! `/sign-in` and `/sign-out`: sessions by account and password. A user with a second factor goes on to
//! `/sign-in/code`.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;
use tracing::info;

use super::{
    form::{Form, NoFields},
    shell::View,
    sign_in_code, sign_in_page, sign_in_refusal,
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::{
            sessions::{self, SignInMethod},
            staff,
        },
        page_error::PageResult,
        query_string::Query,
        query_string::local_path,
    },
    identity::{
        authentication::{Credentials, authenticate},
        half_sign_in::{FirstStep, take_first_step},
        session,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(show_form).post(sign_in))
        .route("/sign-out", post(sign_out))
}

/// The address to go to after signing in.
#[derive(Deserialize)]
pub(super) struct NextParam {
    #[serde(default)]
    pub(super) next: String,
}

#[derive(Deserialize)]
struct SignInForm {
    #[serde(flatten)]
    credentials: Credentials,
    #[serde(default)]
    next: String,
}

async fn show_form(State(app): State<App>, view: View, Query(param): Query<NextParam>) -> Response {
    let (page, next) = (view.page(&app), local_path(&param.next));
    // Without an answer of the database the form is shown, and the sign-in says what is wrong.
    let is_unused = app.db.with(|db| staff::is_empty(db)).await;
    if is_unused.unwrap_or(false) {
        sign_in_page::render_unused(page, next)
    } else {
        sign_in_page::render(page, next, "", None)
    }
}

async fn sign_in(
    State(app): State<App>,
    view: View,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    axum::Form(form): axum::Form<SignInForm>,
) -> PageResult {
    let next = local_path(&form.next);
    match authenticate(&app, &form.credentials, from, &headers).await? {
        Ok(staff) => {
            let step = take_first_step(&app, staff, SignInMethod::Password, next, &headers);
            Ok(answer(step.await?, next))
        }
        Err(error) => {
            let page = view.page(&app);
            let problem = sign_in_refusal::problem(&page, error);
            let page =
                sign_in_page::render(page, next, form.credentials.staff.trim(), Some(problem));
            Ok(sign_in_refusal::response(error, page))
        }
    }
}

/// Leads to what the user wanted, or to the second step.
pub(super) fn answer(step: FirstStep, next: &str) -> Response {
    match step {
        FirstStep::SignedIn(session, cookies) => {
            info!(staff = %session.staff.id, "signed in");
            (cookies, Redirect::to(next)).into_response()
        }
        FirstStep::CodeWanted(_, cookie) => {
            let headers = AppendHeaders([cookie]);
            (headers, Redirect::to(sign_in_code::view::PAGE)).into_response()
        }
    }
}

async fn sign_out(State(app): State<App>, form: Form<NoFields>) -> PageResult {
    let NoFields {} = form.fields;
    let token = form.session.token().to_owned();
    app.db.with(move |db| sessions::end(db, &token)).await?;
    app.access_changes.announce();
    let headers = AppendHeaders([(header::SET_COOKIE, session::clear_cookie(&app))]);
    Ok((headers, Redirect::to("/sign-in")).into_response())
}
