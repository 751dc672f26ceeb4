//! A case as its events leave it.

use onestop_proto::{
    case::{
        About, AttachmentAdded, Ciphertext, Corrected, Event, Grade, MaterialReceived, MergeReason,
        NeedKind, Needs, Opened, ReferralRequested, Rejection, ReopenReason, Stage, VisitOutcome,
        Warning,
    },
    clock::{Clock, ClockBook},
    division::DivisionCode,
    envelope::Address,
    ids::{CaseId, Topic, UnitId},
    personal::{ErasureBasis, ErasureRequested},
    referral::Resumption,
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) opened: Opened,
    /// What it is about now: another referral may be for another item.
    pub(crate) about: About,
    /// The place that decides who is responsible.
    pub(crate) place: DivisionCode,
    /// Who asks and what for, as last corrected.
    pub(crate) applicant: Ciphertext,
    /// How many people ask, as last corrected; nothing where that was not kept.
    pub(crate) people: Option<u32>,
    /// How many other parties the applicants name, as last corrected.
    pub(crate) respondents: Option<u32>,
    /// What the window must see to, as last corrected.
    pub(crate) needs: Needs,
    /// The needs that were met or declined.
    pub(crate) settled: Vec<NeedKind>,
    /// What was odd in the applicant as last entered.
    pub(crate) warnings: Vec<Warning>,
    pub(crate) standing: Standing,
    pub(crate) rating: Rating,
    /// The clock of a pending redo; a case has no other.
    pub(crate) clocks: ClockBook,
    /// The missing material that the citizen was notified of and has not brought since; none before a notice.
    pub(crate) notice: Option<Vec<Topic>>,
    /// How many receipts for material were given.
    pub(crate) receipts: u32,
    pub(crate) files: Vec<AttachmentAdded>,
    /// Whether it was reported to the supervisor as a group's.
    pub(crate) group_reported: bool,
    /// How often it was opened again.
    pub(crate) reopened: u32,
    /// Why it was opened again, while the window may go on with the application of before.
    pub(crate) resumption: Option<Resumption>,
    /// Until when it can be opened again; nothing where no limit was known.
    pub(crate) reopen_until: Option<Timestamp>,
    /// On what basis its persons were erased.
    pub(crate) erased: Option<ErasureBasis>,
    /// The last request for that, which may have lapsed.
    pub(crate) erasure_requested: Option<ErasureRequested>,
    /// Whether the citizen was ever dissatisfied, or the bureau has ordered a correction. It stays when the case is opened
    /// again and rated anew.
    pub(crate) holds_complaint: bool,
}

/// The citizen's rating of the service (好差评).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rating {
    /// Not rated yet.
    None,
    /// Rated. While the clock of a redo runs, it is a bad rating that is to be put right (整改).
    Rated { grade: Grade },
    /// A bad rating that was put right: the citizen may rate once more.
    Redone { grade: Grade },
}

/// Where a case is in its course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The window has it and has not answered.
    AtWindow,
    /// Referred. Until a unit accepts, the window holds it.
    Referred {
        holder: UnitId,
        /// Where that unit is.
        division: DivisionCode,
    },
    ResultBack,
    Answered,
    Withdrawn,
    Closed,
    Archived,
    /// Merged into another case, where everything goes on.
    Merged {
        into: CaseId,
        reason: MergeReason,
    },
}

impl Case {
    /// The stage, as the contract names it.
    pub(crate) fn stage(&self) -> Stage {
        match self.standing {
            Standing::AtWindow => Stage::AtWindow,
            Standing::Referred { .. } => Stage::Referred,
            Standing::ResultBack => Stage::ResultBack,
            Standing::Answered => Stage::Answered,
            Standing::Withdrawn => Stage::Withdrawn,
            Standing::Closed => Stage::Closed,
            Standing::Archived => Stage::Archived,
            Standing::Merged { .. } => Stage::Merged,
        }
    }

    /// The unit that holds the case and its division, as far as intake knows.
    pub(crate) fn holder_and_division(&self) -> (&UnitId, DivisionCode) {
        match &self.standing {
            Standing::Referred { holder, division } => (holder, *division),
            Standing::AtWindow
            | Standing::ResultBack
            | Standing::Answered
            | Standing::Withdrawn
            | Standing::Closed
            | Standing::Archived
            | Standing::Merged { .. } => (&self.opened.window, self.opened.window_division),
        }
    }

    /// The clock of the redo that is pending, if one is.
    pub(crate) fn redo_clock(&self) -> Option<&Clock> {
        self.clocks.iter().next()
    }

    pub(crate) fn holder(&self) -> &UnitId {
        self.holder_and_division().0
    }

    pub(crate) fn holder_division(&self) -> DivisionCode {
        self.holder_and_division().1
    }

    /// The rejection of a command that the standing does not allow.
    pub(crate) fn not_now(&self) -> Rejection {
        Rejection::NotNow {
            stage: self.stage(),
            holder: self.holder().clone(),
        }
    }
}

/// The case after one more event. Total: an event in the log is never refused.
pub(crate) fn evolve(case: Option<Case>, event: &Event) -> Option<Case> {
    let Some(mut case) = case else {
        let Event::Opened(opened) = event else {
            return None;
        };
        return Some(Case::new(opened));
    };
    match event {
        Event::Opened(_) | Event::CameBack(_) => case.standing = Standing::AtWindow,
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
        self.standing = Standing::Referred {
            holder: self.opened.window.clone(),
            division: self.opened.window_division,
        };
    }

    fn close(&mut self, reopen_until: Option<Timestamp>) {
        self.standing = Standing::Closed;
        self.reopen_until = reopen_until;
    }

    /// How many people ask at least.
    pub(super) fn known_people(&self) -> u32 {
        self.people.unwrap_or(1)
    }

    /// The needs that were neither met nor declined.
    pub(crate) fn open_needs(&self) -> Vec<NeedKind> {
        let mut owed = self.needs.owed();
        owed.retain(|need| !self.settled.contains(need));
        owed
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

    /// Whether it can still be opened again once it is closed: before its last moment, and so many times at most.
    pub(super) fn check_reopening(&self, now: Timestamp, most: u32) -> Result<(), Rejection> {
        if let Some(until) = self.reopen_until
            && until <= now
        {
            return Err(Rejection::ReopenLate { until });
        }
        if self.reopened >= most {
            let times = self.reopened;
            return Err(Rejection::ReopenedBefore { times });
        }
        Ok(())
    }

    /// The result is rated anew, unless the redo of a bad rating is pending. What the bureau orders is none of the times
    /// that a citizen may come again.
    fn reopen(&mut self, reason: ReopenReason) {
        self.standing = Standing::AtWindow;
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

/// The unit that an event is addressed to: the holder of the case, or the supervisor who is alerted.
pub(crate) fn address(case: &Case, event: &Event) -> Address {
    let item = Some(case.about.item.clone());
    if let Event::ClockSupervised(supervised) = event {
        return Address {
            unit: supervised.supervisor.clone(),
            division: supervised.division,
            item,
        };
    }
    if let Event::GroupReported(told) = event {
        return Address {
            unit: told.supervisor.clone(),
            division: told.division,
            item,
        };
    }
    let (unit, division) = case.holder_and_division();
    Address {
        unit: unit.clone(),
        division,
        item,
    }
}
