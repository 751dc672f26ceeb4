//! What each event makes of a case.

use onestop_proto::{
    case::{
        About, Corrected, Event, Grade, HandoverNoted, MaterialReceived, NeedKind, Opened,
        ReferralRequested, ReopenReason, VisitOutcome,
    },
    clock::ClockBook,
    ids::{Topic, UnitId},
    referral::Resumption,
    time::Timestamp,
};

use super::{Case, Rating, Standing};

/// The case after one more event. Total: an event in the log is never refused.
pub(crate) fn evolve(case: Option<Case>, event: &Event) -> Option<Case> {
    let Some(mut case) = case else {
        let Event::Opened(opened) = event else {
            return None;
        };
        return Some(Case::new(opened));
    };
    match event {
        Event::Opened(_) => case.standing = Standing::AtWindow,
        Event::CameBack(back) => case.come_back(back.external.clone()),
        Event::HandoverNoted(noted) => case.hand_over(noted),
        Event::ReferralRequested(requested) => case.refer(requested),
        Event::HolderNoted(noted) => {
            case.standing = Standing::Referred {
                holder: noted.holder.clone(),
                division: noted.holder_division,
            };
        }
        Event::Answered(_) => case.standing = Standing::Answered,
        Event::ResultNoted(_) => case.standing = Standing::ResultBack,
        Event::Withdrawn(_) => case.standing = Standing::Withdrawn,
        Event::Archived(_) => case.standing = Standing::Archived,
        Event::Merged(merged) => {
            case.standing = Standing::Merged {
                into: merged.into,
                reason: merged.reason,
            };
        }
        Event::Closed(closed) => case.close(closed.reopen_until),
        Event::Reopened(reopened) => case.reopen(reopened.reason),
        Event::Corrected(corrected) => case.correct(corrected),
        Event::MaterialReceived(received) => case.receive(received),
        Event::NoticeGiven(given) => case.notice = Some(given.missing.clone()),
        Event::AttachmentAdded(added) => case.files.push(added.clone()),
        Event::Erased(erased) => case.erased = Some(erased.basis),
        Event::ErasureRefused(_) => case.erasure_requested = None,
        Event::ErasureRequested(requested) => case.erasure_requested = Some(requested.clone()),
        Event::GroupReported(_) => case.group_reported = true,
        Event::HomeVisited(visited) => case.visit(visited.outcome),
        Event::NeedSettled(settled) => case.settle(settled.need),
        Event::MarkedUrgent(_) => case.urgent = true,
        Event::UrgencyLifted(_) => case.urgent = false,
        Event::FollowedUp(_) => {}
        Event::Rated(rated) => case.rate(rated.grade),
        Event::Redone(_) => {
            if let Rating::Rated { grade } = case.rating {
                case.rating = Rating::Redone { grade };
            }
        }
        Event::ClockStarted(_)
        | Event::ClockStopped(_)
        | Event::ClockCorrected(_)
        | Event::ClockDueSoon(_)
        | Event::ClockOverdue(_)
        | Event::ClockSupervised(_) => case.clocks.apply_event(event),
    }
    Some(case)
}

impl Case {
    fn new(opened: &Opened) -> Self {
        Self {
            about: About {
                item: opened.item.clone(),
                topic: opened.topic.clone(),
            },
            place: opened.place,
            applicant: opened.applicant.clone(),
            people: opened.people,
            respondents: opened.respondents,
            needs: opened.needs.clone(),
            settled: Vec::new(),
            urgent: opened.urgent,
            warnings: opened.warnings.clone(),
            opened: opened.clone(),
            standing: Standing::AtWindow,
            rating: Rating::None,
            clocks: ClockBook::default(),
            notice: None,
            receipts: 0,
            files: Vec::new(),
            group_reported: false,
            reopened: 0,
            resumption: None,
            reopen_until: None,
            external: None,
            erased: None,
            erasure_requested: None,
            holds_complaint: false,
        }
    }

    /// Until a unit accepts, the window holds it.
    fn refer(&mut self, requested: &ReferralRequested) {
        self.about = About {
            item: requested.subject.item.clone(),
            topic: requested.subject.topic.clone(),
        };
        self.resumption = None;
        self.external = None;
        self.standing = Standing::Referred {
            holder: self.opened.window.clone(),
            division: self.opened.window_division,
        };
    }

    fn come_back(&mut self, external: Option<UnitId>) {
        self.standing = Standing::AtWindow;
        self.external = external;
    }

    fn hand_over(&mut self, noted: &HandoverNoted) {
        self.external = None;
        self.standing = Standing::HandedOver {
            handover: noted.handover,
            to: noted.to.clone(),
        };
    }

    fn close(&mut self, reopen_until: Option<Timestamp>) {
        self.standing = Standing::Closed;
        self.reopen_until = reopen_until;
    }

    fn settle(&mut self, need: NeedKind) {
        if !self.settled.contains(&need) {
            self.settled.push(need);
        }
    }

    /// A visit that did what it was for is the one that the citizen needs by then; in events of before no outcome is kept.
    fn visit(&mut self, outcome: Option<VisitOutcome>) {
        let is_owed = self.needs.owed().contains(&NeedKind::HomeVisit);
        match outcome {
            None | Some(VisitOutcome::Done) if is_owed => self.settle(NeedKind::HomeVisit),
            None
            | Some(
                VisitOutcome::Done
                | VisitOutcome::Partly
                | VisitOutcome::NotAtHome
                | VisitOutcome::AnotherVisit,
            ) => {}
        }
    }

    fn rate(&mut self, grade: Grade) {
        self.holds_complaint |= grade.is_bad();
        self.rating = Rating::Rated { grade };
    }

    /// The result is rated anew, unless the redo of a bad rating is pending. What the bureau orders is none of the times
    /// that a citizen may come again.
    fn reopen(&mut self, reason: ReopenReason) {
        self.standing = Standing::AtWindow;
        self.external = None;
        self.notice = None;
        self.settled = Vec::new();
        self.holds_complaint |= reason == ReopenReason::CorrectionOrdered;
        (self.reopened, self.resumption) = match reason {
            ReopenReason::CorrectionOrdered => (self.reopened, None),
            ReopenReason::NotCarriedOut | ReopenReason::NewFacts => (self.reopened + 1, None),
            ReopenReason::ClosedByMistake => (self.reopened + 1, Some(Resumption::ClosedByMistake)),
            ReopenReason::WithdrawalTakenBack => {
                (self.reopened + 1, Some(Resumption::WithdrawalTakenBack))
            }
        };
        self.reopen_until = None;
        if self.redo_clock().is_none() {
            self.rating = Rating::None;
        }
    }

    fn correct(&mut self, corrected: &Corrected) {
        let Corrected {
            applicant,
            needs,
            place,
            topic,
            respondents,
            people,
            warnings,
            corrects: _,
            reason: _,
        } = corrected.clone();
        // What was odd in the applicant stays, where the correction was of something else.
        if let Some(applicant) = applicant {
            self.applicant = applicant;
            self.respondents = respondents;
            self.people = people.or(self.people);
            self.warnings = warnings;
        }
        // Another body may be responsible for it now.
        if place.is_some() || topic.is_some() {
            self.external = None;
        }
        self.needs = needs.unwrap_or_else(|| self.needs.clone());
        self.place = place.unwrap_or(self.place);
        self.about.topic = topic.unwrap_or_else(|| self.about.topic.clone());
    }

    fn receive(&mut self, received: &MaterialReceived) {
        let brought = |kind: &Topic| received.materials.iter().any(|m| m.kind == *kind);
        if let Some(missing) = &mut self.notice {
            missing.retain(|kind| !brought(kind));
        }
        self.receipts += 1;
    }
}
