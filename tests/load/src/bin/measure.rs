//! Measures the ledger's questions on a journal that `fill` has made, while 50 people ask and 20 events a
//! second come in, and prints a table:
//!
//! ```text
//! cargo run --release -p onestop-load --bin load-measure -- DATA [SECONDS]
//! ```

#![allow(clippy::unwrap_used, reason = "a trial fails by panicking")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it prints what it measured"
)]
#![allow(clippy::disallowed_methods, reason = "it measures time")]

use std::{
    collections::BTreeMap,
    env,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use onestop_chassis::{
    clock::SystemClock, node::LOG_FOLDER, shutdown::Shutdown, store::Store, supervisor::Supervisor,
};
use onestop_directory::Directory;
use onestop_eventlog::{Append, Direction, EventLog, ExpectedRevision, NewEvent, Options};
use onestop_journal::{Entry, ledger::Ledger};
use onestop_load::CaseGenerator;
use onestop_proto::{
    actor::Actor, envelope::Source, ids::UnitId, journal, ledger::LedgerState, time::Timestamp,
};
use serde_json::{Value, json};

const PEOPLE: usize = 50;
/// Each looks at a page, reads it, and looks at the next.
const READS: Duration = Duration::from_millis(1_000);
const EVENTS_A_SECOND: u64 = 20;

/// What was asked, and how long it took in milliseconds.
type Times = BTreeMap<&'static str, Vec<f64>>;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let data = PathBuf::from(arguments.first().expect("measure DATA [SECONDS]"));
    let seconds = arguments.get(1).map_or(20, |text| text.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(measure(data, Duration::from_secs(seconds)));
}

async fn measure(data: PathBuf, length: Duration) {
    let folder = data.join(journal::SERVICE);
    let path = folder.join(LOG_FOLDER);
    let log = EventLog::open(Options::new(&path, SystemClock.uuid())).unwrap();
    let store = Store::new(log.clone(), Source::main(journal::service()));
    let directory = Arc::new(Directory::built_in().unwrap());
    let shutdown = Shutdown::default();
    let mut supervisor = Supervisor::new(shutdown.clone());
    let began = Instant::now();
    let ledger = Ledger::start(&folder, &store, Arc::clone(&directory), &mut supervisor);
    wait_until_following(&ledger, began).await;
    let units = units(&log);
    let until = Instant::now() + length;
    let coming = {
        let (log, directory, ledger) = (log.clone(), Arc::clone(&directory), ledger.clone());
        async move { come_in(&log, &directory, &ledger, until).await }
    };
    let people = (0..PEOPLE).map(|person| {
        let (ledger, units) = (ledger.clone(), units.clone());
        let directory = Arc::clone(&directory);
        tokio::task::spawn(async move {
            work(person as u64, &ledger, (&directory, &units), until).await
        })
    });
    let people: Vec<_> = people.collect();
    let coming = tokio::task::spawn(coming);
    let mut times = Times::new();
    for person in people {
        for (name, mut measured) in person.await.unwrap() {
            times.entry(name).or_default().append(&mut measured);
        }
    }
    times.insert("(folding: event to list)", coming.await.unwrap());
    print_table(times);
    shutdown.request();
    supervisor.run(Duration::from_secs(10)).await.unwrap();
    log.close().unwrap();
}

/// Waits until the ledger holds all events, and prints how far it is.
async fn wait_until_following(ledger: &Ledger, began: Instant) {
    let mut shown = 0;
    loop {
        let progress = ledger.progress();
        if progress.state == LedgerState::Following {
            break;
        }
        if progress.position != shown {
            shown = progress.position;
            eprint!(
                "\rthe ledger: {} of {} events",
                progress.position, progress.head
            );
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (position, took) = (ledger.progress().position, began.elapsed().as_secs_f64());
    eprintln!("\rthe ledger holds {position} events after {took:.1} s          ");
}

fn print_table(times: Times) {
    println!(
        "{:<28} {:>7} {:>9} {:>9} {:>9}",
        "question", "asked", "p50 ms", "p99 ms", "max ms"
    );
    for (name, mut measured) in times {
        measured.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = ((measured.len() - 1) as f64 * share) as usize;
            measured[place]
        };
        let count = measured.len();
        println!(
            "{name:<28} {count:>7} {:>9.1} {:>9.1} {:>9.1}",
            at(0.5),
            at(0.99),
            at(1.0)
        );
    }
}

/// Units that cases went through lately, and numbers of cases.
fn units(log: &EventLog) -> Vec<(UnitId, String)> {
    let head = log.head().count;
    let records = log.read_all(head, Direction::Backward, 40_000).unwrap();
    let entries = records.iter().map(|record| {
        let entry: Entry = serde_json::from_slice(&record.payload).unwrap();
        entry.event
    });
    entries
        .filter(|event| event.event_type == "cn.onestop.referral.accepted.v1")
        .map(|event| {
            let data: Value = event.data.parse().unwrap();
            (event.unit, data["number"].as_str().unwrap().to_owned())
        })
        .collect()
}

async fn come_in(
    log: &EventLog,
    directory: &Directory,
    ledger: &Ledger,
    until: Instant,
) -> Vec<f64> {
    let now = SystemClock.now();
    let period = (now, now.plus_seconds(3_600));
    let mut events = CaseGenerator::new(
        directory,
        now.as_micros() as u64,
        (20_000, "53".parse().unwrap()),
        period,
    );
    let mut every = tokio::time::interval(Duration::from_millis(1_000 / EVENTS_A_SECOND));
    let mut times = Vec::new();
    while Instant::now() < until {
        every.tick().await;
        let Some(timed) = events.next() else { break };
        let entry = Entry {
            unreadable: None,
            heard_at: timed.heard_at,
            event: timed.event,
        };
        let stream = format!("case/{}", entry.event.subject).parse().unwrap();
        let event = NewEvent::new(entry.event.id.uuid(), serde_json::to_vec(&entry).unwrap());
        let appended = log
            .append(Append::to(stream, ExpectedRevision::Any, [event]))
            .await
            .unwrap();
        let began = Instant::now();
        ledger.has(appended.last).await;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    times
}

async fn work(
    person: u64,
    ledger: &Ledger,
    (directory, units): (&Directory, &[(UnitId, String)]),
    until: Instant,
) -> Times {
    let mut random = fastrand::Rng::with_seed(person);
    let mut times = Times::new();
    while Instant::now() < until {
        tokio::time::sleep(READS.mul_f64(random.f64() * 2.0)).await;
        let (unit, number) = &units[random.usize(..units.len())];
        let county = directory.unit(unit).unwrap().division;
        let (name, question, actor, data) = ask(&mut random, (unit, number), county);
        let actor: Actor = actor.parse().unwrap();
        let began = Instant::now();
        let answer = ledger.answer(question, Some(actor), data).await;
        times
            .entry(name)
            .or_default()
            .push(began.elapsed().as_secs_f64() * 1_000.0);
        answer.unwrap();
    }
    times
}

/// Its name in the table, the question, who asks, and the data.
type Query = (&'static str, &'static str, String, Value);

/// What a user looks at next: mostly lists, now and then sums.
fn ask(
    random: &mut fastrand::Rng,
    (unit, number): (&UnitId, &str),
    division: onestop_proto::division::DivisionCode,
) -> Query {
    let own = format!("specialist/staff-1@{unit}");
    let bureau = |short: &str| {
        let site = onestop_proto::ids::SiteId::derived(short.parse().unwrap());
        format!("auditor/staff-9@{site}.window")
    };
    let county = division
        .at(onestop_proto::division::Tier::County)
        .unwrap_or(division);
    let (county, prefecture) = (bureau(&county.short()), bureau(&county.short()[..4]));
    let search = ["讨薪", "宁洱", "公证", "离婚", "wages", "人民调解"];
    let text = *random.choice(&search).unwrap();
    match random.u32(0..100) {
        draw @ 0..50 => worklist(draw, own, (unit, text)),
        50..62 => ("case", "case", own, json!({ "case": number })),
        62..67 => (
            "cases of a unit",
            "cases",
            own,
            json!({ "filters": { "text": &number[..12] } }),
        ),
        draw @ 67..90 => cases(draw, (county, prefecture), text),
        draw => timeliness(draw, (county, prefecture)),
    }
}

/// What the staff of a unit looks at, by a number drawn below 50.
fn worklist(draw: u32, own: String, (unit, text): (&UnitId, &str)) -> Query {
    match draw {
        0..20 => (
            "worklist working",
            "worklist",
            own,
            json!({ "unit": unit, "tab": "working" }),
        ),
        20..28 => (
            "worklist to accept",
            "worklist",
            own,
            json!({ "unit": unit, "tab": "to-accept" }),
        ),
        28..34 => (
            "worklist done by number",
            "worklist",
            own,
            json!({ "unit": unit, "tab": "done", "order": "number" }),
        ),
        34..40 => (
            "worklist done with text",
            "worklist",
            own,
            json!({ "unit": unit, "tab": "done", "filters": { "text": text } }),
        ),
        _ => ("today", "today", own, json!({ "unit": unit })),
    }
}

/// Lists of the cases of a county or of a prefecture, by a number drawn from 67 to 89.
fn cases(draw: u32, (county, prefecture): (String, String), text: &str) -> Query {
    match draw {
        67..72 => (
            "cases, county, text",
            "cases",
            county,
            json!({ "filters": { "text": text } }),
        ),
        72..78 => (
            "cases, prefecture, text",
            "cases",
            prefecture,
            json!({ "filters": { "text": text } }),
        ),
        78..82 => (
            "cases, prefecture, overdue",
            "cases",
            prefecture,
            json!({ "filters": { "due": "overdue" }, "order": "due" }),
        ),
        82..86 => (
            "cases, prefecture, item",
            "cases",
            prefecture,
            json!({ "filters": { "item": "notarization" }, "open": true }),
        ),
        _ => (
            "cases, prefecture, number",
            "cases",
            prefecture,
            json!({ "order": "number" }),
        ),
    }
}

/// Sums over a county or a prefecture, by a number drawn from 90 to 99.
fn timeliness(draw: u32, (county, prefecture): (String, String)) -> Query {
    let now = SystemClock.now();
    let month: Timestamp = now.plus_seconds(-30 * 24 * 3_600);
    let year: Timestamp = now.plus_seconds(-365 * 24 * 3_600);
    match draw {
        90..94 => (
            "timeliness, county, month",
            "timeliness",
            county,
            json!({ "from": month, "to": now }),
        ),
        94..98 => (
            "timeliness, pref., month",
            "timeliness",
            prefecture,
            json!({ "from": month, "to": now, "as_of": now.plus_seconds(-7 * 24 * 3_600) }),
        ),
        _ => (
            "timeliness, pref., year",
            "timeliness",
            prefecture,
            json!({ "from": year, "to": now }),
        ),
    }
}
