//! Opening hours and days of the week.

use jiff::civil::{Date, Time};
use onestop_proto::text::Text;
use serde::Deserialize;

/// Opening hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hours {
    /// The first minute.
    pub from: Time,
    /// The last minute.
    pub to: Time,
}

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
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

impl std::fmt::Display for Hours {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (from, to) = (self.from.strftime("%H:%M"), self.to.strftime("%H:%M"));
        write!(f, "{from}–{to}")
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    pub(crate) const ORDINARY: [Self; 5] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri];

    pub(crate) fn of(day: Date) -> Self {
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

    /// The label.
    #[must_use]
    pub const fn text(self) -> Text {
        let (zh, en) = match self {
            Self::Mon => ("周一", "Mon"),
            Self::Tue => ("周二", "Tue"),
            Self::Wed => ("周三", "Wed"),
            Self::Thu => ("周四", "Thu"),
            Self::Fri => ("周五", "Fri"),
            Self::Sat => ("周六", "Sat"),
            Self::Sun => ("周日", "Sun"),
        };
        Text { zh, en }
    }
}
