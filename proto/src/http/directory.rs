//! Questions about the directory (名录) that the gateway answers itself: matters and their topics, divisions, units. A
//! program finds by them what a command wants: the code of a place, the id of a topic, the id of a unit.

use jiff::civil::Date;
use schemars::schema_for;
use serde::{Deserialize, Serialize};

use super::parameters::{Parameter, parameters};
use crate::{
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic, UnitId, UnitKind},
    text::Words,
};

/// Which divisions: by what people type, by the division above them, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionsQuery {
    /// What people type: a name with or without those above it (宁洱县宁洱镇新塘村), or the first digits of a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    pub text: Option<String>,
    /// Only what lies in this division; without a text, the divisions directly below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<DivisionCode>,
}

/// The answer to [`DivisionsQuery`]: the best fit first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FoundDivisions {
    /// The version of the directory.
    pub directory: String,
    /// At most [`MOST_DIVISIONS`].
    pub divisions: Vec<FoundDivision>,
}

/// A division (行政区划).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct FoundDivision {
    /// Its code: the `place` of a case.
    pub code: DivisionCode,
    /// Its own name: 新塘村.
    pub name: String,
    /// Its name with those above it, from the prefecture down.
    pub full_name: String,
    /// Its tier.
    pub tier: Tier,
}

/// Characters of what is typed.
pub const LONGEST_TEXT: usize = 100;

/// Divisions of one answer.
pub const MOST_DIVISIONS: usize = 200;

/// Every matter, with its topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryItems {
    /// The version of the directory.
    pub directory: String,
    /// The matters.
    pub items: Vec<DirectoryItem>,
}

/// A matter (服务事项).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryItem {
    /// Its id: the `item` of a case.
    pub id: ServiceItem,
    /// What it is called.
    pub name: Words,
    /// The tiers whose windows take it in.
    pub received_at: Vec<Tier>,
    /// Its topics.
    pub topics: Vec<DirectoryTopic>,
}

/// A topic of a matter (事项类别).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryTopic {
    /// Its id: the `topic` of a case.
    pub id: Topic,
    /// What it is called.
    pub name: Words,
    /// What people call it: 讨薪, 欠薪.
    pub also: Vec<String>,
}

/// Which units: those of a division.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitsQuery {
    /// The division.
    pub division: DivisionCode,
    /// Only those that work this matter there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
}

/// The answer to [`UnitsQuery`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryUnits {
    /// The version of the directory.
    pub directory: String,
    /// The units.
    pub units: Vec<DirectoryUnit>,
}

/// A unit (承办单位).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct DirectoryUnit {
    /// Its id.
    pub id: UnitId,
    /// What it is called.
    pub name: String,
    /// What kind it is.
    pub kind: UnitKind,
    /// The division of its site.
    pub division: DivisionCode,
    /// Its telephone today, if known; of a window that of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Its address today, if known; of a window that of its site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The last day on which it takes no ordinary cases, if it is full today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub full_until: Option<Date>,
}

/// The parameters of [`DivisionsQuery`].
pub fn division_parameters() -> Vec<Parameter> {
    parameters(&schema_for!(DivisionsQuery).to_value())
}

/// The parameters of [`UnitsQuery`].
pub fn unit_parameters() -> Vec<Parameter> {
    parameters(&schema_for!(UnitsQuery).to_value())
}
