//! How long a stream may go on: as long as the session or token that opened it is valid, and its owner has the same
//! role and unit.

use std::time::Duration;

use onestop_proto::actor::Actor;

use super::session;
use crate::{
    app::App,
    core::db::{sessions, tokens},
};

/// The command line changes accounts in another process: access is looked up this often, whatever is announced.
const INTERVAL: Duration = Duration::from_secs(10);

/// What a request was authenticated with.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    Session(String),
    Token(String),
}

/// Returns when the credential no longer gives this actor's access.
pub(crate) async fn ended(app: App, credential: Credential, actor: Actor) {
    let mut changes = app.access_changes.subscribe();
    loop {
        tokio::select! {
            // The sender lives as long as the app.
            _ = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
        match actor_of(&app, credential.clone()).await {
            Ok(Some(now)) if now == actor => {}
            Ok(_) => return,
            // Nothing is known now; the next look may tell.
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(error, "the access of a stream could not be looked up");
            }
        }
    }
}

/// The actor that a credential belongs to now. The look is no request: it does not keep a session from being idle.
async fn actor_of(app: &App, credential: Credential) -> anyhow::Result<Option<Actor>> {
    let now = app.clock.now();
    app.db
        .with(move |db| match credential {
            Credential::Session(token) => {
                let found = sessions::find(db, &token, session::limits(now))?;
                Ok(found.map(|session| session.staff.actor()))
            }
            Credential::Token(token) => {
                let found = tokens::find(db, &token, now)?;
                Ok(found.map(|(staff, _)| staff.actor()))
            }
        })
        .await
}
