//! Fills the logs of a data folder on which Onestop has run once, and does not run now.

mod broker;
mod journal;
mod logs;

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::Instant,
};

use onestop_chassis::clock::SystemClock;
use onestop_directory::Directory;
use serde::{Deserialize, Serialize};

use self::{
    journal::{JournalWriter, SourceRecord},
    logs::Logs,
};
use crate::history::{Extent, History, Keys, Scale, Written};

/// Stretches of time that may wait for the next thread.
const WAITING: usize = 2;

/// What to fill, and with how much.
#[derive(Debug, Clone)]
pub struct Fill {
    pub data: PathBuf,
    pub nats_server: PathBuf,
    pub scale: Scale,
}

/// How much was written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Filled {
    pub events: u64,
    pub seconds: f64,
}

/// Fills the logs of all services; the journal's too, if the cases are followed.
///
/// # Panics
/// If the folder is not one that Onestop has made, or holds cases already.
#[must_use]
pub fn fill(order: &Fill) -> Filled {
    let began = Instant::now();
    let directory = Directory::built_in().unwrap();
    let keys = Keys::open(&order.data);
    let logs = Logs::open(&order.data);
    let history = History::new(&directory, &keys, order.scale, SystemClock.now());
    match order.scale.extent {
        Extent::Whole => with_journal(&order.data, &logs, history),
        Extent::Opened => {
            for written in history {
                logs.write(&written);
                print_progress(&logs, began);
            }
            logs.set_relayed();
        }
    }
    let events = logs.events();
    broker::seed(order, &logs);
    logs.close();
    Filled {
        events,
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// Makes the cases, writes them into the sources' logs, and copies them to the journal's, each on a thread.
fn with_journal(data: &Path, logs: &Logs, history: History<'_>) {
    let began = Instant::now();
    let mut journal = JournalWriter::open(data);
    thread::scope(|scope| {
        let (told, to_write) = mpsc::sync_channel::<Vec<Written>>(WAITING);
        let (written, to_hear) = mpsc::sync_channel::<Vec<SourceRecord>>(WAITING);
        scope.spawn(move || {
            for stretch in history {
                told.send(stretch).unwrap();
            }
        });
        scope.spawn(move || {
            for stretch in to_write {
                written.send(logs.write(&stretch)).unwrap();
                print_progress(logs, began);
            }
        });
        for heard in to_hear {
            journal.write(heard);
        }
    });
    logs.set_cursors();
    logs.set_relayed();
    journal.close(logs);
}

/// Says how far it is, every million events or so.
fn print_progress(logs: &Logs, began: Instant) {
    let events = logs.events();
    if logs.passes_mark(events) {
        let seconds = began.elapsed().as_secs_f64();
        eprintln!(
            "  {events} events written, {:.0} a second",
            events as f64 / seconds
        );
    }
}
