//! The page that asks for account and password, and the front page, where citizens find what is theirs before it.

use askama::Template;
use axum::response::Response;

use super::shell::{Page, html};
use crate::core::query_string;

/// Where a sign-in on the front page leads: to the first page of the user's role.
const FIRST: &str = "/";

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInTemplate<'a> {
    page: Page<'a>,
    next: &'a str,
    staff: &'a str,
    problem: Option<String>,
    /// Whether there is no account yet: the page says how the first is made.
    is_unused: bool,
    /// The address that signs in with OpenID Connect, if a provider is configured.
    openid: Option<String>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct FrontTemplate<'a> {
    page: Page<'a>,
    next: &'static str,
    staff: &'static str,
    openid: Option<String>,
}

impl Page<'_> {
    fn openid_address(&self, next: &str) -> Option<String> {
        let _ = self.app.openid.as_ref()?;
        let query = query_string::encode(&[("next", next)]);
        Some(format!("/sign-in/oidc?{query}"))
    }
}

/// The sign-in page, with the account that was typed and why the sign-in failed.
pub(super) fn render(page: Page<'_>, next: &str, staff: &str, problem: Option<String>) -> Response {
    html(&SignInTemplate {
        openid: page.openid_address(next),
        page,
        next,
        staff,
        problem,
        is_unused: false,
    })
}

/// The sign-in page of an installation without an account.
pub(super) fn render_unused(page: Page<'_>, next: &str) -> Response {
    html(&SignInTemplate {
        openid: page.openid_address(next),
        page,
        next,
        staff: "",
        problem: None,
        is_unused: true,
    })
}

/// The front page of who is not signed in.
pub(super) fn front(page: Page<'_>) -> Response {
    html(&FrontTemplate {
        openid: page.openid_address(FIRST),
        page,
        next: FIRST,
        staff: "",
    })
}
