//! Checks account and password, and locks an account after repeated failures.

use onestop_proto::ids::StaffId;
use serde::Deserialize;

use super::password;
use crate::{
    app::App,
    core::db::staff::{self, Staff},
};

/// Consecutive failures after which an account is locked.
pub(crate) const FAILURES: u32 = 5;
/// How long an account stays locked, in seconds.
pub(crate) const LOCKED: i64 = 900;

#[derive(Default, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) staff: String,
    pub(crate) password: String,
}

/// Why a user is not signed in. An unknown account and a wrong password look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInError {
    Wrong,
    Locked,
}

impl SignInError {
    pub(crate) fn message_id(self) -> &'static str {
        match self {
            Self::Wrong => "sign-in-wrong",
            Self::Locked => "sign-in-locked",
        }
    }
}

/// Checks the credentials and counts failures.
///
/// # Errors
/// If the database cannot be read.
pub(crate) async fn authenticate(
    app: &App,
    credentials: &Credentials,
) -> anyhow::Result<Result<Staff, SignInError>> {
    let id = credentials.staff.trim().parse::<StaffId>().ok();
    let key = id.clone();
    let stored = app.db.with(move |db| match &key {
        Some(id) => staff::credential(db, id),
        None => Ok(None),
    });
    let stored = stored.await?;
    let (password, hash) = (
        credentials.password.clone(),
        stored.as_ref().and_then(|stored| stored.hash.clone()),
    );
    // An unknown account takes as long as a known one.
    let fits =
        tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref())).await?;
    let (Some(id), Some(stored)) = (id, stored) else {
        return Ok(Err(SignInError::Wrong));
    };
    let now = app.clock.now();
    if stored.locked_until.is_some_and(|until| until > now) {
        return Ok(Err(SignInError::Locked));
    }
    if !fits || stored.disabled {
        let locked = record_failure(app, id).await?;
        let error = if locked {
            SignInError::Locked
        } else {
            SignInError::Wrong
        };
        return Ok(Err(error));
    }
    let found = app.db.with(move |db| {
        staff::record_success(db, &id, now)?;
        staff::find(db, &id)
    });
    Ok(found.await?.ok_or(SignInError::Wrong))
}

/// Counts a wrong password; returns whether the account is locked now.
///
/// # Errors
/// If the database cannot be written.
pub(crate) async fn record_failure(app: &App, id: StaffId) -> anyhow::Result<bool> {
    let now = app.clock.now();
    let until = now.plus_seconds(LOCKED);
    app.db
        .with(move |db| staff::record_failure(db, &id, FAILURES, until, now))
        .await
}
