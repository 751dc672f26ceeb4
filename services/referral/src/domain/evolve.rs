//! What each event makes of custody. Total: an event in the log is never refused.

use onestop_proto::{
    clock::{ClockBook, ClockEvent},
    ids::{HandoffId, StaffId, UnitId},
    referral::{
        Accepted, ApplicantsCorrected, CoInvited, CoReported, CoUnitStatus, CustodyChain,
        DisputeWithdrawn, Disputed, Event, Expired, ExtensionRequested, ExternalAnswer,
        ExternalBodyReplied, HandedOver, HandoverPurpose, LeadFinished, OfferEnd, Offered,
        RecallReason, Recalled, Returned, Routed, SupervisionOrdered, Undertaken, Unroutable,
    },
    routing::Urgency,
    time::Timestamp,
};

use super::{
    application_times::{ApplicationEnd, ApplicationTimes},
    custody::{
        CoUnit, Custody, Handover, Holding, Instruction, Lead, PastOffer, PendingDispute,
        PendingExtension, PendingOffer, ReferralSubject,
    },
    search::remember,
};

/// Custody after one more event.
pub fn evolve(custody: Option<Custody>, event: &Event) -> Option<Custody> {
    let Some(mut custody) = custody else {
        return begin(event);
    };
    custody.chain.apply(event);
    match ClockEvent::of(event) {
        Some(event) => custody.apply_clock(&event),
        None => custody.apply(event),
    }
    Some(custody)
}

/// Custody begins at the window that opens the case (首问负责).
fn begin(event: &Event) -> Option<Custody> {
    let Event::CustodyTaken(taken) = event else {
        return None;
    };
    Some(Custody {
        window: taken.by.clone(),
        window_division: taken.division,
        number: taken.number.clone(),
        text_key: taken.text_key,
        chain: CustodyChain::begin(event)?,
        holding: Holding::Window,
        subject: None,
        application: ApplicationTimes::default(),
        set_aside: Vec::new(),
        ended_applications: Vec::new(),
        opposed: Vec::new(),
        sent_away_by: Vec::new(),
        contested_by: Vec::new(),
        refusals: Vec::new(),
        lapsed: Vec::new(),
        search: None,
        past_offers: Vec::new(),
        clocks: ClockBook::default(),
        participants: Vec::new(),
        approached: Vec::new(),
        acting: Vec::new(),
        conflicted: Vec::new(),
        co_units: Vec::new(),
        instruction: None,
        extension: None,
        handovers: Vec::new(),
    })
}

impl Custody {
    fn apply(&mut self, event: &Event) {
        match event {
            Event::Routed(routed) => self.apply_routed(routed),
            Event::Unroutable(unroutable) => self.apply_unroutable(unroutable),
            Event::Offered(offered) => self.apply_offered(offered),
            Event::Accepted(accepted) => self.apply_accepted(accepted),
            Event::Declined(it) => {
                self.end_offer(it.handoff, OfferEnd::Declined, &it.by, it.at);
                self.note_sent_away(&it.by, Some(it.reason));
                self.note_contested(it.staff.as_ref());
            }
            Event::Recalled(it) => self.apply_recalled(it),
            Event::Expired(it) => self.apply_expired(it),
            Event::Returned(returned) => self.apply_returned(returned),
            Event::Disputed(disputed) => self.apply_disputed(disputed),
            Event::Completed(it) => {
                self.end_application(ApplicationEnd::Decided, Some(it.handoff), it.at);
            }
            Event::Ended(it) => self.end_application(ApplicationEnd::Left, None, it.at),
            Event::DisputeWithdrawn(it) => self.end_dispute(it),
            // The offer to the designated unit follows in the same append.
            Event::Designated(_) | Event::ExternalBodyResponsible(_) => {
                self.holding = Holding::Window;
            }
            Event::Undertaken(undertaken) => self.apply_undertaken(undertaken),
            Event::LeadFinished(finished) => self.apply_lead_finished(finished),
            Event::CoInvited(invited) => self.apply_co_invited(invited),
            Event::CoJoined(joined) => {
                remember(&mut self.participants, &joined.unit);
                self.set_co_unit(&joined.unit, CoUnitStatus::Joined, joined.at);
            }
            Event::CoDeclined(it) => self.set_co_unit(&it.unit, CoUnitStatus::Declined, it.at),
            Event::CoReported(it) => self.apply_co_reported(it),
            Event::CoReleased(it) => self.set_co_unit(&it.unit, CoUnitStatus::Released, it.at),
            Event::SupervisionOrdered(ordered) => self.apply_ordered(ordered),
            Event::SupervisionAnswered(_) => self.instruction = None,
            Event::ExtensionRequested(requested) => self.extension = Some(requested.into()),
            Event::ExtensionRefused(_) => self.extension = None,
            Event::Engaged(engaged) => remember(&mut self.acting, &engaged.person),
            Event::ApplicantsCorrected(corrected) => self.apply_corrected(*corrected),
            Event::UrgencyChanged(changed) => self.apply_urgency(changed.urgency),
            Event::HandedOver(handed) => self.handovers.push(handed.into()),
            Event::ExternalBodyReplied(reply) => self.apply_reply(reply),
            // Custody begins once; others follow an order to correct and mind who acts for whom; the book folds the clocks.
            Event::CustodyTaken(_)
            | Event::OtherSideEngaged(_)
            | Event::ConflictFound(_)
            | Event::CorrectionOrdered(_)
            | Event::ClockStarted(_)
            | Event::ClockStopped(_)
            | Event::ClockExtended(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_) => {}
        }
    }

    fn apply_routed(&mut self, routed: &Routed) {
        self.take_up_application(&routed.subject, routed.requested_at);
        self.set_subject(routed.subject.clone());
        self.forget_considered(&routed.route.candidates);
    }

    fn apply_expired(&mut self, it: &Expired) {
        self.end_offer(it.handoff, OfferEnd::Expired, &it.to, it.at);
        remember(&mut self.lapsed, &it.to);
    }

    fn apply_recalled(&mut self, it: &Recalled) {
        self.note_recall(it.reason, Some(it.handoff), it.at);
        self.end_offer(it.handoff, OfferEnd::Recalled, &it.holder, it.at);
    }

    fn end_application(&mut self, how: ApplicationEnd, of: Option<HandoffId>, at: Timestamp) {
        self.end_applications(how, of, at);
        self.holding = Holding::Window;
    }

    fn end_dispute(&mut self, it: &DisputeWithdrawn) {
        self.note_recall(it.reason, None, it.at);
        self.holding = Holding::Window;
    }

    fn apply_unroutable(&mut self, unroutable: &Unroutable) {
        self.take_up_application(&unroutable.subject, unroutable.requested_at);
        self.set_subject(unroutable.subject.clone());
        self.forget_considered(&unroutable.candidates);
        self.holding = Holding::Unroutable;
        self.search.clone_from(&unroutable.arbiter);
    }

    fn apply_offered(&mut self, offered: &Offered) {
        remember(&mut self.approached, &offered.to);
        self.holding = Holding::Offered(PendingOffer {
            handoff: offered.handoff,
            to: offered.to.clone(),
            to_division: offered.to_division,
            until: offered.until,
            designated_by: offered.designated_by.clone(),
        });
    }

    fn apply_accepted(&mut self, accepted: &Accepted) {
        let designated_by = self.designated_by().cloned();
        let (by, at) = (&accepted.to, accepted.at);
        self.end_offer(accepted.handoff, OfferEnd::Accepted, by, at);
        remember(&mut self.participants, &accepted.to);
        self.co_units.clear();
        self.holding = Holding::Unit(Lead {
            handoff: accepted.handoff,
            designated_by,
            undertaken_at: None,
            finished: None,
        });
    }

    fn apply_disputed(&mut self, disputed: &Disputed) {
        if let Some(handoff) = disputed.handoff {
            self.end_offer(handoff, OfferEnd::Disputed, &disputed.by, disputed.at);
            self.note_sent_away(&disputed.by, None);
        }
        self.note_contested(disputed.staff.as_ref());
        self.holding = Holding::Disputed(PendingDispute {
            id: disputed.dispute,
            by: disputed.by.clone(),
            reason: disputed.reason,
            why: disputed.why.clone(),
            supervisor: disputed.supervisor.clone(),
            supervisor_division: disputed.supervisor_division,
            at: disputed.at,
        });
    }

    fn apply_corrected(&mut self, corrected: ApplicantsCorrected) {
        if let Some(subject) = &mut self.subject {
            subject.people = corrected.people.or(subject.people);
            subject.respondents = corrected.respondents;
        }
    }

    fn apply_returned(&mut self, returned: &Returned) {
        self.note_sent_away(&returned.from, Some(returned.reason));
        self.note_contested(returned.staff.as_ref());
        self.holding = Holding::Window;
    }

    fn apply_urgency(&mut self, urgency: Urgency) {
        if let Some(subject) = &mut self.subject {
            subject.urgent = urgency == Urgency::Urgent;
        }
    }

    fn apply_ordered(&mut self, ordered: &SupervisionOrdered) {
        let mut held = self.chain.links();
        let held = held.find(|held| held.unit == ordered.holder);
        let division = held.map_or(self.holder_division(), |held| held.division);
        self.instruction = Some(Instruction {
            by: ordered.by.clone(),
            staff: ordered.staff.clone(),
            by_division: ordered.by_division,
            supervised: ordered.holder.clone(),
            supervised_division: division,
            instruction: ordered.instruction.clone(),
            until: ordered.until,
        });
    }

    fn apply_co_invited(&mut self, invited: &CoInvited) {
        self.co_units.retain(|co| co.unit != invited.unit);
        self.co_units.push(CoUnit {
            unit: invited.unit.clone(),
            division: invited.division,
            task: invited.task.clone(),
            status: CoUnitStatus::Invited,
            since: invited.at,
            report: None,
        });
    }

    fn apply_undertaken(&mut self, undertaken: &Undertaken) {
        if let Holding::Unit(lead) = &mut self.holding {
            lead.undertaken_at = Some(undertaken.at);
        }
    }

    fn apply_lead_finished(&mut self, finished: &LeadFinished) {
        if let Holding::Unit(lead) = &mut self.holding {
            lead.finished = Some(finished.outcome);
        }
    }

    fn apply_co_reported(&mut self, reported: &CoReported) {
        self.set_co_unit(&reported.unit, CoUnitStatus::Reported, reported.at);
        let mut co_units = self.co_units.iter_mut();
        if let Some(co) = co_units.find(|co| co.unit == reported.unit) {
            co.report = Some(reported.report.clone());
        }
    }

    fn apply_reply(&mut self, reply: &ExternalBodyReplied) {
        let mut all = self.handovers.iter_mut();
        let Some(of) = all.find(|of| of.handed.handover == reply.handover) else {
            return;
        };
        of.reply = Some(reply.clone());
        let is_to_handle = of.handed.purpose == HandoverPurpose::Handle;
        // A body that does not handle it is not asked again for the same.
        match reply.answer {
            ExternalAnswer::NotTheirs | ExternalAnswer::Refused if is_to_handle => {
                self.note_sent_away(&reply.from, None);
            }
            ExternalAnswer::NotTheirs
            | ExternalAnswer::Refused
            | ExternalAnswer::Taken
            | ExternalAnswer::Done
            | ExternalAnswer::Told => {}
        }
    }

    fn end_offer(&mut self, handoff: HandoffId, end: OfferEnd, by: &UnitId, at: Timestamp) {
        let by = by.clone();
        self.past_offers.push(PastOffer {
            handoff,
            end,
            by,
            at,
        });
        self.holding = Holding::Window;
    }

    fn note_contested(&mut self, staff: Option<&StaffId>) {
        let new = staff.filter(|staff| !self.contested_by.contains(staff));
        self.contested_by.extend(new.cloned());
    }

    /// What a citizen withdrew is applied for anew; a mistake of the window is not the citizen's.
    fn note_recall(&mut self, reason: RecallReason, of: Option<HandoffId>, at: Timestamp) {
        match reason {
            RecallReason::CitizenWithdrew => self.end_applications(ApplicationEnd::Left, of, at),
            RecallReason::WindowError => {}
        }
    }

    /// The units that sent the case away count for its item alone.
    fn set_subject(&mut self, subject: ReferralSubject) {
        if let Some(other) = subject.opposed_to {
            remember(&mut self.opposed, &other);
        }
        let before = self.subject.replace(subject);
        if before.map(|before| before.item) != self.subject.as_ref().map(|now| now.item.clone()) {
            self.sent_away_by.clear();
            self.contested_by.clear();
            self.refusals.clear();
            self.lapsed.clear();
        }
    }

    fn set_co_unit(&mut self, unit: &UnitId, status: CoUnitStatus, since: Timestamp) {
        if let Some(co) = self.co_units.iter_mut().find(|co| co.unit == *unit) {
            co.status = status;
            co.since = since;
            co.report = None;
        }
    }
}

impl From<&HandedOver> for Handover {
    fn from(handed: &HandedOver) -> Self {
        Self {
            handed: handed.clone(),
            reply: None,
        }
    }
}

impl From<&ExtensionRequested> for PendingExtension {
    fn from(requested: &ExtensionRequested) -> Self {
        Self {
            step: requested.step.clone(),
            by: requested.by.clone(),
            staff: requested.staff.clone(),
            reason: requested.reason.clone(),
            supervisor: requested.supervisor.clone(),
            supervisor_division: requested.supervisor_division,
        }
    }
}
