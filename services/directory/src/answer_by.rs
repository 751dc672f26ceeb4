//! The day by which a citizen hears of the whole matter: one answer for the receipt and for the query (查询).

use jiff::civil::Date;
use onestop_proto::{
    clock::{Certainty, Step},
    division::DivisionCode,
    ids::ServiceItem,
    time::Timestamp,
};

use crate::{Directory, Status};

/// A day that the receipt and the query name to a citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnswerBy {
    pub day: Date,
    /// Whether the calendar behind it is announced.
    pub certainty: Certainty,
    /// Whether it is a promise of the bureau, and no limit of a law (服务承诺).
    pub promised: bool,
}

impl Directory {
    /// By when a matter that was opened at a place is answered: the standard of the step `intake.<item>`. A figure that
    /// no bureau confirmed is given to no citizen as a date.
    pub fn answer_by(
        &self,
        item: &ServiceItem,
        place: DivisionCode,
        opened_at: Timestamp,
    ) -> Option<AnswerBy> {
        let step: Step = format!("intake.{item}").parse().ok()?;
        let on = opened_at.china_date();
        let promised = match self.standard(&step, place, on)?.status {
            Status::Unconfirmed => return None,
            Status::LocalPromise => true,
            Status::Statute => false,
        };
        let limit = self.limit(&step, place, on)?;
        let due = self.due(&limit, opened_at);
        Some(AnswerBy {
            day: due.day,
            certainty: due.certainty,
            promised,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    /// The day that a citizen who applied for legal aid in 墨江 is given.
    fn told(directory: &Directory) -> Option<(String, bool)> {
        let opened_at = "2026-11-23 09:30:00".parse().unwrap();
        let (item, place) = ("legal-aid".parse().unwrap(), "530822".parse().unwrap());
        let told = directory.answer_by(&item, place, opened_at);
        told.map(|told| (told.day.to_string(), told.promised))
    }

    #[test]
    fn a_figure_that_nobody_confirmed_is_told_to_no_citizen() {
        assert_eq!(told(&Directory::built_in().unwrap()), None);
    }

    #[test]
    fn what_a_bureau_promises_is_told_as_a_promise() {
        let promise = "\n[[standard]]\nstep = \"intake.legal-aid\"\ndays = 10\nkind = \"working\"\n\
                       basis = \"墨江县司法局服务承诺\"\nstatus = \"local-promise\"\nplace = \"530822\"\n\
                       valid_from = 2026-01-01\n";
        let promised = Directory::built_in_with("standards.toml", promise).unwrap();
        assert_eq!(told(&promised), Some(("2026-12-07".to_owned(), true)));
    }
}
