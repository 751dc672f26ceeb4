//! A consistent cut through the logs of running services: no log in the backup has processed an event that another
//! log in it does not hold.
//!
//! Each log is copied up to the head in one summary; its records may have processed events up to the cursors in the
//! next summary, which is read later. When no such cursor is beyond another log's head, the heads are a consistent
//! cut. Events come in bursts of milliseconds, so that two summaries soon fall between bursts.

use std::{collections::BTreeMap, time::Duration};

use anyhow::bail;
use futures::future::try_join_all;
use onestop_chassis::{
    backup,
    client::{Client, QuestionMeta},
    store::Cursor,
};
use onestop_eventlog::BackupHead;
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupSummary},
};

const ATTEMPTS: u32 = 400;
/// The pause between attempts.
const PAUSE: Duration = Duration::from_millis(15);

/// Finds the head up to which each log is copied.
pub(super) async fn find(
    client: &Client,
    services: &[ServiceName],
) -> anyhow::Result<Vec<(ServiceName, BackupHead)>> {
    let mut before = summaries(client, services).await?;
    for _ in 0..ATTEMPTS {
        let after = summaries(client, services).await?;
        if is_consistent(&before, &after) {
            let heads = before.into_iter();
            return heads
                .map(|(service, summary)| Ok((service, backup::head(summary)?)))
                .collect();
        }
        tokio::time::sleep(PAUSE).await;
        before = summaries(client, services).await?;
    }
    bail!(said!("backup-too-busy"))
}

type Summaries = BTreeMap<ServiceName, BackupSummary>;

async fn summaries(client: &Client, services: &[ServiceName]) -> anyhow::Result<Summaries> {
    let query = BackupQuery::default();
    let answers = services.iter().map(async |service| {
        let meta = QuestionMeta::default();
        match client.ask_service(service, meta, &query).await? {
            BackupAnswer::Summary(summary) => Ok((service.clone(), summary)),
            BackupAnswer::Page(_) | BackupAnswer::Nothing => {
                bail!(said!("log-not-told", service = service))
            }
        }
    });
    Ok(try_join_all(answers).await?.into_iter().collect())
}

/// Whether no cursor of `after` is beyond a head of `before`.
fn is_consistent(before: &Summaries, after: &Summaries) -> bool {
    let mut cursors = after.values().flat_map(|log| &log.cursors);
    !cursors.any(|(name, next)| {
        Cursor::parse_name(name).is_some_and(|(source, epoch)| {
            let log = before.get(&source.service);
            log.is_some_and(|log| epoch == log.epoch && *next > log.count)
        })
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::{case, envelope::Source, referral};
    use uuid::Uuid;

    use super::*;

    /// Intake with `count` events, and referral that has processed `read` of them.
    fn summaries_of(count: u64, read: u64) -> Summaries {
        let log = |count, cursors| BackupSummary {
            epoch: Uuid::nil(),
            count,
            hash: String::new(),
            root: String::new(),
            cursors,
            checkpoint: String::new(),
        };
        let name = format!("heard{}:{}", Source::main(case::service()), Uuid::nil());
        BTreeMap::from([
            (case::service(), log(count, BTreeMap::new())),
            (referral::service(), log(3, BTreeMap::from([(name, read)]))),
        ])
    }

    #[test]
    fn no_copy_has_processed_what_another_does_not_hold() {
        assert!(is_consistent(&summaries_of(7, 6), &summaries_of(9, 7)));
        assert!(!is_consistent(&summaries_of(7, 6), &summaries_of(9, 8)));
    }
}
