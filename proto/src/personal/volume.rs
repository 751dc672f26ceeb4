//! How much personal data one person reads: the supervisor gets an alarm above the limit; reading goes on.

use serde::{Deserialize, Serialize};

use crate::{division::DivisionCode, ids::UnitId};

choices! {
    /// Over how long reading is counted, by the clock in China.
    pub enum VolumeSpan {
        Hour = "hour", "一小时", "an hour";
        Day = "day", "一天", "a day";
    }
}

/// A member of staff has opened personal data more often than the limit says (查阅次数超限). The envelope says who, for
/// which unit and when. It is recorded at most once an hour and once a day; reading goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct VolumeExceeded {
    /// Over how long.
    pub span: VolumeSpan,
    /// The limit.
    pub limit: u32,
    /// The unit for which the reader acts.
    pub unit: UnitId,
    /// Where that unit is.
    pub division: DivisionCode,
}
