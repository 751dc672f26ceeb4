//! What the services would have written of many cases, in the order of time, from a seed. Custody and the matters
//! are decided by the services' own rules; intake's rules are private, so its few events are made here from the
//! contract.

mod custody;
mod keys;
mod life;
mod matter;
mod persons;
mod record;
mod services;
mod window;

use onestop_directory::{Directory, Unit, WINDOW};
use onestop_proto::{division::DivisionCode, time::Timestamp};
use onestop_testing::timeline::{NumberSeries, Timeline};
use rayon::prelude::*;

use self::life::{Life, Plan};
pub use self::{keys::Keys, life::Extent, record::Written, services::Writer};

/// Cases that are made side by side: few enough that what was just written is still in the logs' memory when it is
/// read for the journal.
const AT_A_TIME: u64 = 500;
/// How long a case is open on average, in seconds: the steps of its life, as `life` draws them.
const OPEN_SECONDS: f64 = 45_000.0;
/// Windows that open cases.
const WINDOWS: usize = 400;
/// What a case is about, and how many of a hundred are.
const ITEMS: [(&str, &str, u32); 4] = [
    ("legal-aid", "labour-pay", 45),
    ("mediation", "labour", 30),
    ("notarization", "inheritance", 15),
    ("consultation", "family", 10),
];

/// How many cases, and how they lie in time.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub cases: u64,
    /// The share of them that is open at the end.
    pub open: f64,
    pub seed: u64,
    pub extent: Extent,
}

/// Makes the cases; an iterator over what is written within one stretch of time.
pub struct History<'a> {
    directory: &'a Directory,
    keys: &'a Keys,
    scale: Scale,
    windows: Vec<&'a Unit>,
    random: fastrand::Rng,
    end: Timestamp,
    /// Microseconds between two cases.
    pause: i64,
    opened: u64,
    coming: Timeline<Written>,
    numbers: NumberSeries,
    has_ended: bool,
}

impl<'a> History<'a> {
    /// A history that ends at `end`.
    #[must_use]
    pub fn new(directory: &'a Directory, keys: &'a Keys, scale: Scale, end: Timestamp) -> Self {
        let open = (scale.cases as f64 * scale.open).max(1.0);
        Self {
            directory,
            keys,
            scale,
            windows: windows(directory),
            random: fastrand::Rng::with_seed(scale.seed),
            end,
            pause: (OPEN_SECONDS * 1e6 / open) as i64,
            opened: 0,
            coming: Timeline::default(),
            numbers: NumberSeries::default(),
            has_ended: false,
        }
    }

    fn next_opening(&self) -> Timestamp {
        let left = i64::try_from(self.scale.cases - self.opened).unwrap();
        Timestamp::from_micros(self.end.as_micros() - left * self.pause)
    }

    fn plan(&mut self) -> Plan<'a> {
        let at = self.next_opening();
        self.opened += 1;
        let window = self.windows[self.random.usize(..self.windows.len())];
        let number = self.numbers.next(&window.site, at);
        let mut draw = self.random.u32(0..100);
        let drawn = ITEMS.iter().find(|(_, _, share)| {
            let is_it = draw < *share;
            draw = draw.saturating_sub(*share);
            is_it
        });
        let (item, topic, _) = drawn.unwrap();
        Plan {
            seed: self.random.u64(..),
            at,
            number,
            window,
            item: item.parse().unwrap(),
            topic: topic.parse().unwrap(),
        }
    }

    /// Makes the next cases side by side.
    fn tell_some(&mut self) {
        let some = AT_A_TIME.min(self.scale.cases - self.opened);
        let plans: Vec<Plan<'_>> = (0..some).map(|_| self.plan()).collect();
        let (directory, keys, extent) = (self.directory, self.keys, self.scale.extent);
        let lives: Vec<Vec<Written>> = plans
            .par_iter()
            .map(|plan| Life::tell(directory, keys, plan, extent))
            .collect();
        for written in lives.into_iter().flatten() {
            self.coming.add(written.at, written);
        }
    }

    fn before(&mut self, until: Timestamp) -> Vec<Written> {
        let mut due = Vec::new();
        while self.coming.next_at().is_some_and(|next| next < until) {
            due.extend(self.coming.take());
        }
        due
    }
}

impl Iterator for History<'_> {
    type Item = Vec<Written>;

    /// What lies after the end has not happened.
    fn next(&mut self) -> Option<Vec<Written>> {
        if self.opened < self.scale.cases {
            self.tell_some();
            let until = self.next_opening().min(self.end);
            return Some(self.before(until));
        }
        if self.has_ended {
            return None;
        }
        self.has_ended = true;
        Some(self.before(self.end))
    }
}

/// Windows all over Pu'er, some hundreds.
#[must_use]
pub fn windows(directory: &Directory) -> Vec<&Unit> {
    let prefecture: DivisionCode = "5308".parse().unwrap();
    let item = "legal-aid".parse().unwrap();
    let sites = directory.sites().filter(|site| {
        prefecture.contains(site.division) && directory.offers(&item, site.division)
    });
    let window = |site| {
        let mut units = directory.units_of(site).iter();
        units.find(|unit| unit.kind.as_str() == WINDOW)
    };
    let all: Vec<&Unit> = sites.filter_map(window).collect();
    let every = (all.len() / WINDOWS).max(1);
    all.into_iter().step_by(every).take(WINDOWS).collect()
}
