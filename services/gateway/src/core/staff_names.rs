//! Names of staff by account, cached for a few seconds: events carry accounts, pages show names.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::Duration,
};

use onestop_chassis::shutdown::Shutdown;
use onestop_proto::ids::{StaffId, UnitId};
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

    /// Whether an account here is of other units alone. Of who has none nothing is known.
    pub(crate) fn works_elsewhere(&self, id: &StaffId, unit: &UnitId) -> bool {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.get(id).is_some_and(|staff| {
            let mut others = staff.other_posts.iter();
            staff.unit != *unit && others.all(|post| post.unit != *unit)
        })
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

#[cfg(test)]
mod tests {
    use onestop_proto::actor::Role;

    use super::*;
    use crate::core::{db::staff::Preferences, post::Post};

    /// A mediator of another committee is not of this one; who has a post in both is.
    #[test]
    fn who_has_no_post_at_a_unit_works_elsewhere() {
        let units = ["s6chnegt3.mediation", "s4k2m9qxa.mediation"];
        let [here, there]: [UnitId; 2] = units.map(|unit| unit.parse().unwrap());
        let staff = |id: &str, unit: &UnitId, other: Option<&UnitId>| Staff {
            id: id.parse().unwrap(),
            name: id.to_owned(),
            role: Role::Specialist,
            unit: unit.clone(),
            other_posts: other
                .map(|unit| Post {
                    role: Role::Specialist,
                    unit: unit.clone(),
                })
                .into_iter()
                .collect(),
            disabled_at: None,
            preferences: Preferences::default(),
            must_change: false,
            second_factor: false,
        };
        let all = [
            staff("yang-mei", &there, None),
            staff("li-hua", &here, None),
            staff("yan-na", &there, Some(&here)),
        ];
        let names = all.into_iter().map(|staff| (staff.id.clone(), staff));
        let names = StaffNames(RwLock::new(names.collect()));
        let elsewhere = |id: &str| names.works_elsewhere(&id.parse().unwrap(), &here);
        assert!(elsewhere("yang-mei"));
        assert!(!elsewhere("li-hua") && !elsewhere("yan-na"));
        // On the roster, without an account.
        assert!(!elsewhere("li-shan"));
    }
}
