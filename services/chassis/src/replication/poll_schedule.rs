//! When each source is polled next. Pure: the caller says what time it is.
//!
//! The main instance of a service is polled every two seconds. There may be thousands of others, such as those of sites:
//! one that answers and has nothing new is polled less often, one that does not answer still less, and all of them
//! together at most a hundred times a second, however many they are. Sources that do not answer are polled from a quota of
//! their own, so that they delay no other source.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use onestop_proto::envelope::Source;
use tokio::time::Instant;

/// How often a source is polled, at most.
pub(super) const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// The longest pause for a source that answers and has nothing new; the broker delivers what it writes.
const LONGEST_QUIET: Duration = Duration::from_secs(16);
/// The longest pause for a source that does not answer.
const LONGEST_SILENT: Duration = Duration::from_secs(32);
/// Sources of a class that are polled at the same time.
const CONCURRENT: usize = 8;
/// Between two polls, on average: no pause is shorter than this for each source. Ten thousand sites are each polled every
/// hundred seconds; what they write comes from the broker, and a gap in it is filled at once.
const PACE: Duration = Duration::from_millis(10);
/// Sources that become known together and are due at once; the others follow at the pace.
const DUE_AT_ONCE: u32 = 64;

/// How a poll ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Polled {
    /// It had events that were missing here, or they could not be processed: it is polled again soon.
    News,
    /// It had nothing new.
    Nothing,
    /// It did not answer.
    Silent,
}

/// Whether a source is expected to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Answering,
    Silent,
}

#[derive(Debug)]
struct Entry {
    class: Class,
    due: Instant,
    /// The pause after the next poll that finds nothing.
    pause: Duration,
    /// The class in whose place it is being polled.
    polled_as: Option<Class>,
}

/// The sources of a class, ordered, so that ten thousand cost each poll no look at all of them.
#[derive(Debug, Default)]
struct Queue {
    /// Those that are not being polled, by when they are due.
    waiting: BTreeSet<(Instant, Source)>,
    /// How many places are taken.
    polled: usize,
}

/// When each source is polled next.
#[derive(Debug, Default)]
pub(super) struct PollSchedule {
    sources: BTreeMap<Source, Entry>,
    answering: Queue,
    silent: Queue,
}

impl PollSchedule {
    /// Adds those sources that are new; they are due now, or, if many are new, soon.
    pub(super) fn know(&mut self, sources: impl IntoIterator<Item = Source>, now: Instant) {
        let mut new = 0_u32;
        for source in sources {
            if self.sources.contains_key(&source) {
                continue;
            }
            // It is not known yet whether another instance runs.
            let (class, due) = if source.is_main() {
                (Class::Answering, now)
            } else {
                new += 1;
                (Class::Silent, now + PACE * new.saturating_sub(DUE_AT_ONCE))
            };
            self.add(source, Entry::new(class, due));
        }
    }

    /// A source is due now: an event of it came, and others before that are missing.
    pub(super) fn request(&mut self, source: Source, now: Instant) {
        let polled_as = self.remove(&source).and_then(|entry| entry.polled_as);
        let entry = Entry {
            polled_as,
            ..Entry::new(Class::Answering, now)
        };
        self.add(source, entry);
    }

    /// The sources to be polled now: those that have been due longest, as many as there are places.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Source> {
        let mut taken = Vec::new();
        for class in [Class::Answering, Class::Silent] {
            while let Some(source) = self.queue(class).take(now) {
                if let Some(entry) = self.sources.get_mut(&source) {
                    entry.polled_as = Some(class);
                }
                taken.push(source);
            }
        }
        taken
    }

    /// Records how the poll of a source ended that began at `began`.
    pub(super) fn ended(&mut self, source: &Source, polled: Polled, began: Instant, now: Instant) {
        let Some(mut entry) = self.remove(source) else {
            return;
        };
        if let Some(class) = entry.polled_as.take() {
            self.queue(class).polled -= 1;
        }
        let (class, longest) = match polled {
            Polled::News | Polled::Nothing => (Class::Answering, LONGEST_QUIET),
            Polled::Silent => (Class::Silent, LONGEST_SILENT),
        };
        let mut shortest = POLL_INTERVAL;
        if source.is_main() {
            entry.pause = POLL_INTERVAL;
        } else {
            if polled == Polled::News || entry.class != class {
                entry.pause = POLL_INTERVAL;
            }
            entry.class = class;
            let others = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
            shortest = PACE.saturating_mul(others);
        }
        // It may have been requested meanwhile.
        if entry.due <= began {
            entry.due = now + entry.pause.max(shortest);
            entry.pause = (entry.pause * 2).min(longest);
        }
        self.add(source.clone(), entry);
    }

    /// When one is due for which there is a place; nothing if all places are taken.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let queues = [&self.answering, &self.silent].into_iter();
        queues.filter_map(Queue::next_due).min()
    }

    fn queue(&mut self, class: Class) -> &mut Queue {
        match class {
            Class::Answering => &mut self.answering,
            Class::Silent => &mut self.silent,
        }
    }

    fn add(&mut self, source: Source, entry: Entry) {
        if entry.polled_as.is_none() {
            let waits = (entry.due, source.clone());
            self.queue(entry.class).waiting.insert(waits);
        }
        self.sources.insert(source, entry);
    }

    fn remove(&mut self, source: &Source) -> Option<Entry> {
        let entry = self.sources.remove(source)?;
        let waits = (entry.due, source.clone());
        self.queue(entry.class).waiting.remove(&waits);
        Some(entry)
    }
}

impl Queue {
    /// The source that has been due longest, if there is a place for it.
    fn take(&mut self, now: Instant) -> Option<Source> {
        if self.next_due()? > now {
            return None;
        }
        let (_, source) = self.waiting.pop_first()?;
        self.polled += 1;
        Some(source)
    }

    fn next_due(&self) -> Option<Instant> {
        let (due, _) = self.waiting.first()?;
        (self.polled < CONCURRENT).then_some(*due)
    }
}

impl Entry {
    fn new(class: Class, due: Instant) -> Self {
        Self {
            class,
            due,
            pause: POLL_INTERVAL,
            polled_as: None,
        }
    }
}

#[cfg(test)]
mod tests;
