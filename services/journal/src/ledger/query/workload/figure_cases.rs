//! The cases behind a figure of the workload: from the same rows of the worklists.

use onestop_directory::Unit;
use onestop_proto::{
    ids::ServiceItem,
    ledger::{AgeBand, FigureFilter, HandledBy, Reach, WorklistTab},
};

use super::{CountedCase, Distinct, part_of};
use crate::ledger::{
    query::{Query, timeliness::CountedCases},
    query_error::QueryError,
};

/// What a figure of the workload counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger::query) enum HandFigure {
    InHand,
    InHandOverdue,
    ToAccept,
    CameBack,
    AfterClose,
    AfterCloseOverdue,
}

impl HandFigure {
    /// Whether it counts a case, as the load of a unit does.
    fn counts(self, case: &CountedCase) -> bool {
        match self {
            Self::InHand => case.is_in_hand(),
            Self::InHandOverdue => case.is_in_hand() && case.overdue,
            Self::ToAccept => case.tab == WorklistTab::ToAccept,
            Self::CameBack => case.tab == WorklistTab::Returned,
            Self::AfterClose => !case.is_in_hand(),
            Self::AfterCloseOverdue => !case.is_in_hand() && case.overdue,
        }
    }
}

impl Query<'_> {
    /// The cases that a figure of the workload counts, each once.
    pub(in crate::ledger::query) fn worklist_cases(
        &self,
        figure: HandFigure,
        filter: &FigureFilter,
        item: Option<&ServiceItem>,
    ) -> Result<CountedCases, QueryError> {
        let within = self.own_division(filter.counted_in)?;
        let counts = |unit: &&Unit| {
            let asked = filter.unit.as_ref().is_none_or(|asked| unit.id == *asked);
            asked
                && match filter.reach {
                    Reach::All => true,
                    Reach::OwnLevel => part_of(within, unit.division) == within,
                }
        };
        let mut distinct = Distinct::default();
        for unit in self.units_in(within).filter(counts) {
            let mut counted = self.counted_cases(&unit.id, item)?;
            counted.retain(|case| {
                let staff = filter.staff.as_ref();
                let handled = filter.handled.is_none_or(|handled| match handled {
                    HandledBy::Somebody => case.staff.is_some(),
                    HandledBy::Nobody => case.staff.is_none(),
                });
                handled && staff.is_none_or(|staff| case.staff.as_ref() == Some(staff))
            });
            distinct.add(&counted);
        }
        let now = self.context.now;
        let found = distinct.iter().filter(|case| {
            let age = filter
                .age
                .is_none_or(|age| AgeBand::of(case.opened, now) == age);
            let from = filter.opened_in;
            let from = from.is_none_or(|from| part_of(within, case.origin) == from);
            figure.counts(case) && age && from
        });
        Ok(found.map(|case| (case.case_id, 1)).collect())
    }
}
