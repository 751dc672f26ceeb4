//! Signing in again after a session has ended while a form was being filled in. The answer to the form is a
//! sign-in page that carries its fields, sealed. Afterwards a page of its own (see `unsent`) asks the same person whether to
//! submit them; nothing is submitted without that, and the form's idempotency key is unchanged.

use axum::{
    Router,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::post,
};

use super::{
    carried_form::{CarriedForm, Opened, TypedForm, render_reauth},
    shell::View,
    sign_in_code::view::{SecondStep, render},
    sign_in_refusal, unsent,
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
        session::Session,
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
            let answer = answer(&app, &mut view, *session, opened).await?;
            Ok((cookies, answer).into_response())
        }
        FirstStep::CodeWanted(half, cookie) => {
            let step = SecondStep::load(&app, &half, &form, &headers).await?;
            let page = render(view.page(&app), step, None);
            Ok((AppendHeaders([cookie]), page).into_response())
        }
    }
}

/// Where a person who has signed in goes on: with what they typed before.
async fn answer(app: &App, view: &mut View, session: Session, opened: Opened) -> PageResult {
    Ok(match opened {
        Opened::Own(form) => {
            let address = unsent::keep(app, &session.staff.id, &form).await?;
            Redirect::to(&address).into_response()
        }
        Opened::OfAnother => {
            view.session = Some(session);
            unsent::of_another(view.page(app), None)
        }
        Opened::Nothing => Redirect::to("/").into_response(),
    })
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
