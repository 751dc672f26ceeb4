//! Measures the event log beside a plain file, UmaDB and SQLite: same events, same disk, everything
//! durable, all in one run.
//!
//!     eventlog-bench [--dir DIRECTORY] [--events COUNT] [--only table|writers|size] [--commit 200|20|1]
//!
//! Built with `--no-default-features` it leaves UmaDB and SQLite out, and is built in a minute.
//!
//! `--events` is the length of the long run (default one million; twelve million is what a busy
//! region has). The directory must be on the disk to be measured; never on tmpfs. `--commit` prints one row of
//! the table.

mod events;
#[cfg(feature = "others")]
mod others;
mod peers;
mod size;
mod table;
mod writers;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

struct Arguments {
    directory: PathBuf,
    events: u64,
    only: Option<String>,
    commit: Option<usize>,
}

fn main() -> Result<()> {
    let mut words = std::env::args().skip(1);
    let mut arguments = Arguments {
        directory: std::env::temp_dir(),
        events: 1_000_000,
        only: None,
        commit: None,
    };
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--dir" => arguments.directory = value()?.into(),
            "--events" => arguments.events = value()?.replace('_', "").parse()?,
            "--only" => arguments.only = Some(value()?),
            "--commit" => arguments.commit = Some(value()?.parse()?),
            // The long run starts itself anew for what must be measured in a fresh process.
            "child" => return size::child(words),
            other => bail!("what is {other}? See the first lines of main.rs"),
        }
    }
    let is_wanted = |part: &str| arguments.only.as_deref().is_none_or(|only| only == part);
    if is_wanted("table") {
        table::print(&arguments.directory, arguments.commit)?;
    }
    if is_wanted("writers") {
        writers::print(&arguments.directory)?;
    }
    if is_wanted("size") {
        size::print(&arguments.directory, arguments.events)?;
    }
    Ok(())
}
