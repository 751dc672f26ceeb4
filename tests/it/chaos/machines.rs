//! Machines are lost, stopped, cut off, copied and put back to an older state while cases are opened and accepted.
//! Referral runs on one with a standby on another, under `sync`. After each fault a command must be accepted again,
//! and a new standby takes the place of what was lost. In the end no event that was acknowledged is lost, none is
//! doubled, and each term had one decider.
//!
//! `TESTS_SEED=…` repeats a schedule, `TESTS_MACHINES=…` sets how many faults there are. The table that it prints
//! is kept in `target/machines.md`.

mod deciders;
mod faults;
mod machine;

use std::{
    collections::BTreeMap,
    fs, mem,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use onestop_proto::{envelope::Source, ids::CaseId, referral};
use onestop_testing::seed;
use tokio::{sync::RwLock, task::JoinSet};

use self::{
    deciders::Deciders,
    faults::{Fault, Kind, schedule},
    machine::{Machine, SERVICE},
};
use super::{number, rows};
use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part},
    invariants::{LogSummary, all_is_heard, assert_logs, journal_hears},
    journeys::{COUNTY, accept, accepted_wages, open_wages},
    proxy::Link,
    refilled::assert_acknowledged,
    standby::{follows, lease_says},
    test_user::TestUser,
};

/// Faults in one run, unless more are asked for: a take-over waits for the end of a lease.
const FAULTS: u64 = 3;
/// People who open cases and accept them all the time.
const WALKERS: usize = 4;
/// The pause of each between two cases.
const PAUSE: Duration = Duration::from_millis(500);

struct Machines {
    onestop: Onestop,
    user: TestUser,
    leader: Machine,
    standby: Option<Machine>,
    walkers: JoinSet<()>,
    /// Held for reading by each person with a case under way.
    under_way: Arc<RwLock<()>>,
}

impl Machines {
    async fn start() -> Self {
        let mut onestop = Onestop::start(Deployment::Separate).await;
        assert_eq!(onestop.stop(Part::Service(SERVICE)), Some(0));
        let leader = Machine::leader_of(&onestop).await;
        onestop.wait_until_ready().await;
        let user = TestUser::new(onestop.client().await);
        let under_way = Arc::default();
        let mut machines = Self {
            walkers: walkers(&user, &under_way),
            onestop,
            user,
            leader,
            standby: None,
            under_way,
        };
        machines.is_followed().await;
        machines
    }

    /// Gives the leader a new standby if it has none, and waits until that has everything.
    async fn is_followed(&mut self) {
        if self.standby.is_none() {
            let standby = Machine::standby_of(&self.onestop, &self.leader).await;
            self.standby = Some(standby);
        }
        follows(&self.user, &referral::service()).await;
    }

    /// The standby is the leader from now on. Returns the former one.
    fn promote(&mut self) -> Machine {
        let standby = self.standby.take().unwrap();
        mem::replace(&mut self.leader, standby)
    }

    /// How long it takes until a command is accepted.
    async fn accepted(&self, case: CaseId) -> Duration {
        let began = Instant::now();
        accept(&self.user, COUNTY, case).await.unwrap();
        began.elapsed()
    }

    /// Returns how long it took until a command was accepted.
    async fn strike(&mut self, fault: Fault) -> Duration {
        let case = open_wages(&self.user).await;
        self.user.wait_for_event(case, "referral.offered", 1).await;
        match fault.kind {
            Kind::DiskLost => {
                self.promote().lose();
                self.accepted(case).await
            }
            Kind::DisksRefilled => self.refill(case).await,
            Kind::LeaderStopped => {
                self.leader.signal("STOP");
                let took = self.accepted(case).await;
                let former = self.promote();
                former.signal("CONT");
                former.assert_fenced();
                took
            }
            Kind::LeaderCut => {
                self.leader.link().set(Link::Cut);
                let took = self.accepted(case).await;
                let former = self.promote();
                former.link().set(Link::Open);
                former.assert_fenced();
                took
            }
            Kind::FolderCopied => {
                let copied = self.leader.snapshot();
                let copy = Machine::started_on(&self.onestop, &copied).await;
                let took = self.accepted(case).await;
                copy.assert_fenced();
                took
            }
            Kind::OlderBackup => {
                let backup = self.leader.backup();
                accepted_wages(&self.user).await;
                let events = self.user.log(&referral::service()).await.len() as u64;
                lease_says(&self.onestop, SERVICE, events).await;
                self.promote().lose();
                let older = Machine::started_on(&self.onestop, &backup).await;
                let took = self.accepted(case).await;
                older.assert_fenced();
                took
            }
            Kind::StandbyCut | Kind::BothCut | Kind::BrokerStopped => {
                self.strike_for_a_while(fault, case).await
            }
        }
    }

    /// A link or the broker is away for a while, and no other process decides meanwhile.
    async fn strike_for_a_while(&self, fault: Fault, case: CaseId) -> Duration {
        let (leader, standby) = (self.leader.link(), self.standby.as_ref().unwrap().link());
        if fault.kind == Kind::BrokerStopped {
            self.onestop.signal(Part::Broker, "STOP");
        } else if fault.kind == Kind::StandbyCut {
            standby.set(Link::Cut);
        } else {
            leader.set(Link::Stalled);
            standby.set(Link::Stalled);
        }
        let ends = async {
            tokio::time::sleep(fault.lasts).await;
            if fault.kind == Kind::BrokerStopped {
                self.onestop.signal(Part::Broker, "CONT");
            }
            leader.set(Link::Open);
            standby.set(Link::Open);
        };
        let (took, ()) = tokio::join!(self.accepted(case), ends);
        took
    }

    /// Both machines are lost when all that was acknowledged has been heard.
    async fn refill(&mut self, case: CaseId) -> Duration {
        let quiet = Arc::clone(&self.under_way).write_owned().await;
        all_is_heard(&self.user).await;
        let service = referral::service();
        let events = self.user.log(&service).await.len() as u64;
        journal_hears(&self.user, &Source::main(service), events).await;
        let began = Instant::now();
        self.leader.signal("KILL");
        self.standby.take().unwrap().lose();
        let onestop = &self.onestop;
        let refilled = Machine::refilled_by(onestop, |data| refill(onestop, data)).await;
        mem::replace(&mut self.leader, refilled).lose();
        self.accepted(case).await;
        drop(quiet);
        began.elapsed()
    }
}

/// The runbook's command, on a machine without the other services' folders.
fn refill(onestop: &Onestop, data: &Path) {
    let (data, url) = (data.display().to_string(), onestop.url());
    let key = onestop.key("desk").display().to_string();
    let command = ["log", "refill", SERVICE, "--json"];
    let flags = ["--data", &data, "--nats", &url, "--nats-key", &key];
    let words = [&command[..], &flags[..]].concat();
    let done = tokio::task::block_in_place(|| run(Some(onestop), &words));
    assert!(done.status.success(), "{done:?}");
}

fn walkers(user: &TestUser, under_way: &Arc<RwLock<()>>) -> JoinSet<()> {
    let mut walkers = JoinSet::new();
    for _ in 0..WALKERS {
        let (user, under_way) = (user.clone(), Arc::clone(under_way));
        walkers.spawn(async move {
            loop {
                let going = under_way.read().await;
                accepted_wages(&user).await;
                drop(going);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    walkers
}

/// How soon each fault was recovered from, in Markdown: of a run in which nothing was lost or doubled.
fn table(times: &BTreeMap<Kind, Vec<Duration>>, found: &LogSummary) -> String {
    let mut text = format!(
        "{} cases, {} events\n\n| fault | times | first command accepted, median | worst |\n|---|---|---|---|\n",
        found.cases, found.events
    );
    text += &rows(times, Kind::words);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sync_no_machine_takes_an_acknowledged_event_with_it() {
    let seed = seed();
    let count = usize::try_from(number("TESTS_MACHINES", || FAULTS)).unwrap();
    let faults = schedule(seed, count);
    let mut machines = Machines::start().await;
    let deciders = Deciders::watch(machines.onestop.nats("operator").await);
    let mut times: BTreeMap<Kind, Vec<Duration>> = BTreeMap::new();
    for fault in &faults {
        eprintln!("{fault:?}");
        let took = machines.strike(*fault).await;
        times.entry(fault.kind).or_default().push(took);
        machines.is_followed().await;
        accepted_wages(&machines.user).await;
        let failed = machines.walkers.try_join_next();
        assert!(failed.is_none(), "a case did not go through: {fault:?}");
    }
    machines.walkers.shutdown().await;
    let takeovers = faults.iter().filter(|it| it.kind.takes_over()).count();
    deciders.assert_one_in_each_term(takeovers);
    let found = assert_logs(&machines.user, &[]).await;
    assert_acknowledged(&machines.user).await;
    let table = table(&times, &found);
    eprintln!("\n{table}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/machines.md");
    fs::write(file, table).unwrap();
}
