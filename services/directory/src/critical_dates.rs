//! When a unit is warned of a critical date (关键期限). The terms of the law are standards like others, as
//! `critical-date.<kind>`.

use serde::Deserialize;

use crate::{Directory, status::Status};

/// So many calendar days before the last one the unit is warned.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CriticalDateRules {
    warn_before: Vec<u32>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// Of a file from before the warnings were data.
impl Default for CriticalDateRules {
    fn default() -> Self {
        Self {
            warn_before: vec![30, 7, 1],
            source: String::new(),
            status: Status::Unconfirmed,
        }
    }
}

impl Directory {
    /// So many calendar days before the last day of a critical date its unit is warned.
    pub fn critical_date_warnings(&self) -> &[u32] {
        &self.standards.critical_date().warn_before
    }
}
