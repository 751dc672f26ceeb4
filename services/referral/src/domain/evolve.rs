//! What each event makes of custody. Total: an event that came to be is never refused.

use onestop_proto::{
    clock::{Alarm, Clock, Step},
    division::DivisionCode,
    ids::{CaseId, HandoffId, ServiceItem, Topic, UnitId},
    referral::{CoUnitStatus, Event, OfferEnd, ReturnReason, accept_step, report_step},
    time::Timestamp,
};

use super::state::{
    Asked, CoUnit, Custody, Dispute, EndedOffer, Errand, Handover, Holding, Instruction, Search,
};

/// Custody after one more event.
#[must_use]
pub fn evolve(custody: Option<Custody>, event: &Event) -> Option<Custody> {
    let Some(mut custody) = custody else {
        let Event::CustodyTaken(taken) = event else {
            return None;
        };
        return Some(Custody {
            window: taken.by.clone(),
            window_division: taken.division,
            number: taken.number.clone(),
            holding: Holding::Window {
                since: taken.at,
                search: Search::None,
            },
            errand: None,
            ended: Vec::new(),
            clocks: Vec::new(),
            held: Vec::new(),
            asked: Vec::new(),
            conflicted: Vec::new(),
            co_units: Vec::new(),
            instruction: None,
            extension: None,
            handed_over: Vec::new(),
        });
    };
    custody.take_in(event);
    Some(custody)
}

impl Custody {
    fn take_in(&mut self, event: &Event) {
        let since = self.since();
        match event {
            Event::CustodyTaken(_) => {}
            Event::Routed(routed) => {
                let about = (&routed.item, &routed.topic, routed.place);
                self.look_for(about, routed.urgent, routed.opposed_to);
            }
            Event::Stranded(stranded) => {
                let about = (&stranded.item, &stranded.topic, stranded.place);
                self.look_for(about, stranded.urgent, stranded.opposed_to);
                self.holding = Holding::Window {
                    since,
                    search: Search::InVain,
                };
            }
            Event::Offered(offered) => {
                remember(&mut self.asked, &offered.to);
                self.holding = Holding::Offered {
                    since,
                    handoff: offered.handoff,
                    to: offered.to.clone(),
                    to_division: offered.to_division,
                    until: offered.until,
                    designated_by: offered.designated_by.clone(),
                };
            }
            Event::Accepted(accepted) => {
                let designated_by = self.designated_by().cloned();
                self.offer_ended(
                    accepted.handoff,
                    OfferEnd::Accepted,
                    &accepted.to,
                    accepted.at,
                );
                remember(&mut self.held, &accepted.to);
                self.co_units.clear();
                self.holding = Holding::Unit {
                    since: accepted.at,
                    handoff: accepted.handoff,
                    unit: accepted.to.clone(),
                    division: accepted.to_division,
                    designated_by,
                    finished: None,
                };
            }
            Event::Declined(declined) => {
                self.offer_ended(
                    declined.handoff,
                    OfferEnd::Declined,
                    &declined.by,
                    declined.at,
                );
                self.sent_away(&declined.by, Some(declined.reason));
                self.back_at_window(since);
            }
            Event::Recalled(recalled) => {
                self.offer_ended(
                    recalled.handoff,
                    OfferEnd::Recalled,
                    &recalled.holder,
                    recalled.at,
                );
                self.back_at_window(since);
            }
            Event::Expired(expired) => {
                self.offer_ended(expired.handoff, OfferEnd::Expired, &expired.to, expired.at);
                self.sent_away(&expired.to, None);
                self.back_at_window(since);
            }
            Event::Returned(returned) => {
                self.sent_away(&returned.from, Some(returned.reason));
                self.back_at_window(returned.at);
            }
            Event::Completed(completed) => self.back_at_window(completed.at),
            Event::Disputed(disputed) => {
                if let Some(handoff) = disputed.handoff {
                    self.offer_ended(handoff, OfferEnd::Disputed, &disputed.by, disputed.at);
                    self.sent_away(&disputed.by, None);
                }
                self.holding = Holding::Disputed {
                    since,
                    dispute: Dispute {
                        id: disputed.dispute,
                        by: disputed.by.clone(),
                        reason: disputed.reason,
                        why: disputed.why.clone(),
                        supervisor: disputed.supervisor.clone(),
                        supervisor_division: disputed.supervisor_division,
                        at: disputed.at,
                    },
                };
            }
            // The offer to the designated unit follows in the same append.
            Event::Designated(_)
            | Event::DisputeWithdrawn(_)
            | Event::Ended(_)
            | Event::ExternalBodyResponsible(_) => {
                self.back_at_window(since);
            }
            Event::LeadFinished(done) => {
                if let Holding::Unit { finished, .. } = &mut self.holding {
                    *finished = Some(done.outcome);
                }
            }
            Event::CoInvited(invited) => {
                self.co_units.retain(|co| co.unit != invited.unit);
                self.co_units.push(CoUnit {
                    unit: invited.unit.clone(),
                    division: invited.division,
                    task: invited.task.clone(),
                    standing: CoUnitStatus::Invited,
                    since: invited.at,
                    report: None,
                });
            }
            Event::CoJoined(joined) => {
                remember(&mut self.held, &joined.unit);
                self.co_unit_is(&joined.unit, CoUnitStatus::Joined, joined.at, None);
            }
            Event::CoDeclined(declined) => {
                self.co_unit_is(&declined.unit, CoUnitStatus::Declined, declined.at, None);
            }
            Event::CoReported(reported) => {
                let report = Some(reported.report.clone());
                self.co_unit_is(&reported.unit, CoUnitStatus::Reported, reported.at, report);
            }
            Event::CoReleased(released) => {
                self.co_unit_is(&released.unit, CoUnitStatus::Released, released.at, None);
            }
            Event::SupervisionOrdered(ordered) => {
                self.instruction = Some(Instruction {
                    by: ordered.by.clone(),
                    by_division: ordered.by_division,
                    instruction: ordered.instruction.clone(),
                    until: ordered.until,
                });
            }
            Event::SupervisionAnswered(_) => self.instruction = None,
            Event::ExtensionRequested(asked) => {
                self.extension = Some(Asked {
                    step: asked.step.clone(),
                    by: asked.by.clone(),
                    reason: asked.reason.clone(),
                    supervisor: asked.supervisor.clone(),
                    supervisor_division: asked.supervisor_division,
                });
            }
            Event::ExtensionRefused(_) => self.extension = None,
            Event::HandedOver(handed) => self.handed_over.push(Handover {
                handed: handed.clone(),
                heard: None,
            }),
            Event::ExternalBodyReplied(heard) => {
                let mut all = self.handed_over.iter_mut();
                if let Some(of) = all.find(|of| of.handed.handover == heard.handover) {
                    of.heard = Some(heard.clone());
                }
            }
            Event::ClockStarted(_)
            | Event::ClockStopped(_)
            | Event::ClockExtended(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_) => self.turn_clocks(event),
        }
    }

    fn turn_clocks(&mut self, event: &Event) {
        if let Event::ClockStarted(started) = event {
            self.clocks.retain(|clock| clock.step != started.step);
            self.clocks.push(Clock::started(started));
        }
        if let Event::ClockStopped(stopped) = event {
            self.clocks.retain(|clock| clock.step != stopped.step);
            self.extension.take_if(|asked| asked.step == stopped.step);
        }
        if let Event::ClockExtended(extended) = event {
            self.extension.take_if(|asked| asked.step == extended.step);
            self.change(&extended.step, |clock| clock.extended(extended));
            self.ends(&extended.step, extended.due.at);
        }
        if let Event::ClockCorrected(corrected) = event {
            self.change(&corrected.step, |clock| clock.corrected(corrected));
            self.ends(&corrected.step, corrected.due.at);
        }
        if let Event::ClockDueSoon(soon) = event {
            self.change(&soon.step, |clock| clock.alarmed(Alarm::DueSoon));
        }
        if let Event::ClockOverdue(over) = event {
            self.change(&over.step, |clock| clock.alarmed(Alarm::Overdue));
        }
        if let Event::ClockSupervised(told) = event {
            let alarm = Alarm::Supervised {
                by: told.supervisor.clone(),
                division: told.division,
            };
            self.change(&told.step, |clock| clock.alarmed(alarm));
        }
    }

    /// What a step ends, ends with it: an offer with its answer, an instruction with its report.
    fn ends(&mut self, step: &Step, at: Timestamp) {
        if let Holding::Offered { until, .. } = &mut self.holding
            && *step == accept_step()
        {
            *until = at;
        }
        if let Some(instruction) = &mut self.instruction
            && *step == report_step()
        {
            instruction.until = at;
        }
    }

    fn change(&mut self, step: &Step, how: impl FnOnce(Clock) -> Clock) {
        if let Some(place) = self.clocks.iter().position(|clock| clock.step == *step) {
            let changed = how(self.clocks.remove(place));
            self.clocks.insert(place, changed);
        }
    }

    fn back_at_window(&mut self, since: Timestamp) {
        self.holding = Holding::Window {
            since,
            search: Search::None,
        };
    }

    fn designated_by(&self) -> Option<&UnitId> {
        match &self.holding {
            Holding::Offered { designated_by, .. } | Holding::Unit { designated_by, .. } => {
                designated_by.as_ref()
            }
            Holding::Window { .. } | Holding::Disputed { .. } => None,
        }
    }

    fn offer_ended(&mut self, handoff: HandoffId, end: OfferEnd, by: &UnitId, at: Timestamp) {
        let by = by.clone();
        self.ended.push(EndedOffer {
            handoff,
            end,
            by,
            at,
        });
    }

    fn sent_away(&mut self, unit: &UnitId, reason: Option<ReturnReason>) {
        if reason == Some(ReturnReason::ConflictOfInterest) {
            remember(&mut self.conflicted, unit);
        }
        if let Some(errand) = &mut self.errand {
            remember(&mut errand.sent_away, unit);
        }
    }

    /// Who sent the case away is remembered while it is about the same thing.
    fn look_for(
        &mut self,
        (item, topic, place): (&ServiceItem, &Topic, DivisionCode),
        urgent: bool,
        opposed_to: Option<CaseId>,
    ) {
        let before = self.errand.take();
        let sent_away = before
            .filter(|before| before.item == *item)
            .map_or_else(Vec::new, |before| before.sent_away);
        self.errand = Some(Errand {
            item: item.clone(),
            topic: topic.clone(),
            place,
            urgent,
            opposed_to,
            sent_away,
        });
    }

    fn co_unit_is(
        &mut self,
        unit: &UnitId,
        standing: CoUnitStatus,
        since: Timestamp,
        report: Option<String>,
    ) {
        if let Some(co) = self.co_units.iter_mut().find(|co| co.unit == *unit) {
            co.standing = standing;
            co.since = since;
            co.report = report;
        }
    }
}

fn remember(units: &mut Vec<UnitId>, unit: &UnitId) {
    if !units.contains(unit) {
        units.push(unit.clone());
    }
}
