//! A case as its events leave it.

use onestop_proto::{
    case::{
        About, AttachmentAdded, Ciphertext, Event, Grade, MergeReason, NeedKind, Needs, Opened,
        Rejection, Stage, Warning,
    },
    clock::{Clock, ClockBook},
    division::DivisionCode,
    envelope::Address,
    ids::{CaseId, HandoffId, Topic, UnitId},
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
    /// Whether it cannot wait, as last said.
    pub(crate) urgent: bool,
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
    /// The body outside that is responsible for what it was last referred for: the window hands it over.
    pub(crate) external: Option<UnitId>,
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
    /// Handed over to a body outside, by the window, which keeps it.
    HandedOver {
        handover: HandoffId,
        to: UnitId,
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
            Standing::HandedOver { .. } => Stage::HandedOver,
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
            | Standing::HandedOver { .. }
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
