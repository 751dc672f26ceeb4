//! Whether this version reads the workbench's database.

use std::path::Path;

use onestop_gateway::StoredSchema;

use super::{Finding, State};
use crate::output::Output;

/// Nothing where there is none.
pub(super) fn finding(data: &Path, output: &Output) -> Option<Finding> {
    let about = output.message("upgrade-database");
    Some(match StoredSchema::read(data) {
        Ok(schema) => {
            let StoredSchema { stored, known } = schema?;
            let found = Finding::good(about, format!("{stored} → {known}"));
            if stored <= known {
                found
            } else {
                found.but(State::Bad, output.message("upgrade-far-back"))
            }
        }
        Err(error) => {
            let to_do = output.message("upgrade-not-read");
            Finding::good(about, output.failure(&error)).but(State::Bad, to_do)
        }
    })
}
