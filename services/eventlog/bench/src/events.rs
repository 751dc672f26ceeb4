//! The same events for every engine: JSON of about 640 bytes, twelve to a case, a bounded number of
//! cases open at a time, ids that grow with time.

use std::fmt::Write;

use uuid::Uuid;

/// Events in one case's life.
pub const EVENTS_IN_A_CASE: u64 = 12;

const KINDS: [&str; 6] = [
    "case_opened",
    "material_received",
    "handoff_offered",
    "handoff_accepted",
    "note_added",
    "clock_paused",
];
const PLACES: [&str; 5] = [
    "530821",
    "530821101",
    "530821102203",
    "530821103",
    "530821104210",
];
const WORDS: [&str; 24] = [
    "citizen", "asks", "for", "legal", "aid", "about", "wages", "not", "paid", "since", "spring",
    "the", "employer", "has", "moved", "office", "contract", "copy", "attached", "township",
    "window", "forwards", "original", "tomorrow",
];

/// One event, with what each engine wants to know of it.
#[derive(Clone)]
pub struct Event {
    pub id: Uuid,
    pub case: Uuid,
    /// Place in its case, from 0.
    pub revision: u64,
    pub json: Vec<u8>,
}

impl Event {
    pub fn stream(&self) -> String {
        stream(self.case)
    }
}

pub fn stream(case: Uuid) -> String {
    format!("case/{case}")
}

/// An endless supply.
pub struct Source {
    random: fastrand::Rng,
    /// Open cases and how many events they have.
    open: Vec<(Uuid, u64)>,
    milliseconds: u64,
    made: u64,
    /// Every so manieth finished case, to be read back.
    pub finished: Vec<Uuid>,
}

impl Source {
    pub fn new(open_cases: usize) -> Source {
        Source::with_seed(open_cases, 7)
    }

    pub fn with_seed(open_cases: usize, seed: u64) -> Source {
        let mut source = Source {
            random: fastrand::Rng::with_seed(seed),
            open: Vec::new(),
            milliseconds: 1_790_000_000_000,
            made: 0,
            finished: Vec::new(),
        };
        for _ in 0..open_cases {
            let case = source.id();
            source.open.push((case, 0));
        }
        source
    }

    /// The next events, none of a case twice.
    pub fn commit(&mut self, size: usize) -> Vec<Event> {
        let mut taken = std::collections::HashSet::new();
        let mut events = Vec::with_capacity(size);
        while events.len() < size {
            let at = self.random.usize(0..self.open.len());
            if !taken.insert(at) {
                continue;
            }
            events.push(self.event(at));
        }
        events
    }

    fn event(&mut self, at: usize) -> Event {
        self.made += 1;
        self.milliseconds += u64::from(self.made.is_multiple_of(50));
        let id = self.id();
        let (case, revision) = self.open[at];
        let json = self.json(id, case, revision);
        if revision + 1 == EVENTS_IN_A_CASE {
            if case.as_u128() % 64 == 0 {
                self.finished.push(case);
            }
            self.open[at] = (self.id(), 0);
        } else {
            self.open[at].1 += 1;
        }
        Event {
            id,
            case,
            revision,
            json,
        }
    }

    /// A UUIDv7.
    fn id(&mut self) -> Uuid {
        let bits = u128::from(self.milliseconds) << 80 | self.random.u128(0..1 << 80);
        Uuid::from_u128(bits & !(0xf << 76) & !(3 << 62) | 7 << 76 | 2 << 62)
    }

    fn json(&mut self, id: Uuid, case: Uuid, revision: u64) -> Vec<u8> {
        let mut json = String::with_capacity(700);
        let kind = KINDS[self.random.usize(0..KINDS.len())];
        let place = PLACES[self.random.usize(0..PLACES.len())];
        let _ = write!(
            json,
            "{{\"id\":\"{id}\",\"type\":\"{kind}\",\"version\":1,\"case\":\"{case}\",\"revision\":{revision},\
             \"at\":\"2026-09-{:02}T{:02}:{:02}:{:02}.{:03}Z\",\"actor\":{{\"unit\":\"{}\",\"person\":\"{:08x}\"}},\
             \"division\":\"{place}\",\"correlation\":\"{}\",\"data\":{{\"text\":\"",
            self.random.u8(1..29),
            self.random.u8(0..24),
            self.random.u8(0..60),
            self.random.u8(0..60),
            self.random.u16(0..1_000),
            ["legal-aid", "notarization", "mediation", "township"][self.random.usize(0..4)],
            self.random.u32(..),
            Uuid::from_u128(self.random.u128(..)),
        );
        while json.len() < 620 {
            json.push_str(WORDS[self.random.usize(0..WORDS.len())]);
            json.push(' ');
        }
        let _ = write!(json, "\",\"pages\":{}}}}}", self.random.u8(..));
        json.into_bytes()
    }
}
