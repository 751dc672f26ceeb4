//! What the judicial office (司法所) of a township decides about the sites in it, in the place of the county's bureau.

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitKind,
    referral::SUPERVISOR,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory,
    error::{LoadError, Reason},
    load::Source,
    record_rules::RecordKind,
    row_places::KnownPlaces,
    status::Status,
    units::Unit,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfficeRuleEntry {
    changes: Vec<RecordKind>,
    place: Option<DivisionCode>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// What offices decide, checked.
#[derive(Debug, Default)]
pub(crate) struct OfficeRules(Vec<OfficeRuleEntry>);

impl OfficeRules {
    pub(crate) fn load(
        entries: Vec<Spanned<OfficeRuleEntry>>,
        source: &Source,
        places: KnownPlaces<'_>,
    ) -> Result<Self, LoadError> {
        let mut checked = Vec::new();
        for entry in entries {
            let line = source.line_of(&entry);
            let entry = entry.into_inner();
            let here = |reason| source.error(Some(line), reason);
            let place = places.of_row(entry.place).map_err(here)?.present();
            if entry.changes.is_empty() {
                return Err(here(Reason::ApprovalOfNothing));
            }
            checked.push(OfficeRuleEntry { place, ..entry });
        }
        Ok(Self(checked))
    }

    /// Whether the office of a township decides about changes of a kind.
    fn decides(&self, change: RecordKind, township: DivisionCode) -> bool {
        let mut rules = self.0.iter();
        township.tier() == Tier::Township
            && rules.any(|rule| {
                let here = rule.place.is_none_or(|wide| wide.contains(township));
                here && rule.changes.contains(&change)
            })
    }
}

impl Directory {
    /// Who decides about changes of a kind at a place: the nearest bureau; before it, the window of the township whose office
    /// decides about them by a rule. What it decides binds narrower places alone.
    #[must_use]
    pub fn decider_of(&self, change: RecordKind, place: DivisionCode) -> Option<&Unit> {
        let bureau: UnitKind = SUPERVISOR.parse().ok()?;
        let office = |code: DivisionCode| {
            let decides = self.offices.decides(change, code);
            self.window_of(self.site_at(code).filter(|_| decides)?)
        };
        let mut tiers = self.present_division(place).chain();
        tiers.find_map(|code| self.unit_at(code, &bureau).or_else(|| office(code)))
    }
}
