//! The page of the second step of signing in.

use askama::Template;
use axum::{http::HeaderMap, response::Response};

use crate::{
    app::App,
    identity::{
        half_sign_in::HalfSignIn,
        passkeys::challenges::Holder,
        second_step::{self, AppChoice, Choices, PasskeyChoice},
    },
    pages::{
        carried_form::CarriedForm,
        shell::{Page, html},
    },
};

/// The address of the page.
pub(in crate::pages) const PAGE: &str = "/sign-in/code";

#[derive(Template)]
#[template(path = "sign-in-code.html")]
struct CodeTemplate<'a> {
    page: Page<'a>,
    step: SecondStep<'a>,
    problem: Option<String>,
}

impl CodeTemplate<'_> {
    fn passkey_options(&self) -> Option<&str> {
        self.step.choices.passkey.options()
    }

    /// Whether the account has passkeys that cannot be asked for at this address.
    fn is_elsewhere(&self) -> bool {
        self.step.choices.passkey == PasskeyChoice::NotHere
    }

    fn lead(&self) -> &'static str {
        match (self.step.choices.app, &self.step.choices.passkey) {
            (AppChoice::Has, PasskeyChoice::HasNone | PasskeyChoice::NotHere) => "code-lead",
            (AppChoice::Has, PasskeyChoice::Ask(_)) => "code-lead-either",
            (AppChoice::HasNone, _) => "code-lead-passkey",
        }
    }

    fn label(&self) -> &'static str {
        match self.step.choices.app {
            AppChoice::Has => "code",
            AppChoice::HasNone => "recovery-code",
        }
    }

    fn hint(&self) -> &'static str {
        match self.step.choices.app {
            AppChoice::Has => "code-hint",
            AppChoice::HasNone => "recovery-code-hint",
        }
    }
}

/// The second step of a sign-in, the form that is carried along, and what the account can be proven with.
pub(in crate::pages) struct SecondStep<'a> {
    half: &'a HalfSignIn,
    form: &'a CarriedForm,
    choices: Choices,
}

impl<'a> SecondStep<'a> {
    /// Makes a challenge, if the account has passkeys.
    pub(in crate::pages) async fn load(
        app: &App,
        half: &'a HalfSignIn,
        form: &'a CarriedForm,
        headers: &HeaderMap,
    ) -> anyhow::Result<Self> {
        let holder = Holder::of(&half.csrf);
        let choices = second_step::choices(app, &half.staff, holder, headers).await?;
        Ok(Self {
            half,
            form,
            choices,
        })
    }
}

/// The page that asks for the code or the passkey.
pub(in crate::pages) fn render(
    mut page: Page<'_>,
    step: SecondStep<'_>,
    problem: Option<String>,
) -> Response {
    PAGE.clone_into(&mut page.path);
    html(&CodeTemplate {
        page,
        step,
        problem,
    })
}
