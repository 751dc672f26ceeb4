//! How far a source was heard, as it stands in the hearer's own log.

use onestop_eventlog::EventLog;
use onestop_proto::envelope::Source;
use uuid::Uuid;

use crate::consumer::{Mark, Progress, Upto};

/// A consumer's cursor, to be moved in the same append as the events that the consumed event caused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    name: String,
    upto: Upto,
}

impl Cursor {
    /// Sets how far one history of a source was heard.
    #[must_use]
    pub fn new(source: &Source, epoch: Uuid, upto: Upto) -> Self {
        let name = format!("{source}:{epoch}");
        Self { name, upto }
    }

    /// As an append sets it: `heard<source>:<epoch>` is the next position expected,
    /// `mark<source>:<epoch>` the mark of the event before it.
    #[must_use]
    pub fn entries(&self) -> Vec<(String, u64)> {
        let mark = self
            .upto
            .mark
            .map(|Mark(mark)| (format!("mark{}", self.name), mark));
        std::iter::once((format!("heard{}", self.name), self.upto.next))
            .chain(mark)
            .collect()
    }

    /// What a cursor is about: source and epoch, if it is one of these.
    #[must_use]
    pub fn about(name: &str) -> Option<(Source, Uuid)> {
        let (source, epoch) = name.strip_prefix("heard")?.rsplit_once(':')?;
        Some((source.parse().ok()?, epoch.parse().ok()?))
    }

    /// Every cursor of a log, and how far it stands.
    #[must_use]
    pub(crate) fn all(log: &EventLog) -> Progress {
        let mut marks = log.cursors("mark/");
        let heard = log.cursors("heard/").into_iter();
        heard
            .filter_map(|(name, next)| {
                let about = Self::about(&name)?;
                let mark = marks.remove(&name.replacen("heard", "mark", 1));
                // One that was set to the beginning has no event before it.
                let mark = mark.filter(|_| next > 0).map(Mark);
                Some((about, Upto { next, mark }))
            })
            .collect()
    }
}
