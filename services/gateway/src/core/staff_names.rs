//! Names of staff by account, cached for a few seconds: events carry accounts, pages show names.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use onestop_chassis::shutdown::Shutdown;
use onestop_proto::ids::StaffId;
use tracing::warn;

use super::db::{
    Db,
    staff::{self, Staff},
};

const REFRESH_INTERVAL: Duration = Duration::from_secs(5);

#[derive(Default)]
pub(crate) struct StaffNames(RwLock<HashMap<StaffId, Staff>>);

impl StaffNames {
    /// The name of an account of this gateway.
    pub(crate) fn get(&self, id: &StaffId) -> Option<String> {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).map(|staff| staff.name.clone())
    }

    /// The account of a name that one colleague alone has.
    pub(crate) fn find(&self, name: &str) -> Option<StaffId> {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut named = names.iter().filter(|(_, known)| known.name == name);
        let (id, _) = named.next()?;
        named.next().is_none().then(|| id.clone())
    }

    /// The accounts and names of those whom a choice is made from, by account.
    pub(crate) fn choices(&self, among: impl Fn(&Staff) -> bool) -> Vec<(StaffId, String)> {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let chosen = names.values().filter(|staff| among(staff));
        let mut choices: Vec<_> = chosen
            .map(|staff| (staff.id.clone(), staff.name.clone()))
            .collect();
        choices.sort();
        choices
    }

    /// Reads all names again and again until shutdown; after a failure the cached names stay.
    pub(crate) async fn refresh(&self, db: &Db, shutdown: Shutdown) -> anyhow::Result<()> {
        loop {
            match db.with(|db| staff::all(db)).await {
                Ok(all) => {
                    let names = all.into_iter().map(|staff| (staff.id.clone(), staff));
                    *self.0.write().unwrap_or_else(PoisonError::into_inner) = names.collect();
                }
                Err(error) => warn!(
                    error = format!("{error:#}"),
                    "names of staff could not be read"
                ),
            }
            tokio::select! {
                () = shutdown.requested() => return Ok(()),
                () = tokio::time::sleep(REFRESH_INTERVAL) => {}
            }
        }
    }
}
