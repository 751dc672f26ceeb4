//! Moments, and the day that a person in Yunnan would call them.

use std::{fmt, str::FromStr};

use jiff::{
    SignedDuration,
    civil::{Date, DateTime},
    tz::Offset,
};

use crate::{typed::half_width, typed_dates};

/// A moment, to the microsecond, written in RFC 3339 with `Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

serde_as_text!(Timestamp);

/// China has one civil time, UTC+8, without daylight saving since 1991.
const CHINA: Offset = Offset::constant(8);

impl Timestamp {
    /// Microseconds since 1970; out of range gives the nearest moment that exists.
    pub fn from_micros(micros: i64) -> Self {
        let limit = if micros < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        Self(jiff::Timestamp::from_microsecond(micros).unwrap_or(limit))
    }

    /// Microseconds since 1970.
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The calendar day in China (UTC+8) on which this moment falls.
    pub fn china_date(self) -> Date {
        CHINA.to_datetime(self.0).date()
    }

    /// The last day in China (UTC+8) that has a moment before this one: of a limit that ends at 24:00, the day of that end.
    ///
    /// ```
    /// use onestop_proto::time::Timestamp;
    /// let end = Timestamp::end_of_china_day("2026-03-04".parse()?);
    /// assert_eq!(end.last_china_date().to_string(), "2026-03-04");
    /// assert_eq!("2026-03-04 15:20".parse::<Timestamp>()?.last_china_date().to_string(), "2026-03-04");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_china_date(self) -> Date {
        self.plus_seconds(-1).china_date()
    }

    /// 24:00 of a day in China: the first moment that no longer belongs to it
    /// (Civil Code art. 203, 民法典第二百零三条).
    pub fn end_of_china_day(day: Date) -> Self {
        let next = day.tomorrow().unwrap_or(Date::MAX).at(0, 0, 0, 0);
        Self(CHINA.to_timestamp(next).unwrap_or(jiff::Timestamp::MAX))
    }

    /// 0:00 of a day in China: the first moment that belongs to it.
    pub fn start_of_china_day(day: Date) -> Self {
        let begin = day.at(0, 0, 0, 0);
        Self(CHINA.to_timestamp(begin).unwrap_or(jiff::Timestamp::MIN))
    }

    /// This moment plus a number of seconds (which may be negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(SignedDuration::from_secs(seconds));
        // Adding a plain duration cannot fail: only calendar spans can.
        Self(moved.unwrap_or(self.0))
    }

    /// Seconds from `earlier` until this moment, with their fraction; negative if it is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.0.duration_since(earlier.0).as_secs_f64()
    }

    /// Day and time in China (UTC+8).
    #[must_use]
    pub fn china_datetime(self) -> DateTime {
        CHINA.to_datetime(self.0)
    }

    /// The moment in China for tables and files: `2026-03-04 15:20:01`, in UTC+8. Sentences for people have
    /// [`moment_words`](crate::date_words::moment_words).
    #[must_use]
    pub fn china_text(self) -> String {
        let moment = self.china_datetime();
        moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl Timestamp {
    /// Reads a moment up to which something is wanted. Of a day alone it is the last: what had happened by a day had
    /// happened by its end.
    ///
    /// # Errors
    /// If it is neither a moment nor a day.
    ///
    /// ```
    /// use onestop_proto::time::Timestamp;
    /// let day = Timestamp::end_of("2026-03-04")?;
    /// assert!(day > "2026-03-04 23:59:59".parse()?);
    /// assert!(day < "2026-03-05 00:00:00".parse()?);
    /// assert_eq!(Timestamp::end_of("2026年3月4日")?, day);
    /// assert_eq!(Timestamp::end_of("2026-03-04 15:20")?, "2026-03-04 15:20".parse()?);
    /// # Ok::<(), onestop_proto::time::InvalidTime>(())
    /// ```
    pub fn end_of(text: &str) -> Result<Self, InvalidTime> {
        let typed = half_width(text);
        let typed = typed.trim();
        let day = typed.parse::<Date>().ok();
        let day = day.filter(|_| typed.len() <= "2026-03-04".len());
        match day.or_else(|| typed_dates::whole_day(typed)?.parse().ok()) {
            Some(day) => Ok(Self::from_micros(
                Self::end_of_china_day(day).as_micros() - 1,
            )),
            None => text.parse(),
        }
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTime;

    /// RFC 3339 with an offset (`2026-03-04T15:20:00Z`), or, as people write it, a moment in China:
    /// `2026-03-04 15:20:00`, `2026-03-04T15:20`, `2026年3月4日 15:20`.
    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        if let Ok(moment) = text.parse::<jiff::Timestamp>() {
            return Ok(Self(moment));
        }
        let civil = civil(&half_width(text)).ok_or_else(|| InvalidTime {
            text: text.chars().take(60).collect(),
        })?;
        let moment = CHINA.to_timestamp(civil).map_err(|_| InvalidTime {
            text: text.chars().take(60).collect(),
        })?;
        Ok(Self(moment))
    }
}

fn civil(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(civil) = text.parse() {
        return Some(civil);
    }
    // A hyphen may begin an offset, which is not left out.
    let is_typed = text.contains(['年', '/', '.']) && !text.contains(['T', '-', '+']);
    let moment = is_typed.then(|| typed_dates::whole_moment(text))??;
    moment.parse().ok()
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// A text that names no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is not a time: write 2026-03-04T15:20:00Z, or 2026-03-04 15:20:00 for a moment in China"
)]
pub struct InvalidTime {
    /// What was given.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_civil_time_is_read_as_chinese() {
        let civil: Timestamp = "2026-03-04 00:30:00".parse().unwrap();
        let utc: Timestamp = "2026-03-03T16:30:00Z".parse().unwrap();
        assert_eq!(civil, utc);
        assert_eq!(utc.china_date().to_string(), "2026-03-04");
        assert_eq!(utc.china_text(), "2026-03-04 00:30:00");
    }

    #[test]
    fn a_moment_is_read_as_people_type_it() {
        let moment: Timestamp = "2026-03-07 16:20:00".parse().unwrap();
        for typed in [
            "2026年3月7日 16:20",
            "２０２６年３月７日１６时２０分",
            "2026/3/7 16:20",
        ] {
            assert_eq!(typed.parse::<Timestamp>(), Ok(moment), "{typed}");
        }
        let day: Timestamp = "2026-03-07 00:00:00".parse().unwrap();
        assert_eq!("2026.3.7".parse::<Timestamp>(), Ok(day));
        for wrong in [
            "3月7日",
            "2026年2月30日",
            "2026/3/7 16:20-8",
            "2026年3月",
            "2026-3-7 16:20 -8",
        ] {
            assert!(wrong.parse::<Timestamp>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_day_ends_at_24_00() {
        let end = Timestamp::end_of_china_day("2026-03-04".parse().unwrap());
        assert_eq!(end.to_string(), "2026-03-04T16:00:00Z");
    }
}
