//! The measurements, one after another: an Onestop without cases, one with years of them, a backlog, standbys.

mod backlog;
mod commands;
mod rest;
mod standby;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use onestop_directory::Directory;
use onestop_proto::ledger::LedgerState;

use crate::{
    fill::Filled,
    load::{Driver, Heads},
    needs::EVENTS_A_CASE,
    report::Report,
    site::{BROKER, Programs, Shape, Site, Usage},
};

/// How long Onestop may take to start on all these cases.
const START: Duration = Duration::from_secs(1_800);

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// An Onestop without cases.
    Empty,
    /// With years of cases: start, rest, disk.
    Rest,
    /// The same, under load.
    Load,
    /// The journal, read from its sources.
    Journal,
    /// Referral, far behind intake.
    Backlog,
    /// What standbys on a second node cost, with one broker and with three. Measured only where it is named.
    Standby,
}

impl Part {
    /// Those that are measured where none is named.
    pub const ALL: [Self; 5] = [
        Self::Empty,
        Self::Rest,
        Self::Load,
        Self::Journal,
        Self::Backlog,
    ];
}

/// What to measure, and with how much.
#[derive(Debug, Clone)]
pub struct Order {
    pub name: String,
    pub parts: Vec<Part>,
    pub programs: Programs,
    /// The executable that fills, of the build that is measured.
    pub filler: PathBuf,
    /// A folder for the data, on the disk that is measured.
    pub work: PathBuf,
    pub cases: u64,
    pub open: f64,
    pub seed: u64,
    /// The length of each short measurement.
    pub short: Duration,
    /// How long a service at rest is watched.
    pub idle: Duration,
    /// The length of the sustained load, and how many journeys at once.
    pub sustained: Duration,
    pub at_once: usize,
    pub backlog: u64,
    /// How long a load's end, a ledger or a journal is waited for.
    pub patience: Duration,
}

/// A measurement under way.
struct Measurement<'a> {
    order: &'a Order,
    directory: Directory,
    report: Report,
    began: Instant,
    /// Commands that were refused or not answered, pages and offers that did not come.
    failed: u64,
}

pub async fn measure(order: &Order) -> Report {
    let mut it = Measurement {
        order,
        directory: Directory::built_in().unwrap(),
        report: Report::new(&order.name),
        began: Instant::now(),
        failed: 0,
    };
    let work = &order.work;
    std::fs::create_dir_all(work).unwrap();
    it.report.add("seed", order.seed.to_string());
    if it.includes(Part::Empty) {
        it.empty(&work.join("empty")).await;
    }
    if [Part::Rest, Part::Load, Part::Journal]
        .into_iter()
        .any(|part| it.includes(part))
    {
        it.filled(&work.join("filled")).await;
    }
    if it.includes(Part::Backlog) {
        it.backlog(&work.join("backlog")).await;
    }
    if it.includes(Part::Standby) {
        it.standbys(&work.join("standby")).await;
    }
    let failed = it.failed;
    it.report
        .add("refused, unanswered or unseen", failed.to_string());
    it.report
}

impl Measurement<'_> {
    fn announce(&self, what: &str) {
        eprintln!(
            "[{:>5.0} s] {}: {what} …",
            self.began.elapsed().as_secs_f64(),
            self.order.name
        );
    }

    /// Without a case.
    async fn empty(&mut self, data: &Path) {
        self.announce("an Onestop without cases");
        let mut site = Site::new(&self.order.programs, data);
        site.prepare().await;
        self.start_and_rest(&mut site, "empty").await;
        site.start(Shape::Separate);
        site.ready(START).await;
        self.commands(&mut site, "empty").await;
        site.stop();
    }

    fn includes(&self, part: Part) -> bool {
        self.order.parts.contains(&part)
    }

    /// With years of cases.
    async fn filled(&mut self, data: &Path) {
        let mut site = Site::new(&self.order.programs, data);
        site.prepare().await;
        self.announce("filling the logs");
        let filled = self.fill(site.data(), "whole", self.order.cases);
        let events = filled.events;
        let each = events as f64 / self.order.cases.max(1) as f64;
        self.report
            .add_value(EVENTS_A_CASE, format!("{each:.1}"), each);
        self.first_start(&mut site, filled).await;
        if self.includes(Part::Rest) {
            self.start_and_rest(&mut site, "filled").await;
            self.disk(&site, events);
            self.after_kill(&mut site).await;
        }
        if self.includes(Part::Load) {
            self.load(&mut site).await;
        }
        if self.includes(Part::Journal) {
            self.journal_anew(&mut site).await;
        }
    }

    async fn load(&mut self, site: &mut Site) {
        site.start(Shape::Separate);
        site.ready(START).await;
        self.pages(site).await;
        self.commands(site, "filled").await;
        self.open_loops(site).await;
        self.sustained(site).await;
        site.stop();
    }

    /// Fills a folder with the filler of the build that is measured.
    fn fill(&mut self, data: &Path, extent: &str, cases: u64) -> Filled {
        let order = self.order;
        let filled = Command::new(&order.filler)
            .args(["fill", "--extent", extent, "--cases", &cases.to_string()])
            .args([
                "--seed",
                &order.seed.to_string(),
                "--open",
                &order.open.to_string(),
            ])
            .arg("--data")
            .arg(data)
            .arg("--nats-server")
            .arg(&order.programs.nats_server)
            .stderr(std::process::Stdio::inherit())
            .output()
            .unwrap();
        assert!(filled.status.success(), "the logs were not filled");
        let filled: Filled = serde_json::from_slice(&filled.stdout).unwrap();
        let cell = format!(
            "{cases} cases, {} events in {:.0} s",
            filled.events, filled.seconds
        );
        self.report.add(format!("filled ({extent})"), cell);
        filled
    }

    /// Takes over what is new in the folder, and makes the ledger. No service has anything to process: each has
    /// everything.
    async fn first_start(&mut self, site: &mut Site, filled: Filled) {
        self.announce("the first start, and the ledger");
        let began = Instant::now();
        site.start(Shape::OneProcess);
        let times = site.ready(START).await;
        self.report
            .add("first start on filled logs", ready(began.elapsed(), &times));
        let client = site.client().await;
        let (mut last, mut resident) = (0, 0);
        let looked = Heads::wait_for_ledger(&client, self.order.patience, |position| {
            last = position;
            let used = site.usage();
            resident = resident.max(used.get("onestop").map_or(0, |it| it.resident));
        });
        let done = match looked.await {
            LedgerState::Following => "done",
            LedgerState::Building | LedgerState::Failing => "not done",
        };
        let seconds = began.elapsed().as_secs_f64();
        let rate = last as f64 / seconds;
        let resident = megabytes(resident);
        let cell = format!(
            "{rate:.0} events/s, {last} events in {seconds:.1} s, {done}, all resident {resident}"
        );
        self.report.add("ledger made anew", cell);
        let events = Heads::ask(&client).await.unwrap().events();
        self.report.add(
            "events added by the first start",
            (events - filled.events).to_string(),
        );
        site.stop();
    }

    fn driver_of(&self, client: onestop_chassis::client::Client) -> Driver {
        Driver::new(client, &self.directory, self.order.seed)
    }
}

/// How long the start took, and which service was the last.
fn ready(took: Duration, times: &std::collections::BTreeMap<String, Duration>) -> String {
    let last = times.iter().max_by_key(|(_, time)| **time);
    let last = last.map_or("", |(name, _)| name.as_str());
    format!("{:.2} s (last: {last})", took.as_secs_f64())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// The sum of all processes but the broker.
fn services_of(usage: &std::collections::BTreeMap<String, Usage>) -> Usage {
    let mut sum = Usage::default();
    for (name, used) in usage {
        if name != BROKER {
            sum += *used;
        }
    }
    sum
}
