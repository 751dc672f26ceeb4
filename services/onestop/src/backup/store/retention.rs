//! Which backups are deleted from the store: those that are older than the days of the setting, but never the newest.

use onestop_chassis::clock::SystemClock;

use super::{
    client::Store,
    listing::{StoredBackup, head, list},
};

const SECONDS_PER_DAY: f64 = 86_400.0;

/// A backup whose time is over.
pub(super) struct Retention {
    pub(super) name: String,
    /// Why the store keeps it nevertheless, such as an object lock.
    pub(super) refusal: Option<String>,
}

/// Deletes what the policy says. What the store does not delete is reported and is no error.
pub(super) async fn apply(store: &Store, days: u32) -> anyhow::Result<Vec<Retention>> {
    let mut backups = Vec::new();
    for found in list(store).await? {
        // What something else has put there is none of ours.
        if head(store, &found.name)
            .await?
            .is_some_and(|it| it.sha256.is_some())
        {
            backups.push(found);
        }
    }
    let now = SystemClock.now();
    let age = |backup: &StoredBackup| now.seconds_since(backup.since) / SECONDS_PER_DAY;
    let mut done = Vec::new();
    for name in expired(backups, age, days) {
        let key = store.key(&name);
        let action = store.bucket.delete_object(Some(&store.credentials), &key);
        let deleted = store.send(&action, &[], &[]).await;
        let refusal = deleted.err().map(|error| error.to_string());
        done.push(Retention { name, refusal });
    }
    Ok(done)
}

/// The names of those that are older than so many days, of backups in order, without the last.
fn expired(
    mut backups: Vec<StoredBackup>,
    age_in_days: impl Fn(&StoredBackup) -> f64,
    days: u32,
) -> Vec<String> {
    backups.pop();
    backups
        .into_iter()
        .filter(|backup| age_in_days(backup) > f64::from(days))
        .map(|backup| backup.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backups(ages: &[u64]) -> Vec<StoredBackup> {
        let backup = |&age: &u64| StoredBackup {
            name: format!("{age}.age"),
            bytes: age,
            since: "2026-03-04T08:00:00Z".parse().unwrap(),
        };
        ages.iter().map(backup).collect()
    }

    #[test]
    fn the_old_are_deleted_and_the_newest_never() {
        let of = |ages: &[u64]| expired(backups(ages), |it| it.bytes as f64, 30);
        assert_eq!(of(&[90, 31, 30, 1]), ["90.age", "31.age"]);
        assert_eq!(of(&[90, 60]), ["90.age"], "the newest is old as well");
        assert!(of(&[90]).is_empty());
        assert!(of(&[]).is_empty());
    }
}
