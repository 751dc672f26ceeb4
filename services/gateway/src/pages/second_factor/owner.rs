//! What the user proves before a second factor is set up, changed or removed.

use serde::Deserialize;

use super::{view::Problem, visit::Visit};
use crate::{
    core::{db::sessions::SignInMethod, page_error::PageError},
    identity::{authentication::record_failure, second_step::SentProof, session::Session},
    pages::own_secrets::is_own_password,
};

/// A code of the app or a recovery code; or what the browser answered for a passkey.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ProofForm {
    code: String,
    passkey: String,
}

impl ProofForm {
    pub(super) fn sent(self) -> SentProof {
        SentProof::of_fields(self.code, self.passkey)
    }
}

/// The password before the first second factor, a proof by another one before a further one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OwnerForm {
    password: String,
    code: String,
    passkey: String,
}

/// Makes sure that no stranger at an open session sets one up: what is wrong with the proof, or nothing. An OpenID Connect provider's user may have no password.
///
/// # Errors
/// If it was guessed too often, or the database cannot be used.
pub(super) async fn prove_owner(
    visit: &Visit,
    session: &Session,
    form: OwnerForm,
) -> Result<Option<Problem>, PageError> {
    if session.staff.second_factor {
        let sent = SentProof::of_fields(form.code, form.passkey);
        return visit.problem_of_proof(session, sent).await;
    }
    let app = &visit.app;
    if session.method == SignInMethod::Password
        && !is_own_password(app, session, visit.from.0, form.password).await?
    {
        record_failure(app, session.staff.id.clone()).await?;
        return Ok(Some(Problem("second-factor-password-wrong")));
    }
    Ok(None)
}
