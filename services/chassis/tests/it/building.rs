//! While the read models of a service are built it says how far they are, and refuses what rests on them. Reading them
//! keeps no thread from other tasks.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use onestop_chassis::{
    Context,
    bus::Bus,
    clock::SystemClock,
    projection::{Awaited, Folded, Projected, Projection},
    rusqlite::{self, Transaction},
    service::Delivery,
    settings::Settings,
    store::Rules,
};
use onestop_proto::{command::Reply, time::Timestamp};
use onestop_testing::TempStore;
use serde_json::json;
use tokio::{
    runtime,
    sync::{Semaphore, oneshot},
    task::JoinSet,
};

use crate::{
    health::{get, until_ready},
    projection::Followed,
    support::{
        Added, Broker, Count, Counter, Mode, RULES, Running, free_address, new_subject, request,
        signed,
    },
};

const LIMIT: Duration = Duration::from_secs(30);
/// So many read at a time.
const READERS: usize = 8;

/// Closed until the test lets the building begin.
static HELD: Semaphore = Semaphore::const_new(0);

/// A read model that is not whole until the test says so.
struct Held;

impl Projected for Held {
    type State = Count;
    type Event = Added;

    const RULES: Rules<Count, Added> = RULES;
    const STREAMS: &'static str = "counter/";
    const FILE: &'static str = "held.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "";

    fn reference(&self) -> String {
        String::new()
    }

    async fn may_begin(&self) {
        HELD.acquire().await.unwrap().forget();
    }

    fn write(&self, _: &Transaction<'_>, _: &Folded<'_, Count>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn awaited(&self, _: &Count, _: Timestamp) -> Option<Awaited> {
        None
    }
}

/// Decides, and rests on that read model.
struct Rests;

impl Mode for Rests {
    const DELIVERY: Delivery = Delivery::Decided;

    fn follow(context: Context<'_>) -> anyhow::Result<()> {
        let folder = context.settings.data.join("referral");
        Projection::follow(Held, &context.store, &folder, context.supervisor)?;
        Ok(())
    }
}

/// Sends a command until its answer is one of those.
async fn accept_until(bus: &Bus, payload: &str, is_one: fn(&Reply) -> bool) -> Reply {
    let name = "cmd.referral.accept";
    let answered = async {
        loop {
            let headers = signed(bus, name, payload);
            let client = bus.client();
            let sent =
                client.request_with_headers(name.to_owned(), headers, payload.to_owned().into());
            if let Ok(answer) = sent.await {
                let answer = serde_json::from_slice(&answer.payload).unwrap();
                if is_one(&answer) {
                    return answer;
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LIMIT, answered).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_says_how_far_its_read_models_are_and_refuses_what_rests_on_them() {
    let broker = Broker::with_streams().await;
    let bus = broker.connect().await;
    let http = free_address();
    let settings = Settings {
        http,
        ..broker.settings()
    };
    let running = Running::start::<Counter<Rests>>(settings);
    let is_building = |answer: &str| {
        answer.contains(" 503 ")
            && answer.contains("building: 0 of 0 events (0 %) are in held.sqlite")
    };
    until_ready(http.port(), is_building).await;
    let alive = get(http.port(), "/healthz").await.unwrap();
    assert!(alive.contains(" 200 "), "{alive}");

    let subject = new_subject(&SystemClock);
    let id = SystemClock.command();
    let payload = serde_json::to_string(&request(id, subject, json!({ "by": 1 }))).unwrap();
    let Reply::Rejected(refused) = accept_until(&bus, &payload, |_| true).await else {
        panic!("nothing is decided yet");
    };
    assert_eq!(
        (refused.code.as_str(), &refused.details["percent"]),
        ("not-ready", &json!(0))
    );

    HELD.add_permits(1);
    accept_until(&bus, &payload, |answer| {
        matches!(answer, Reply::Accepted(_))
    })
    .await;
    let answer = get(http.port(), "/readyz").await.unwrap();
    assert!(!answer.contains("building"), "{answer}");
    running.stop().await;
}

#[test]
fn a_slow_look_up_keeps_the_only_worker_from_nothing() {
    let one_worker = runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    one_worker.block_on(async {
        let temp = TempStore::new("referral");
        let followed = Followed::start(&temp, "1").await;
        let (begun, has_begun) = oneshot::channel();
        let (end, ends) = mpsc::channel::<()>();
        let sums = followed.sums.clone();
        let mut slow = JoinSet::new();
        slow.spawn(async move {
            sums.look_up(|_| {
                begun.send(()).unwrap();
                Ok(ends.recv_timeout(LIMIT * 2).is_ok())
            })
        });
        has_begun.await.unwrap();
        let mut other = JoinSet::new();
        other.spawn(tokio::task::yield_now());
        let other = tokio::time::timeout(LIMIT, other.join_next()).await;
        let other = other.expect("the worker does something else meanwhile");
        other.unwrap().unwrap();
        end.send(()).unwrap();
        assert!(slow.join_next().await.unwrap().unwrap().unwrap());
        followed.stop().await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn so_many_read_at_a_time_and_no_more() {
    let temp = TempStore::new("referral");
    let followed = Followed::start(&temp, "1").await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut readers = JoinSet::new();
    for number in 0..4 * READERS {
        let (sums, now, most) = (followed.sums.clone(), Arc::clone(&now), Arc::clone(&most));
        readers.spawn(async move {
            let read = move |_: &rusqlite::Connection| {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // The others come meanwhile.
                std::thread::park_timeout(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
                Ok(())
            };
            if number % 2 == 0 {
                sums.look_up(read).unwrap();
            } else {
                sums.query(read).await.unwrap();
            }
        });
    }
    readers.join_all().await;
    let most = most.load(Ordering::SeqCst);
    assert!((2..=READERS).contains(&most), "{most}");
    followed.stop().await;
}
