//! `/account/post`: goes on with the session in another post (岗位) of the same person (兼职身份).

use axum::{
    Router,
    extract::State,
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect},
    routing::post,
};
use serde::Deserialize;

use super::form::Form;
use crate::{
    app::App,
    core::{
        page_error::{PageError, PageResult},
        post::Post,
    },
    identity::{csrf_token, session},
};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/account/post", post(switch))
}

#[derive(Deserialize)]
struct SwitchForm {
    post: String,
}

async fn switch(State(app): State<App>, form: Form<SwitchForm>) -> PageResult {
    let Form { session, fields } = form;
    let to: Post = fields.post.parse().map_err(PageError::unreadable_form)?;
    // The page that the form was on may not be for the other role.
    let first_page = Redirect::to("/");
    if to == session.staff.post() {
        return Ok(first_page.into_response());
    }
    let csrf = csrf_token::new_token(&app.draft_key, &session.staff.id, &to)?;
    let cookie = session::switch_post(&app, session, to, csrf).await?;
    let cookie = cookie.ok_or_else(PageError::not_found)?;
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((headers, first_page).into_response())
}
