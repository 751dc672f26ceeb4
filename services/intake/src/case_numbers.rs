//! Case numbers (案件编号), issued by the site itself: site, day, and a count for that day.
//!
//! The count goes on after the register. A number that was issued for a command that then failed is not issued again:
//! numbers are unique and ascending, not gapless.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use onestop_proto::{
    ids::{CaseNumber, InvalidId},
    time::Timestamp,
};

/// The last number issued on the day of each site's last case.
#[derive(Debug, Default)]
pub(crate) struct CaseNumbers {
    last: Mutex<HashMap<String, Issued>>,
}

/// The last number of a day.
#[derive(Debug)]
struct Issued {
    series: String,
    count: u32,
}

impl CaseNumbers {
    /// The next number of a site on the day of `now`. `registered` looks up the last count of a series that is on record.
    ///
    /// # Errors
    /// What `registered` returns; or that `site` is not a site's id.
    pub(crate) fn next<E: From<InvalidId>>(
        &self,
        site: &str,
        now: Timestamp,
        registered: impl FnOnce(&str) -> Result<u32, E>,
    ) -> Result<CaseNumber, E> {
        let series = format!("{site}-{}", now.china_date().strftime("%y%m%d"));
        // Looked up without the lock, for which others wait.
        let registered = match last_of(&self.lock(), site, &series) {
            Some(count) => count,
            None => registered(&series)?,
        };
        let mut last = self.lock();
        let before = last_of(&last, site, &series).unwrap_or(registered);
        let count = before.saturating_add(1);
        let number = format!("{series}-{count:03}").parse()?;
        last.insert(site.to_owned(), Issued { series, count });
        Ok(number)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Issued>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn last_of(last: &HashMap<String, Issued>, site: &str, series: &str) -> Option<u32> {
    let issued = last.get(site)?;
    (issued.series == series).then_some(issued.count)
}

/// The series of a number, and its count.
pub(crate) fn split(number: &CaseNumber) -> Option<(&str, u32)> {
    let (series, count) = number.as_str().rsplit_once('-')?;
    Some((series, count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(numbers: &CaseNumbers, at: &str, registered: u32) -> String {
        let registered = |_: &str| Ok::<_, InvalidId>(registered);
        let number = numbers.next("s4k2m9qxa", at.parse().unwrap(), registered);
        number.unwrap().as_str().to_owned()
    }

    #[test]
    fn the_count_goes_on_after_the_register() {
        let numbers = CaseNumbers::default();
        let today = "2026-11-23 09:00:00";
        assert_eq!(next(&numbers, today, 9), "s4k2m9qxa-261123-010");
        // The register is behind: what was issued counts.
        assert_eq!(next(&numbers, today, 9), "s4k2m9qxa-261123-011");
        let tomorrow = "2026-11-24 09:00:00";
        assert_eq!(next(&numbers, tomorrow, 0), "s4k2m9qxa-261124-001");
    }
}
