//! Webhooks (事件推送): a unit's events, sent to its own systems. [`onestop_proto::http::webhook`] defines the
//! messages and their signatures.

mod address_guard;
mod checks;
mod delivery;
pub(crate) mod options;
pub(crate) mod scheduler;
mod sender;
mod signature;

use axum::{
    Router,
    body::Bytes,
    extract::{RawPathParams, Request, State, rejection::BytesRejection},
    http::{HeaderMap, Method, StatusCode},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use onestop_chassis::client::QuestionMeta;
use onestop_proto::{
    feed::EventsQuery,
    http::{
        ApiRejection, BODY_LIMIT,
        webhook::{
            EmptyBody, RegisterWebhook, RegisteredWebhook, ReplayWebhook, Webhook,
            WebhookState as Sending, Webhooks,
        },
    },
    rejection::{CommonRejection, parse_field},
};
use serde::de::DeserializeOwned;

use self::checks::{check_position, check_types};
use super::{commands::parse_json, error::ApiError, headers, params, principal::Principal};
use crate::{
    app::App,
    core::db::{
        staff_history::{self, own},
        webhook_owners, webhook_secrets,
        webhooks::{self, StartPosition, StoredWebhook},
    },
    identity::scope::Scope,
};

/// Webhooks of one unit.
const LIMIT: usize = 20;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks", get(list).post(register))
        .route("/webhooks/{webhook}", get(show).delete(remove))
        .route("/webhooks/{webhook}/retry", post(retry))
        .route("/webhooks/{webhook}/skip", post(skip))
        .route("/webhooks/{webhook}/replay", post(replay))
        .layer(from_fn(without_parameters))
}

/// Refuses what none of these operations takes.
pub(super) async fn without_parameters(request: Request, next: Next) -> Result<Response, ApiError> {
    let checked = params::none(request.uri().query())
        .and_then(|()| headers::refuse_of_acts(request.headers()));
    if request.method() == Method::POST {
        checked?;
        return Ok(next.run(request).await);
    }
    // The refusal of a method that the address does not take goes first.
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        checked?;
    }
    Ok(response)
}

/// Only administrators of a unit manage its webhooks.
fn authorize(principal: &Principal) -> Result<(), ApiError> {
    principal.require(Scope::Webhooks)?;
    if Scope::Webhooks.is_for(principal.actor.role) {
        return Ok(());
    }
    Err(ApiRejection::AdministratorsOnly {}.into())
}

fn parse<T: DeserializeOwned>(
    given: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, ApiError> {
    let parsed = parse_field("data", parse_json(given, body, BODY_LIMIT)?);
    parsed.map_err(|malformed| CommonRejection::from(malformed).into())
}

async fn list(State(app): State<App>, principal: Principal) -> Result<Response, ApiError> {
    authorize(&principal)?;
    let unit = principal.actor.unit;
    let stored = app.db.with(move |db| webhooks::of_unit(db, &unit)).await?;
    let opened = stored.into_iter().map(|one| one.opened(&app.draft_key));
    let webhooks = opened.map(|opened| opened.webhook).collect();
    Ok(axum::Json(Webhooks { webhooks }).into_response())
}

async fn register(
    State(app): State<App>,
    principal: Principal,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    authorize(&principal)?;
    let id = headers::key(&given)?.to_string();
    let request: RegisterWebhook = parse(&given, body)?;
    address_guard::check_address(&request.url, app.webhooks.targets)?;
    check_types(&request.types)?;
    if let Some(stored) = find(&app, &principal, &id).await? {
        return repeated(stored, &request);
    }
    let start = start_position(&app, &principal, request.from).await?;
    let secret = signature::secret()?;
    let added = store(&app, &principal, &id, &secret, &request, start).await?;
    match find(&app, &principal, &id).await? {
        Some(stored) if added => {
            let (webhook, secret) = (stored.webhook, Some(secret));
            Ok((
                StatusCode::CREATED,
                axum::Json(RegisteredWebhook { webhook, secret }),
            )
                .into_response())
        }
        Some(stored) => repeated(stored, &request),
        // The id belongs to another unit.
        None => Err(key_reused(&id)),
    }
}

/// The given position, or the end of the journal's log.
async fn start_position(
    app: &App,
    principal: &Principal,
    from: Option<u64>,
) -> Result<StartPosition, ApiError> {
    let query = EventsQuery {
        from: u64::MAX,
        limit: 1,
        ..EventsQuery::default()
    };
    let meta = QuestionMeta::from(principal.actor.clone());
    let end = app.client.ask(meta, &query).await?;
    if let Some(from) = from {
        check_position(from, end.next)?;
    }
    Ok(StartPosition {
        position: from.unwrap_or(end.next),
        epoch: end.epoch,
        at: app.clock.now(),
    })
}

/// Stores a webhook; returns false if the id is in use.
async fn store(
    app: &App,
    principal: &Principal,
    id: &str,
    secret: &str,
    request: &RegisterWebhook,
    start: StartPosition,
) -> Result<bool, ApiError> {
    let id = id.to_owned();
    let sealed = webhook_secrets::seal(&app.draft_key, &id, secret);
    let sealed = sealed.ok_or_else(|| anyhow::anyhow!("a webhook's secret cannot be sealed"))?;
    let receiver = host(&request.url);
    let (actor, mut request) = (principal.actor.clone(), request.clone());
    request.url = webhooks::sealed_address(&app.draft_key, &id, &request.url);
    let added = app.db.with(move |db| {
        if webhooks::of_unit(db, &actor.unit)?.len() >= LIMIT {
            return Ok(None);
        }
        let change = db.transaction()?;
        let added = webhook_owners::add(&change, &id, &sealed, &actor, &request, start)?;
        if added {
            let what = format!("webhook {id} registered for {receiver}");
            staff_history::record(&change, &actor.staff, &what, own(&actor.staff, start.at))?;
        }
        change.commit()?;
        Ok(Some(added))
    });
    let full = ApiRejection::TooManyWebhooks {
        limit: LIMIT as u64,
    };
    Ok(added.await?.ok_or(full)?)
}

/// The part of an address that a history may hold: the path may be a secret.
fn host(url: &str) -> String {
    let parsed = reqwest::Url::parse(url).ok();
    let host = parsed.as_ref().and_then(reqwest::Url::host_str);
    host.unwrap_or("-").to_owned()
}

/// Answers a request that was sent again: the webhook as it is, without the secret.
fn repeated(stored: StoredWebhook, request: &RegisterWebhook) -> Result<Response, ApiError> {
    let webhook = stored.webhook;
    if (&webhook.url, &webhook.types, &webhook.item)
        != (&request.url, &request.types, &request.item)
    {
        return Err(key_reused(&webhook.id));
    }
    let secret = None;
    Ok(axum::Json(RegisteredWebhook { webhook, secret }).into_response())
}

fn key_reused(id: &str) -> ApiError {
    match headers::command_id(id) {
        Some(command) => CommonRejection::KeyReused { command }.into(),
        None => ApiRejection::MissingKey {}.into(),
    }
}

async fn find(
    app: &App,
    principal: &Principal,
    id: &str,
) -> Result<Option<StoredWebhook>, ApiError> {
    let (unit, id) = (principal.actor.unit.clone(), id.to_owned());
    let found = app.db.with(move |db| webhooks::find(db, &unit, &id));
    Ok(found.await?.map(|found| found.opened(&app.draft_key)))
}

async fn find_by_path(
    app: &App,
    principal: &Principal,
    path: &RawPathParams,
) -> Result<StoredWebhook, ApiError> {
    authorize(principal)?;
    let id = path
        .iter()
        .find(|(name, _)| *name == "webhook")
        .map(|(_, id)| id);
    // A key in capitals is the same key.
    let webhook = id.unwrap_or_default().to_ascii_lowercase();
    let found = find(app, principal, &webhook).await?;
    found.ok_or_else(|| ApiRejection::UnknownWebhook { webhook }.into())
}

async fn show(
    State(app): State<App>,
    principal: Principal,
    path: RawPathParams,
) -> Result<Response, ApiError> {
    let webhook: Webhook = find_by_path(&app, &principal, &path).await?.webhook;
    Ok(axum::Json(webhook).into_response())
}

async fn remove(
    State(app): State<App>,
    principal: Principal,
    path: RawPathParams,
) -> Result<Response, ApiError> {
    let id = find_by_path(&app, &principal, &path).await?.webhook.id;
    let (actor, at) = (principal.actor, app.clock.now());
    app.db
        .with(move |db| {
            let change = db.transaction()?;
            if webhooks::remove(&change, &actor.unit, &id)? {
                let what = format!("webhook {id} removed");
                staff_history::record(&change, &actor.staff, &what, own(&actor.staff, at))?;
            }
            change.commit()
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn retry(
    State(app): State<App>,
    principal: Principal,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let stored = find_by_path(&app, &principal, &path).await?;
    let EmptyBody {} = parse(&given, body)?;
    restart(&app, &principal, stored, None).await
}

async fn skip(
    State(app): State<App>,
    principal: Principal,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let stored = find_by_path(&app, &principal, &path).await?;
    let EmptyBody {} = parse(&given, body)?;
    let stuck_at = stored
        .stuck_at
        .filter(|_| stored.webhook.state == Sending::Parked);
    let stuck_at = stuck_at.ok_or(ApiRejection::NotParked {})?;
    restart(&app, &principal, stored, Some(stuck_at + 1)).await
}

async fn replay(
    State(app): State<App>,
    principal: Principal,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let stored = find_by_path(&app, &principal, &path).await?;
    let ReplayWebhook { from } = parse(&given, body)?;
    start_position(&app, &principal, Some(from)).await?;
    restart(&app, &principal, stored, Some(from)).await
}

async fn restart(
    app: &App,
    principal: &Principal,
    stored: StoredWebhook,
    from: Option<u64>,
) -> Result<Response, ApiError> {
    let id = stored.webhook.id.clone();
    let owner = principal.actor.clone();
    let at = app.clock.now();
    app.db
        .with(move |db| {
            let change = db.transaction()?;
            webhook_owners::restart(&change, &id, &owner, from, at)?;
            let what = match from {
                None => format!("webhook {id} restarted"),
                Some(from) => format!("webhook {id} restarted from {from}"),
            };
            staff_history::record(&change, &owner.staff, &what, own(&owner.staff, at))?;
            change.commit()
        })
        .await?;
    app.webhooks.changed.notify_one();
    let unknown = ApiRejection::UnknownWebhook {
        webhook: stored.webhook.id.clone(),
    };
    let now = find(app, principal, &stored.webhook.id)
        .await?
        .ok_or(unknown)?;
    Ok(axum::Json(now.webhook).into_response())
}
