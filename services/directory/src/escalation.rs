//! Escalation (逐级督办): an overdue step is reported to the supervisor of its division, and then, rung by rung, to each one
//! above, as long as it is not done.

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::UnitKind,
    referral::SUPERVISOR,
    time::Timestamp,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory, Unit,
    error::{LoadError, Reason},
    load::Source,
    status::Status,
};

/// About a year of working days.
const MOST_DAYS: u32 = 250;

/// When what those below have left overdue is reported to the supervisors of a tier.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RungEntry {
    tier: Tier,
    /// Working days after the report to the rung below.
    after: u32,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// The rungs above the first supervisor, by tier.
#[derive(Debug, Default)]
pub(crate) struct Escalation {
    rungs: Vec<(Tier, u32)>,
}

impl Escalation {
    pub(crate) fn load(
        entries: Vec<Spanned<RungEntry>>,
        source: &Source,
    ) -> Result<Self, LoadError> {
        let mut rungs: Vec<(Tier, u32)> = Vec::new();
        for entry in entries {
            let line = source.line_of(&entry);
            let RungEntry { tier, after, .. } = entry.into_inner();
            let reason = if rungs.iter().any(|(known, _)| *known == tier) {
                Some(Reason::DuplicateRung { tier })
            } else if (1..=MOST_DAYS).contains(&after) {
                None
            } else {
                Some(Reason::RungDays { tier, after })
            };
            if let Some(reason) = reason {
                return Err(source.error(Some(line), reason));
            }
            rungs.push((tier, after));
        }
        Ok(Self { rungs })
    }

    /// Working days after the rung below; nothing if the tier gets no report.
    fn after(&self, tier: Tier) -> Option<u32> {
        let found = self.rungs.iter().find(|(known, _)| *known == tier);
        found.map(|(_, after)| *after)
    }
}

impl Directory {
    /// The supervisor to be notified after the one of a division of what was due on a day and is not done, and when: for clocks
    /// and critical dates alike. `first` is the supervisor that was notified first.
    #[must_use]
    pub fn next_supervisor(
        &self,
        first: &Unit,
        told: DivisionCode,
        due: Date,
    ) -> Option<(Timestamp, &Unit)> {
        let (above, after) = self.next_rung(first, told)?;
        let days = self.days_at(Some(first.division));
        Some((days.working_day_after(due, after), above))
    }

    /// The supervisor to be notified after the one of a division, and how many working days after the last day; nothing where
    /// no supervisor is above it, or the tier has no rung. `first` is the supervisor that was notified first.
    pub(crate) fn next_rung(&self, first: &Unit, told: DivisionCode) -> Option<(&Unit, u32)> {
        let kind: UnitKind = SUPERVISOR.parse().ok()?;
        let escalation = self.standards.escalation();
        let mut after = self.standards.reminder().supervision_after;
        for code in first.division.chain().skip(1) {
            let Some(above) = self.unit_at(code, &kind) else {
                continue;
            };
            after = after.saturating_add(escalation.after(code.tier())?);
            if code != told && code.contains(told) {
                return Some((above, after));
            }
        }
        None
    }
}
