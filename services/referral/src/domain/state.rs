//! Custody as its events leave it.

use onestop_proto::{
    division::DivisionCode,
    envelope::Address,
    ids::{CaseNumber, HandoffId, ServiceItem, Topic, UnitId},
    referral::{Event, OfferEnd},
    time::Timestamp,
};

/// Who holds a case, and what has happened to its offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Custody {
    /// The window that took the case.
    pub window: UnitId,
    /// Where it is.
    pub window_division: DivisionCode,
    /// The number on the receipt.
    pub number: CaseNumber,
    /// Who holds it now.
    pub holding: Holding,
    /// What it was last referred for; nothing before the first referral.
    pub errand: Option<Errand>,
    /// Offers that have ended, the latest last.
    pub ended: Vec<EndedOffer>,
}

/// Exactly one unit holds a case, also while an offer is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// The window holds it, and no offer is open.
    Window {
        /// Since when.
        since: Timestamp,
    },
    /// The window holds it, and a unit is asked.
    Offered {
        /// Since when the window holds it.
        since: Timestamp,
        /// The offer.
        handoff: HandoffId,
        /// Who is asked.
        to: UnitId,
        /// Where that unit is.
        to_division: DivisionCode,
        /// When the offer ends.
        until: Timestamp,
    },
    /// A unit accepted it.
    Unit {
        /// Since when.
        since: Timestamp,
        /// The handoff that brought it.
        handoff: HandoffId,
        /// The unit.
        unit: UnitId,
        /// Where it is.
        division: DivisionCode,
    },
}

/// What a case was referred for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// What it is about.
    pub item: ServiceItem,
    /// What exactly.
    pub topic: Topic,
    /// The responsible place.
    pub place: DivisionCode,
    /// Units that declined it, gave it back or did not answer.
    pub sent_away: Vec<UnitId>,
}

/// An offer that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedOffer {
    /// The handoff.
    pub handoff: HandoffId,
    /// How it ended.
    pub end: OfferEnd,
    /// Who ended it.
    pub by: UnitId,
    /// When.
    pub at: Timestamp,
}

impl Custody {
    /// The one unit that answers for the case.
    #[must_use]
    pub fn holder(&self) -> &UnitId {
        match &self.holding {
            Holding::Window { .. } | Holding::Offered { .. } => &self.window,
            Holding::Unit { unit, .. } => unit,
        }
    }

    /// Since when it does.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        match self.holding {
            Holding::Window { since }
            | Holding::Offered { since, .. }
            | Holding::Unit { since, .. } => since,
        }
    }

    fn sent_away_by(self, unit: &UnitId) -> Option<Errand> {
        self.errand.map(|mut errand| {
            errand.sent_away.push(unit.clone());
            errand
        })
    }

    fn offer_ended(&self, ended: EndedOffer) -> Vec<EndedOffer> {
        self.ended.iter().cloned().chain([ended]).collect()
    }
}

/// Custody after one more event. Total: an event that came to be is never refused.
#[must_use]
pub fn evolve(custody: Option<Custody>, event: &Event) -> Option<Custody> {
    let Some(custody) = custody else {
        let Event::CustodyTaken(taken) = event else {
            return None;
        };
        return Some(Custody {
            window: taken.by.clone(),
            window_division: taken.division,
            number: taken.number.clone(),
            holding: Holding::Window { since: taken.at },
            errand: None,
            ended: Vec::new(),
        });
    };
    let since = custody.since();
    Some(match event {
        Event::CustodyTaken(_) | Event::ClockStarted(_) | Event::ClockStopped(_) => custody,
        Event::Routed(routed) => {
            let errand = errand(&custody, &routed.item, &routed.topic, routed.place);
            Custody {
                errand: Some(errand),
                ..custody
            }
        }
        Event::Stranded(stranded) => {
            let errand = errand(&custody, &stranded.item, &stranded.topic, stranded.place);
            Custody {
                errand: Some(errand),
                ..custody
            }
        }
        Event::Offered(offered) => Custody {
            holding: Holding::Offered {
                since,
                handoff: offered.handoff,
                to: offered.to.clone(),
                to_division: offered.to_division,
                until: offered.until,
            },
            ..custody
        },
        Event::Accepted(accepted) => Custody {
            holding: Holding::Unit {
                since: accepted.at,
                handoff: accepted.handoff,
                unit: accepted.to.clone(),
                division: accepted.to_division,
            },
            ended: custody.offer_ended(EndedOffer {
                handoff: accepted.handoff,
                end: OfferEnd::Accepted,
                by: accepted.to.clone(),
                at: accepted.at,
            }),
            ..custody
        },
        Event::Declined(declined) => Custody {
            holding: Holding::Window { since },
            ended: custody.offer_ended(EndedOffer {
                handoff: declined.handoff,
                end: OfferEnd::Declined,
                by: declined.by.clone(),
                at: declined.at,
            }),
            errand: custody.clone().sent_away_by(&declined.by),
            ..custody
        },
        Event::Recalled(recalled) => Custody {
            holding: Holding::Window { since },
            ended: custody.offer_ended(EndedOffer {
                handoff: recalled.handoff,
                end: OfferEnd::Recalled,
                by: recalled.holder.clone(),
                at: recalled.at,
            }),
            ..custody
        },
        Event::Expired(expired) => Custody {
            holding: Holding::Window { since },
            ended: custody.offer_ended(EndedOffer {
                handoff: expired.handoff,
                end: OfferEnd::Expired,
                by: expired.to.clone(),
                at: expired.at,
            }),
            errand: custody.clone().sent_away_by(&expired.to),
            ..custody
        },
        Event::Returned(returned) => Custody {
            holding: Holding::Window { since: returned.at },
            errand: custody.clone().sent_away_by(&returned.from),
            ..custody
        },
        Event::Completed(completed) => Custody {
            holding: Holding::Window {
                since: completed.at,
            },
            ..custody
        },
    })
}

/// The errand under a route: who sent the case away is remembered while it is about the same thing.
fn errand(custody: &Custody, item: &ServiceItem, topic: &Topic, place: DivisionCode) -> Errand {
    let sent_away = match &custody.errand {
        Some(before) if before.item == *item => before.sent_away.clone(),
        _ => Vec::new(),
    };
    Errand {
        item: item.clone(),
        topic: topic.clone(),
        place,
        sent_away,
    }
}

/// Whom an event concerns: the unit addressed, or the unit that holds the case after it.
#[must_use]
pub fn address(custody: &Custody, event: &Event) -> Address {
    let item = custody.errand.as_ref().map(|errand| errand.item.clone());
    let window = || Address {
        unit: custody.window.clone(),
        division: custody.window_division,
        item: item.clone(),
    };
    match event {
        Event::Offered(offered) => Address {
            unit: offered.to.clone(),
            division: offered.to_division,
            item: item.clone(),
        },
        // The unit that was asked must see that it no longer is.
        Event::Recalled(recalled) => Address {
            unit: recalled.to.clone(),
            division: recalled.to_division,
            item: item.clone(),
        },
        Event::CustodyTaken(_)
        | Event::Routed(_)
        | Event::Stranded(_)
        | Event::Accepted(_)
        | Event::Declined(_)
        | Event::Returned(_)
        | Event::Expired(_)
        | Event::Completed(_)
        | Event::ClockStarted(_)
        | Event::ClockStopped(_) => addressee(custody, window()),
    }
}

fn addressee(custody: &Custody, window: Address) -> Address {
    match &custody.holding {
        Holding::Window { .. } => window,
        Holding::Offered {
            to, to_division, ..
        } => Address {
            unit: to.clone(),
            division: *to_division,
            ..window
        },
        Holding::Unit { unit, division, .. } => Address {
            unit: unit.clone(),
            division: *division,
            ..window
        },
    }
}
