//! A form that was submitted without a session, carried along by the pages of sign-in until its owner submits it again.

use askama::Template;
use axum::{http::HeaderMap, response::Response};
use onestop_proto::ids::StaffId;

use super::shell::{Page, html};
use crate::{app::App, core::query_string::local_path, identity::session};

/// The prefix of the fields that are carried along.
const CARRIED: &str = "kept.";
/// The field that holds the address of the form.
const TARGET: &str = "kept-to";

/// A form that was submitted without a session.
#[derive(Default)]
pub(super) struct CarriedForm {
    pub(super) target: String,
    pub(super) fields: Vec<(String, String)>,
}

impl CarriedForm {
    /// Takes a field of the sign-in page that belongs to the carried form; the others are returned.
    pub(super) fn take<'a>(
        &mut self,
        (name, value): (&'a str, String),
    ) -> Option<(&'a str, String)> {
        if name == TARGET {
            local_path(&value).clone_into(&mut self.target);
            return None;
        }
        let Some(name) = name.strip_prefix(CARRIED) else {
            return Some((name, value));
        };
        self.fields.push((name.to_owned(), value));
        None
    }

    /// Forgets it, unless the user owned the session in which it was typed: what one person typed is never shown to
    /// another.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub(super) async fn keep_for(
        &mut self,
        app: &App,
        headers: &HeaderMap,
        staff: &StaffId,
    ) -> anyhow::Result<()> {
        if session::owner(app, headers).await?.as_ref() != Some(staff) {
            *self = Self::default();
        }
        Ok(())
    }
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
    /// Recovery codes that are left, if one was used.
    left: Option<u32>,
}

/// The page that asks whether to submit what was typed.
pub(super) fn resubmit(page: Page<'_>, form: &CarriedForm, left: Option<u32>) -> Response {
    html(&ResubmitTemplate { page, form, left })
}

/// The page to sign in again, with what was typed.
pub(super) fn render_reauth(
    page: Page<'_>,
    staff: &str,
    form: &CarriedForm,
    problem: Option<String>,
) -> Response {
    html(&ReauthTemplate {
        page,
        staff,
        form,
        problem,
    })
}
