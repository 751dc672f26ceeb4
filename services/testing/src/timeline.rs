//! Made-up histories: what happens in many cases, in the order of time.

use std::collections::{BTreeMap, HashMap};

use onestop_proto::{
    ids::{CaseNumber, SiteId},
    time::Timestamp,
};
use uuid::Uuid;

/// What is still to come, the earliest first; at one moment, what was added first.
#[derive(Debug)]
pub struct Timeline<T> {
    coming: BTreeMap<(Timestamp, u64), T>,
    added: u64,
}

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self {
            coming: BTreeMap::new(),
            added: 0,
        }
    }
}

impl<T> Timeline<T> {
    pub fn add(&mut self, at: Timestamp, what: T) {
        self.added += 1;
        self.coming.insert((at, self.added), what);
    }

    /// When the next one happens.
    pub fn next_at(&self) -> Option<Timestamp> {
        let ((at, _), _) = self.coming.first_key_value()?;
        Some(*at)
    }

    /// Takes the next one out.
    pub fn take(&mut self) -> Option<T> {
        self.coming.pop_first().map(|(_, what)| what)
    }
}

/// Counts the cases of each site and day.
#[derive(Debug, Default)]
pub struct NumberSeries(HashMap<String, u32>);

impl NumberSeries {
    /// The number of the next case of a site.
    ///
    /// # Panics
    /// If the site has more cases on that day than a number can say.
    pub fn next(&mut self, site: &SiteId, at: Timestamp) -> CaseNumber {
        let series = format!("{site}-{}", at.china_date().strftime("%y%m%d"));
        let count = self.0.entry(series.clone()).or_default();
        *count += 1;
        let number = format!("{series}-{count:03}").parse();
        number.expect("a site has few cases a day")
    }
}

/// A UUID of version 7 of a moment; another for each number of each seed.
pub fn uuid_at(at: Timestamp, seed: u64, number: u64) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or_default();
    let mut random = fastrand::Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes);
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    Uuid::from_bytes(bytes)
}
