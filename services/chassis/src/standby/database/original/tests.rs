//! What a standby costs its leader.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::task::JoinSet;

use super::*;
use crate::{
    settings::StandbyMode,
    standby::database::{DatabaseImage, image::BlockChange},
};

/// A database whose images are counted.
struct Counted {
    version: watch::Receiver<DatabaseVersion>,
    images: AtomicU32,
}

impl DatabaseSource for Counted {
    fn key(&self) -> &str {
        "a key"
    }

    fn version(&self) -> anyhow::Result<DatabaseVersion> {
        Ok(*self.version.borrow())
    }

    fn image(&self) -> anyhow::Result<DatabaseImage> {
        self.images.fetch_add(1, Ordering::Relaxed);
        let version = self.version.borrow().newest;
        Ok(DatabaseImage {
            version,
            bytes: version.to_be_bytes().to_vec(),
        })
    }
}

/// A leader's database, and who follows it.
struct Followed {
    counted: Arc<Counted>,
    changes: watch::Sender<DatabaseVersion>,
    original: Arc<DatabaseOriginal>,
    copies: Copies,
}

impl Followed {
    fn new() -> Self {
        let first = DatabaseVersion {
            newest: 1,
            awaited: 1,
        };
        let changes = watch::Sender::new(first);
        let counted = Arc::new(Counted {
            version: changes.subscribe(),
            images: AtomicU32::new(0),
        });
        let source: Arc<dyn DatabaseSource> = counted.clone();
        let (run, version) = (Uuid::from_u128(3), changes.subscribe());
        let original = DatabaseOriginal::new(source, run, version, Shutdown::default());
        Self {
            counted,
            changes,
            original: Arc::new(original),
            copies: Copies::new(StandbyMode::Sync),
        }
    }

    /// Follows without a pause, as a standby does.
    fn follow(&self) -> JoinSet<()> {
        let (original, copies) = (Arc::clone(&self.original), self.copies.clone());
        let mut follower = JoinSet::new();
        follower.spawn(async move {
            let (mut run, mut version) = (Uuid::nil(), 0);
            loop {
                let question = Question::Blocks {
                    standby: Uuid::from_u128(7),
                    received: 0,
                    run,
                    version,
                };
                let part = original.answer(question, &copies, 1 << 20).await.unwrap();
                if let Some(change) = BlockChange::from_bytes(&part.bytes) {
                    (run, version) = (original.run, change.version);
                }
            }
        });
        follower
    }

    /// No answer waits for this change. Returns its version.
    fn change(&self) -> u64 {
        self.changes.send_modify(|version| version.newest += 1);
        self.changes.borrow().newest
    }
}

/// A session that was used changes the database all the time.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_waits_for_costs_by_time_and_not_by_changes() {
    let followed = Followed::new();
    let mut standby = followed.follow();
    followed.copies.has(1).await;
    let (began, before) = (
        since_boot(),
        followed.counted.images.load(Ordering::Relaxed),
    );
    for _ in 0..60 {
        followed.change();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let images = followed.counted.images.load(Ordering::Relaxed) - before;
    let seconds = u32::try_from((since_boot() - began).as_secs()).unwrap();
    assert!(images <= 2 + seconds, "{images} in {seconds} s");
    let last = followed.change();
    followed.copies.has(last).await;
    standby.abort_all();
}

#[test]
fn what_an_answer_waits_for_or_a_take_over_does_not_wait_with_the_rest() {
    let followed = Followed::new();
    let known = DatabaseVersion {
        newest: 9,
        awaited: 7,
    };
    let urgency = |base| followed.original.urgency(known, base);
    assert_eq!(
        [6, 7, 8].map(urgency),
        [Urgency::Awaited, Urgency::Quiet, Urgency::Quiet]
    );
    followed.original.service.request();
    assert_eq!(followed.original.urgency(known, 8), Urgency::Awaited);
}

#[test]
fn a_large_database_is_read_less_often() {
    let quiet = |took| pace(Urgency::Quiet, took);
    assert_eq!(quiet(Duration::from_millis(5)), QUIET_PACE);
    assert_eq!(quiet(Duration::from_millis(200)), Duration::from_secs(4));
    assert_eq!(quiet(Duration::from_secs(9)), LONGEST_PACE);
    assert_eq!(pace(Urgency::Awaited, Duration::from_secs(9)), PACE);
}
