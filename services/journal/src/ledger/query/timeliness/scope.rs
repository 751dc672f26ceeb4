//! What the figures of a question are of.

use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{Rejection, TimelinessQuery},
    time::Timestamp,
};

use crate::ledger::{
    LedgerError, day_sums, encoding::division_range, query::Query, query_error::QueryError,
};

/// What the figures are of, as the file has it.
pub(super) struct Scope {
    pub(super) within: DivisionCode,
    /// Codes in the division: the first and the last.
    pub(super) first: i64,
    pub(super) last: i64,
    /// What a code is divided by for the division directly below.
    pub(super) width: i64,
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) at: Timestamp,
    pub(super) item: Option<ServiceItem>,
}

impl Query<'_> {
    pub(super) fn scope(&self, query: &TimelinessQuery) -> Result<Scope, QueryError> {
        let within = self.own_division(query.within)?;
        if query.to < query.from {
            return Err(Rejection::EmptyPeriod {}.into());
        }
        let at = query
            .as_of
            .map_or(self.context.now, |at| at.min(self.context.now));
        let (first, last) = division_range(within);
        Ok(Scope {
            within,
            first,
            last,
            width: day_sums::width_below(within.tier()),
            from: query.from.as_micros(),
            // What had not happened by then does not count.
            to: query.to.as_micros().min(at.as_micros().saturating_add(1)),
            at,
            item: query.item.clone(),
        })
    }
}

impl Scope {
    pub(super) fn is_summed(&self) -> bool {
        day_sums::is_summed(self.within.tier())
    }

    /// By time where much lies in the division, by place where little does.
    pub(super) fn index(&self, by_time: &'static str, by_place: &'static str) -> &'static str {
        if self.is_summed() { by_time } else { by_place }
    }

    pub(super) fn item(&self) -> Option<&str> {
        self.item.as_ref().map(|item| item.as_str())
    }
}

pub(in crate::ledger::query) fn division(number: i64) -> Result<DivisionCode, LedgerError> {
    let text = format!("{number:012}");
    text.parse().map_err(|_| LedgerError::Undecodable { text })
}
