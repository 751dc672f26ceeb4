//! How long a stream may go on: as long as the session or token that opened it is valid, and its owner has the same
//! role and unit.

use std::time::Duration;

use onestop_proto::actor::Actor;
use tokio::sync::watch;

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
    let changes = app.access_changes.subscribe();
    until_ended(changes, &actor, || actor_of(&app, credential.clone())).await;
}

/// Looks at once, because access may have ended since the request was authenticated; then after each change.
async fn until_ended<L: Future<Output = anyhow::Result<Option<Actor>>>>(
    mut changes: watch::Receiver<()>,
    actor: &Actor,
    look_up: impl Fn() -> L,
) {
    loop {
        match look_up().await {
            Ok(Some(now)) if now == *actor => {}
            Ok(_) => return,
            // Nothing is known now; the next look may tell.
            Err(error) => {
                let error = format!("{error:#}");
                tracing::warn!(error, "the access of a stream could not be looked up");
            }
        }
        tokio::select! {
            // The sender lives as long as the app.
            _ = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Longer than the looks are apart would be too late.
    const TIMEOUT: Duration = Duration::from_secs(8);

    fn clerk() -> Actor {
        "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap()
    }

    /// An account was disabled between its request and the first item of the stream: no change is announced any more.
    #[tokio::test]
    async fn access_that_ended_before_the_stream_began_ends_it_at_once() {
        let changes = watch::Sender::new(());
        for now in [None, Some("specialist/zhang-li@s4k2m9qxa.window")] {
            let now: Option<Actor> = now.map(|text| text.parse().unwrap());
            let actor = clerk();
            let ended = until_ended(changes.subscribe(), &actor, || async { Ok(now.clone()) });
            tokio::time::timeout(TIMEOUT, ended).await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_change_that_is_announced_ends_the_stream_of_whom_it_concerns() {
        let changes = watch::Sender::new(());
        let (looks, actor) = (AtomicU32::new(0), clerk());
        // The first look finds everything as it was, and the change comes behind it.
        let look = || async {
            let look = looks.fetch_add(1, Ordering::Relaxed);
            if look == 0 {
                changes.send_replace(());
            }
            Ok((look == 0).then(clerk))
        };
        let ended = until_ended(changes.subscribe(), &actor, look);
        tokio::time::timeout(TIMEOUT, ended).await.unwrap();
        assert_eq!(looks.load(Ordering::Relaxed), 2);
    }
}
