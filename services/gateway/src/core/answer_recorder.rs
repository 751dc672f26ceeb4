//! Keeps what was decided on requests for those who asked, who read it at `/today`. What is decided while the gateway does not run,
//! it does not hear.

use onestop_chassis::shutdown::Shutdown;
use tokio::sync::broadcast::error::RecvError;
use tracing::{error, warn};

use super::{
    db::{Db, drafts::DraftKey, request_answers},
    notifications::Notifications,
};

/// Keeps every decision that is published for the person who asked, until shutdown.
///
/// # Errors
/// Never: a decision that cannot be kept is reported.
pub(crate) async fn record_answers(
    notifications: &Notifications,
    (db, key): (&Db, &DraftKey),
    shutdown: Shutdown,
) -> anyhow::Result<()> {
    let mut decisions = notifications.subscribe_to_decisions();
    loop {
        let decided = tokio::select! {
            () = shutdown.requested() => return Ok(()),
            decided = decisions.recv() => decided,
        };
        let decided = match decided {
            Ok(decided) => decided,
            Err(RecvError::Lagged(count)) => {
                warn!(
                    count,
                    "decisions on requests came too fast: those who asked are not told"
                );
                continue;
            }
            Err(RecvError::Closed) => return Ok(()),
        };
        let decided = decided.sealed(key);
        let recorded = db.with(move |db| request_answers::tell_of(db, &decided));
        if let Err(problem) = recorded.await {
            let problem = format!("{problem:#}");
            error!(
                problem,
                "a decision on a request is not kept for the person who asked"
            );
        }
    }
}
