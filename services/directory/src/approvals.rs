//! Decisions that one person drafts and another approves (审批): which, where, and whose staff approves.

use onestop_proto::{division::DivisionCode, ids::UnitId};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory,
    error::{LoadError, Reason},
    load::Source,
    row_places::KnownPlaces,
    status::Status,
};

/// A decision that can need another person's approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ApprovableDecision {
    /// The refusal of legal aid (不予援助).
    #[serde(rename = "legal-aid.refuse")]
    RefuseAid,
    /// The early end of legal aid (终止援助).
    #[serde(rename = "legal-aid.terminate")]
    TerminateAid,
    /// The subsidy of a case of legal aid, with its file (核定补贴).
    #[serde(rename = "legal-aid.archive")]
    SetSubsidy,
    /// That a notary does not handle a matter (不予办理公证).
    #[serde(rename = "notarization.refuse")]
    RefuseNotarization,
    /// The early end of a notarial matter (终止公证).
    #[serde(rename = "notarization.terminate")]
    TerminateNotarization,
    /// More time for the examination of a notarial application (延长受理审查期限).
    #[serde(rename = "notarization.extend")]
    ExtendNotarization,
    /// More time for a mediation (延长调解期限).
    #[serde(rename = "mediation.extend")]
    ExtendMediation,
}

impl ApprovableDecision {
    /// Whether it gives a matter more time: the one who asks for it never decides it alone, whatever the directory says.
    const fn gives_more_time(self) -> bool {
        match self {
            Self::ExtendNotarization | Self::ExtendMediation => true,
            Self::RefuseAid
            | Self::TerminateAid
            | Self::SetSubsidy
            | Self::RefuseNotarization
            | Self::TerminateNotarization => false,
        }
    }
}

/// By which rule another person approves more time where the directory has no rule for the place.
const MORE_TIME: &str = "延长期限由他人批准 / more time is approved by another person";

/// Whose staff approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Approver {
    /// Another person of the same unit; of the bureau above it, where the unit has one person.
    Unit,
    /// The bureau above the unit.
    Bureau,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApprovalEntry {
    decisions: Vec<ApprovableDecision>,
    place: Option<DivisionCode>,
    approver: Approver,
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
    #[expect(dead_code, reason = "for the reader of the file")]
    note: Option<String>,
}

/// The rules of approval.
#[derive(Debug, Default)]
pub(crate) struct Approvals {
    entries: Vec<ApprovalEntry>,
}

impl Approvals {
    pub(crate) fn load(
        entries: Vec<Spanned<ApprovalEntry>>,
        source: &Source,
        places: KnownPlaces<'_>,
    ) -> Result<Self, LoadError> {
        let mut checked = Vec::new();
        for entry in entries {
            let line = source.line_of(&entry);
            let entry = entry.into_inner();
            let here = |reason| source.error(Some(line), reason);
            let place = places.of_row(entry.place).map_err(here)?.present();
            if entry.decisions.is_empty() {
                return Err(here(Reason::ApprovalOfNothing));
            }
            checked.push(ApprovalEntry { place, ..entry });
        }
        Ok(Self { entries: checked })
    }

    /// The strictest of the rules for a place and those around it: a lower tier adds to what holds above it.
    fn strictest(
        &self,
        decision: ApprovableDecision,
        place: DivisionCode,
    ) -> Option<&ApprovalEntry> {
        let concerns = |entry: &&ApprovalEntry| {
            entry.decisions.contains(&decision)
                && entry.place.is_none_or(|wide| wide.contains(place))
        };
        let rules = self.entries.iter().filter(concerns);
        rules.max_by_key(|entry| entry.approver)
    }
}

impl Directory {
    /// Whose staff approves a decision of a unit, and by which rule; nothing where the staff who decide need none. More time
    /// is approved everywhere, by an act of the one who approves. In an office of one person no colleague is there, so the
    /// bureau does.
    pub fn approver(
        &self,
        decision: ApprovableDecision,
        unit: &UnitId,
        place: DivisionCode,
    ) -> Option<(Approver, &str)> {
        let place = self.present_division(place);
        let (approver, basis) = match self.standards.approvals().strictest(decision, place) {
            Some(rule) => (rule.approver, rule.source.as_str()),
            None if decision.gives_more_time() => (Approver::Unit, MORE_TIME),
            None => return None,
        };
        if self.is_one_person_office(unit) {
            return Some((Approver::Bureau, basis));
        }
        Some((approver, basis))
    }
}
