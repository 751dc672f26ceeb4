//! The list of the cases behind a figure (数字背后的案件).

use onestop_proto::{
    ids::ServiceItem,
    ledger::{CountedAs, FigureFilter, FigureTotal, SortOrder},
};
use rusqlite::{params, types::Value};

use super::{
    Query,
    page::{Columns, Conditions},
    timeliness::{CountedCases, TimelinessFigure},
    workload::HandFigure,
};
use crate::{domain::dossier::CounterKind, ledger::query_error::QueryError};

/// What a figure is counted from.
enum CountedFrom {
    Timeliness(TimelinessFigure),
    /// The units' worklists, now.
    Worklists(HandFigure),
}

fn counted_from(counted: CountedAs) -> CountedFrom {
    use CountedFrom::{Timeliness, Worklists};
    use TimelinessFigure::{Done, DoneLate, DueSoon, Happened, Overdue};
    match counted {
        CountedAs::Received => Timeliness(Happened(&[CounterKind::Received])),
        CountedAs::Closed => Timeliness(Happened(&[CounterKind::Closed])),
        CountedAs::Offered => Timeliness(Happened(&[CounterKind::Offered])),
        CountedAs::SentBack => {
            Timeliness(Happened(&[CounterKind::Declined, CounterKind::Returned]))
        }
        CountedAs::Declined => Timeliness(Happened(&[CounterKind::Declined])),
        CountedAs::Returned => Timeliness(Happened(&[CounterKind::Returned])),
        CountedAs::NeedMet => Timeliness(Happened(&[CounterKind::NeedMet])),
        CountedAs::NeedDeclined => Timeliness(Happened(&[CounterKind::NeedDeclined])),
        CountedAs::StepDone => Timeliness(Done),
        CountedAs::StepDoneLate => Timeliness(DoneLate),
        CountedAs::StepDueSoon => Timeliness(DueSoon),
        CountedAs::StepOverdue => Timeliness(Overdue),
        CountedAs::InHand => Worklists(HandFigure::InHand),
        CountedAs::InHandOverdue => Worklists(HandFigure::InHandOverdue),
        CountedAs::ToAccept => Worklists(HandFigure::ToAccept),
        CountedAs::CameBack => Worklists(HandFigure::CameBack),
        CountedAs::AfterClose => Worklists(HandFigure::AfterClose),
        CountedAs::AfterCloseOverdue => Worklists(HandFigure::AfterCloseOverdue),
    }
}

impl Query<'_> {
    /// How often a figure counts each case.
    pub(super) fn figure_cases(
        &self,
        filter: &FigureFilter,
        item: Option<&ServiceItem>,
    ) -> Result<CountedCases, QueryError> {
        match counted_from(filter.counted) {
            CountedFrom::Timeliness(figure) => self.timeliness_cases(figure, filter, item),
            CountedFrom::Worklists(figure) => self.worklist_cases(figure, filter, item),
        }
    }

    /// What a figure says, beside the list of the cases that a division sees.
    pub(super) fn figure_total(
        &self,
        counted: &CountedCases,
        scope: i64,
    ) -> Result<FigureTotal, QueryError> {
        let mut select = self.prepare(
            "SELECT count(*) FROM json_each(?1) AS figure
             CROSS JOIN visibility ON visibility.case_id = figure.value AND visibility.scope = ?2
             CROSS JOIN cases ON cases.case_id = figure.value
             WHERE cases.number IS NOT NULL",
        )?;
        let values = params![numbers(counted), scope];
        let listed: u64 = select.query_row(values, |row| row.get(0))?;
        let cases = counted.len() as u64;
        Ok(FigureTotal {
            times: counted.values().sum(),
            cases,
            unseen: cases.saturating_sub(listed),
        })
    }
}

/// The numbers of the cases in the file, as `json_each` reads them.
pub(super) fn numbers(counted: &CountedCases) -> String {
    let numbers: Vec<String> = counted.keys().map(ToString::to_string).collect();
    format!("[{}]", numbers.join(","))
}

/// The select of a page of the cases of a figure: sorted before their dossiers are read. The values of the conditions follow
/// the numbers of the cases.
pub(super) fn select(
    conditions: &Conditions,
    columns: &Columns,
    order: SortOrder,
    most: usize,
) -> String {
    let key = columns.key(order);
    let sorted = columns.order(order);
    let again = match order {
        SortOrder::Due | SortOrder::Number => "found.sort_key, found.case_id",
        SortOrder::Opened => "found.sort_key DESC, found.case_id DESC",
    };
    format!(
        "SELECT found.case_id, found.sort_key, cases.id, cases.dossier
         FROM (SELECT cases.case_id AS case_id, {key} AS sort_key FROM json_each(?) AS figure
               CROSS JOIN cases ON cases.case_id = figure.value
               CROSS JOIN visibility ON visibility.case_id = cases.case_id
               WHERE cases.number IS NOT NULL AND {} ORDER BY {sorted} LIMIT {most}) AS found
         CROSS JOIN cases ON cases.case_id = found.case_id ORDER BY {again}",
        conditions.text(),
    )
}

/// The values of such a select.
pub(super) fn values(counted: &CountedCases, conditions: &Conditions) -> Vec<Value> {
    let mut values = vec![Value::from(numbers(counted))];
    values.extend(conditions.values.iter().cloned());
    values
}
