//! A service asks its subscribers what they know of its log, and writes nothing that they contradict.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::StreamExt;
use onestop_chassis::{bus::Bus, client::Client, node, settings::Settings, shutdown::Shutdown};
use onestop_proto::{
    command::Reply,
    query::{LogPage, Response, Verification},
    raw_json::RawJson,
    replication::{ReplicationState, SourceState, Sources, SubscriberAnswer, Subscribers},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Broker, Counter, Running, Subscribed, request, service};

/// How long the service may take to answer, and a subscriber to be asked again.
const LIMIT: Duration = Duration::from_secs(20);

/// A journal that answers what it has taken in.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Sources>>);

impl Journal {
    async fn answer(self, bus: Bus) -> anyhow::Result<()> {
        let mut asked = bus.client().subscribe("qry.journal.main.sources").await?;
        while let Some(message) = asked.next().await {
            let sources = self.0.lock().unwrap().clone();
            let answer = Response::Answer(RawJson::of(&sources)?);
            let reply = message.reply.unwrap();
            let payload = serde_json::to_vec(&answer)?;
            bus.client().publish(reply, payload.into()).await?;
        }
        Ok(())
    }

    /// It has taken in the whole of a log.
    fn takes_in(&self, page: &LogPage) {
        let last = page.events.last().unwrap();
        let sources = vec![SourceState {
            source: last.source.clone(),
            epoch: page.epoch,
            next: page.head,
            mark: Some(last.hash[..16].to_owned()),
            head: None,
            answered_at: None,
            state: ReplicationState::Synced {},
        }];
        *self.0.lock().unwrap() = Sources {
            sources,
            ..Sources::default()
        };
    }
}

struct World {
    broker: Broker,
    bus: Bus,
    journal: Journal,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl World {
    async fn start() -> Self {
        let broker = Broker::start().await;
        let bus = broker.connect().await;
        Self {
            broker,
            bus,
            journal: Journal::default(),
            tasks: JoinSet::new(),
        }
    }

    async fn with_journal() -> Self {
        let mut world = Self::start().await;
        world.start_journal();
        world
    }

    fn start_journal(&mut self) {
        let answering = self.journal.clone().answer(self.bus.clone());
        self.tasks.spawn(answering);
    }

    /// Runs the service while `work` is done, then stops it.
    async fn while_running<T>(&self, work: impl Future<Output = T>) -> T {
        let running = Running::start::<Counter<Subscribed>>(self.broker.settings());
        let done = work.await;
        running.stop().await;
        done
    }

    fn client(&self) -> Client {
        Client::new(self.bus.clone())
    }

    /// Asks until the service answers.
    async fn ask<T: DeserializeOwned>(&self, question: &str, data: Value) -> T {
        let payload = json!({ "data": data }).to_string();
        let (client, referral) = (self.client(), service("referral"));
        let asked = async {
            loop {
                let subject = format!("qry.referral.{question}");
                let asked = client.send(&referral, subject, payload.clone().into_bytes());
                if let Ok(answer) = asked.await {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let answer = tokio::time::timeout(LIMIT, asked).await.unwrap();
        match serde_json::from_slice(&answer).unwrap() {
            Response::Answer(answer) => answer.parse().unwrap(),
            Response::Rejected(rejected) => panic!("{rejected:?}"),
        }
    }

    async fn log(&self) -> LogPage {
        self.ask("log", json!({ "from": 0, "limit": 100 })).await
    }

    async fn add(&self, by: u32) -> Reply {
        // The service answers questions before it takes commands.
        let _: Subscribers = self.ask("subscribers", Value::Null).await;
        let clock = onestop_chassis::clock::SystemClock;
        let adding = request(clock.command(), clock.command().case(), json!({ "by": by }));
        let payload = serde_json::to_vec(&adding).unwrap();
        let subject = "cmd.referral.accept".to_owned();
        let client = self.client();
        let sent = client.send(&service("referral"), subject, payload).await;
        serde_json::from_slice(&sent.unwrap()).unwrap()
    }

    async fn said_by_journal(&self) -> SubscriberAnswer {
        let mut said: Subscribers = self.ask("subscribers", Value::Null).await;
        said.subscribers.remove(0).said
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let copied = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            std::fs::copy(&path, copied).unwrap();
        }
    }
}

fn accepted(reply: &Reply) -> bool {
    matches!(reply, Reply::Accepted(_))
}

fn code(reply: &Reply) -> &str {
    match reply {
        Reply::Rejected(rejected) => &rejected.code,
        Reply::Accepted(accepted) => panic!("{accepted:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_was_rolled_back_takes_no_command_and_answers_questions() {
    let world = World::with_journal().await;
    let data = world.broker.settings().data;
    let older = data.with_file_name("older");
    world
        .while_running(async { assert!(accepted(&world.add(1).await)) })
        .await;
    copy(&data, &older);
    world
        .while_running(async {
            assert!(accepted(&world.add(2).await));
            world.journal.takes_in(&world.log().await);
        })
        .await;
    // What the journal has taken in agrees with the log.
    world
        .while_running(async { assert!(accepted(&world.add(3).await)) })
        .await;

    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&older, &data).unwrap();
    world
        .while_running(async {
            assert_eq!(code(&world.add(4).await), "contradicted");
            let log = world.log().await;
            assert_eq!((log.head, log.events.len()), (1, 1));
            let said = world.said_by_journal().await;
            assert!(
                matches!(said, SubscriberAnswer::Contradicts { .. }),
                "{said:?}"
            );
            let verified: Verification = world.ask("verify", Value::Null).await;
            assert!(
                matches!(verified, Verification::Contradicted { events: 1, .. }),
                "{verified:?}"
            );
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscriber_that_is_away_blocks_nobody_for_ever_and_is_asked_when_it_comes() {
    let mut world = World::start().await;
    world
        .while_running(async {
            assert!(accepted(&world.add(1).await));
            let said = world.said_by_journal().await;
            assert!(matches!(said, SubscriberAnswer::Unasked { .. }), "{said:?}");
        })
        .await;
    let running = Running::start::<Counter<Subscribed>>(world.broker.settings());
    assert!(accepted(&world.add(2).await));
    assert!(accepted(&world.add(3).await));
    // Now it comes, with three events where the log has others.
    let page = world.log().await;
    let mut other = page.clone();
    other.events[2].hash = "0".repeat(64);
    world.journal.takes_in(&other);
    world.start_journal();
    let refused = async {
        while accepted(&world.add(4).await) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(LIMIT, refused).await.unwrap();
    assert_eq!(code(&world.add(5).await), "contradicted");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_another_instance_is_refused() {
    let world = World::with_journal().await;
    world
        .while_running(async { assert!(accepted(&world.add(1).await)) })
        .await;
    let settings = Settings {
        instance: "town".parse().unwrap(),
        ..world.broker.settings()
    };
    let ended = node::run::<Counter<Subscribed>>(settings, Shutdown::default()).await;
    let refused = format!("{:#}", ended.unwrap_err());
    assert!(
        refused.contains("belongs to referral/main/0")
            && refused.contains("not to referral/town/0"),
        "{refused}"
    );
}
