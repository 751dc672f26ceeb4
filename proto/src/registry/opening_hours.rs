//! Days of the week and hours, as people write them: `mon`, `09:00-12:00`.

use std::{borrow::Cow, fmt, str::FromStr};

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize, Serializer};

choices! {
    /// A day of the week.
    pub enum Weekday {
        Mon = "mon", "周一", "Mon";
        Tue = "tue", "周二", "Tue";
        Wed = "wed", "周三", "Wed";
        Thu = "thu", "周四", "Thu";
        Fri = "fri", "周五", "Fri";
        Sat = "sat", "周六", "Sat";
        Sun = "sun", "周日", "Sun";
    }
}

impl Weekday {
    /// From Monday to Friday.
    pub const ORDINARY: [Self; 5] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri];

    /// That of a day.
    pub fn of(day: Date) -> Self {
        use jiff::civil::Weekday;
        match day.weekday() {
            Weekday::Monday => Self::Mon,
            Weekday::Tuesday => Self::Tue,
            Weekday::Wednesday => Self::Wed,
            Weekday::Thursday => Self::Thu,
            Weekday::Friday => Self::Fri,
            Weekday::Saturday => Self::Sat,
            Weekday::Sunday => Self::Sun,
        }
    }
}

/// Opening hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Hours {
    /// The first minute.
    pub from: Time,
    /// The last minute.
    pub to: Time,
}

impl FromStr for Hours {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('-').and_then(|(from, to)| {
            let minute = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
            Some((minute(from)?, minute(to)?))
        });
        match parsed {
            Some((from, to)) if from < to => Ok(Self { from, to }),
            Some(_) | None => Err(format!("'{text}' are no hours: write 09:00-12:00")),
        }
    }
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        serializer.collect_str(&format_args!("{from}-{to}"))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        write!(f, "{from}–{to}")
    }
}

impl schemars::JsonSchema for Hours {
    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-2]?[0-9]:[0-5][0-9] *- *[0-2]?[0-9]:[0-5][0-9]$",
            "examples": ["09:00-12:00"]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_they_are_read() {
        let hours: Hours = "09:00-12:00".parse().unwrap();
        let written = serde_json::to_string(&hours).unwrap();
        assert_eq!(written, r#""09:00-12:00""#);
        assert_eq!(serde_json::from_str::<Hours>(&written).unwrap(), hours);
        for wrong in ["12:00-09:00", "9", "09:00-25:00", ""] {
            assert!(wrong.parse::<Hours>().is_err(), "{wrong}");
        }
    }
}
