//! Custody as the ledger shows it: the units that had the case, the units that were offered it, and how they
//! sent it away.

use std::collections::{BTreeMap, BTreeSet};

use onestop_proto::{
    clock::Step,
    division::DivisionCode,
    ids::{HandoffId, ServiceItem, UnitId},
    ledger::{PendingOffer, ReturnKind, UnsuccessfulReturn},
    narrowed,
    referral::{self, CustodyChain},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Counter, CounterKind};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Custody {
    /// The revision of its stream: every event of referral about a case is in that one stream.
    pub(crate) revision: u64,
    /// The units that had it, in order; the last has it.
    pub(crate) chain: CustodyChain,
    /// The offer that waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) offer: Option<PendingOffer>,
    /// The handoff by which a unit has it; nothing at the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) handoff: Option<HandoffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) item: Option<ServiceItem>,
    /// How it last came back to the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) back: Option<UnsuccessfulReturn>,
    /// The request for more time that is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) extension: Option<ExtensionRequest>,
    /// The last answer to an instruction of a supervisor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) answered: Option<AnsweredInstruction>,
    /// The bureaus to which it was put that one person acts for both sides: each sees to the conflict that it was told of.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) conflicts_told: BTreeSet<(UnitId, DivisionCode)>,
    /// Every unit that was offered the case or invited to it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) parties: BTreeMap<UnitId, Party>,
}

/// A request for more time (申请延期).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ExtensionRequest {
    pub(crate) step: Step,
    /// The bureau that approves it.
    pub(crate) supervisor: UnitId,
    pub(crate) division: DivisionCode,
}

/// What a supervisor ordered, and the unit has answered (督办反馈).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AnsweredInstruction {
    pub(crate) supervisor: UnitId,
    /// Where that is.
    pub(crate) division: DivisionCode,
    pub(crate) at: Timestamp,
}

/// A unit that was offered the case or invited to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Party {
    pub(crate) division: DivisionCode,
    /// How its part ended; nothing while it has not, or if the offer was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) end: Option<PartyEnd>,
}

/// How a unit's part in a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PartyEnd {
    /// It declined, gave the case back, or did not answer.
    SentAway,
    /// It did its work.
    Completed,
}

narrowed! {
    /// The events of referral that change what the ledger shows of custody.
    enum CustodyChange of referral {
        Disputed, CoInvited, Unroutable, Offered, Accepted, Declined, Expired, Recalled, Returned,
        Completed, ExtensionRequested, ExtensionRefused, ClockExtended, ClockStopped,
        SupervisionOrdered, SupervisionAnswered, ConflictFound,
    }
}

impl Custody {
    /// Custody after one more event.
    pub(super) fn apply(
        custody: Option<Self>,
        event: &referral::Event,
        now: Timestamp,
        counters: &mut Vec<Counter>,
    ) -> Option<Self> {
        let Some(mut custody) = custody else {
            return Self::begin(event);
        };
        custody.revision += 1;
        custody.chain.apply(event);
        if let Some(change) = CustodyChange::of(event) {
            custody.change(change, now, counters);
        }
        Some(custody)
    }

    fn begin(event: &referral::Event) -> Option<Self> {
        Some(Self {
            revision: 0,
            chain: CustodyChain::begin(event)?,
            offer: None,
            handoff: None,
            item: None,
            back: None,
            extension: None,
            answered: None,
            conflicts_told: BTreeSet::new(),
            parties: BTreeMap::new(),
        })
    }

    fn change(&mut self, change: CustodyChange<'_>, now: Timestamp, counters: &mut Vec<Counter>) {
        match change {
            CustodyChange::Disputed(disputed) => {
                self.offer = None;
                self.end_part(&disputed.by, PartyEnd::SentAway);
            }
            // A co-unit takes part in the case, whatever it answers, and so sees it.
            CustodyChange::CoInvited(invited) => {
                self.parties.entry(invited.unit.clone()).or_insert(Party {
                    division: invited.division,
                    end: None,
                });
            }
            CustodyChange::Unroutable(_) => self.record_unroutable(now),
            CustodyChange::Offered(offered) => self.offer_to(offered, now, counters),
            CustodyChange::Accepted(accepted) => {
                self.offer = None;
                self.back = None;
                self.handoff = Some(accepted.handoff);
            }
            CustodyChange::Declined(declined) => self.decline(declined, counters),
            CustodyChange::Expired(expired) => {
                self.send_back(UnsuccessfulReturn {
                    how: ReturnKind::Expired,
                    by: Some(expired.to.clone()),
                    reason: None,
                    belongs_to: None,
                    at: expired.at,
                });
            }
            CustodyChange::Recalled(_) => self.offer = None,
            CustodyChange::Returned(returned) => self.record_return(returned, counters),
            CustodyChange::Completed(completed) => {
                self.end_part(&completed.from, PartyEnd::Completed);
                self.handoff = None;
            }
            CustodyChange::ExtensionRequested(asked) => {
                self.extension = Some(ExtensionRequest {
                    step: asked.step.clone(),
                    supervisor: asked.supervisor.clone(),
                    division: asked.supervisor_division,
                });
            }
            CustodyChange::ExtensionRefused(refused) => self.end_request(&refused.step),
            CustodyChange::ClockExtended(extended) => self.end_request(&extended.step),
            CustodyChange::ClockStopped(stopped) => self.end_request(&stopped.step),
            CustodyChange::ConflictFound(found) => {
                let told = (found.supervisor.clone(), found.supervisor_division);
                self.conflicts_told.insert(told);
            }
            CustodyChange::SupervisionOrdered(_) => self.answered = None,
            CustodyChange::SupervisionAnswered(answered) => {
                self.answered = Some(AnsweredInstruction {
                    supervisor: answered.supervisor.clone(),
                    division: answered.supervisor_division,
                    at: now,
                });
            }
        }
    }

    /// An earlier return by a unit is kept: it tells more than that no other unit was found.
    fn record_unroutable(&mut self, at: Timestamp) {
        self.offer = None;
        self.back.get_or_insert(UnsuccessfulReturn {
            how: ReturnKind::Unroutable,
            by: None,
            reason: None,
            belongs_to: None,
            at,
        });
    }

    fn decline(&mut self, declined: &referral::Declined, counters: &mut Vec<Counter>) {
        let (by, at, reason) = (&declined.by, declined.at, Some(declined.reason));
        let counter = self.counter(CounterKind::Declined, by, at);
        counters.extend(counter.map(|counter| Counter { reason, ..counter }));
        self.send_back(UnsuccessfulReturn {
            how: ReturnKind::Declined,
            by: Some(by.clone()),
            reason,
            belongs_to: declined.belongs_to,
            at,
        });
    }

    fn record_return(&mut self, returned: &referral::Returned, counters: &mut Vec<Counter>) {
        let (from, at, reason) = (&returned.from, returned.at, Some(returned.reason));
        let counter = self.counter(CounterKind::Returned, from, at);
        counters.extend(counter.map(|counter| Counter { reason, ..counter }));
        self.handoff = None;
        self.send_back(UnsuccessfulReturn {
            how: ReturnKind::Returned,
            by: Some(from.clone()),
            reason,
            belongs_to: returned.belongs_to,
            at,
        });
    }

    fn offer_to(
        &mut self,
        offered: &referral::Offered,
        now: Timestamp,
        counters: &mut Vec<Counter>,
    ) {
        let party = Party {
            division: offered.to_division,
            end: None,
        };
        self.parties.insert(offered.to.clone(), party);
        self.item = Some(offered.item.clone());
        self.offer = Some(PendingOffer {
            handoff: offered.handoff,
            from: offered.from.clone(),
            to: offered.to.clone(),
            since: now,
            until: offered.until,
        });
        counters.extend(self.counter(CounterKind::Offered, &offered.to, now));
    }

    fn end_request(&mut self, step: &Step) {
        self.extension.take_if(|asked| asked.step == *step);
    }

    fn end_part(&mut self, unit: &UnitId, end: PartyEnd) {
        if let Some(party) = self.parties.get_mut(unit) {
            party.end = Some(end);
        }
    }

    fn send_back(&mut self, back: UnsuccessfulReturn) {
        if let Some(by) = &back.by {
            self.end_part(by, PartyEnd::SentAway);
        }
        self.offer = None;
        self.back = Some(back);
    }

    fn counter(&self, kind: CounterKind, unit: &UnitId, at: Timestamp) -> Option<Counter> {
        let party = self.parties.get(unit)?;
        Some(Counter {
            kind,
            at,
            unit: unit.clone(),
            division: party.division,
            item: self.item.clone(),
            reason: None,
        })
    }
}
