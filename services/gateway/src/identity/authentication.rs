//! Checks account and password. Repeated failures slow down who fails, by browser and address; no failure locks an
//! account, because a stranger could then hold the lock.

use std::{net::IpAddr, time::Instant};

use axum::http::{HeaderMap, StatusCode};
use onestop_proto::{ids::StaffId, typed::account};
use serde::Deserialize;

use super::{
    attempts::Attempt,
    hashing::{Busy, Priority},
    password,
};
use crate::{
    app::App,
    core::{
        budgets::RetryAfter,
        db::staff::{self, Staff},
        page_error::PageError,
    },
};

/// So many wrong passwords in a row make one entry in the account's history.
const NOTED: u32 = 10;
/// After so many seconds a place for hashing may be free again.
const BUSY_SECONDS: u64 = 2;

#[derive(Default, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) staff: String,
    pub(crate) password: String,
}

/// Why a user is not signed in. An unknown account and a wrong password look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInError {
    Wrong,
    /// Too many attempts; nothing was checked.
    TooOften(RetryAfter),
    /// Too many sign-ins at the same time; nothing was checked.
    Busy(RetryAfter),
}

impl SignInError {
    pub(crate) fn message_id(self) -> &'static str {
        match self {
            Self::Wrong => "sign-in-wrong",
            Self::TooOften(_) => "sign-in-too-often",
            Self::Busy(_) => "sign-in-busy",
        }
    }

    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// When to try again.
    pub(crate) fn retry_after(self) -> Option<RetryAfter> {
        match self {
            Self::Wrong => None,
            Self::TooOften(wait) | Self::Busy(wait) => Some(wait),
        }
    }
}

/// Checks the credentials, and counts the attempt before.
pub(crate) async fn authenticate(
    app: &App,
    credentials: &Credentials,
    from: IpAddr,
    headers: &HeaderMap,
) -> anyhow::Result<Result<Staff, SignInError>> {
    let id = account(&credentials.staff).parse::<StaffId>().ok();
    let device = id
        .as_ref()
        .and_then(|id| app.devices.find(headers, &app.origin, id));
    let priority = match &device {
        Some(_) => Priority::Known,
        None => Priority::Stranger,
    };
    let attempt = Attempt {
        at: id.clone(),
        from,
        device,
    };
    if let Err(wait) = app.sign_ins.count(&attempt, Instant::now()) {
        return Ok(Err(SignInError::TooOften(wait)));
    }
    let key = id.clone();
    let stored = app.db.with(move |db| match &key {
        Some(id) => staff::credential(db, id),
        None => Ok(None),
    });
    let stored = stored.await?;
    let password = credentials.password.clone();
    let hash = stored.as_ref().and_then(|stored| stored.hash.clone());
    // An unknown account takes as long as a known one.
    let verified = app.hashing.run(priority, move || {
        password::verify(&password, hash.as_deref())
    });
    let Ok(fits) = verified.await? else {
        app.sign_ins.release(&attempt);
        return Ok(Err(SignInError::Busy(RetryAfter(BUSY_SECONDS))));
    };
    let (Some(id), Some(stored)) = (id, stored) else {
        return Ok(Err(SignInError::Wrong));
    };
    if !fits || stored.disabled {
        record_failure(app, id).await?;
        return Ok(Err(SignInError::Wrong));
    }
    app.sign_ins.release(&attempt);
    let now = app.clock.now();
    let found = app
        .db
        .with(move |db| staff::record_success(db, &id, &stored, now))
        .await?;
    Ok(found.ok_or(SignInError::Wrong))
}

/// Counts a wrong password.
pub(crate) async fn record_failure(app: &App, id: StaffId) -> anyhow::Result<()> {
    let now = app.clock.now();
    app.db
        .with(move |db| staff::record_failure(db, &id, NOTED, now))
        .await
}

/// Hashes a new password, of a user who is signed in.
///
/// # Errors
/// If there is no randomness, or too many passwords are being hashed.
pub(crate) async fn hash_new(app: &App, password: String) -> Result<String, PageError> {
    let hashed = app
        .hashing
        .run(Priority::Known, move || password::hash(&password));
    let hashed = hashed.await?;
    Ok(hashed.map_err(|Busy| PageError::busy("sign-in-busy", BUSY_SECONDS))??)
}
