//! A line through the logs of services that go on: each copy ends where no other copy has heard further.
//!
//! A log is copied up to the head of one summary; its records may have heard as far as the cursors of the
//! next summary, which are read later. When that is nowhere beyond another log's head, the heads are the
//! line. Events come in bursts of milliseconds, so after some looks there is a gap between two.

use std::{collections::BTreeMap, time::Duration};

use anyhow::bail;
use futures::future::try_join_all;
use onestop_chassis::{backup, client::Client, store::Cursor};
use onestop_eventlog::BackupHead;
use onestop_proto::{
    actor::ServiceName,
    backup::{BackupAnswer, BackupQuery, BackupSummary},
};

/// How often a line is looked for.
const LOOKS: u32 = 400;
/// The pause between looks.
const PAUSE: Duration = Duration::from_millis(15);

/// What each log is copied up to.
pub(super) async fn through(
    client: &Client,
    services: &[ServiceName],
) -> anyhow::Result<Vec<(ServiceName, BackupHead)>> {
    let mut before = look(client, services).await?;
    for _ in 0..LOOKS {
        let after = look(client, services).await?;
        if is_line(&before, &after) {
            let heads = before.into_iter();
            return heads
                .map(|(service, summary)| Ok((service, backup::head(summary)?)))
                .collect();
        }
        tokio::time::sleep(PAUSE).await;
        before = look(client, services).await?;
    }
    bail!(
        "the services are too busy for copies that fit each other. Try again later, or stop them and \
         add --offline"
    )
}

type Summaries = BTreeMap<ServiceName, BackupSummary>;

async fn look(client: &Client, services: &[ServiceName]) -> anyhow::Result<Summaries> {
    let query = BackupQuery::default();
    let asked = services.iter().map(async |service| {
        let answer = client.question(service, "backup", (None, None), &query);
        match answer.await? {
            BackupAnswer::Summary(summary) => Ok((service.clone(), summary)),
            BackupAnswer::Page(_) | BackupAnswer::Nothing => {
                bail!("{service} did not say what its log holds")
            }
        }
    });
    Ok(try_join_all(asked).await?.into_iter().collect())
}

/// Whether nobody has heard beyond the heads of `before`, by what is known `after`.
fn is_line(before: &Summaries, after: &Summaries) -> bool {
    let mut heard = after.values().flat_map(|log| &log.cursors);
    !heard.any(|(name, next)| {
        Cursor::about(name).is_some_and(|(source, epoch)| {
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

    /// Intake with so many events, and referral that has heard so many of them.
    fn summaries(count: u64, heard: u64) -> Summaries {
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
            (referral::service(), log(3, BTreeMap::from([(name, heard)]))),
        ])
    }

    #[test]
    fn nobody_may_have_heard_what_no_copy_holds() {
        assert!(is_line(&summaries(7, 6), &summaries(9, 7)));
        assert!(!is_line(&summaries(7, 6), &summaries(9, 8)));
    }
}
