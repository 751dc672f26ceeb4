//! Partitions (分区): prefectures that decide by themselves, where one process of a service is not enough for all. Each has a
//! log, a lease, keys and subjects of its own.
//!
//! Today one partition decides for all, and no id names it. Where an installation is divided, each new case gets an id that
//! ends in the digits of its prefecture, so that a client knows whom to ask without a question. Cases of before keep their
//! ids, and stay where they are.

use std::fmt;

use crate::division::{DivisionCode, Tier};

/// The prefecture that decides a case: fixed when the case is opened.
///
/// ```
/// use onestop_proto::partition::Partition;
/// let village = "530821101201".parse()?;
/// assert_eq!(Partition::of(village).to_string(), "5308");
/// # Ok::<(), onestop_proto::ids::InvalidId>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Partition(u16);

impl Partition {
    /// That of a place. A province's own bodies are one besides its prefectures.
    pub fn of(place: DivisionCode) -> Self {
        let prefecture = place.at(Tier::Prefecture).unwrap_or(place);
        // Four digits always fit.
        let digits = format!("{:0<4}", prefecture.short());
        Self(digits.parse().unwrap_or_default())
    }

    /// As a log names its part of a service's streams.
    pub const fn number(self) -> u32 {
        self.0 as u32
    }

    /// The end of an id: each digit is one of the id's.
    pub(crate) fn suffix(self) -> [u8; 2] {
        let suffix = u16::from_str_radix(&self.to_string(), 16);
        suffix.unwrap_or_default().to_be_bytes()
    }

    /// Nothing if these are no digits.
    pub(crate) fn of_suffix(suffix: [u8; 2]) -> Option<Self> {
        let digits = format!("{:04x}", u16::from_be_bytes(suffix));
        digits.parse().ok().map(Self)
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{CaseId, CommandId};

    #[test]
    fn the_id_of_a_case_ends_in_its_partition_and_sorts_by_time_as_before() {
        let key: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let partition = Partition::of("530821101201".parse().unwrap());
        let case = key.case_in(partition);
        let text = case.to_string();
        assert!(
            text.starts_with("019ab0c4-8000-8") && text.ends_with("5308"),
            "{text}"
        );
        let read: CaseId = text.parse().unwrap();
        assert_eq!((read, read.partition()), (case, Some(partition)));
        assert_eq!(
            key.case_in(partition),
            case,
            "a repeated command opens no second one"
        );
        assert_eq!(key.case().partition(), None, "it was opened before");
        let province = Partition::of("53".parse().unwrap());
        assert_eq!(
            (province.to_string().as_str(), province.number()),
            ("5300", 5300)
        );
        assert_eq!(Partition::of_suffix([0xab, 0xcd]), None);
    }
}
