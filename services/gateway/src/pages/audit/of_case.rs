//! `/cases/{case}/audit`: who saw or changed what of a case, sorted by its heads, and as a file.

use askama::Template;
use axum::extract::{Path, State};
use onestop_proto::{
    ids::CaseNumber,
    personal::{AuditedAct, CaseAuditQuery},
};
use serde::Deserialize;

use super::{auditor, csv_file::AuditFile, readings::CaseNumbers};
use crate::{
    app::App,
    core::{
        address_use::AddressUse,
        csv_file::{Completeness, MOST},
        page_error::PageResult,
        query_string::{self, Query},
    },
    pages::{
        case_head,
        shell::{Page, View, html},
        table_sort::{ColumnHead, HeadOf, TableSort, sort_columns},
    },
};

sort_columns! {
    /// A column by which acts are sorted.
    enum ActColumn {
        When = "when",
        Who = "who",
        Unit = "unit",
    }
}

const HEADS: [HeadOf<ActColumn>; 5] = [
    HeadOf::Sorted(ActColumn::When, "access-when"),
    HeadOf::Sorted(ActColumn::Who, "access-who"),
    HeadOf::Sorted(ActColumn::Unit, "case-unit"),
    HeadOf::Plain("access-what"),
    HeadOf::Plain("access-proof"),
];

fn sort_acts(acts: &mut [AuditedAct], sort: TableSort<ActColumn>, page: &Page<'_>) {
    sort.apply(acts, |column, one, other| match column {
        ActColumn::When => one.at.cmp(&other.at),
        ActColumn::Who => page.actor(&one.by).cmp(&page.actor(&other.by)),
        ActColumn::Unit => page.unit(&one.by.unit).cmp(&page.unit(&other.by.unit)),
    });
}

#[derive(Template)]
#[template(path = "case-audit.html")]
struct CaseAuditTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    acts: Vec<AuditedAct>,
    sort: TableSort<ActColumn>,
    /// Where this part begins, as the form carries it.
    from: String,
    next: Option<u32>,
}

impl CaseAuditTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &HEADS)
    }

    /// The address of the list as a file, in the same order.
    fn file(&self) -> String {
        let sort = self.sort.code();
        format!("/cases/{}/audit.csv?sort={sort}", self.number)
    }

    /// The address of the part after this one.
    fn next(&self) -> Option<String> {
        let (from, sort) = (self.next?.to_string(), self.sort.code());
        let pairs = [("from", from.as_str()), ("sort", &sort)];
        let query = query_string::encode_filled(&pairs);
        Some(format!("/cases/{}/audit?{query}", self.number))
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CaseParams {
    /// The first act that is wanted.
    from: String,
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

impl CaseParams {
    fn sort(&self, used: &AddressUse) -> TableSort<ActColumn> {
        TableSort::read(&self.by, &self.sort, used)
    }
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<CaseParams>,
) -> PageResult {
    let session = auditor(&view)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, session, &case, "").await?;
    let from = query_string::parse_filled("case-audit.from", &params.from)?;
    let mut audit = app.ask(session, &CaseAuditQuery { case, from }).await?;
    let (page, sort) = (view.page(&app), params.sort(&view.used()));
    sort_acts(&mut audit.acts, sort, &page);
    Ok(html(&CaseAuditTemplate {
        page,
        number: head.row.number,
        acts: audit.acts,
        sort,
        from: params.from,
        next: audit.next,
    }))
}

/// All of it as a file, in the order of the page.
pub(super) async fn download(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<CaseParams>,
) -> PageResult {
    let session = auditor(&view)?;
    let case = case_head::parse_case(&case)?;
    let head = case_head::fetch(&app, session, &case, "").await?;
    let mut query = CaseAuditQuery { case, from: None };
    let mut acts = Vec::new();
    loop {
        let answer = app.ask(session, &query).await?;
        acts.extend(answer.acts);
        query.from = answer.next;
        if query.from.is_none() || acts.len() >= MOST {
            break;
        }
    }
    let page = view.page(&app);
    sort_acts(&mut acts, params.sort(&view.used()), &page);
    let numbers = CaseNumbers::from([(head.row.case, head.row.number.clone())]);
    let file = AuditFile {
        acts: &acts,
        numbers: &numbers,
        completeness: Completeness::of(query.from.as_ref()),
    };
    let bytes = file.write(&page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, &format!("audit-{}", head.row.number))
}
