//! Signing in again after a session has ended while a form was being filled in. The answer to the form is a
//! sign-in page that carries its fields, sealed. Afterwards the same person is asked whether to submit them; nothing
//! is submitted without that, and the form's idempotency key is unchanged.

use axum::{
    Router,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::post,
};
use onestop_proto::ids::StaffId;

use super::{
    carried_form::{CarriedForm, Opened, TypedForm, render_reauth, resubmit},
    shell::{Page, View},
    sign_in_code::view::{SecondStep, render},
    sign_in_refusal,
};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        db::sessions::SignInMethod,
        page_error::{PageError, PageResult},
    },
    identity::{
        authentication::{Credentials, authenticate},
        half_sign_in::{FirstStep, take_first_step},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/sign-in/again", post(sign_in))
}

/// Answers a form without a session by the sign-in page.
pub(super) fn ask(app: &App, view: &View, form: &[u8]) -> Response {
    let Some(typed) = TypedForm::parse(view.path(), form) else {
        return Redirect::to("/sign-in").into_response();
    };
    match CarriedForm::seal(&app.draft_key, &typed) {
        Ok(form) => {
            let page = render_reauth(view.page(app), "", &form, None);
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
        Err(error) => PageError::from(error).into_response(),
    }
}

/// Answers a form of a former session of the same person, who has signed in again or works in another post since: asks
/// whether to submit it. Nothing if it is not theirs.
pub(super) fn ask_again(app: &App, view: &View, owner: &StaffId, form: &[u8]) -> Option<Response> {
    let typed = TypedForm::parse(view.path(), form)?;
    typed.is_of(&app.draft_key, owner).then(|| {
        let page = resubmit(view.page(app), Some(&typed), None);
        (StatusCode::CONFLICT, page).into_response()
    })
}

async fn sign_in(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    mut view: View,
    RawForm(sent): RawForm,
) -> PageResult {
    let (credentials, form) = parse(&sent);
    let staff = match authenticate(&app, &credentials, from, &headers).await? {
        Ok(staff) => staff,
        Err(error) => {
            let page = view.page(&app);
            let problem = Some(sign_in_refusal::problem(&page, error));
            let page = render_reauth(page, credentials.staff.trim(), &form, problem);
            return Ok(sign_in_refusal::response(error, page));
        }
    };
    let opened = form.open(&app.draft_key, &staff.id);
    let step = take_first_step(&app, staff, SignInMethod::Password, "/", &headers);
    match step.await? {
        FirstStep::SignedIn(session, cookies) => {
            view.session = Some(*session);
            Ok((cookies, answer(view.page(&app), &opened)).into_response())
        }
        FirstStep::CodeWanted(half, cookie) => {
            let step = SecondStep::load(&app, &half, &form, &headers).await?;
            let page = render(view.page(&app), step, None);
            Ok((AppendHeaders([cookie]), page).into_response())
        }
    }
}

fn answer(page: Page<'_>, opened: &Opened) -> Response {
    match opened {
        Opened::Own(form) => resubmit(page, Some(form), None),
        Opened::OfAnother => resubmit(page, None, None),
        Opened::Nothing => Redirect::to("/").into_response(),
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
