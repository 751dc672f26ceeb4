//! `/cases/{case}/readings` (查阅记录): who opened the personal data of a case, sorted by its heads, and as a file.

use askama::Template;
use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use onestop_proto::{
    ids::CaseNumber,
    personal::{AccessRecord, AccessRecords, AccessRecordsQuery},
};
use serde::Deserialize;

use crate::{
    app::App,
    core::{
        csv_file::{Completeness, CsvFile, MOST, code},
        page_error::{PageError, PageResult},
        query_string::Query,
        visibility::sees_division,
    },
    pages::{
        case_head,
        shell::{Page, View, html},
        table_sort::{ColumnHead, HeadOf, TableSort, sort_columns},
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases/{case}/readings", get(show))
        .route("/cases/{case}/readings.csv", get(download))
}

sort_columns! {
    /// A column by which readings are sorted.
    enum RecordColumn {
        When = "when",
        Who = "who",
        Unit = "unit",
    }
}

const HEADS: [HeadOf<RecordColumn>; 6] = [
    HeadOf::Sorted(RecordColumn::When, "access-when"),
    HeadOf::Sorted(RecordColumn::Who, "access-who"),
    HeadOf::Sorted(RecordColumn::Unit, "case-unit"),
    HeadOf::Plain("access-what"),
    HeadOf::Plain("reason"),
    HeadOf::Plain("access-proof"),
];

/// The messages of the heads of the file, in order.
const FILE_HEADS: [&str; 7] = [
    "access-when",
    "access-who",
    "csv-account",
    "case-unit",
    "access-what",
    "reason",
    "access-proof",
];

#[derive(Default, Deserialize)]
#[serde(default)]
struct RecordParams {
    /// The order of before, and the head that was pressed.
    sort: String,
    by: String,
}

#[derive(Template)]
#[template(path = "access-log.html")]
struct AccessLogTemplate<'a> {
    page: Page<'a>,
    number: CaseNumber,
    readings: Vec<AccessRecord>,
    sort: TableSort<RecordColumn>,
    /// Whether the user may see who changed what as well.
    audits: bool,
}

impl AccessLogTemplate<'_> {
    fn heads(&self) -> Vec<ColumnHead> {
        self.sort.heads(&self.page, &HEADS)
    }

    /// The address of the list as a file.
    fn file(&self) -> String {
        let sort = self.sort.code();
        format!("/cases/{}/readings.csv?sort={sort}", self.number)
    }

    fn kinds(&self, one: &AccessRecord) -> String {
        let kinds = one.kinds.iter();
        self.page
            .list(kinds.map(|kind| self.page.i18n.text(kind.text())))
    }

    fn reason(&self, one: &AccessRecord) -> String {
        let custody = || self.page.i18n.t("access-custody");
        one.reason.clone().unwrap_or_else(custody)
    }

    fn proof(&self, one: &AccessRecord) -> String {
        let issuer = one.issuer.as_ref().map(|issuer| self.page.issuer(issuer));
        issuer.unwrap_or_else(|| self.page.i18n.t("access-unproven"))
    }

    fn write(&self) -> csv::Result<Vec<u8>> {
        let page = &self.page;
        let mut file = CsvFile::new();
        file.row(FILE_HEADS.map(|head| page.i18n.t(head)))?;
        for one in self.readings.iter().take(MOST) {
            file.row([
                one.at.china_text(),
                page.actor(&one.by),
                code(&one.by.staff),
                page.unit(&one.by.unit),
                self.kinds(one),
                self.reason(one),
                self.proof(one),
            ])?;
        }
        let completeness = Completeness::of(self.readings.get(MOST));
        file.end(completeness, FILE_HEADS.len(), || page.cut_sentence())?;
        file.into_bytes()
    }
}

async fn show(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<RecordParams>,
) -> PageResult {
    Ok(html(&find(&app, &view, &case, &params).await?))
}

async fn download(
    State(app): State<App>,
    view: View,
    Path(case): Path<String>,
    Query(params): Query<RecordParams>,
) -> PageResult {
    let found = find(&app, &view, &case, &params).await?;
    let bytes = found.write().map_err(anyhow::Error::from)?;
    let name = format!("readings-{}", found.number);
    found.page.saved_csv(bytes, &name)
}

async fn find<'a>(
    app: &'a App,
    view: &'a View,
    case: &str,
    params: &RecordParams,
) -> Result<AccessLogTemplate<'a>, PageError> {
    let session = view.session()?;
    let case = case_head::parse_case(case)?;
    let head = case_head::fetch(app, session, &case, "").await?;
    let query = AccessRecordsQuery { case };
    let AccessRecords { mut readings, .. } = app.ask(session, &query).await?;
    let page = view.page(app);
    let sort = TableSort::<RecordColumn>::read(&params.by, &params.sort, &view.used());
    sort.apply(&mut readings, |column, one, other| match column {
        RecordColumn::When => one.at.cmp(&other.at),
        RecordColumn::Who => page.actor(&one.by).cmp(&page.actor(&other.by)),
        RecordColumn::Unit => page.unit(&one.by.unit).cmp(&page.unit(&other.by.unit)),
    });
    Ok(AccessLogTemplate {
        page,
        number: head.row.number,
        readings,
        sort,
        audits: sees_division(session.staff.role),
    })
}
