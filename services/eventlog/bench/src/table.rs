//! One writer, so many events a commit: each engine in turn, several rounds, the median of each.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;

use crate::events::{Event, Source};
#[cfg(feature = "others")]
use crate::others::{Sqlite, Uma};
use crate::peers::{Ours, Peer, Plain};

const ROUNDS: usize = 5;

/// Events a commit, commits a round.
const SIZES: [(usize, usize); 3] = [(200, 500), (20, 1_000), (1, 2_000)];

type Round = Box<dyn FnMut(&[Vec<Event>]) -> Result<f64>>;

/// An engine, and how it appends all that it is given: events per second.
struct Engine {
    name: &'static str,
    round: Round,
}

/// The plain file comes first, the event log last.
fn engines(path: &Path, written: &Arc<AtomicU64>) -> Result<Vec<Engine>> {
    let mut engines = vec![engine("plain file", Plain::open(path)?)];
    #[cfg(feature = "others")]
    {
        engines.push(engine("UmaDB", Uma::open(path)?));
        engines.push(engine("SQLite", Sqlite::open(path)?));
    }
    engines.push(engine(
        "event log",
        Ours::open_timed(path, Arc::clone(written))?,
    ));
    Ok(engines)
}

fn engine<P: Peer + 'static>(name: &'static str, mut peer: P) -> Engine {
    let round = Box::new(move |events: &[Vec<Event>]| run(&mut peer, events));
    Engine { name, round }
}

pub fn print(directory: &Path, only: Option<usize>) -> Result<()> {
    println!(
        "One writer; events per second, median of {ROUNDS} rounds; ratio of the event log to it"
    );
    println!();
    let wanted = |(size, _): &(usize, usize)| only.is_none_or(|only| only == *size);
    for (at, (size, commits)) in SIZES.into_iter().filter(wanted).enumerate() {
        let fresh = tempfile::tempdir_in(directory)?;
        let written = Arc::new(AtomicU64::new(0));
        let mut engines = engines(fresh.path(), &written)?;
        let names: Vec<&str> = engines.iter().map(|engine| engine.name).collect();
        if at == 0 {
            let ratios = names[..names.len() - 1]
                .iter()
                .map(|name| format!("÷ {name}"));
            let ratios: Vec<String> = ratios.collect();
            println!(
                "| events a commit | {} | {} | ÷ plain file, each round | the log waits for the disk |",
                names.join(" | "),
                ratios.join(" | ")
            );
            println!("|{}", "---|".repeat(names.len() * 2 + 2));
        }
        let cells = cells(&measure(&mut engines, size, commits)?);
        let waited = written.load(Ordering::Relaxed) / ((ROUNDS + 1) * commits) as u64;
        println!("| {size} | {cells} | {} µs a commit |", waited / 1_000);
    }
    println!();
    Ok(())
}

/// The rates of each engine, round by round.
fn measure(engines: &mut [Engine], size: usize, commits: usize) -> Result<Vec<Vec<f64>>> {
    let mut source = Source::new(20_000);
    let mut rates = vec![Vec::new(); engines.len()];
    for round in 0..=ROUNDS {
        let events: Vec<Vec<Event>> = (0..commits).map(|_| source.commit(size)).collect();
        for (engine, rates) in engines.iter_mut().zip(&mut rates) {
            let rate = (engine.round)(&events)?;
            // The first round fills caches and files.
            if round > 0 {
                rates.push(rate);
            }
        }
    }
    Ok(rates)
}

fn cells(rates: &[Vec<f64>]) -> String {
    let medians: Vec<f64> = rates.iter().map(|rates| median(rates)).collect();
    let (ours, others) = (medians[medians.len() - 1], &medians[..medians.len() - 1]);
    let mut cells: Vec<String> = medians.iter().map(|rate| format!("{rate:.0}")).collect();
    cells.extend(others.iter().map(|other| format!("{:.2}", ours / other)));
    let (plain, ours) = (&rates[0], &rates[rates.len() - 1]);
    let rounds = plain.iter().zip(ours);
    let rounds: Vec<String> = rounds
        .map(|(plain, ours)| format!("{:.2}", ours / plain))
        .collect();
    cells.push(rounds.join(" "));
    cells.join(" | ")
}

fn median(rates: &[f64]) -> f64 {
    let mut rates = rates.to_vec();
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn run<P: Peer>(peer: &mut P, events: &[Vec<Event>]) -> Result<f64> {
    let count: usize = events.iter().map(Vec::len).sum();
    let commits: Vec<P::Commit> = events.iter().cloned().map(P::prepare).collect();
    let start = Instant::now();
    for commit in commits {
        peer.append(commit)?;
    }
    Ok(count as f64 / start.elapsed().as_secs_f64())
}
