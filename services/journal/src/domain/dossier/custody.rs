//! What referral says of a case: who has custody, who was asked, who sent it away.

use std::collections::BTreeMap;

use onestop_proto::{
    division::DivisionCode,
    ids::{HandoffId, ServiceItem, UnitId},
    ledger::{CustodyPeriod, PendingOffer, ReturnKind, UnsuccessfulReturn},
    referral::{Event, ReturnReason},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Mark, MarkKind};

/// The custody of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// Revision of its stream: each of referral's events about a case stands in that one stream.
    pub revision: u64,
    /// Who had it, from the first to the one who has it.
    pub chain: Vec<CustodyPeriod>,
    /// The offer that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<PendingOffer>,
    /// The handoff by which a unit has it; nothing at the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffId>,
    /// What it was offered for last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ServiceItem>,
    /// How it last came back to the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<UnsuccessfulReturn>,
    /// Every unit that was asked, where it is, and how its part ended.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parties: BTreeMap<UnitId, Party>,
}

/// A unit that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Where it is.
    pub division: DivisionCode,
    /// How its part ended; nothing while it has not, or if the offer was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<PartyEnd>,
}

/// How a unit's part in a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyEnd {
    /// It declined, gave the case back, or did not answer.
    SentAway,
    /// It did its work.
    Completed,
}

impl Custody {
    /// Custody after one more event.
    pub(super) fn take(
        custody: Option<Self>,
        event: &Event,
        now: Timestamp,
        marks: &mut Vec<Mark>,
    ) -> Option<Self> {
        let Some(mut it) = custody else {
            let Event::CustodyTaken(taken) = event else {
                return None;
            };
            let held = CustodyPeriod {
                unit: taken.by.clone(),
                division: taken.division,
                from: taken.at,
                to: None,
            };
            return Some(Self {
                revision: 0,
                chain: vec![held],
                offer: None,
                handoff: None,
                item: None,
                back: None,
                parties: BTreeMap::new(),
            });
        };
        it.revision += 1;
        match event {
            Event::CustodyTaken(_)
            | Event::Routed(_)
            | Event::ClockStarted(_)
            | Event::ClockStopped(_)
            | Event::ClockExtended(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_)
            | Event::DisputeWithdrawn(_)
            | Event::ExternalBodyResponsible(_)
            | Event::Ended(_)
            | Event::Designated(_)
            | Event::ExtensionRequested(_)
            | Event::ExtensionRefused(_)
            | Event::SupervisionOrdered(_)
            | Event::SupervisionAnswered(_)
            | Event::CoJoined(_)
            | Event::CoDeclined(_)
            | Event::CoReported(_)
            | Event::CoReleased(_)
            | Event::LeadFinished(_)
            | Event::HandedOver(_)
            | Event::ExternalBodyReplied(_) => {}
            Event::Disputed(disputed) => {
                it.offer = None;
                if let Some(party) = it.parties.get_mut(&disputed.by) {
                    party.end = Some(PartyEnd::SentAway);
                }
            }
            // A co-unit has part in the case, whatever comes of it, and so sees it.
            Event::CoInvited(invited) => {
                it.parties.entry(invited.unit.clone()).or_insert(Party {
                    division: invited.division,
                    end: None,
                });
            }
            Event::Stranded(_) => {
                // It was sent back by somebody before: that says more than that nobody else was found.
                it.offer = None;
                it.back.get_or_insert(UnsuccessfulReturn {
                    how: ReturnKind::Stranded,
                    by: None,
                    reason: None,
                    at: now,
                });
            }
            Event::Offered(offered) => {
                let party = Party {
                    division: offered.to_division,
                    end: None,
                };
                it.parties.insert(offered.to.clone(), party);
                it.item = Some(offered.item.clone());
                it.offer = Some(PendingOffer {
                    handoff: offered.handoff,
                    from: offered.from.clone(),
                    to: offered.to.clone(),
                    since: now,
                    until: offered.until,
                });
                marks.extend(it.mark(MarkKind::Offered, &offered.to, now));
            }
            Event::Accepted(accepted) => {
                it.offer = None;
                it.back = None;
                it.handoff = Some(accepted.handoff);
                it.moves((&accepted.to, accepted.to_division), accepted.at);
            }
            Event::Declined(declined) => {
                let (by, at, reason) = (&declined.by, declined.at, Some(declined.reason));
                let mark = it.mark(MarkKind::Declined, by, at);
                marks.extend(mark.map(|mark| Mark { reason, ..mark }));
                it.sent_back(by, (ReturnKind::Declined, reason), at);
            }
            Event::Expired(expired) => {
                it.sent_back(&expired.to, (ReturnKind::Expired, None), expired.at);
            }
            Event::Recalled(_) => it.offer = None,
            Event::Returned(returned) => {
                let (from, at, reason) = (&returned.from, returned.at, Some(returned.reason));
                let mark = it.mark(MarkKind::Returned, from, at);
                marks.extend(mark.map(|mark| Mark { reason, ..mark }));
                it.goes_home(&returned.to, at);
                it.sent_back(from, (ReturnKind::Returned, reason), at);
            }
            Event::Completed(completed) => {
                if let Some(party) = it.parties.get_mut(&completed.from) {
                    party.end = Some(PartyEnd::Completed);
                }
                it.goes_home(&completed.to, completed.at);
            }
        }
        Some(it)
    }

    /// The one unit that has it.
    #[must_use]
    pub fn holder(&self) -> Option<&CustodyPeriod> {
        self.chain.last()
    }

    fn sent_back(
        &mut self,
        by: &UnitId,
        (how, reason): (ReturnKind, Option<ReturnReason>),
        at: Timestamp,
    ) {
        if let Some(party) = self.parties.get_mut(by) {
            party.end = Some(PartyEnd::SentAway);
        }
        self.offer = None;
        self.back = Some(UnsuccessfulReturn {
            how,
            by: Some(by.clone()),
            reason,
            at,
        });
    }

    fn moves(&mut self, (unit, division): (&UnitId, DivisionCode), at: Timestamp) {
        if let Some(last) = self.chain.last_mut() {
            last.to = Some(at);
        }
        self.chain.push(CustodyPeriod {
            unit: unit.clone(),
            division,
            from: at,
            to: None,
        });
    }

    /// Back to the window, or to whoever had it before.
    fn goes_home(&mut self, to: &UnitId, at: Timestamp) {
        self.handoff = None;
        let before = self.chain.iter().find(|held| held.unit == *to);
        let known = before.or_else(|| self.chain.first());
        if let Some(division) = known.map(|held| held.division) {
            self.moves((to, division), at);
        }
    }

    fn mark(&self, kind: MarkKind, unit: &UnitId, at: Timestamp) -> Option<Mark> {
        let party = self.parties.get(unit)?;
        Some(Mark {
            kind,
            at,
            unit: unit.clone(),
            division: party.division,
            item: self.item.clone(),
            reason: None,
        })
    }
}
