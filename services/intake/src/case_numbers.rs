//! Case numbers (案件编号), issued by the site itself: site, day, and a count for that day.
//!
//! The count is taken up from the log at start. A number that was issued for a command that then
//! failed is not issued again: numbers are unique and ascending, not gapless.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use onestop_proto::{
    ids::{CaseNumber, InvalidId},
    time::Timestamp,
};

/// The last number issued, by site and day.
#[derive(Debug, Default)]
pub(crate) struct CaseNumbers {
    last: Mutex<HashMap<String, u32>>,
}

impl CaseNumbers {
    /// Continues after the numbers in the log.
    pub(crate) fn continue_after<'a>(issued: impl Iterator<Item = &'a CaseNumber>) -> Self {
        let mut last = HashMap::new();
        for number in issued {
            if let Some((series, count)) = number.as_str().rsplit_once('-')
                && let Ok(count) = count.parse::<u32>()
            {
                let highest = last.entry(series.to_owned()).or_insert(count);
                *highest = count.max(*highest);
            }
        }
        Self {
            last: Mutex::new(last),
        }
    }

    /// The next number of a site on the day of `now`.
    ///
    /// # Errors
    /// If `site` is not a site's id.
    pub(crate) fn next(&self, site: &str, now: Timestamp) -> Result<CaseNumber, InvalidId> {
        let series = format!("{site}-{}", now.china_date().strftime("%y%m%d"));
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let count = last.entry(series.clone()).or_insert(0);
        *count += 1;
        format!("{series}-{count:03}").parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_goes_on_after_the_log() {
        let issued: Vec<CaseNumber> = vec![
            "s4k2m9qxa-261123-009".parse().unwrap(),
            "s4k2m9qxa-261123-002".parse().unwrap(),
        ];
        let numbers = CaseNumbers::continue_after(issued.iter());
        let today: Timestamp = "2026-11-23 09:00:00".parse().unwrap();
        assert_eq!(
            numbers.next("s4k2m9qxa", today).unwrap().as_str(),
            "s4k2m9qxa-261123-010"
        );
        let tomorrow: Timestamp = "2026-11-24 09:00:00".parse().unwrap();
        assert_eq!(
            numbers.next("s4k2m9qxa", tomorrow).unwrap().as_str(),
            "s4k2m9qxa-261124-001"
        );
    }
}
