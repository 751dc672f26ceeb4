//! The rows follow the log: while it grows, and after a restart.

use onestop_chassis::{
    projection::Projection, shutdown::Shutdown, store::EventMeta, supervisor::Supervisor,
};
use onestop_proto::{
    actor::Actor,
    ids::CaseId,
    registry::{self, AttachEvidence, Rejection, SERVICE},
};
use onestop_testing::TempStore;

use super::*;
use crate::{
    evidence::tests::{attach, attached, photo, withdrawn},
    streams::stream_of,
};

fn follow(log: &TempStore) -> (Projection<FileIndex>, Supervisor) {
    let mut supervisor = Supervisor::new(Shutdown::default());
    let index = Projection::follow(FileIndex, &log.store, log.folder(), &mut supervisor);
    (index.unwrap(), supervisor)
}

async fn append(log: &TempStore, event: Event) {
    let subject = CaseId::of_site(event.site());
    let actor = Actor::system(&registry::service(), event.unit().0.clone());
    let meta = EventMeta::from_timer(log.store.clock().command(), subject, actor);
    let decide = |_: Option<&SiteChanges>, _| Ok::<_, Rejection>(vec![event.clone()]);
    let stream = stream_of(subject);
    let done = log.store.execute(&stream, &meta, None, &RULES, decide);
    done.await.unwrap();
}

async fn found(
    log: &TempStore,
    index: &Projection<FileIndex>,
    hash: &FileHash,
) -> (usize, Option<FileStanding>) {
    index.wait_for(log.store.log().head().count - 1).await;
    let sought = hash.clone();
    let sites = index.query(move |rows| sites_with(rows, &sought)).await;
    let standings = index.query(standings).await.unwrap();
    (sites.unwrap().len(), standings.get(hash).copied())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_named_until_the_last_site_that_has_it_withdraws_it() {
    let log = TempStore::new(SERVICE);
    let (index, supervisor) = follow(&log);
    let one = attach(&photo(1_000));
    let other = AttachEvidence {
        site: "s9k2m9qxb".parse().unwrap(),
        ..one.clone()
    };
    let hash = one.hash.clone();
    append(&log, attached(&one)).await;
    append(&log, attached(&other)).await;
    let named = Some(FileStanding::Named);
    assert_eq!(found(&log, &index, &hash).await, (2, named));
    append(&log, withdrawn(&one)).await;
    assert_eq!(found(&log, &index, &hash).await, (1, named));
    append(&log, withdrawn(&other)).await;
    let gone = (0, Some(FileStanding::Withdrawn));
    assert_eq!(found(&log, &index, &hash).await, gone);
    supervisor.shutdown().request();
    drop(index);
    supervisor
        .run(std::time::Duration::from_secs(30))
        .await
        .unwrap();
    let log = log.reopen();
    let (index, _supervisor) = follow(&log);
    assert_eq!(found(&log, &index, &hash).await, gone);
    append(&log, attached(&one)).await;
    assert_eq!(found(&log, &index, &hash).await, (1, named));
}
