//! What a rule of the reference data rests on.

use serde::{Deserialize, Serialize};

/// What a standard rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Statute,
    /// A published local promise (服务承诺) sets it.
    LocalPromise,
    /// Taken from elsewhere as a start; the bureau must confirm it.
    Unconfirmed,
}
