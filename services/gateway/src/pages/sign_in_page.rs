//! The page that asks for account and password.

use askama::Template;
use axum::response::Response;

use super::shell::{Page, html};
use crate::core::query_string;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInTemplate<'a> {
    page: Page<'a>,
    next: &'a str,
    staff: &'a str,
    problem: Option<String>,
    /// Whether there is no account yet: the page says how the first is made.
    is_unused: bool,
}

impl SignInTemplate<'_> {
    /// The address that signs in with OpenID Connect, if a provider is configured.
    fn openid(&self) -> Option<String> {
        let _ = self.page.app.openid.as_ref()?;
        let query = query_string::encode(&[("next", self.next)]);
        Some(format!("/sign-in/oidc?{query}"))
    }
}

/// The sign-in page, with the account that was typed and why the sign-in failed.
pub(super) fn render(page: Page<'_>, next: &str, staff: &str, problem: Option<String>) -> Response {
    html(&SignInTemplate {
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
        page,
        next,
        staff: "",
        problem: None,
        is_unused: true,
    })
}
