//! Finding the cases of a person, among those that the caller may see.

use serde::{Deserialize, Serialize};

use crate::{
    case::{Applicant, NeedKind, Needs, Stage},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, ServiceItem, Topic, UnitId},
    time::Timestamp,
};

/// `qry.intake.find`: cases of a person, among those that the caller may see. At least one of name, telephone and number;
/// a case must fit all that are given, in those who ask or in another party. Every case that is found is recorded before it is shown, as an opening is; what the
/// number of a paper leads to is found only by those who may open it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonSearchQuery {
    /// The whole name; one character may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The number of an identity paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Why. Required of callers who would have to say it to open a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl std::fmt::Debug for PersonSearchQuery {
    /// Never prints the person: debug output ends up in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FindQuery(personal)")
    }
}

/// `qry.intake.similar`: cases that may be the same as one that is about to be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SimilarCasesQuery {
    /// The applicants and their request.
    pub applicant: Applicant,
    /// What it is about.
    pub item: ServiceItem,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
}

/// The answer to [`PersonSearchQuery`] and [`SimilarCasesQuery`], the best fit first, then the newest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PersonSearchResult {
    /// The cases.
    pub cases: Vec<MatchingCase>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A case that was found. It says nothing of the person but that it fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct MatchingCase {
    /// Its id.
    pub case: CaseId,
    /// Its number.
    pub number: CaseNumber,
    /// Its stage.
    pub stage: Stage,
    /// The window that took it.
    pub window: UnitId,
    /// Who holds it.
    pub holder: UnitId,
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The place that decides who is responsible.
    pub place: DivisionCode,
    /// Whether it cannot wait (紧急).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
    /// What is to be seen to besides the matter.
    #[serde(default, skip_serializing_if = "Needs::is_empty")]
    pub needs: Needs,
    /// What of it was met or declined.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<NeedKind>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// How well it fits.
    pub degree: MatchDegree,
    /// In what it fits.
    pub why: Vec<MatchReason>,
}

choices! {
    /// How well a case fits.
    pub enum MatchDegree {
        /// The same person, and, of a case about to be opened, the same matter.
        Exact = "exact", "相同", "the same";
        Near = "near", "近似", "perhaps the same";
    }
}

choices! {
    /// In what a case fits.
    pub enum MatchReason {
        SameDocument = "same-document", "证件号码相同", "the same identity paper";
        SamePhone = "same-phone", "电话相同", "the same telephone";
        SameName = "same-name", "姓名相同", "the same name";
        SimilarName = "similar-name", "姓名相近", "nearly the same name";
        RespondentName = "respondent-name", "对方当事人姓名或名称", "the name of the other party";
        RespondentPhone = "respondent-phone", "对方当事人电话", "the telephone of the other party";
        SameItem = "same-item", "事项相同", "the same item";
        SamePlace = "same-place", "管辖地相同", "the same place";
        Recent = "recent", "三十日内登记", "opened within thirty days";
    }
}
