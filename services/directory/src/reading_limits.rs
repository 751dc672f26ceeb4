//! How often one person opens personal data before the service notifies the supervisor (查阅次数提醒). No opening is refused.

use serde::Deserialize;

use crate::{Directory, status::Status};

/// So many openings and searches of one person are usual; one more notifies the supervisor, once in each hour and each day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReadingLimits {
    pub per_hour: u32,
    pub per_day: u32,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// Of a file from before the limits were data.
impl Default for ReadingLimits {
    fn default() -> Self {
        Self {
            per_hour: 60,
            per_day: 200,
            source: String::new(),
            status: Status::Unconfirmed,
        }
    }
}

impl Directory {
    /// How often one person usually opens personal data.
    pub fn reading_limits(&self) -> &ReadingLimits {
        self.standards.reading_limits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_data() {
        let built_in = Directory::built_in().unwrap();
        let ReadingLimits {
            per_hour, per_day, ..
        } = built_in.reading_limits();
        assert!(0 < *per_hour && per_hour < per_day);
    }
}
