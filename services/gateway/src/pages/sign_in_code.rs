//! `/sign-in/code`: the second step of signing in, by a code or a passkey, for users with a second factor. Before it there is
//! no session.

pub(super) mod view;

use std::time::Instant;

use askama::Template;
use axum::{
    Router,
    extract::{RawForm, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
    routing::get,
};
use rusqlite::{Connection, Result};
use tracing::info;

use self::view::{PAGE, SecondStep, render};
use super::{
    carried_form::{CarriedForm, Opened, render_reauth},
    shell::{Page, View, html},
    sign_in_page, unsent,
};
use crate::{
    app::App,
    core::{
        budgets::RetryAfter,
        client_address::ClientAddress,
        db::{
            second_factors::Proof,
            staff::{self, Staff},
            staff_history::{self, own},
        },
        page_error::{PageError, PageResult},
        query_string::local_path,
    },
    identity::{
        attempts::Attempt,
        half_sign_in::{self, HalfSignIn},
        passkeys::challenges::Holder,
        second_step::{self, ProofRefusal, ReadyProof, SentProof},
        session,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new().route(PAGE, get(show).post(sign_in))
}

#[derive(Template)]
#[template(path = "recovery-used.html")]
struct RecoveryUsedTemplate<'a> {
    page: Page<'a>,
    left: u32,
    next: &'a str,
}

async fn show(State(app): State<App>, view: View, headers: HeaderMap) -> PageResult {
    let Some(half) = find(&app, &headers) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let form = CarriedForm::default();
    let step = SecondStep::load(&app, &half, &form, &headers).await?;
    Ok(render(view.page(&app), step, None))
}

fn find(app: &App, headers: &HeaderMap) -> Option<HalfSignIn> {
    HalfSignIn::find(headers, &app.origin, &app.draft_key, app.clock.now())
}

/// What becomes of a code or a passkey.
enum Judgement {
    /// The password was changed since, the account disabled, or its second factor removed.
    Over,
    Refused(ProofRefusal),
    Right(Box<Staff>, Proof),
}

async fn sign_in(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    headers: HeaderMap,
    view: View,
    RawForm(sent): RawForm,
) -> PageResult {
    let (typed, form) = parse(&sent);
    let Some(half) = find(&app, &headers) else {
        return Ok(over(&app, &view, &form));
    };
    if typed.csrf != half.csrf {
        return Err(PageError::csrf(&half.staff));
    }
    let attempt = Attempt {
        at: Some(half.staff.clone()),
        from,
        device: app.devices.find(&headers, &app.origin, &half.staff),
    };
    if let Err(wait) = app.codes.count(&attempt, Instant::now()) {
        let step = SecondStep::load(&app, &half, &form, &headers).await?;
        return Ok(too_often(&app, &view, step, wait));
    }
    let proof = SentProof::of_fields(typed.code, typed.passkey);
    let judgement = match proof.ready(&app, Holder::of(&half.csrf), &headers) {
        Ok(ready) => judge(&app, half.clone(), ready).await?,
        Err(refusal) => Judgement::Refused(refusal),
    };
    if !matches!(judgement, Judgement::Refused(_)) {
        app.codes.release(&attempt);
    }
    match judgement {
        Judgement::Over => Ok(over(&app, &view, &form)),
        Judgement::Refused(refusal) => {
            let step = SecondStep::load(&app, &half, &form, &headers).await?;
            let page = view.page(&app);
            let problem = page.i18n.t(refusal.message_id());
            let page = render(page, step, Some(problem));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Judgement::Right(staff, proof) => {
            let begun = Begun { half, form, proof };
            begin(&app, view, *staff, begun, &headers).await
        }
    }
}

async fn judge(app: &App, half: HalfSignIn, ready: ReadyProof) -> anyhow::Result<Judgement> {
    let (key, now) = (app.draft_key.clone(), app.clock.now());
    let judged = app.db.with(move |db| {
        let known = staff::credential(db, &half.staff)?;
        let found = staff::find(db, &half.staff)?.filter(|staff| staff.second_factor);
        let Some(found) = found.filter(|_| half.is_of(known.as_ref())) else {
            return Ok(Judgement::Over);
        };
        match second_step::judge(db, &key, &half.staff, &ready, now)? {
            Ok(proof) => {
                record(db, &found, proof, now)?;
                Ok(Judgement::Right(Box::new(found), proof))
            }
            Err(refusal) => Ok(Judgement::Refused(refusal)),
        }
    });
    judged.await
}

fn record(
    db: &Connection,
    staff: &Staff,
    proof: Proof,
    now: onestop_proto::time::Timestamp,
) -> Result<()> {
    let what = match proof {
        Proof::Code => "signed in with a code",
        Proof::Passkey => "signed in with a passkey",
        Proof::RecoveryCode { .. } => "signed in with a recovery code",
    };
    staff_history::record(db, &staff.id, what, own(&staff.id, now))
}

/// A sign-in whose code was right.
struct Begun {
    half: HalfSignIn,
    form: CarriedForm,
    proof: Proof,
}

/// Starts the session, and leads back to what the user wanted.
async fn begin(
    app: &App,
    mut view: View,
    staff: Staff,
    begun: Begun,
    headers: &HeaderMap,
) -> PageResult {
    let Begun { half, form, proof } = begun;
    info!(staff = %staff.id, "signed in with a second factor");
    let owner = staff.id.clone();
    let opened = form.open(&app.draft_key, &owner);
    let (session, cookies) = session::start(app, staff, half.method, headers).await?;
    view.session = Some(session);
    let left = match proof {
        Proof::Code | Proof::Passkey => None,
        Proof::RecoveryCode { left } => Some(left),
    };
    let next = local_path(&half.next);
    let answer = match (opened, left) {
        (Opened::Own(form), _) => {
            let address = unsent::keep(app, &owner, &form).await?;
            let address = match left {
                Some(left) => format!("{address}?left={left}"),
                None => address,
            };
            Redirect::to(&address).into_response()
        }
        (Opened::OfAnother, _) => unsent::of_another(view.page(app), left),
        (Opened::Nothing, Some(left)) => html(&RecoveryUsedTemplate {
            page: view.page(app),
            left,
            next,
        }),
        (Opened::Nothing, None) => Redirect::to(next).into_response(),
    };
    let clear = half_sign_in::clear_cookie(&app.origin);
    Ok((AppendHeaders([clear]), cookies, answer).into_response())
}

/// The sign-in took too long, or the account has changed meanwhile: it begins again, with what was typed.
fn over(app: &App, view: &View, form: &CarriedForm) -> Response {
    let mut page = view.page(app);
    "/sign-in".clone_into(&mut page.path);
    let problem = Some(page.i18n.t("code-over"));
    let page = if form.is_empty() {
        sign_in_page::render(page, "/", "", problem)
    } else {
        render_reauth(page, "", form, problem)
    };
    let clear = half_sign_in::clear_cookie(&app.origin);
    (StatusCode::UNAUTHORIZED, AppendHeaders([clear]), page).into_response()
}

fn too_often(app: &App, view: &View, step: SecondStep<'_>, wait: RetryAfter) -> Response {
    let page = view.page(app);
    let problem = page
        .i18n
        .t1("code-too-often", "seconds", wait.0.to_string());
    let page = render(page, step, Some(problem));
    let headers = AppendHeaders([(header::RETRY_AFTER, wait.0.to_string())]);
    (StatusCode::TOO_MANY_REQUESTS, headers, page).into_response()
}

#[derive(Default)]
struct TypedCode {
    csrf: String,
    code: String,
    /// What the browser answered, in JSON.
    passkey: String,
}

fn parse(sent: &[u8]) -> (TypedCode, CarriedForm) {
    let mut typed = TypedCode::default();
    let mut form = CarriedForm::default();
    for (name, value) in form_urlencoded::parse(sent) {
        match form.take((&name, value.into_owned())) {
            Some(("csrf", csrf)) => typed.csrf = csrf,
            Some(("code", code)) => typed.code = code,
            Some(("passkey", passkey)) => typed.passkey = passkey,
            Some(_) | None => {}
        }
    }
    (typed, form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_told_from_the_form_that_is_carried_along() {
        let sent = "csrf=own&code=123456&kept=sealed&x=y";
        let (typed, form) = parse(sent.as_bytes());
        assert_eq!(
            (typed.csrf.as_str(), typed.code.as_str()),
            ("own", "123456")
        );
        assert_eq!(form.sealed, "sealed");
    }
}
