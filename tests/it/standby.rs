//! A machine is gone with its disk: its service goes on at the standby. With `sync` nothing that was confirmed is lost;
//! with `async` each loss is named. A switch that was planned loses nothing either.

mod gateway;
mod intake;
mod killed;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command as Program,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_nats::jetstream;
use onestop_chassis::{keys, node::IN_USE};
use onestop_proto::{
    actor::ServiceName,
    case,
    command::AcceptedCommand,
    envelope::Source,
    ids::EventId,
    query::SourcesQuery,
    registry::{self, ChangeContact, Command},
    replication::{LeaseState, Sources, StandbyState},
};
use serde_json::Value;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::{
    command_line::run,
    harness::{self, Deployment, Onestop, Part, Process, TIMEOUT, until},
    invariants::assert_logs,
    test_user::{TestUser, unit},
};

const REGISTRY: Part = Part::Service("registry");
/// A township window whose telephone changes often, and the bureau that records it.
const WINDOW: &str = "530828207";
const BUREAU: &str = "supervisor/wei-hong@530828.bureau";

/// `onestop standby` on a machine of its own.
struct Standby {
    folder: TempDir,
    process: Process,
}

impl Standby {
    fn start(onestop: &Onestop, service: &str) -> Self {
        let folder = Self::prepare(onestop, service);
        Self::start_in(folder, onestop, service)
    }

    /// A folder with what an operator copies from the service's.
    fn prepare(onestop: &Onestop, service: &str) -> TempDir {
        let folder = TempDir::new().unwrap();
        let own = folder.path().join("data").join(service);
        fs::create_dir_all(&own).unwrap();
        for name in ["signing.key", "signing.pub", "master.key"] {
            let of_leader = onestop.data().join(service).join(name);
            if of_leader.exists() {
                fs::copy(of_leader, own.join(name)).unwrap();
            }
        }
        folder
    }

    fn start_in(folder: TempDir, onestop: &Onestop, service: &str) -> Self {
        Self::start_with(folder, onestop, service, &[])
    }

    fn start_with(folder: TempDir, onestop: &Onestop, service: &str, flags: &[&str]) -> Self {
        let mut arguments = vec![
            "standby".to_owned(),
            format!("--service={service}"),
            format!("--data={}", folder.path().join("data").display()),
            format!("--nats={}", onestop.url()),
            format!("--nats-key={}", onestop.key(service).display()),
            "--log=json".to_owned(),
        ];
        arguments.extend(flags.iter().map(|flag| (*flag).to_owned()));
        let log = log_in(folder.path());
        let process = Process::start(&harness::onestop(), &arguments, &log);
        Self { folder, process }
    }

    fn said(&self) -> String {
        fs::read_to_string(log_in(self.folder.path())).unwrap()
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Program::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }
}

fn log_in(folder: &Path) -> PathBuf {
    folder.join("standby.log")
}

async fn followed_registry(mode: &str) -> (Onestop, TestUser, Standby) {
    followed("registry", mode).await
}

async fn followed(service: &'static str, mode: &str) -> (Onestop, TestUser, Standby) {
    let (onestop, user) = with_setting(service, mode).await;
    let standby = Standby::start(&onestop, service);
    follows(&user, &service.parse().unwrap()).await;
    (onestop, user, standby)
}

/// An Onestop of which one service runs with a setting.
async fn with_setting(service: &'static str, mode: &str) -> (Onestop, TestUser) {
    let mut onestop = Onestop::start(Deployment::Separate).await;
    assert_eq!(onestop.stop(Part::Service(service)), Some(0));
    onestop.run_with(Part::Service(service), &[mode]);
    let user = TestUser::new(onestop.client().await);
    (onestop, user)
}

async fn lease(user: &TestUser, service: &ServiceName) -> LeaseState {
    let query = SourcesQuery::default();
    let said: Sources = user.ask(service, "sources", query).await.unwrap();
    said.lease.unwrap()
}

/// Waits until the standby has everything.
pub(crate) async fn follows(user: &TestUser, service: &ServiceName) {
    until("the standby has everything", async || {
        let standby = lease(user, service).await.standby;
        standby == Some(StandbyState::Following { behind: 0 })
    })
    .await;
}

async fn record(user: &TestUser, number: usize) -> AcceptedCommand {
    let change = ChangeContact {
        unit: unit(WINDOW),
        from: None,
        phone: Some(format!("0879-72{number:05}")),
        address: None,
    };
    let service = registry::service();
    let recorded = user.command::<Command>(&service, BUREAU, None, change);
    recorded.await.unwrap()
}

/// What was confirmed, and when.
type Confirmed = Arc<Mutex<Vec<(Instant, AcceptedCommand)>>>;

/// The bureau records one change after the other.
fn records(user: &TestUser, confirmed: &Confirmed) -> JoinSet<()> {
    let (user, confirmed) = (user.clone(), Arc::clone(confirmed));
    let mut records = JoinSet::new();
    records.spawn(async move {
        for number in 0.. {
            let one = record(&user, number).await;
            confirmed.lock().unwrap().push((Instant::now(), one));
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    records
}

/// Waits until so many were confirmed after a moment; when the first was.
async fn confirmed_after(confirmed: &Confirmed, moment: Instant, count: usize) -> Instant {
    let enough = async {
        loop {
            let after: Vec<Instant> = {
                let all = confirmed.lock().unwrap();
                let times = all.iter().map(|(at, _)| *at);
                times.filter(|at| *at > moment).collect()
            };
            if after.len() >= count {
                return after[0];
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(2 * TIMEOUT, enough).await.unwrap()
}

async fn events_of_log(user: &TestUser) -> BTreeSet<EventId> {
    let events = user.log(&registry::service()).await.into_iter();
    events.map(|event| event.id).collect()
}

fn lose_machine(onestop: &mut Onestop, service: &'static str) {
    onestop.kill(Part::Service(service));
    fs::remove_dir_all(onestop.data().join(service)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sync_nothing_that_was_confirmed_is_lost_with_the_machine() {
    let (mut onestop, user, standby) = followed_registry("--standby=sync").await;
    let term = lease(&user, &registry::service()).await.term;
    let confirmed = Confirmed::default();
    let began = Instant::now();
    let mut recording = records(&user, &confirmed);
    confirmed_after(&confirmed, began, 40).await;

    lose_machine(&mut onestop, "registry");
    let died = Instant::now();
    let first = confirmed_after(&confirmed, died, 10).await;
    recording.shutdown().await;

    let log = events_of_log(&user).await;
    let confirmed = confirmed.lock().unwrap().clone();
    for (at, one) in &confirmed {
        let is_kept = one.events.iter().all(|event| log.contains(&event.id));
        assert!(is_kept, "{one:?} is lost\n{}", standby.said());
        assert!(*at > died || one.warnings.is_empty(), "{one:?}");
    }
    assert!(lease(&user, &registry::service()).await.term > term);
    assert_logs(&user, &[]).await;
    eprintln!(
        "0 of {} confirmed events lost; the first command at the standby was confirmed {:.1} s after the kill",
        confirmed.len(),
        first.duration_since(died).as_secs_f64()
    );
}

/// Waits until the lease says that the log has so many events.
pub(crate) async fn lease_says(onestop: &Onestop, service: &str, events: u64) {
    let jetstream = jetstream::new(onestop.nats("operator").await);
    let stream = jetstream.get_stream("LEASES").await.unwrap();
    until("the lease says so many events", async || {
        let subject = format!("lease.{service}.main");
        let last = stream.direct_get_last_for_subject(subject);
        let record: Value = serde_json::from_slice(&last.await.unwrap().payload).unwrap();
        record["events"].as_u64() >= Some(events)
    })
    .await;
}

/// SIGSTOP keeps the standby from asking for less time than its leader counts on it, while events are confirmed and the
/// lease is renewed; then the leader's machine is gone.
#[tokio::test(flavor = "multi_thread")]
async fn with_async_each_event_that_is_lost_is_named() {
    let (mut onestop, user, standby) = followed_registry("--standby=async").await;
    for number in 0..5 {
        record(&user, number).await;
    }
    follows(&user, &registry::service()).await;
    standby.signal("STOP");
    let mut confirmed = Vec::new();
    for number in 5..10 {
        confirmed.push(record(&user, number).await);
    }
    let end = confirmed[4].at.position + 1;
    lease_says(&onestop, "registry", end).await;
    lose_machine(&mut onestop, "registry");
    standby.signal("CONT");

    let next = record(&user, 10).await;
    let log = events_of_log(&user).await;
    let is_lost = |one: &&AcceptedCommand| !log.contains(&one.events[0].id);
    let lost: Vec<&AcceptedCommand> = confirmed.iter().filter(is_lost).collect();
    assert!(!lost.is_empty(), "the standby stood still");
    let (first, last) = (lost[0].at.position, end - 1);
    assert_eq!(lost.len() as u64, end - first, "they are the newest");
    assert_eq!(
        next.at.position, first,
        "the log goes on where the copy ends"
    );
    let said = standby.said();
    let named = [("missing", end - first), ("first", first), ("last", last)];
    let named = named.map(|(name, number)| format!("\"{name}\":{number}"));
    let is_named = |line: &str| named.iter().all(|part| line.contains(part));
    assert!(said.lines().any(is_named), "{named:?}\n{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_loses_no_command_and_the_former_leader_does_not_come_back() {
    let (mut onestop, user, standby) = followed_registry("--standby=sync").await;
    let term = lease(&user, &registry::service()).await.term;
    let confirmed = Confirmed::default();
    let began = Instant::now();
    let mut recording = records(&user, &confirmed);
    confirmed_after(&confirmed, began, 10).await;

    let (keys, url) = (onestop.keys().display().to_string(), onestop.url());
    let desk = onestop.key("desk").display().to_string();
    let words = [
        "switch",
        "registry",
        "--json",
        "--keys",
        &keys,
        "--nats",
        &url,
        "--nats-key",
        &desk,
    ];
    let asked = Instant::now();
    let switched = tokio::task::block_in_place(|| run(Some(&onestop), &words));
    assert!(
        switched.status.success(),
        "{switched:?}\n{}",
        standby.said()
    );
    let said: Value = serde_json::from_slice(&switched.stdout).unwrap();
    assert!(said["term"].as_u64() > Some(term), "{said}");
    let ended = tokio::task::block_in_place(|| onestop.wait(REGISTRY));
    assert_eq!(ended, Some(0));
    confirmed_after(&confirmed, Instant::now(), 10).await;

    onestop.run(REGISTRY);
    let ended = tokio::task::block_in_place(|| onestop.wait(REGISTRY));
    assert_eq!(ended, Some(i32::from(IN_USE)));
    recording.shutdown().await;
    let log = events_of_log(&user).await;
    let confirmed = confirmed.lock().unwrap().clone();
    let mut longest = Duration::ZERO;
    for pair in confirmed.windows(2) {
        longest = longest.max(pair[1].0.duration_since(pair[0].0));
    }
    for (_, one) in &confirmed {
        assert!(one.events.iter().all(|event| log.contains(&event.id)));
    }
    assert_logs(&user, &[]).await;
    eprintln!(
        "switched in {} ms; the slowest of {} commands took {:.1} s ({:?} after the switch was asked for)",
        said["milliseconds"],
        confirmed.len(),
        longest.as_secs_f64(),
        asked.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_log_is_not_followed_onto_the_copy() {
    let (mut onestop, user, standby) = followed_registry("--standby=async").await;
    record(&user, 0).await;
    follows(&user, &registry::service()).await;
    assert_eq!(onestop.stop(REGISTRY), Some(0));
    fs::remove_dir_all(onestop.data().join("registry")).unwrap();
    // It begins a log of its own.
    onestop.run_with(REGISTRY, &["--standby=async"]);
    let Standby { folder, process } = standby;
    let ended = tokio::task::block_in_place(|| process.wait());
    let said = fs::read_to_string(log_in(folder.path())).unwrap();
    assert_eq!(ended, Some(1), "{said}");
    // Why, in the words of the catalogue.
    let named = "里的副本不是 /onestop/registry/main 的日志";
    assert!(said.contains(named), "{said}");
}

#[test]
fn what_a_standby_would_lack_is_named_before_it_follows() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().display().to_string();
    let refused = |service: &str| {
        let words = ["standby", "--service", service, "--data", &data];
        let output = run(None, &words);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = refused("registry");
    assert!(said.contains("缺少"), "{said}");
    assert!(said.contains("registry/signing.key"), "{said}");

    let own = Source::main(case::service());
    keys::provide(&folder.path().join("intake"), &own).unwrap();
    let said = refused("intake");
    assert!(said.contains("登记服务的备用需要主密钥"), "{said}");
    assert!(!folder.path().join("intake/master.key").exists());
}
