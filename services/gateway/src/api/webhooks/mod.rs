//! Webhooks (事件推送): a unit's events, sent to its own systems. What is sent and how it is signed is told in
//! [`onestop_proto::http::webhook`].

mod deliver;
mod guard;
mod sign;

use axum::{
    Router,
    body::Bytes,
    extract::{RawPathParams, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use onestop_proto::{
    actor::Role,
    feed::{EventsPage, EventsQuery},
    http::{
        ApiRejection,
        webhook::{
            EmptyBody, RegisterWebhook, RegisteredWebhook, ReplayWebhook, Webhook,
            WebhookState as Sending, Webhooks,
        },
    },
    journal,
    rejection::{CommonRejection, parse_field},
};
use serde::de::DeserializeOwned;

use super::{asker::Asker, commands::json, headers, no::No};
use crate::{
    app::App,
    auth::Scope,
    db::webhooks::{self, Begins, Kept},
};

pub(crate) use self::deliver::{Webhooks as Sender, deliver};

/// As many as a unit may have.
const LIMIT: usize = 20;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks", get(list).post(register))
        .route("/webhooks/{webhook}", get(show).delete(remove))
        .route("/webhooks/{webhook}/retry", post(retry))
        .route("/webhooks/{webhook}/skip", post(skip))
        .route("/webhooks/{webhook}/replay", post(replay))
}

fn check(asker: &Asker) -> Result<(), No> {
    asker.may(Scope::Webhooks)?;
    if asker.actor.role == Role::UnitAdministrator {
        return Ok(());
    }
    Err(ApiRejection::AdministratorsOnly {}.into())
}

fn parse<T: DeserializeOwned>(
    given: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<T, No> {
    let parsed = parse_field("", json(given, body)?);
    parsed.map_err(|malformed| CommonRejection::from(malformed).into())
}

async fn list(State(app): State<App>, asker: Asker) -> Result<Response, No> {
    check(&asker)?;
    let unit = asker.actor.unit;
    let kept = app.db.with(move |db| webhooks::of_unit(db, &unit)).await?;
    let webhooks = kept.into_iter().map(|kept| kept.webhook).collect();
    Ok(axum::Json(Webhooks { webhooks }).into_response())
}

async fn register(
    State(app): State<App>,
    asker: Asker,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    check(&asker)?;
    let id = headers::key(&given)?.to_string();
    let wanted: RegisterWebhook = parse(&given, body)?;
    guard::check_address(&wanted.url, app.webhooks.local)?;
    if let Some(kept) = found(&app, &asker, &id).await? {
        return same(kept, &wanted);
    }
    let query = EventsQuery {
        from: u64::MAX,
        limit: 1,
        ..EventsQuery::default()
    };
    let who = (Some(asker.actor.clone()), None);
    let journal = journal::service();
    let asked = app.client.question(&journal, "events", who, &query);
    let end: EventsPage = asked.await?;
    let begins = Begins {
        position: wanted.from.unwrap_or(end.next),
        epoch: end.epoch,
        at: app.clock.now(),
    };
    let secret = sign::secret()?;
    let (kept_id, kept_secret, actor, kept_wanted) = (
        id.clone(),
        secret.clone(),
        asker.actor.clone(),
        wanted.clone(),
    );
    let added = app.db.with(move |db| {
        if webhooks::of_unit(db, &actor.unit)?.len() >= LIMIT {
            return Ok(None);
        }
        webhooks::add(db, (&kept_id, &kept_secret), &actor, &kept_wanted, begins).map(Some)
    });
    let full = ApiRejection::TooManyWebhooks {
        limit: LIMIT as u64,
    };
    let added = added.await?.ok_or(full)?;
    match found(&app, &asker, &id).await? {
        Some(kept) if added => {
            let (webhook, secret) = (kept.webhook, Some(secret));
            Ok((
                StatusCode::CREATED,
                axum::Json(RegisteredWebhook { webhook, secret }),
            )
                .into_response())
        }
        Some(kept) => same(kept, &wanted),
        // The id is another unit's.
        None => Err(reused(&id)),
    }
}

/// Registered before with this key: the same again, without the secret.
fn same(kept: Kept, wanted: &RegisterWebhook) -> Result<Response, No> {
    let webhook = kept.webhook;
    if (&webhook.url, &webhook.types, &webhook.item) != (&wanted.url, &wanted.types, &wanted.item) {
        return Err(reused(&webhook.id));
    }
    let secret = None;
    Ok(axum::Json(RegisteredWebhook { webhook, secret }).into_response())
}

fn reused(id: &str) -> No {
    match headers::id(id) {
        Some(command) => CommonRejection::KeyReused { command }.into(),
        None => ApiRejection::MissingKey {}.into(),
    }
}

async fn found(app: &App, asker: &Asker, id: &str) -> Result<Option<Kept>, No> {
    let (unit, id) = (asker.actor.unit.clone(), id.to_owned());
    Ok(app
        .db
        .with(move |db| webhooks::find(db, &unit, &id))
        .await?)
}

async fn named(app: &App, asker: &Asker, path: &RawPathParams) -> Result<Kept, No> {
    check(asker)?;
    let id = path
        .iter()
        .find(|(name, _)| *name == "webhook")
        .map(|(_, id)| id);
    let webhook = id.unwrap_or_default().to_owned();
    let found = found(app, asker, &webhook).await?;
    found.ok_or_else(|| ApiRejection::UnknownWebhook { webhook }.into())
}

async fn show(State(app): State<App>, asker: Asker, path: RawPathParams) -> Result<Response, No> {
    let webhook: Webhook = named(&app, &asker, &path).await?.webhook;
    Ok(axum::Json(webhook).into_response())
}

async fn remove(State(app): State<App>, asker: Asker, path: RawPathParams) -> Result<Response, No> {
    let id = named(&app, &asker, &path).await?.webhook.id;
    let unit = asker.actor.unit;
    app.db
        .with(move |db| webhooks::remove(db, &unit, &id))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn retry(
    State(app): State<App>,
    asker: Asker,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    let kept = named(&app, &asker, &path).await?;
    let EmptyBody {} = parse(&given, body)?;
    again(&app, &asker, kept, None).await
}

async fn skip(
    State(app): State<App>,
    asker: Asker,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    let kept = named(&app, &asker, &path).await?;
    let EmptyBody {} = parse(&given, body)?;
    let stuck_at = kept
        .stuck_at
        .filter(|_| kept.webhook.state == Sending::Parked);
    let stuck_at = stuck_at.ok_or(ApiRejection::NotParked {})?;
    again(&app, &asker, kept, Some(stuck_at + 1)).await
}

async fn replay(
    State(app): State<App>,
    asker: Asker,
    path: RawPathParams,
    given: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, No> {
    let kept = named(&app, &asker, &path).await?;
    let ReplayWebhook { from } = parse(&given, body)?;
    again(&app, &asker, kept, Some(from)).await
}

async fn again(app: &App, asker: &Asker, kept: Kept, from: Option<u64>) -> Result<Response, No> {
    let id = kept.webhook.id.clone();
    app.db
        .with(move |db| webhooks::again(db, &id, from))
        .await?;
    app.webhooks.woken.notify_one();
    let unknown = ApiRejection::UnknownWebhook {
        webhook: kept.webhook.id.clone(),
    };
    let now = found(app, asker, &kept.webhook.id).await?.ok_or(unknown)?;
    Ok(axum::Json(now.webhook).into_response())
}
