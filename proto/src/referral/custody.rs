//! One fold of custody: who had a case, from whom to whom, since when.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::{division::DivisionCode, ids::UnitId, ledger::CustodyPeriod, time::Timestamp};

/// A transfer of custody, as one of the four events that make one says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CustodyTransfer<'a> {
    /// The unit that gives the case away; `None` where custody begins.
    pub from: Option<&'a UnitId>,
    /// The unit that has it from now on.
    pub to: &'a UnitId,
    /// The division of that unit; `None` where the case goes back to a unit that had it before.
    pub division: Option<DivisionCode>,
    /// When.
    pub at: Timestamp,
}

impl<'a> CustodyTransfer<'a> {
    /// The transfer that an event makes; `None` for all other events.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "an event that is added later moves no custody"
    )]
    pub fn of(event: &'a Event) -> Option<Self> {
        let (from, to, division, at) = match event {
            Event::CustodyTaken(taken) => (None, &taken.by, Some(taken.division), taken.at),
            Event::Accepted(accepted) => {
                let division = Some(accepted.to_division);
                (Some(&accepted.from), &accepted.to, division, accepted.at)
            }
            Event::Returned(returned) => (Some(&returned.from), &returned.to, None, returned.at),
            Event::Completed(done) => (Some(&done.from), &done.to, None, done.at),
            _ => return None,
        };
        Some(Self {
            from,
            to,
            division,
            at,
        })
    }
}

/// Every unit that had a case, from the window that opened it to the one that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<CustodyPeriod>", into = "Vec<CustodyPeriod>")]
pub struct CustodyChain {
    past: Vec<CustodyPeriod>,
    holder: CustodyPeriod,
}

impl CustodyChain {
    /// The chain that an event begins; `None` unless custody begins with it.
    pub fn begin(event: &Event) -> Option<Self> {
        let Event::CustodyTaken(taken) = event else {
            return None;
        };
        Some(Self {
            past: Vec::new(),
            holder: CustodyPeriod {
                unit: taken.by.clone(),
                division: taken.division,
                from: taken.at,
                to: None,
            },
        })
    }

    /// The chain after one more event; an event that makes no transfer leaves it as it is.
    pub fn apply(&mut self, event: &Event) {
        let Some(transfer) = CustodyTransfer::of(event).filter(|one| one.from.is_some()) else {
            return;
        };
        let before = self.links().find(|held| held.unit == *transfer.to);
        let before = before.or_else(|| self.links().next());
        let known = before.map_or(self.holder.division, |held| held.division);
        let next = CustodyPeriod {
            unit: transfer.to.clone(),
            division: transfer.division.unwrap_or(known),
            from: transfer.at,
            to: None,
        };
        let mut last = std::mem::replace(&mut self.holder, next);
        last.to = Some(transfer.at);
        self.past.push(last);
    }

    /// The unit that has the case.
    pub fn holder(&self) -> &CustodyPeriod {
        &self.holder
    }

    /// Every unit that had it, the first one first, the holder last.
    pub fn links(&self) -> impl Iterator<Item = &CustodyPeriod> {
        self.past.iter().chain([&self.holder])
    }
}

/// A chain of custody has a holder.
#[derive(Debug, thiserror::Error)]
#[error("a chain of custody names no unit")]
pub struct EmptyChain;

impl TryFrom<Vec<CustodyPeriod>> for CustodyChain {
    type Error = EmptyChain;

    fn try_from(mut past: Vec<CustodyPeriod>) -> Result<Self, EmptyChain> {
        let holder = past.pop().ok_or(EmptyChain)?;
        Ok(Self { past, holder })
    }
}

impl From<CustodyChain> for Vec<CustodyPeriod> {
    fn from(chain: CustodyChain) -> Self {
        let mut links = chain.past;
        links.push(chain.holder);
        links
    }
}
