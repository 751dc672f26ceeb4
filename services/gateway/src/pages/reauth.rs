//! Signing in again after a session has ended while a form was being filled in. The answer to the form is a
//! sign-in page that carries its fields. Afterwards the same person is asked whether to submit them; nothing
//! is submitted without that, and the form's idempotency key is unchanged.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, RawForm, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::post,
};

use super::shell::{Page, View, html};
use crate::{
    app::App,
    core::{db::sessions::SignInMethod, page_error::PageError, query_string::local_path},
    identity::{
        authentication::{Credentials, authenticate},
        session,
    },
};

/// The prefix of the fields that are carried along.
const CARRIED: &str = "kept.";
/// The field that holds the address of the form.
const TARGET: &str = "kept-to";

pub(super) fn routes() -> Router<App> {
    Router::new().route("/sign-in/again", post(sign_in))
}

/// A form that was submitted without a session.
#[derive(Default)]
struct CarriedForm {
    target: String,
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "reauth.html")]
struct ReauthTemplate<'a> {
    page: Page<'a>,
    staff: &'a str,
    form: &'a CarriedForm,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "resubmit.html")]
struct ResubmitTemplate<'a> {
    page: Page<'a>,
    form: &'a CarriedForm,
}

/// Answers a form without a session by the sign-in page.
pub(super) fn ask(app: &App, view: &View, form: &[u8]) -> Response {
    let target = view.path();
    let fields = form_urlencoded::parse(form)
        // A password is never carried along.
        .filter(|(name, _)| name != "csrf" && !target.starts_with("/account/password"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()));
    let form = CarriedForm {
        target: target.to_owned(),
        fields: fields.collect(),
    };
    let page = html(&ReauthTemplate {
        page: view.page(app),
        staff: "",
        form: &form,
        problem: None,
    });
    (StatusCode::UNAUTHORIZED, page).into_response()
}

async fn sign_in(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    mut view: View,
    RawForm(sent): RawForm,
) -> Result<Response, PageError> {
    if app.failures.is_exceeded(from.ip(), app.clock.now()) {
        return Err(PageError::too_many_attempts());
    }
    let (credentials, mut form) = parse(&sent);
    let staff = match authenticate(&app, &credentials).await? {
        Ok(staff) => staff,
        Err(error) => {
            app.failures.record(from.ip(), app.clock.now());
            let page = view.page(&app);
            let problem = Some(page.i18n.t(error.message_id()));
            let page = html(&ReauthTemplate {
                page,
                staff: credentials.staff.trim(),
                form: &form,
                problem,
            });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    // What one person typed is never shown to another.
    if session::owner(&app, &headers).await?.as_ref() != Some(&staff.id) {
        form = CarriedForm::default();
    }
    let (session, cookie) = session::start(&app, staff, SignInMethod::Password).await?;
    view.session = Some(session);
    let page = html(&ResubmitTemplate {
        page: view.page(&app),
        form: &form,
    });
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((headers, page).into_response())
}

fn parse(sent: &[u8]) -> (Credentials, CarriedForm) {
    let mut credentials = Credentials::default();
    let mut form = CarriedForm::default();
    for (name, value) in form_urlencoded::parse(sent) {
        match name.as_ref() {
            "staff" => credentials.staff = value.into_owned(),
            "password" => credentials.password = value.into_owned(),
            TARGET => local_path(&value).clone_into(&mut form.target),
            other => form.fields.extend(
                other
                    .strip_prefix(CARRIED)
                    .map(|name| (name.to_owned(), value.into_owned())),
            ),
        }
    }
    (credentials, form)
}
