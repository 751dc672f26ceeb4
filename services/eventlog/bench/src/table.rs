//! One writer, so many events a commit: everybody in turn, several rounds, the median of each.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;

use crate::events::{Event, Source};
use crate::peers::{Ours, Peer, Plain, Sqlite, Uma};

const ROUNDS: usize = 3;

/// Events a commit, commits a round.
const SIZES: [(usize, usize); 3] = [(200, 500), (20, 1_000), (1, 2_000)];

/// Events per second.
struct Rates {
    plain: f64,
    uma: f64,
    sqlite: f64,
    ours: f64,
}

pub fn print(directory: &Path) -> Result<()> {
    println!(
        "One writer; events per second, median of {ROUNDS} rounds; ratio of the event log to it"
    );
    println!();
    println!(
        "| events a commit | plain file | UmaDB | SQLite | event log | ÷ plain | ÷ UmaDB | ÷ SQLite |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for (size, commits) in SIZES {
        let Rates {
            plain,
            uma,
            sqlite,
            ours,
        } = measure(directory, size, commits)?;
        println!(
            "| {size} | {plain:.0} | {uma:.0} | {sqlite:.0} | {ours:.0} | {:.2} | {:.2} | {:.2} |",
            ours / plain,
            ours / uma,
            ours / sqlite,
        );
    }
    println!();
    Ok(())
}

fn measure(directory: &Path, size: usize, commits: usize) -> Result<Rates> {
    let fresh = tempfile::tempdir_in(directory)?;
    let path = fresh.path();
    let mut plain = Plain::open(path)?;
    let mut uma = Uma::open(path)?;
    let mut sqlite = Sqlite::open(path)?;
    let mut ours = Ours::open(path)?;
    let mut source = Source::new(20_000);
    let mut rates: [Vec<f64>; 4] = Default::default();
    for round in 0..=ROUNDS {
        let events: Vec<Vec<Event>> = (0..commits).map(|_| source.commit(size)).collect();
        let found = [
            run(&mut plain, &events)?,
            run(&mut uma, &events)?,
            run(&mut sqlite, &events)?,
            run(&mut ours, &events)?,
        ];
        // The first round fills caches and files.
        if round > 0 {
            for (rates, rate) in rates.iter_mut().zip(found) {
                rates.push(rate);
            }
        }
    }
    let [plain, uma, sqlite, ours] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    });
    Ok(Rates {
        plain,
        uma,
        sqlite,
        ours,
    })
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
