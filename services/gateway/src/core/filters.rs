//! Filters of a page, read from its query string. What cannot be read counts as not filled in, and the page names it
//! beside its field: it is shown with all other filters as they were typed.

use std::str::FromStr;

use jiff::civil::Date;
use onestop_proto::time::Timestamp;

use super::{page_error::PageError, typed_dates};

/// What a field is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Day,
    Moment,
    /// One of the choices that the page offers.
    Choice,
}

impl Expected {
    /// The message that says what is to be typed.
    pub(crate) const fn message_id(self) -> &'static str {
        match self {
            Self::Day => "problem-day",
            Self::Moment => "problem-moment",
            Self::Choice => "problem-choice",
        }
    }
}

/// Reads filters, and keeps the fields that it could not read.
#[derive(Debug)]
pub(crate) struct FilterReader {
    today: Date,
    unreadable: Vec<(&'static str, Expected)>,
}

impl FilterReader {
    pub(crate) const fn new(today: Date) -> Self {
        Self {
            today,
            unreadable: Vec::new(),
        }
    }

    /// A day as people type it.
    pub(crate) fn day(&mut self, field: &'static str, text: &str) -> Option<Date> {
        let plain = typed_dates::plain(text, self.today);
        self.read((field, Expected::Day), &plain, str::parse::<Date>)
    }

    /// A moment as people type it; of a day alone, its end.
    pub(crate) fn end_of(&mut self, field: &'static str, text: &str) -> Option<Timestamp> {
        let plain = typed_dates::plain(text, self.today);
        self.read((field, Expected::Moment), &plain, Timestamp::end_of)
    }

    /// A choice, as the page's links and lists send it.
    pub(crate) fn choice<T: FromStr>(&mut self, field: &'static str, text: &str) -> Option<T> {
        self.read((field, Expected::Choice), text.trim(), str::parse::<T>)
    }

    fn read<T, E>(
        &mut self,
        unreadable: (&'static str, Expected),
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if text.is_empty() {
            return None;
        }
        let read = parse(text).ok();
        if read.is_none() {
            self.unreadable.push(unreadable);
        }
        read
    }

    /// The fields that could not be read, with what each is to hold.
    pub(crate) fn unreadable(&self) -> &[(&'static str, Expected)] {
        &self.unreadable
    }

    /// For a file, which has no fields to show a problem at.
    ///
    /// # Errors
    /// If a field could not be read.
    pub(crate) fn check(&self) -> Result<(), PageError> {
        match self.unreadable.first() {
            None => Ok(()),
            Some(_) => Err(PageError::unreadable_filter()),
        }
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::ids::ServiceItem;

    use super::*;

    fn reader() -> FilterReader {
        FilterReader::new("2026-11-29".parse().unwrap())
    }

    #[test]
    fn filters_are_read_as_people_type_them() {
        let mut filters = reader();
        assert_eq!(filters.day("on", "12月1日"), "2026-12-01".parse().ok());
        assert_eq!(filters.day("on", " "), None);
        let end = filters.end_of("as_of", "2026年3月4日");
        assert_eq!(end, Timestamp::end_of("2026-03-04").ok());
        let item = filters.choice::<ServiceItem>("item", "legal-aid");
        assert_eq!(item, "legal-aid".parse().ok());
        assert!(filters.check().is_ok());
    }

    #[test]
    fn what_cannot_be_read_counts_as_empty_and_is_named() {
        let mut filters = reader();
        for typed in ["明天", "2026年13月1日", "2026-02-30"] {
            assert_eq!(filters.day("on", typed), None, "{typed}");
        }
        assert_eq!(filters.end_of("as_of", "昨天"), None);
        assert_eq!(filters.choice::<u32>("step", "三"), None);
        let day = ("on", Expected::Day);
        let others = [("as_of", Expected::Moment), ("step", Expected::Choice)];
        assert_eq!(filters.unreadable(), [day, day, day, others[0], others[1]]);
        assert!(filters.check().is_err());
    }
}
