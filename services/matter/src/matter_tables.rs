//! When something follows for each matter by itself. Of a matter that has ended nothing is kept.

use std::{marker::PhantomData, sync::Arc};

use onestop_chassis::{
    projection::{Awaited, Folded, Projected},
    rusqlite::{self, Transaction},
    store::Rules,
};
use onestop_directory::Directory;
use onestop_proto::time::Timestamp;

use crate::{
    domain::{Matter, SpecialistRules, needs_correction, next_moment},
    matter_store::{self, MatterStore},
};

/// Keeps the moments of one specialist's matters.
#[derive(Debug)]
pub(crate) struct MatterTables<L> {
    directory: Arc<Directory>,
    rules: PhantomData<L>,
}

impl<L> MatterTables<L> {
    pub(crate) fn new(directory: Arc<Directory>) -> Self {
        let rules = PhantomData;
        Self { directory, rules }
    }
}

impl<L: SpecialistRules> Projected for MatterTables<L> {
    type State = Matter<L>;
    type Event = L::Event;

    const RULES: Rules<Matter<L>, L::Event> = MatterStore::<L>::RULES;
    const STREAMS: &'static str = matter_store::STREAMS;
    const FILE: &'static str = "matters.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "";

    fn reference(&self) -> String {
        self.directory.calendar_version()
    }

    fn write(&self, _: &Transaction<'_>, _: &Folded<'_, Matter<L>>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn awaited(&self, matter: &Matter<L>, now: Timestamp) -> Option<Awaited> {
        if matter.has_ended() {
            return None;
        }
        let at = if needs_correction(matter, &self.directory) {
            Some(now)
        } else {
            next_moment(matter, &self.directory)
        };
        let unit = matter.unit.clone();
        Some(Awaited { unit, at })
    }
}
