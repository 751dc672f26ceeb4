//! `/cases`: searches the cases that the user may see.

use askama::Template;
use axum::{Router, extract::State, routing::get};
use jiff::civil::Date;
use onestop_proto::{
    division::DivisionCode,
    ledger::{CasesPage, CasesQuery, DueFilter, Filters, SortOrder},
};
use serde::Deserialize;

use super::{
    case_list_file,
    shell::{Page, View, html},
};
use crate::{
    app::App,
    core::{
        csv_file::{self, Completeness},
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::{self, Query},
    },
};

/// Rows on a page.
const ROWS: u32 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/cases", get(show))
        .route("/cases.csv", get(download))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CasesParams {
    text: String,
    within: String,
    /// The division whose windows took the cases in.
    origin: String,
    item: String,
    /// `open`, `closed` or nothing.
    stands: String,
    due: String,
    order: String,
    cursor: String,
}

impl CasesParams {
    fn query(&self, today: Date) -> Result<CasesQuery, PageError> {
        let text = self.text.trim();
        let mut filters = FilterReader::new(today);
        let order = filters.choice("order", &self.order);
        let query = CasesQuery {
            within: filters.choice("within", &self.within),
            open: filters.word("stands", &self.stands, &[("open", true), ("closed", false)]),
            filters: Filters {
                item: filters.choice("item", &self.item),
                origin: filters.choice("origin", &self.origin),
                due: filters.choice("due", &self.due),
                text: (!text.is_empty()).then(|| text.to_owned()),
                ..Filters::default()
            },
            order: order.unwrap_or(SortOrder::Opened),
            cursor: (!self.cursor.is_empty()).then(|| self.cursor.clone()),
            limit: ROWS,
        };
        filters.check()?;
        Ok(query)
    }

    fn address(&self, cursor: &str) -> String {
        format!("/cases?{}", self.encode(cursor))
    }

    /// The address of the whole list as a file.
    fn file(&self) -> String {
        format!("/cases.csv?{}", self.encode(""))
    }

    fn encode(&self, cursor: &str) -> String {
        let pairs = [
            ("text", self.text.as_str()),
            ("within", &self.within),
            ("origin", &self.origin),
            ("item", &self.item),
            ("stands", &self.stands),
            ("due", &self.due),
            ("order", &self.order),
            ("cursor", cursor),
        ];
        query_string::encode_filled(&pairs)
    }
}

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesTemplate<'a> {
    page: Page<'a>,
    params: CasesParams,
    within: Option<DivisionCode>,
    /// Where the cases were taken in, if that was asked for.
    origin: Option<DivisionCode>,
    answer: CasesPage,
    next: Option<String>,
}

async fn show(State(app): State<App>, view: View, Query(params): Query<CasesParams>) -> PageResult {
    let session = view.session()?;
    let query = params.query(app.clock.now().china_date())?;
    let answer: CasesPage = app.ask(session, &query).await?;
    Ok(html(&CasesTemplate {
        page: view.page(&app),
        within: query.within,
        origin: query.filters.origin,
        next: answer.next.as_deref().map(|cursor| params.address(cursor)),
        params,
        answer,
    }))
}

/// The list as a file: every page of it.
async fn download(
    State(app): State<App>,
    view: View,
    Query(params): Query<CasesParams>,
) -> PageResult {
    let session = view.session()?;
    let mut query = params.query(app.clock.now().china_date())?;
    query.limit = case_list_file::ROWS;
    let mut rows = Vec::new();
    loop {
        let answer: CasesPage = app.ask(session, &query).await?;
        rows.extend(answer.rows);
        query.cursor = answer.next;
        if query.cursor.is_none() || rows.len() >= csv_file::MOST {
            break;
        }
    }
    let page = view.page(&app);
    let completeness = Completeness::of(query.cursor.as_ref());
    let bytes = case_list_file::write(&page, &rows, completeness).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, "cases")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_the_search() {
        let params = CasesParams {
            text: "讨薪 宁洱".to_owned(),
            origin: "530821".to_owned(),
            stands: "open".to_owned(),
            ..CasesParams::default()
        };
        let today = "2026-11-29".parse().unwrap();
        let query = params.query(today).unwrap();
        assert_eq!(
            (query.open, query.filters.text.as_deref()),
            (Some(true), Some("讨薪 宁洱"))
        );
        assert_eq!(query.filters.origin, "530821".parse().ok());
        let address = params.address("c1");
        assert!(
            address.contains("origin=530821&")
                && address.contains("stands=open")
                && address.ends_with("cursor=c1"),
            "{address}"
        );
        assert!(!address.contains("due="), "{address}");
    }
}
