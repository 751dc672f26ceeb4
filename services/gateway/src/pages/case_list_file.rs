//! Lists of cases as CSV files: what the list shows, and no personal data.

use onestop_proto::ledger::CaseRow;

use super::shell::Page;
use crate::core::csv_file::{Completeness, CsvFile, MOST, code};

/// Rows of one question.
pub(super) const ROWS: u32 = 200;

/// The messages of the heads, in order.
pub(super) const HEADS: [&str; 19] = [
    "number",
    "system-number",
    "item",
    "csv-code",
    "case-place",
    "csv-holder",
    "csv-person",
    "case-stage",
    "opened",
    "csv-closed-at",
    "csv-step",
    "csv-due",
    "due",
    "csv-whole-due",
    "clock-journey",
    "csv-date-kind",
    "csv-date-due",
    "critical-date",
    "csv-overdue",
];

impl Page<'_> {
    /// How many rows a file has at most, for the page that offers it.
    pub(super) fn most_rows(&self) -> String {
        self.i18n.t1("csv-most", "rows", MOST.to_string())
    }

    /// The last row of a file that does not hold the whole list.
    pub(super) fn cut_sentence(&self) -> String {
        self.i18n.t1("csv-cut", "rows", MOST.to_string())
    }
}

pub(super) fn write(
    page: &Page<'_>,
    rows: &[CaseRow],
    completeness: Completeness,
) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    file.row(HEADS.map(|head| page.i18n.t(head)))?;
    for row in rows {
        file.row(cells(page, row))?;
    }
    file.end(completeness, HEADS.len(), || page.cut_sentence())?;
    file.into_bytes()
}

pub(super) fn cells(page: &Page<'_>, row: &CaseRow) -> [String; HEADS.len()] {
    let closed = row.closed_at.as_ref();
    let step = row.step.as_ref();
    let staff = row.holder_staff.as_ref();
    let (whole, date) = (&row.journey, row.critical_date.as_ref());
    [
        page.case_name(&row.number),
        code(&row.number),
        page.about(&row.item, &row.topic),
        code(row.place),
        page.place(&row.place),
        page.unit(&row.holder),
        staff.map_or_else(String::new, |staff| page.person(staff)),
        page.standing(row),
        row.opened_at.china_text(),
        closed.map_or_else(String::new, |closed| closed.china_text()),
        step.map_or_else(String::new, |clock| page.step_name(&clock.step)),
        step.map_or_else(String::new, |clock| clock.due.to_string()),
        step.map_or_else(String::new, |clock| page.step_badge(clock).word),
        whole.due.map_or_else(String::new, |day| day.to_string()),
        page.listed_case_badge(row).word,
        date.map_or_else(String::new, |date| {
            page.i18n.text(date.kind.text()).to_owned()
        }),
        date.map_or_else(String::new, |date| date.due.day.to_string()),
        date.map_or_else(String::new, |date| page.critical_date_badge(date).word),
        page.overdue_parts(row),
    ]
}
