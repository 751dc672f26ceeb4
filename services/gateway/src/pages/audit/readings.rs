//! What a person saw, as the page and its file show it: with the numbers of the cases.

use std::collections::BTreeMap;

use onestop_proto::{
    ids::{CaseId, CaseNumber, StaffId},
    personal::{AuditedAct, StaffAudit},
};

use crate::{
    app::App,
    core::query_string,
    identity::session::Session,
    pages::{
        case_rows,
        shell::Page,
        table_sort::{ColumnHead, HeadOf, TableSort, sort_columns},
    },
};

sort_columns! {
    /// A column by which readings are sorted.
    pub(super) enum ReadingColumn {
        When = "when",
        Number = "number",
        Unit = "unit",
    }
}

const HEADS: [HeadOf<ReadingColumn>; 6] = [
    HeadOf::Sorted(ReadingColumn::When, "access-when"),
    HeadOf::Sorted(ReadingColumn::Number, "number"),
    HeadOf::Plain("access-who"),
    HeadOf::Sorted(ReadingColumn::Unit, "case-unit"),
    HeadOf::Plain("access-what"),
    HeadOf::Plain("access-proof"),
];

pub(super) type CaseNumbers = BTreeMap<CaseId, CaseNumber>;

/// A part of what a person saw.
pub(super) struct Readings {
    pub(super) staff: StaffId,
    pub(super) acts: Vec<AuditedAct>,
    pub(super) sort: TableSort<ReadingColumn>,
    /// Where the part before ended, as the form carries it.
    pub(super) before: String,
    numbers: CaseNumbers,
    next: Option<u64>,
}

impl Readings {
    pub(super) async fn of(
        app: &App,
        session: &Session,
        audit: StaffAudit,
        sort: TableSort<ReadingColumn>,
        before: Option<u64>,
    ) -> Self {
        let numbers = numbers(app, session, &audit.acts).await;
        let mut acts = audit.acts;
        sort_readings(&mut acts, sort, &numbers);
        Self {
            staff: audit.staff,
            acts,
            sort,
            before: before.map_or_else(String::new, |before| before.to_string()),
            numbers,
            next: audit.next,
        }
    }

    /// The number of a case that the user may see.
    pub(super) fn number(&self, act: &AuditedAct) -> Option<&CaseNumber> {
        self.numbers.get(&act.case)
    }

    pub(super) fn heads(&self, page: &Page<'_>) -> Vec<ColumnHead> {
        self.sort.heads(page, &HEADS)
    }

    /// The address of all of it as a file, in the same order.
    pub(super) fn file(&self) -> String {
        let (staff, sort) = (self.staff.to_string(), self.sort.code());
        let pairs = [("staff", staff.as_str()), ("sort", &sort)];
        format!("/audit.csv?{}", query_string::encode_filled(&pairs))
    }

    /// The address of the part after this one.
    pub(super) fn next(&self) -> Option<String> {
        let (staff, before) = (self.staff.to_string(), self.next?.to_string());
        let sort = self.sort.code();
        let pairs = [
            ("staff", staff.as_str()),
            ("before", &before),
            ("sort", &sort),
        ];
        Some(format!("/audit?{}", query_string::encode_filled(&pairs)))
    }
}

pub(super) fn sort_readings(
    acts: &mut [AuditedAct],
    sort: TableSort<ReadingColumn>,
    numbers: &CaseNumbers,
) {
    sort.apply(acts, |column, one, other| match column {
        ReadingColumn::When => one.at.cmp(&other.at),
        ReadingColumn::Number => numbers.get(&one.case).cmp(&numbers.get(&other.case)),
        ReadingColumn::Unit => one.by.unit.cmp(&other.by.unit),
    });
}

/// The numbers of the cases of acts. A case that the user may not see has none.
pub(super) async fn numbers(app: &App, session: &Session, acts: &[AuditedAct]) -> CaseNumbers {
    let of_cases = acts.iter().filter(|act| !act.is_of_no_case());
    let cases = of_cases.map(|act| act.case).collect();
    let rows = case_rows::find(app, session, cases).await.into_iter();
    rows.map(|(case, row)| (case, row.number)).collect()
}
