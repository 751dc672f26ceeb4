//! A journal that starts empty beside sources with a long past: it reads their logs in bulk, and what
//! happens meanwhile is neither held up nor kept from it.
//!
//! `TESTS_BACKLOG=…` sets how many cases the past has. The table that it prints is kept in
//! `target/catching-up.md`; the times in it are shown, not asserted.

use std::{
    env, fs,
    path::Path,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use onestop_proto::{
    actor::ServiceName,
    case::{Open, WindowAction},
    ids::CaseId,
    journal,
    legal_aid::{self, DetermineMeans, ExemptGroup},
    query::LogPage,
    referral,
    replication::{ReplicationState, Sources},
};
use serde_json::{Value, json};

use crate::{
    harness::{Deployment, Onestop, Part, SERVICES, TIMEOUT},
    invariants::assert_logs,
    journeys::{CLERK, COUNTY, VILLAGE, accept, open_by, open_wages, request},
    test_user::TestUser,
};

/// Cases of the past, unless more are asked for.
const CASES: usize = 1_500;
/// Clerks who opened them.
const CLERKS: usize = 64;
/// Looks at how long something takes.
const LOOKS: usize = 20;

/// A question at the window: opened at intake, and heard by referral.
async fn ask_at_window(user: &TestUser) {
    let open = Open {
        request: WindowAction::Answer,
        ..request("consultation", "family", VILLAGE)
    };
    open_by(user, CLERK, open).await;
}

/// The median of so many looks.
async fn median(user: &TestUser) -> Duration {
    let mut times = Vec::new();
    for _ in 0..LOOKS {
        let began = Instant::now();
        ask_at_window(user).await;
        times.push(began.elapsed());
    }
    times.sort();
    times[LOOKS / 2]
}

/// How far a service is with everything that it hears, and how long that is by what its sources say now,
/// once all of them are followed.
async fn replication_progress(
    user: &TestUser,
    service: &ServiceName,
    count: usize,
) -> Option<(u64, u64)> {
    let asked = user.ask(service, "sources", Value::Null).await;
    let Sources { sources, .. } = asked.ok()?;
    let current = sources.iter();
    let current = current.filter(|state| state.state != ReplicationState::Superseded {});
    let (mut heard, mut length, mut answered) = (0, 0, 0);
    for state in current {
        let query = json!({ "from": 0, "limit": 0 });
        let page = user.ask(&state.source.service, "log", query).await;
        let LogPage { head, .. } = page.ok()?;
        heard += state.next;
        length += head;
        answered += 1;
    }
    (answered == count).then_some((heard, length))
}

/// Waits until a service has heard everything.
async fn all_heard(user: &TestUser, service: &ServiceName, count: usize) {
    let done = async {
        while replication_progress(user, service, count)
            .await
            .is_none_or(|(next, head)| next < head)
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(TIMEOUT * 10, done).await.unwrap();
}

/// A case with a matter under way at the agency.
async fn case_under_way(user: &TestUser) -> CaseId {
    let case = open_wages(user).await;
    user.wait_for_event(case, "referral.offered", 1).await;
    accept(user, COUNTY, case).await.unwrap();
    user.wait_for_event(case, "legal-aid.received", 1).await;
    case
}

/// Waits until a journal that was started at that time follows all its sources.
async fn journal_started(user: &TestUser, count: usize, began: Instant) {
    while replication_progress(user, &journal::service(), count)
        .await
        .is_none()
    {
        assert!(began.elapsed() < TIMEOUT, "the journal does not start");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How long it takes from a decision of the agency until the journal has heard of it.
async fn time_until_heard(user: &TestUser, case: CaseId) -> Duration {
    let means = DetermineMeans::exempt(ExemptGroup::MigrantWorker, "工资卡流水");
    let determined = Instant::now();
    user.command::<legal_aid::Command>(&legal_aid::service(), COUNTY, Some(case), means)
        .await
        .unwrap();
    user.wait_for_event(case, "legal-aid.means-determined", 1)
        .await;
    determined.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_journal_reads_a_long_past_and_hears_the_present() {
    let cases = env::var("TESTS_BACKLOG").map_or(CASES, |text| text.parse().unwrap());
    let mut onestop = Onestop::start(Deployment::Separate).await;
    let user = TestUser::new(onestop.client().await);
    // The journal hears every other service; referral those that work on cases, neither the journal nor the registry.
    let others = SERVICES.len() - 1;
    let of_cases = others - 2;
    // One whose matter is under way: what happens in it is the present.
    let case = case_under_way(&user).await;
    let alone = median(&user).await;
    onestop.kill(Part::Service("journal"));
    fs::remove_dir_all(onestop.data().join("journal")).unwrap();
    stream::iter(0..cases)
        .for_each_concurrent(CLERKS, |_| ask_at_window(&user))
        .await;
    all_heard(&user, &referral::service(), of_cases).await;

    onestop.run(Part::Service("journal"));
    let began = Instant::now();
    journal_started(&user, others, began).await;
    let present = time_until_heard(&user, case).await;
    let (reached, length) = replication_progress(&user, &journal::service(), others)
        .await
        .unwrap();
    let beside = median(&user).await;
    all_heard(&user, &journal::service(), others).await;
    let took = began.elapsed();
    let (events, _) = replication_progress(&user, &journal::service(), others)
        .await
        .unwrap();
    let table = format!(
        "| what | measured |\n|---|---|\n\
         | events of the past | {events} |\n\
         | read in | {:.1} s, {:.0} events/s |\n\
         | an event of another service, heard meanwhile ({reached} of {length} read) | {:.0} ms |\n\
         | a case opened, with nothing else to do | {:.1} ms |\n\
         | a case opened, while the journal catches up | {:.1} ms |\n",
        took.as_secs_f64(),
        events as f64 / took.as_secs_f64(),
        present.as_secs_f64() * 1e3,
        alone.as_secs_f64() * 1e3,
        beside.as_secs_f64() * 1e3,
    );
    eprintln!("\n{table}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/catching-up.md");
    fs::write(file, table).unwrap();
    if cases <= CASES {
        all_heard(&user, &referral::service(), of_cases).await;
        assert_logs(&user, &[]).await;
    }
}
