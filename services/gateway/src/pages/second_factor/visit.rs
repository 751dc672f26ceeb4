//! A request to the page of second factors: who sends it, from where, and the page that answers.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};

use super::view::{Changed, Problem, render};
use crate::{
    app::App,
    core::{
        client_address::ClientAddress,
        page_error::{PageError, PageResult},
    },
    identity::{second_step::SentProof, session::Session},
    pages::{own_secrets::prove_second_factor, shell::View},
};

/// A request to the page.
pub(super) struct Visit {
    pub(super) app: App,
    pub(super) view: View,
    pub(super) headers: HeaderMap,
    pub(super) from: ClientAddress,
}

impl FromRequestParts<App> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let view = View::from_request_parts(parts, app).await?;
        let Ok(from) = ClientAddress::from_request_parts(parts, app).await;
        Ok(Self {
            app: app.clone(),
            view,
            headers: parts.headers.clone(),
            from,
        })
    }
}

impl Visit {
    /// The page, with what has changed or what is wrong.
    pub(super) async fn render(&self, session: &Session, changed: Changed) -> PageResult {
        render(&self.app, &self.view, session, &self.headers, changed).await
    }

    /// What is wrong with the proof by a second factor; nothing where it is good.
    ///
    /// # Errors
    /// If it was guessed too often, or the database cannot be used.
    pub(super) async fn problem_of_proof(
        &self,
        session: &Session,
        sent: SentProof,
    ) -> Result<Option<Problem>, PageError> {
        let (app, headers) = (&self.app, &self.headers);
        let proof = prove_second_factor(app, session, self.from, headers, sent).await?;
        Ok(proof.err().map(|refusal| Problem(refusal.message_id())))
    }
}
