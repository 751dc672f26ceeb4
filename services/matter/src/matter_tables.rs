//! When something follows for each matter by itself: never for one that has ended. And which numbers of papers were given.

use std::marker::PhantomData;

use onestop_chassis::{
    projection::{Awaited, Folded, Projected},
    rusqlite::{self, Transaction, params},
    store::Rules,
};
use onestop_current_directory::CurrentDirectory;
use onestop_proto::time::Timestamp;
use rusqlite::Result;

use crate::{
    domain::{Matter, SpecialistRules, needs_correction, next_moment},
    streams::{self, rules},
};

/// Keeps the moments of one specialist's matters, and the numbers that were given in them.
#[derive(Debug)]
pub(crate) struct MatterTables<L> {
    directory: CurrentDirectory,
    rules: PhantomData<L>,
}

impl<L> MatterTables<L> {
    pub(crate) fn new(directory: CurrentDirectory) -> Self {
        let rules = PhantomData;
        Self { directory, rules }
    }
}

impl<L: SpecialistRules> Projected for MatterTables<L> {
    type State = Matter<L>;
    type Event = L::Event;

    const RULES: Rules<Matter<L>, L::Event> = rules::<L>();
    const STREAMS: &'static str = streams::STREAMS;
    const FILE: &'static str = "matters.sqlite";
    const VERSION: u32 = 2;
    const TABLES: &'static str = "
        CREATE TABLE given (
            unit TEXT NOT NULL,
            number TEXT NOT NULL,
            subject TEXT NOT NULL,
            PRIMARY KEY (unit, number, subject)
        ) WITHOUT ROWID;";

    fn reference(&self) -> String {
        self.directory.get().calendar_version()
    }

    /// What was given stays given.
    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Matter<L>>) -> Result<()> {
        let given = folded
            .state
            .map_or(&[][..], |matter| matter.given.as_slice());
        for one in given {
            rows.prepare_cached("INSERT OR IGNORE INTO given VALUES (?1, ?2, ?3)")?
                .execute(params![
                    one.unit.as_str(),
                    one.number,
                    folded.subject.to_string()
                ])?;
        }
        Ok(())
    }

    fn awaited(&self, matter: &Matter<L>, now: Timestamp) -> Option<Awaited> {
        if matter.has_ended() {
            return None;
        }
        let directory = self.directory.get();
        let at = if needs_correction(matter, &directory) {
            Some(now)
        } else {
            next_moment(matter, &directory)
        };
        let unit = matter.unit.clone();
        Some(Awaited { unit, at })
    }
}
