//! Which backups are deleted from the store: those that are older than the days of the setting, but never the newest whole
//! one, nor what came after it: a restore needs it, and the increments are of it.

use onestop_chassis::{clock::SystemClock, last_backup::BackupKind};

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
        if let Some(head) = head(store, &found.name).await?
            && head.sha256.is_some()
        {
            backups.push((found, head.kind));
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

/// The names of those that are older than so many days, of backups in order, before the newest whole one. Without a whole one,
/// none.
fn expired(
    backups: Vec<(StoredBackup, BackupKind)>,
    age_in_days: impl Fn(&StoredBackup) -> f64,
    days: u32,
) -> Vec<String> {
    let is_whole = |(_, kind): &(StoredBackup, BackupKind)| *kind == BackupKind::Whole;
    let newest_whole = backups.iter().rposition(is_whole).unwrap_or_default();
    let former = backups.into_iter().take(newest_whole);
    former
        .map(|(backup, _)| backup)
        .filter(|backup| age_in_days(backup) > f64::from(days))
        .map(|backup| backup.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(age: u64) -> StoredBackup {
        StoredBackup {
            name: format!("{age}.age"),
            bytes: age,
            since: "2026-03-04T08:00:00Z".parse().unwrap(),
        }
    }

    fn backups(ages: &[u64]) -> Vec<(StoredBackup, BackupKind)> {
        let whole = |&age: &u64| (backup(age), BackupKind::Whole);
        ages.iter().map(whole).collect()
    }

    /// The increments of a week ago are of it: without it, none of them can be restored.
    #[test]
    fn the_newest_whole_one_stays_while_there_are_increments_of_it() {
        let increment = |age| (backup(age), BackupKind::Increment);
        let of = |ages: &[u64], increments: &[u64]| {
            let later = increments.iter().map(|age| increment(*age));
            let all = backups(ages).into_iter().chain(later).collect();
            expired(all, |it| it.bytes as f64, 30)
        };
        assert_eq!(of(&[90, 60], &[40, 7, 1]), ["90.age"]);
        assert!(
            of(&[], &[90, 60]).is_empty(),
            "their whole one is elsewhere"
        );
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
