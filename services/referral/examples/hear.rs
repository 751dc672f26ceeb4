//! How many of intake's events referral hears in a second: a backlog of cases that windows opened and referred, from
//! bytes as they travel to custody, offers and cursor in a real log, the read model included. Without a broker.
//!
//! ```text
//! cargo run --release -p onestop-referral --example hear -- [CASES] [TOGETHER]
//! ```

#![allow(clippy::unwrap_used, reason = "a trial fails by panicking")]
#![allow(clippy::print_stdout, reason = "it prints what it measured")]

use std::{env, fs, sync::Arc, time::Instant};

use onestop_chassis::{
    Context, Service,
    bus::Bus,
    client::Client,
    metrics::Metrics,
    node::Readiness,
    replication::{Processed, Processor, SourceTracker},
    settings::Settings,
    shutdown::Shutdown,
    store::{EventMeta, Rules, Store},
    supervisor::Supervisor,
};
use onestop_directory::{Directory, Unit, WINDOW};
use onestop_proto::{
    actor::Actor,
    case::{Event, Opened, ReferralRequested},
    envelope::{Address, Envelope},
    referral::ReferralSubject,
    rejection::CommonRejection,
};
use onestop_referral::Referral;
use onestop_testing::TempStore;
use serde_json::json;

const RULES: Rules<Opened, Event> = Rules {
    evolve: |opened, event| {
        if let Event::Opened(event) = event {
            Some(event.clone())
        } else {
            opened
        }
    },
    address: |opened, _| Address {
        unit: opened.window.clone(),
        division: opened.window_division,
        item: Some(opened.item.clone()),
    },
};

#[tokio::main]
async fn main() {
    let mut numbers = env::args()
        .skip(1)
        .map(|text| text.parse::<usize>().unwrap());
    let cases = numbers.next().unwrap_or(10_000);
    let together = numbers.next().unwrap_or(400);
    let source = TempStore::new("intake");
    write(&source.store, cases).await;
    let backlog = source.store.envelopes(0, usize::MAX).unwrap();
    let messages: Vec<Vec<u8>> = backlog
        .iter()
        .map(|event| serde_json::to_vec(event).unwrap())
        .collect();

    let own = TempStore::new("referral");
    let mut supervisor = Supervisor::new(Shutdown::default());
    let processor = start(&own, &mut supervisor).await;

    let (began, processor_before) = (Instant::now(), processor_seconds());
    for messages in messages.chunks(together) {
        let events = messages
            .iter()
            .map(|bytes| serde_json::from_slice(bytes).unwrap());
        let events: Vec<Envelope> = events.collect();
        assert_eq!(processor.process(&events).await.unwrap(), Processed::All);
    }
    let took = began.elapsed().as_secs_f64();
    let used = processor_seconds() - processor_before;
    let (heard, written) = (messages.len() as f64, own.store.log().head().count);
    println!(
        "{heard} events of {cases} cases, {together} at a time: {:.0} events/s, {:.0} µs of processor each; {written} written",
        heard / took,
        used * 1e6 / heard
    );
}

/// The service on its own log, without a broker.
async fn start(own: &TempStore, supervisor: &mut Supervisor) -> Processor<Referral> {
    let settings = Settings {
        data: own.folder().to_path_buf(),
        nats: "nats://127.0.0.1:1".to_owned(),
        ..Settings::default()
    };
    let bus = Bus::connect(&settings, &Referral::name()).await.unwrap();
    let client = Client::new(bus.clone());
    let sources = SourceTracker::of(&own.store);
    let referral = Referral::start(Context {
        settings: &settings,
        metrics: Metrics::default(),
        readiness: Readiness::of(&bus),
        store: own.store.clone(),
        client: client.clone(),
        sources: sources.clone(),
        supervisor,
    });
    Processor::new(
        Arc::new(referral.unwrap()),
        own.store.clone(),
        client,
        Metrics::default(),
        sources,
    )
}

/// What windows send: half of the cases are for legal aid, half for mediation.
async fn write(store: &Store, cases: usize) {
    let directory = Directory::built_in().unwrap();
    let windows = directory.sites().flat_map(|site| directory.units_of(site));
    let windows: Vec<&Unit> = windows
        .filter(|unit| unit.kind.as_str() == WINDOW)
        .collect();
    let mut commands = Vec::new();
    for number in 0..cases {
        let window = windows[number * 7 % windows.len()];
        let item = ["legal-aid", "mediation"][number % 2].parse().unwrap();
        let topic = directory.item(&item).unwrap().topics[0].id.clone();
        let opened = json!({
            "number": format!("{}-261128-{:03}", window.site, number + 1),
            "site": window.site,
            "window": window.id,
            "window_division": window.division,
            "item": item,
            "topic": topic,
            "place": window.division,
            "channel": "window",
            "applicant": "sealed",
        });
        let opened: Opened = serde_json::from_value(opened).unwrap();
        let (item, topic) = (opened.item.clone(), opened.topic.clone());
        let requested = ReferralRequested {
            number: opened.number.clone(),
            subject: ReferralSubject::new(item, topic, opened.place),
        };
        let events = vec![Event::from(opened), Event::from(requested)];
        commands.push(open(store, window, events));
        if commands.len() == 64 || number + 1 == cases {
            futures::future::join_all(commands.drain(..)).await;
        }
    }
}

async fn open(store: &Store, window: &Unit, events: Vec<Event>) {
    let command = store.clock().command();
    let case = command.case();
    let actor = Actor::system(&"intake".parse().unwrap(), window.id.clone());
    let meta = EventMeta::from_timer(command, case, actor);
    let stream = format!("case/{case}");
    let decide = |_: Option<&Opened>, _| Ok::<_, CommonRejection>(events.clone());
    store
        .execute(&stream, &meta, None, &RULES, decide)
        .await
        .unwrap();
}

/// What all threads of this process have used so far.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / 100.0
}
