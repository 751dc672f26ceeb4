//! Every fault that we know of, while journeys are under way: processes and the broker killed and
//! stopped, links cut, stalled and slowed, the broker's store wiped or put back to an older state, a disk
//! full, a clock wrong, a site offline, junk on a service's subjects, a key used twice, an unreadable event. In the end
//! nothing is missing, doubled, out of order or unexplained.
//!
//! `TESTS_SEED=…` repeats a schedule, `TESTS_CHAOS=…` sets how many faults there are. The table that it
//! prints is kept in `target/chaos.md`.

mod faults;
mod machines;

use std::{
    collections::{BTreeMap, HashSet},
    env,
    fmt::Write,
    fs,
    path::Path,
    time::{Duration, Instant},
};

use onestop_chassis::clock::SystemClock;
use onestop_proto::{case, ids::CaseId, referral};
use onestop_testing::seed;
use tokio::task::JoinSet;
use uuid::Uuid;

use self::faults::{Fault, Kind, schedule};
use crate::{
    harness::{Onestop, Part, TIMEOUT},
    invariants::{LogSummary, assert_logs_with, publishing_services},
    journeys::{self, CLERK, open_by, open_wages, request},
    junk, one_key,
    proxy::{Link, Proxy},
    sites::Site,
    test_user::TestUser,
    unreadable,
};

/// Faults in one run, unless more are asked for.
const FAULTS: usize = 24;
/// People who make journeys all the time.
const WALKERS: usize = 24;

fn number(name: &str, otherwise: impl FnOnce() -> u64) -> u64 {
    env::var(name).map_or_else(|_| otherwise(), |text| text.parse().expect(name))
}

struct Chaos {
    onestop: Onestop,
    links: BTreeMap<&'static str, Proxy>,
    site: Site,
    user: TestUser,
    window: TestUser,
    walkers: JoinSet<()>,
    /// Cases of which only an unreadable event is known.
    unreadable: Vec<CaseId>,
}

impl Chaos {
    async fn start() -> Self {
        let (mut onestop, links) = Onestop::start_linked().await;
        let site = Site::start(&mut onestop).await;
        onestop.wait_until_ready().await;
        let user = TestUser::new(onestop.client().await);
        let window = site.user(&onestop).await;
        let mut walkers = JoinSet::new();
        for walker in 0..WALKERS {
            let user = user.clone();
            walkers.spawn(async move {
                for turn in walker.. {
                    // Of the small ones more: many cases in every state.
                    match turn % 6 {
                        0 => drop(journeys::wages(&user).await),
                        1 => drop(journeys::papers_missing(&user).await),
                        2 => drop(journeys::wrong_door(&user).await),
                        3 => drop(journeys::same_instant(&user).await),
                        _ => drop(journeys::at_the_window(&user).await),
                    }
                }
            });
        }
        Self {
            onestop,
            links,
            site,
            user,
            window,
            walkers,
            unreadable: Vec::new(),
        }
    }

    async fn strike(&mut self, fault: Fault, older: &Path) {
        let part = Part::Service(fault.service);
        let lasting = || tokio::time::sleep(fault.lasts);
        match fault.kind {
            Kind::KillService => {
                self.onestop.kill(part);
                lasting().await;
                self.onestop.run(part);
            }
            Kind::KillBroker | Kind::WipeBroker | Kind::OlderBroker => {
                self.strike_broker(fault, older).await;
            }
            Kind::StopService => {
                self.onestop.signal(part, "STOP");
                lasting().await;
                self.onestop.signal(part, "CONT");
            }
            Kind::StopBroker => {
                self.onestop.signal(Part::Broker, "STOP");
                lasting().await;
                self.onestop.signal(Part::Broker, "CONT");
            }
            Kind::CutLink => self.strike_link(fault, Link::Cut).await,
            Kind::StallLink => self.strike_link(fault, Link::Stalled).await,
            Kind::SlowLink => {
                let slow = Link::Slow(Duration::from_millis(50));
                self.strike_link(fault, slow).await;
            }
            Kind::FullDisk => {
                self.onestop.fill_disk_of(part);
                lasting().await;
                // There is room again: the operator restarts the service.
                self.onestop.kill(part);
                self.onestop.run(part);
            }
            Kind::ClockJumps => {
                self.onestop.jump(fault.service, fault.jump);
                lasting().await;
                self.onestop.jump(fault.service, 0);
            }
            Kind::SiteOffline => {
                self.site.proxy.set(Link::Cut);
                for _ in 0..5 {
                    let wages = request("legal-aid", "labour-pay", "530821101201");
                    open_by(&self.window, CLERK, wages).await;
                }
                lasting().await;
                self.site.proxy.set(Link::Open);
            }
            Kind::Junk | Kind::KeyReused | Kind::Unreadable => self.strike_events(fault).await,
        }
    }

    /// What is in the logs and on the subjects is not what the services would write there.
    async fn strike_events(&mut self, fault: Fault) {
        if fault.kind == Kind::KeyReused {
            one_key::opens_and_accepts_with(&self.user, SystemClock.command()).await;
        } else if fault.kind == Kind::Unreadable {
            // Of a case of its own, so that the journeys go on.
            let case = SystemClock.command().case();
            let commands = unreadable::write_unreadable(&mut self.onestop, case).await;
            self.user.sent.lock().unwrap().commands.extend(commands);
            self.unreadable.push(case);
        } else {
            let case = open_wages(&self.user).await;
            let step = self.user.wait_for_event(case, "case.opened", 1).await;
            junk::publish_junk(&self.onestop, &step.event).await;
        }
        tokio::time::sleep(fault.lasts).await;
    }

    /// The broker is killed, and runs again: with its store, without it, or with an older one.
    async fn strike_broker(&mut self, fault: Fault, older: &Path) {
        self.onestop.kill(Part::Broker);
        if fault.kind == Kind::WipeBroker {
            self.onestop.wipe_broker();
        }
        if fault.kind == Kind::OlderBroker && older.exists() {
            self.onestop.wipe_broker();
            copy(older, &self.onestop.broker_store());
        }
        tokio::time::sleep(fault.lasts).await;
        self.onestop.run(Part::Broker);
    }

    /// A service's link is as given for a while, and open again.
    async fn strike_link(&self, fault: Fault, state: Link) {
        let link = &self.links[fault.service];
        link.set(state);
        tokio::time::sleep(fault.lasts).await;
        link.set(Link::Open);
    }

    /// Until a case goes through intake, referral and the journal again; of the site after it was alone.
    async fn recovered(&self, fault: Fault) {
        let case = if fault.kind == Kind::SiteOffline {
            let wages = request("legal-aid", "labour-pay", "530821101201");
            open_by(&self.window, CLERK, wages).await
        } else {
            open_wages(&self.user).await
        };
        self.user.wait_for_event(case, "referral.offered", 1).await;
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status();
    assert!(copied.unwrap().success());
}

/// The table of one run, in Markdown. A run that lost, doubled or reordered an event has failed before.
fn table(times: &BTreeMap<Kind, Vec<Duration>>, told: &LogSummary, broker: &str) -> String {
    let mut text = format!(
        "nats-server {broker}: {} cases, {} events\n\n| fault | times | recovery, median | worst |\n|---|---|---|---|\n",
        told.cases, told.events
    );
    text += &rows(times, Kind::words);
    text
}

/// How soon each fault was recovered from, as rows of Markdown.
fn rows<K: Copy>(times: &BTreeMap<K, Vec<Duration>>, words: fn(K) -> &'static str) -> String {
    let mut text = String::new();
    for (kind, times) in times {
        let mut times = times.clone();
        times.sort();
        let (median, worst) = (times[(times.len() - 1) / 2], times[times.len() - 1]);
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} s | {:.2} s |",
            words(*kind),
            times.len(),
            median.as_secs_f64(),
            worst.as_secs_f64()
        );
    }
    text
}

/// Every event that was acknowledged is in a log; every event there follows from a command that was sent, or
/// from another event.
async fn assert_explained(desks: [&TestUser; 2]) {
    let mut ids = HashSet::new();
    let mut events = Vec::new();
    for service in &publishing_services() {
        events.extend(desks[0].log(service).await);
    }
    events.extend(desks[1].log(&case::service()).await);
    ids.extend(events.iter().map(|event| event.id.uuid()));
    let mut commands: HashSet<Uuid> = HashSet::new();
    for user in desks {
        let sent = user.sent.lock().unwrap();
        for acknowledged in &sent.acknowledged {
            assert!(
                ids.contains(&acknowledged.uuid()),
                "{acknowledged} was acknowledged and is lost"
            );
        }
        for command in &sent.commands {
            commands.insert(command.uuid());
            commands.insert(command.forwarded(referral::SERVICE).uuid());
        }
    }
    for event in &events {
        assert!(
            commands.contains(&event.causationid) || ids.contains(&event.causationid),
            "nobody asked for {} ({})",
            event.id,
            event.event_type
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_whatever_happens() {
    let seed = seed();
    let count = usize::try_from(number("TESTS_CHAOS", || FAULTS as u64)).unwrap();
    let mut chaos = Chaos::start().await;
    let older = tempfile::tempdir().unwrap();
    let older = older.path().join("broker");
    let mut times: BTreeMap<Kind, Vec<Duration>> = BTreeMap::new();
    for (index, fault) in schedule(seed, count).into_iter().enumerate() {
        tokio::time::sleep(fault.after).await;
        if index % 8 == 3 {
            let _ = fs::remove_dir_all(&older);
            copy(&chaos.onestop.broker_store(), &older);
        }
        chaos.strike(fault, &older).await;
        let ended = Instant::now();
        let recovered = tokio::time::timeout(TIMEOUT, chaos.recovered(fault)).await;
        assert!(recovered.is_ok(), "it did not recover from {fault:?}");
        times.entry(fault.kind).or_default().push(ended.elapsed());
        assert!(chaos.walkers.try_join_next().is_none(), "a journey failed");
    }
    chaos.walkers.shutdown().await;
    chaos.onestop.wait_until_ready().await;
    let sites = [&chaos.window];
    let told = assert_logs_with(&chaos.user, &sites, &chaos.unreadable).await;
    assert_explained([&chaos.user, &chaos.window]).await;
    // The journal finds the same when it compares itself with every source.
    unreadable::compared(&chaos.user).await;
    let broker = chaos.user.client.bus().client().server_info().version;
    let table = table(&times, &told, &broker);
    eprintln!("\n{table}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/chaos.md");
    fs::write(file, table).unwrap();
}
