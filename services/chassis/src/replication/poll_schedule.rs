//! When each source is polled next. Pure: the caller says what time it is.
//!
//! The main instance of a service is polled every two seconds. There may be thousands of others, such as those of sites:
//! one that answers and has nothing new is polled less often, one that does not answer still less. Sources that do not
//! answer are polled from a quota of their own, so that they delay no other source.

use std::{collections::BTreeMap, time::Duration};

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

/// When each source is polled next.
#[derive(Debug, Default)]
pub(super) struct PollSchedule {
    sources: BTreeMap<Source, Entry>,
}

impl PollSchedule {
    /// Adds those sources that are new; they are due now.
    pub(super) fn know(&mut self, sources: impl IntoIterator<Item = Source>, now: Instant) {
        for source in sources {
            // It is not known yet whether another instance runs.
            let class = if source.is_main() {
                Class::Answering
            } else {
                Class::Silent
            };
            let new = || Entry::new(class, now);
            self.sources.entry(source).or_insert_with(new);
        }
    }

    /// A source is due now: an event of it came, and others before that are missing.
    pub(super) fn request(&mut self, source: Source, now: Instant) {
        let new = || Entry::new(Class::Answering, now);
        let entry = self.sources.entry(source).or_insert_with(new);
        (entry.class, entry.due, entry.pause) = (Class::Answering, now, POLL_INTERVAL);
    }

    /// The sources to be polled now: those that have been due longest, as many as there are places.
    pub(super) fn take(&mut self, now: Instant) -> Vec<Source> {
        let mut taken = Vec::new();
        for class in [Class::Answering, Class::Silent] {
            let free = CONCURRENT.saturating_sub(self.polled_as(class));
            let mut due: Vec<_> = self
                .sources
                .iter_mut()
                .filter(|(_, entry)| entry.waits_as(class) && entry.due <= now)
                .collect();
            due.sort_by_key(|(_, entry)| entry.due);
            for (source, entry) in due.into_iter().take(free) {
                entry.polled_as = Some(class);
                taken.push(source.clone());
            }
        }
        taken
    }

    /// Records how the poll of a source ended that began at `began`.
    pub(super) fn ended(&mut self, source: &Source, polled: Polled, began: Instant, now: Instant) {
        let Some(entry) = self.sources.get_mut(source) else {
            return;
        };
        entry.polled_as = None;
        let (class, longest) = match polled {
            Polled::News | Polled::Nothing => (Class::Answering, LONGEST_QUIET),
            Polled::Silent => (Class::Silent, LONGEST_SILENT),
        };
        if source.is_main() {
            entry.pause = POLL_INTERVAL;
        } else {
            if polled == Polled::News || entry.class != class {
                entry.pause = POLL_INTERVAL;
            }
            entry.class = class;
        }
        // It may have been requested meanwhile.
        if entry.due <= began {
            entry.due = now + entry.pause;
            entry.pause = (entry.pause * 2).min(longest);
        }
    }

    /// When one is due for which there is a place; nothing if all places are taken.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let due = [Class::Answering, Class::Silent]
            .into_iter()
            .filter(|class| self.polled_as(*class) < CONCURRENT)
            .filter_map(|class| {
                let waiting = self.sources.values();
                let waiting = waiting.filter(|entry| entry.waits_as(class));
                waiting.map(|entry| entry.due).min()
            });
        due.min()
    }

    fn polled_as(&self, class: Class) -> usize {
        let entries = self.sources.values();
        entries
            .filter(|entry| entry.polled_as == Some(class))
            .count()
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

    fn waits_as(&self, class: Class) -> bool {
        self.class == class && self.polled_as.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(number: u32) -> Source {
        format!("/onestop/intake/town-{number}").parse().unwrap()
    }

    fn main() -> Source {
        "/onestop/intake/main".parse().unwrap()
    }

    #[test]
    fn sources_that_do_not_answer_delay_no_other() {
        let mut schedule = PollSchedule::default();
        let now = Instant::now();
        schedule.know((0..64).map(site).chain([main()]), now);
        let taken = schedule.take(now);
        assert_eq!(taken.len(), 1 + CONCURRENT);
        assert!(taken.contains(&main()));
        // All places of those that do not answer are taken, and a gap in what a site wrote is filled at once.
        let later = now + Duration::from_secs(1);
        assert!(schedule.take(later).is_empty());
        schedule.request(site(63), later);
        assert_eq!(schedule.next_due(), Some(later));
        assert_eq!(schedule.take(later), [site(63)]);
        assert_eq!(schedule.next_due(), None);
    }

    #[test]
    fn who_does_not_answer_is_asked_less_often_and_at_once_when_heard_of() {
        let mut schedule = PollSchedule::default();
        let mut now = Instant::now();
        schedule.know([site(1)], now);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            assert_eq!(schedule.take(now), [site(1)]);
            schedule.ended(&site(1), Polled::Silent, now, now);
            let due = schedule.next_due().unwrap();
            pauses.push((due - now).as_secs());
            now = due;
        }
        assert_eq!(pauses, [2, 4, 8, 16, 32, 32, 32]);
        schedule.request(site(1), now);
        schedule.take(now);
        schedule.ended(&site(1), Polled::News, now, now);
        assert_eq!(schedule.next_due(), Some(now + POLL_INTERVAL));
    }

    #[test]
    fn who_is_requested_while_polled_is_polled_again() {
        let mut schedule = PollSchedule::default();
        let now = Instant::now();
        schedule.know([main()], now);
        schedule.take(now);
        let meanwhile = now + Duration::from_millis(5);
        schedule.request(main(), meanwhile);
        assert!(schedule.take(meanwhile).is_empty());
        let end = now + Duration::from_millis(9);
        schedule.ended(&main(), Polled::Nothing, now, end);
        assert_eq!(schedule.take(end), [main()]);
    }

    #[test]
    fn quiet_sites_are_asked_every_sixteen_seconds() {
        let mut schedule = PollSchedule::default();
        let start = Instant::now();
        schedule.know((0..100).map(site), start);
        let (mut polls, mut now) = (0_u32, start);
        while now < start + Duration::from_secs(320) {
            for source in schedule.take(now) {
                schedule.ended(&source, Polled::Nothing, now, now);
                polls += 1;
            }
            now += Duration::from_millis(100);
        }
        // Without a longer pause it were 16,000.
        assert!((1_900..=2_500).contains(&polls), "{polls}");
    }
}
