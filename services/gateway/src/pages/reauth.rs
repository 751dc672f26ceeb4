//! Signing in again after a session has ended while a form was being filled in. The answer to the form is a
//! sign-in page that carries its fields. Afterwards the same person is asked whether to submit them; nothing
//! is submitted without that, and the form's idempotency key is unchanged.

use axum::{
    Router,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Response},
    routing::post,
};

use super::{
    carried_form::{CarriedForm, render_reauth, resubmit},
    shell::View,
    sign_in_code::view::{SecondStep, render},
    sign_in_refusal,
};
use crate::{
    app::App,
    core::{client_address::ClientAddress, db::sessions::SignInMethod, page_error::PageError},
    identity::{
        authentication::{Credentials, authenticate},
        half_sign_in::{FirstStep, take_first_step},
        session,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/sign-in/again", post(sign_in))
}

/// Whether a form has secrets, which are never carried along.
fn has_secrets(target: &str) -> bool {
    target.starts_with("/account/password") || target.starts_with(session::SECOND_FACTOR_PAGE)
}

/// Answers a form without a session by the sign-in page.
pub(super) fn ask(app: &App, view: &View, form: &[u8]) -> Response {
    let target = view.path();
    let fields = form_urlencoded::parse(form)
        .filter(|(name, _)| name != "csrf" && !has_secrets(target))
        .map(|(name, value)| (name.into_owned(), value.into_owned()));
    let form = CarriedForm {
        target: target.to_owned(),
        fields: fields.collect(),
    };
    let page = render_reauth(view.page(app), "", &form, None);
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
            let page = render_reauth(page, credentials.staff.trim(), &form, problem);
            return Ok(sign_in_refusal::response(error, page));
        }
    };
    form.keep_for(&app, &headers, &staff.id).await?;
    let step = take_first_step(&app, staff, SignInMethod::Password, "/", &headers);
    match step.await? {
        FirstStep::SignedIn(session, cookies) => {
            view.session = Some(*session);
            Ok((cookies, resubmit(view.page(&app), &form, None)).into_response())
        }
        FirstStep::CodeWanted(half, cookie) => {
            let step = SecondStep::load(&app, &half, &form, &headers).await?;
            let page = render(view.page(&app), step, None);
            Ok((AppendHeaders([cookie]), page).into_response())
        }
    }
}

fn parse(sent: &[u8]) -> (Credentials, CarriedForm) {
    let mut credentials = Credentials::default();
    let mut form = CarriedForm::default();
    for (name, value) in form_urlencoded::parse(sent) {
        match form.take((&name, value.into_owned())) {
            Some(("staff", staff)) => credentials.staff = staff,
            Some(("password", password)) => credentials.password = password,
            Some(_) | None => {}
        }
    }
    (credentials, form)
}
