//! Signing in again after a session has ended while a form was being filled in. The answer to the form is a
//! sign-in page that carries its fields. Afterwards the same person is asked whether to submit them; nothing
//! is submitted without that, and the form's idempotency key is unchanged.

use askama::Template;
use axum::{
    Router,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};

use super::{
    shell::{Page, View, html},
    sign_in_refusal,
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress, db::sessions::SignInMethod, page_error::PageError,
        query_string::local_path,
    },
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
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    mut view: View,
    RawForm(sent): RawForm,
) -> Result<Response, PageError> {
    let (credentials, mut form) = parse(&sent);
    let staff = match authenticate(&app, &credentials, from, &headers).await? {
        Ok(staff) => staff,
        Err(error) => {
            let page = view.page(&app);
            let problem = Some(sign_in_refusal::problem(&page, error));
            let page = html(&ReauthTemplate {
                page,
                staff: credentials.staff.trim(),
                form: &form,
                problem,
            });
            return Ok(sign_in_refusal::response(error, page));
        }
    };
    // What one person typed is never shown to another.
    if session::owner(&app, &headers).await?.as_ref() != Some(&staff.id) {
        form = CarriedForm::default();
    }
    let started = session::start(&app, staff, SignInMethod::Password, &headers);
    let (session, cookies) = started.await?;
    view.session = Some(session);
    let page = html(&ResubmitTemplate {
        page: view.page(&app),
        form: &form,
    });
    Ok((cookies, page).into_response())
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
