//! The status (状态) of a case in one phrase, the same on every page: its stage, and of a referred case what it waits for.

use super::{NeedKind, Stage};
use crate::{ledger::CaseRow, query::CustodyView, referral::CustodyStage};

choices! {
    /// The status of a case.
    pub enum CaseStatus {
        /// The window has it and has not answered.
        AtWindow = "at-window", "窗口办理中", "at the window";
        /// Referred, with no unit found or designated yet; also in a dispute.
        Undecided = "undecided", "已转办，待确定承办单位", "referred, no unit decided yet";
        /// Offered to a unit, which has not answered.
        Offered = "offered", "已转办，待签收", "referred, not accepted yet";
        AtUnit = "at-unit", "承办单位办理中", "with the unit";
        /// A body outside is responsible: the window hands it over (移送).
        ToHandOver = "to-hand-over", "待移送有关单位", "to be handed over to another body";
        HandedOver = "handed-over", "已移送有关单位", "handed over to another body";
        AwaitsPapers = "awaits-papers", "待补正材料", "waits for papers";
        /// The unit's result is back at the window.
        ResultBack = "result-back", "结果已返回窗口", "the result is back";
        Answered = "answered", "窗口已答复", "answered at the window";
        /// Withdrawn by the citizen.
        Withdrawn = "withdrawn", "已撤销申请", "withdrawn";
        /// Closed (办结).
        Closed = "closed", "已办结", "closed";
        Archived = "archived", "已归档", "archived";
        Merged = "merged", "已并入其他案件", "merged into another case";
    }
}

/// Where a referred case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferredTo {
    /// With no unit.
    Undecided,
    /// Offered to a unit.
    Offered,
    /// With a unit that accepted it.
    Unit,
}

/// Whether the citizen still has to bring papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PapersAwaited {
    /// Nothing is missing.
    No,
    /// The window or the unit waits for papers.
    Yes,
}

impl CaseStatus {
    /// The status by the facts of the case: its stage, and, while it is referred, where it is and whether papers are missing.
    pub const fn of(stage: Stage, referred: ReferredTo, papers: PapersAwaited) -> Self {
        match stage {
            Stage::Referred => match (papers, referred) {
                (PapersAwaited::Yes, _) => Self::AwaitsPapers,
                (PapersAwaited::No, ReferredTo::Undecided) => Self::Undecided,
                (PapersAwaited::No, ReferredTo::Offered) => Self::Offered,
                (PapersAwaited::No, ReferredTo::Unit) => Self::AtUnit,
            },
            Stage::AtWindow => Self::AtWindow,
            Stage::HandedOver => Self::HandedOver,
            Stage::ResultBack => Self::ResultBack,
            Stage::Answered => Self::Answered,
            Stage::Withdrawn => Self::Withdrawn,
            Stage::Closed => Self::Closed,
            Stage::Archived => Self::Archived,
            Stage::Merged => Self::Merged,
        }
    }
}

impl PapersAwaited {
    /// Yes where something is awaited.
    pub const fn of<T>(awaited: Option<&T>) -> Self {
        match awaited {
            Some(_) => Self::Yes,
            None => Self::No,
        }
    }
}

impl CaseRow {
    /// The needs of the citizen that were neither met nor declined.
    #[must_use]
    pub fn open_needs(&self) -> Vec<NeedKind> {
        let mut owed = self.needs.owed();
        owed.retain(|need| !self.settled.contains(need));
        owed
    }

    /// The status of the case.
    pub const fn status(&self) -> CaseStatus {
        if matches!(self.stage, Stage::AtWindow) && self.external.is_some() {
            return CaseStatus::ToHandOver;
        }
        let referred = if self.offer.is_some() {
            ReferredTo::Offered
        } else if self.handoff.is_some() {
            ReferredTo::Unit
        } else {
            ReferredTo::Undecided
        };
        CaseStatus::of(
            self.stage,
            referred,
            PapersAwaited::of(self.papers.as_ref()),
        )
    }
}

impl CustodyView {
    /// Where a referred case is by its custody; undecided where an answer of before does not say.
    pub const fn referred_to(&self) -> ReferredTo {
        match self.stage {
            Some(CustodyStage::Offered | CustodyStage::Designated) => ReferredTo::Offered,
            Some(
                CustodyStage::AtUnit
                | CustodyStage::AtDesignated
                | CustodyStage::Joint
                | CustodyStage::JointDesignated
                | CustodyStage::LeadFinished,
            ) => ReferredTo::Unit,
            Some(CustodyStage::AtWindow | CustodyStage::Unroutable | CustodyStage::Disputed)
            | None => ReferredTo::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_is_not_referred_has_the_words_of_its_stage() {
        for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Referred) {
            let status = CaseStatus::of(*stage, ReferredTo::Unit, PapersAwaited::Yes);
            assert_eq!(status.text().zh, stage.text().zh);
        }
    }

    #[test]
    fn a_referred_case_says_what_it_waits_for() {
        let of = |referred, papers| CaseStatus::of(Stage::Referred, referred, papers).text().zh;
        assert_eq!(of(ReferredTo::Unit, PapersAwaited::No), "承办单位办理中");
        assert_eq!(of(ReferredTo::Offered, PapersAwaited::No), "已转办，待签收");
        assert_eq!(of(ReferredTo::Unit, PapersAwaited::Yes), "待补正材料");
    }
}
