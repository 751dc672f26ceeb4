//! How the lists of the day are sorted: all in the same order.

use onestop_proto::ledger::CaseRow;

use crate::pages::{
    shell::Page,
    table_sort::{HeadOf, TableSort, sort_columns},
};

sort_columns! {
    /// A column by which cases are sorted; without one, as the ledger has them.
    pub(super) enum CaseColumn {
        /// The last day of the step; cases without one come last.
        Due = "due",
        Number = "number",
        Item = "item",
        Holder = "holder",
        Stage = "stage",
    }
}

/// The heads of the tables.
pub(super) const CASE_HEADS: [HeadOf<CaseColumn>; 5] = [
    HeadOf::Sorted(CaseColumn::Due, "due"),
    HeadOf::Sorted(CaseColumn::Number, "number"),
    HeadOf::Sorted(CaseColumn::Item, "item"),
    HeadOf::Sorted(CaseColumn::Holder, "case-holder"),
    HeadOf::Sorted(CaseColumn::Stage, "case-stage"),
];

pub(super) fn sort(rows: &mut [CaseRow], sort: TableSort<CaseColumn>, page: &Page<'_>) {
    let due = |row: &CaseRow| {
        let due = row.step.as_ref().map(|clock| clock.due);
        (due.is_none(), due)
    };
    sort.apply(rows, |column, one, other| match column {
        CaseColumn::Due => due(one).cmp(&due(other)),
        CaseColumn::Number => one.number.cmp(&other.number),
        CaseColumn::Item => {
            let about = |row: &CaseRow| page.about(&row.item, &row.topic);
            about(one).cmp(&about(other))
        }
        CaseColumn::Holder => page.unit(&one.holder).cmp(&page.unit(&other.holder)),
        CaseColumn::Stage => page.standing(one).cmp(&page.standing(other)),
    });
}
