//! Fills a data folder with a journal of many plausible cases, for trials of lists and pages at the size of
//! a province:
//!
//! ```text
//! cargo run --release -p onestop-load --bin load-fill -- DATA [CASES] [SEED]
//! ```
//!
//! The journal's log is all that it writes: a service that is started on the folder makes its ledger from
//! it. The cases end now, so that those of the last days are open.

#![allow(clippy::print_stderr, reason = "it says how far it is")]

use std::{env, path::PathBuf};

use anyhow::{Context, bail, ensure};
use onestop_chassis::{clock::SystemClock, node::LOG_FOLDER};
use onestop_directory::Directory;
use onestop_eventlog::{Append, EventLog, ExpectedRevision, NewEvent, Options};
use onestop_journal::Entry;
use onestop_load::CaseGenerator;

/// Appends that are under way at once.
const TOGETHER: usize = 4_096;
/// The cases are of one year.
const YEAR: i64 = 365 * 24 * 60 * 60;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some(data) = arguments.first() else {
        bail!("load-fill DATA [CASES] [SEED]: which folder?");
    };
    let number = |place: usize, otherwise: u64| match arguments.get(place) {
        Some(text) => text
            .parse()
            .with_context(|| format!("'{text}' is no number")),
        None => Ok(otherwise),
    };
    let (cases, seed) = (number(1, 200_000)?, number(2, 1)?);
    let folder = PathBuf::from(data).join("journal");
    let path = folder.join(LOG_FOLDER);
    std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    let log = EventLog::open(Options::new(&path, SystemClock.uuid()))?;
    ensure!(log.head().count == 0, "{} holds a journal", path.display());
    let directory = Directory::built_in()?;
    let (now, province) = (SystemClock.now(), "53".parse()?);
    let period = (now.plus_seconds(-YEAR), now);
    let events = CaseGenerator::new(&directory, seed, (cases, province), period);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let (mut appends, mut written) = (Vec::with_capacity(TOGETHER), 0_u64);
    let mut write = |appends: Vec<Append>| -> anyhow::Result<()> {
        written += appends.len() as u64;
        for appended in runtime.block_on(log.append_each(appends)) {
            appended?;
        }
        if written.is_multiple_of(TOGETHER as u64 * 32) {
            eprintln!("{written} events");
        }
        Ok(())
    };
    for timed in events {
        let entry = Entry {
            unreadable: None,
            heard_at: timed.heard_at,
            event: timed.event,
        };
        let stream = format!("case/{}", entry.event.subject).parse()?;
        let id = entry.event.id.uuid();
        let event = NewEvent::new(id, serde_json::to_vec(&entry)?);
        appends.push(Append::to(stream, ExpectedRevision::Any, [event]));
        if appends.len() == TOGETHER {
            write(std::mem::take(&mut appends))?;
        }
    }
    write(appends)?;
    let head = log.head().count;
    log.close()?;
    eprintln!("{cases} cases, {head} events in {}", path.display());
    Ok(())
}
