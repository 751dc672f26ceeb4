//! The tables of a read model, and how a service fills them.

use onestop_proto::{
    envelope::EventType,
    ids::{CaseId, EventId},
    time::Timestamp,
};
use rusqlite::{Result, Transaction};

use super::awaited::Awaited;
use crate::store::{Need, Rules};

/// What follows when a file was written with other reference data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherReference {
    /// Each subject's moment is looked at once more, and nothing is made anew.
    LookAgain,
    /// The rows are of no use: they are made anew.
    MakeAnew,
}

/// What rows follow from a state, and by which rules the streams fold to states.
pub trait Projected: Send + Sync + 'static {
    /// The state of one stream.
    type State: Clone + Send + Sync + 'static;
    /// The events of the streams.
    type Event: EventType;

    /// How a stream folds to its state.
    const RULES: Rules<Self::State, Self::Event>;
    /// What the names of the streams begin with; the subject's id follows.
    const STREAMS: &'static str;
    /// The name of the file, in the service's folder. It ends with `.sqlite`, so that no backup holds it.
    const FILE: &'static str;
    /// Goes up with each change of the tables or of what is written into them: a file of another version is made anew.
    const VERSION: u32;
    /// The statements that make the tables.
    const TABLES: &'static str;

    /// What follows when [`Projected::reference`] is another than the file's.
    const OTHER_REFERENCE: OtherReference = OtherReference::LookAgain;
    /// What waits until the rows are whole.
    const NEED: Need = Need::Everything;

    /// The version of what the rows rest on besides the log: of the reference data, such as the calendar, or of a key.
    fn reference(&self) -> String;

    /// Waits until rows can be made at all, such as for keys.
    fn may_begin(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }

    /// Replaces the rows of one subject.
    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, Self::State>) -> Result<()>;

    /// Whether what was written of a subject before must not remain anywhere in the files, be it in what SQLite keeps
    /// beside them.
    fn is_erased(&self, _state: &Self::State) -> bool {
        false
    }

    /// When something follows for a subject by itself; `None` if nothing can.
    fn awaited(&self, state: &Self::State, now: Timestamp) -> Option<Awaited>;
}

/// A subject and what its stream folds to.
#[derive(Debug)]
pub struct Folded<'a, S> {
    /// The subject.
    pub subject: CaseId,
    /// Its state; `None` if its events fold to none.
    pub state: Option<&'a S>,
    /// The number of the last event that the state includes.
    pub revision: u64,
    /// The latest event.
    pub latest: EventId,
    /// When its first event happened, where that is among the records that are folded now.
    pub begun: Option<Timestamp>,
}
