//! A session that ended in mid-form: what was typed is not lost. The form that came without a session is
//! answered by a page to sign in again, which carries its fields along; after that the same person is asked
//! once more whether to send them. Nothing is sent by itself, and its key is the one it had: what had been done
//! already is not done twice.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, RawForm, State},
    http::{HeaderMap, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
    routing::post,
};

use super::{begin, session::owner};
use crate::{
    app::App,
    db::sessions::By,
    error::Oops,
    page::{Page, View, html},
    pages::sign_in::{Given, Refused, check, own},
};

/// A field of the form that came without a session is carried under its name behind this.
const KEPT: &str = "kept.";
/// Where the form was sent to.
const TO: &str = "kept-to";

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/sign-in/again", post(sign_in))
}

#[derive(Template)]
#[template(path = "sign-in-again.html")]
struct Again<'a> {
    page: Page<'a>,
    to: &'a str,
    staff: &'a str,
    kept: &'a [(String, String)],
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "send-again.html")]
struct Send<'a> {
    page: Page<'a>,
    to: &'a str,
    kept: &'a [(String, String)],
}

/// The page to sign in again, with what was typed.
pub(super) fn ask(app: &App, view: &View, to: &str, pairs: &[u8]) -> Response {
    let kept: Vec<(String, String)> = form_urlencoded::parse(pairs)
        // A password is never carried along.
        .filter(|(name, _)| name != "csrf" && !to.starts_with("/account/password"))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let page = html(&Again {
        page: view.page(app),
        to,
        staff: "",
        kept: &kept,
        problem: None,
    });
    (StatusCode::UNAUTHORIZED, page).into_response()
}

async fn sign_in(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    mut view: View,
    RawForm(pairs): RawForm,
) -> Result<Response, Oops> {
    if app.limits.is_over(from.ip(), app.clock.now()) {
        return Err(Oops::too_often());
    }
    let (mut kept, mut to) = (Vec::new(), String::new());
    let mut given = Given::default();
    for (name, value) in form_urlencoded::parse(&pairs) {
        match name.as_ref() {
            "staff" => given.staff = value.into_owned(),
            "password" => given.password = value.into_owned(),
            TO => own(&value).clone_into(&mut to),
            other => kept.extend(
                other
                    .strip_prefix(KEPT)
                    .map(|name| (name.to_owned(), value.into_owned())),
            ),
        }
    }
    let staff = match check(&app, &given).await? {
        Ok(staff) => staff,
        Err(refused) => {
            app.limits.count(from.ip(), app.clock.now());
            let page = view.page(&app);
            let problem = match refused {
                Refused::Wrong => page.say.t("sign-in-wrong"),
                Refused::Locked => page.say.t("sign-in-locked"),
            };
            let shown = html(&Again {
                page,
                to: &to,
                staff: given.staff.trim(),
                kept: &kept,
                problem: Some(problem),
            });
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
    };
    // What one person typed is not shown to another who signs in after them.
    let before = owner(&app, &headers).await?;
    if before.as_ref() != Some(&staff.id) {
        kept.clear();
        "/".clone_into(&mut to);
    }
    let (session, cookie) = begin(&app, staff, By::Password).await?;
    view.session = Some(session);
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    let page = html(&Send {
        page: view.page(&app),
        to: &to,
        kept: &kept,
    });
    Ok((headers, page).into_response())
}
