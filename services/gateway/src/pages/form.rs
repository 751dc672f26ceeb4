//! Submitted forms: they must come from a page of this site, and carry the CSRF token of their session.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, RawForm, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{carried_form::TypedForm, reauth, shell::View};
use crate::{
    app::App,
    core::page_error::PageError,
    identity::{csrf, session::Session},
};

/// Refuses a request that changes something and comes from another site.
pub(super) async fn refuse_other_sites(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    if csrf::is_same_origin(request.method(), request.headers(), &app.origin) {
        return next.run(request).await;
    }
    let refused = (
        StatusCode::FORBIDDEN,
        "the request comes from another site\n",
    );
    refused.into_response()
}

/// The fields of a form whose CSRF token is valid. A field may occur more than once.
pub(super) struct Form<T> {
    pub(super) session: Session,
    pub(super) fields: T,
}

/// The form that a request brought. The extractor puts it beside the request, so that the page which says that no service
/// answered can offer to send it again.
#[derive(Clone, Default)]
pub(super) struct SentForm(Arc<OnceLock<Bytes>>);

impl SentForm {
    /// The fields; nothing if no form of the session was read, or if it holds secrets.
    pub(super) fn typed(&self, target: &str) -> Option<TypedForm> {
        TypedForm::parse(target, self.0.get()?)
    }
}

/// A form without fields.
#[derive(Deserialize)]
pub(super) struct NoFields {}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let sent = parts.extensions.get::<SentForm>().cloned();
        let view = View::from_request_parts(&mut parts, app)
            .await
            .map_err(IntoResponse::into_response)?;
        let request = Request::from_parts(parts, body);
        let form = RawForm::from_request(request, app).await;
        let form = form.map_err(IntoResponse::into_response)?.0;
        if view.session.is_none() {
            return Err(reauth::ask(app, &view, &form));
        }
        let session = view.session().map_err(IntoResponse::into_response)?.clone();
        if !csrf::has_token(&form, &session) {
            let again = reauth::ask_again(app, &view, &session.staff.id, &form);
            let refused = || PageError::csrf(&session.staff.id).into_response();
            return Err(again.unwrap_or_else(refused));
        }
        if let Some(SentForm(kept)) = &sent {
            kept.get_or_init(|| form.clone());
        }
        let fields = serde_html_form::from_bytes(&form);
        let fields = fields.map_err(|error| PageError::unreadable_form(error).into_response())?;
        Ok(Self { session, fields })
    }
}
