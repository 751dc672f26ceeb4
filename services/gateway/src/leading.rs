//! Which of two gateways of one instance answers: the one that has the lease, be the other a standby, or started on a copied
//! folder. What changes an account is answered once it is kept as the setting `standby` wants it.

use std::{path::Path, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use onestop_chassis::{
    settings::Settings,
    standby::{DatabasePlace, Durability, Incomplete, Leadership},
};
use onestop_proto::{
    envelope::Source,
    rejection::{CommonRejection, Explain as _, Rejected},
};

use crate::{
    app::App,
    core::{
        db::{
            Db, FILE,
            copied::CopiedDatabase,
            drafts::{DraftKey, KEY_FILE},
        },
        outage::{Outage, is_public},
    },
};

/// Says of an answer that what it confirms is on one disk only.
const KEPT: HeaderName = HeaderName::from_static("onestop-kept");

/// What a gateway's `/readyz` says where a standby is to follow and does not.
pub(crate) const KEPT_ONCE: &str = "no standby keeps up: what is confirmed is kept once only";

/// The instance that the settings name.
pub fn source(settings: &Settings) -> Source {
    Source {
        service: crate::name(),
        instance: settings.instance.clone(),
    }
}

/// The lease of this gateway, which it does not have yet.
pub(crate) fn open(settings: &Settings) -> anyhow::Result<Leadership> {
    let folder = settings.data.join(crate::NAME);
    // It is made, or gets the tables that it lacks.
    Db::open(&settings.data)?;
    let key = DraftKey::open(&folder)?.fingerprint();
    let database = Arc::new(CopiedDatabase::open(&folder, key)?);
    let own = source(settings);
    let issuer = format!("{}/{}", own.service, own.instance);
    Leadership::open(settings, own, issuer, database)
}

/// The key with which secrets in the database are sealed: a standby needs a copy of it, which is never sent.
pub fn key_file(data: &Path) -> std::path::PathBuf {
    data.join(crate::NAME).join(KEY_FILE)
}

/// Where a standby keeps its copy, and what it needs to use it.
pub fn place(settings: &Settings, incomplete: Incomplete) -> anyhow::Result<DatabasePlace> {
    let folder = settings.data.join(crate::NAME);
    Ok(DatabasePlace {
        own: source(settings),
        file: folder.join(FILE),
        key: DraftKey::open(&folder)?.fingerprint(),
        key_file: key_file(&settings.data),
        incomplete,
    })
}

/// That the broker is away, for a request that is answered nevertheless.
fn outage(app: &App, request: &Request) -> Option<Outage> {
    let is_public = is_public(request.method(), request.uri().path());
    let is_away = is_public && app.leadership.is_cut_off(app.client.bus());
    is_away.then(|| Outage {
        heard: app.heard_directory(),
    })
}

/// Answers while the broker is away.
async fn answer_meanwhile(outage: Outage, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(outage);
    let mut response = next.run(request).await;
    outage.mark(response.headers_mut());
    response
}

/// Lets a request pass while this process decides; what is public also while the broker is away.
pub(crate) async fn lead<E: From<Rejected> + IntoResponse>(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    if let Some(outage) = outage(&app, &request) {
        return answer_meanwhile(outage, request, next).await;
    }
    let leadership = app.leadership.clone();
    let who = || crate::NAME.to_owned();
    let Some(term) = leadership.pass().await else {
        // The lease has run out since.
        if let Some(outage) = outage(&app, &request) {
            return answer_meanwhile(outage, request, next).await;
        }
        let refused = CommonRejection::Unavailable { who: who() };
        return E::from(refused.rejected()).into_response();
    };
    let is_change = !request.method().is_safe();
    let mut response = next.run(request).await;
    if !is_change {
        return response;
    }
    match leadership.confirm(term).await {
        Durability::AsSet => response,
        Durability::KeptOnce => {
            let once = HeaderValue::from_static("once");
            response.headers_mut().insert(KEPT, once);
            response
        }
        Durability::Unsure => {
            let refused = CommonRejection::OutcomeUnknown { who: who() };
            E::from(refused.rejected()).into_response()
        }
    }
}
