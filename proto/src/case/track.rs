//! What a citizen can ask with the receipt in hand (查询码).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Stage;
use crate::{
    ids::{CaseId, CaseNumber, ServiceItem, Topic},
    text::Words,
};

/// `qry.intake.track`: how far the case of a receipt is. Only the query code opens it: numbers of cases can be
/// counted, and telephone numbers are known to others.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrackQuery {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// The query code on the receipt.
    pub code: String,
}

impl std::fmt::Debug for TrackQuery {
    /// Never prints the code: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TrackQuery({})", self.number)
    }
}

/// The answer to [`TrackQuery`]: no names, and nothing of what the citizen said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrackView {
    /// The number on the receipt.
    pub number: CaseNumber,
    /// Its id, by which other services are asked about it; missing in answers from before it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly; nothing where the directory marks the topic as sensitive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Topic>")]
    pub topic: Option<Topic>,
    /// The same in words; of a sensitive topic, the item alone.
    pub about: Words,
    /// Its stage in words.
    pub standing: Words,
    /// Its stage; missing in answers from before it was given. A referred case's status says more, see
    /// [`CaseStatus`](super::CaseStatus).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// What was done, in order.
    pub steps: Vec<TrackStep>,
    /// Who has it now.
    pub holder: String,
    /// Where to call: the unit's number, or the hotline.
    pub phone: String,
    /// By when it should be done: the running limit, or what the bureau has promised. Nothing where it promises nothing, where
    /// the directory's figure is not confirmed, or it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub expected: Option<Date>,
    /// Whether that day is a promise of the bureau, and no limit of a law (服务承诺).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub promised: bool,
    /// What the citizen still has to bring, as listed in the one notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Words>,
}

/// One step of a case, as a citizen sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TrackStep {
    /// The day.
    #[schemars(with = "String")]
    pub day: Date,
    /// What happened.
    pub what: Words,
}
