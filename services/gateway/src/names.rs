//! What staff are called: accounts in events are short names; colleagues know a person by their own. Read from
//! the gateway's file beside the tasks that attend to people, and at most a few seconds old.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use onestop_chassis::shutdown::Shutdown;
use onestop_proto::ids::StaffId;
use tracing::warn;

use crate::{app::App, db::staff};

/// How old a name may be.
const ROUND: Duration = Duration::from_secs(5);

/// The names.
#[derive(Default)]
pub(crate) struct Names(RwLock<HashMap<StaffId, String>>);

impl Names {
    /// What somebody is called; nothing if they have no account here.
    pub(crate) fn of(&self, id: &StaffId) -> Option<String> {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).cloned()
    }
}

/// Reads them again and again until the shutdown is asked for.
///
/// # Errors
/// Never: names that cannot be read stay as they were.
pub(crate) async fn keep(app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    loop {
        match app.db.with(|db| staff::all(db)).await {
            Ok(all) => {
                let read = all.into_iter().map(|one| (one.id, one.name)).collect();
                *app.names.0.write().unwrap_or_else(PoisonError::into_inner) = read;
            }
            Err(error) => warn!(error = format!("{error:#}"), "names of staff are not read"),
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}
