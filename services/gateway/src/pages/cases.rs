//! `/cases`: search among the cases that somebody may see.

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    response::Response,
    routing::get,
};
use onestop_proto::{
    division::DivisionCode,
    journal,
    ledger::{CasesPage, CasesQuery, DueFilter, Filters, SortOrder},
};
use serde::Deserialize;

use crate::{
    app::App,
    error::Oops,
    page::{Page, View, html, query},
};

/// Rows on a page.
const ROWS: u32 = 50;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/cases", get(show))
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    within: String,
    #[serde(default)]
    item: String,
    /// `open`, `closed` or nothing.
    #[serde(default)]
    stands: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    cursor: String,
}

/// An empty field asks for nothing.
fn read<T: std::str::FromStr>(text: &str) -> Result<Option<T>, Oops>
where
    T::Err: std::fmt::Display,
{
    let text = text.trim();
    let parsed = (!text.is_empty()).then(|| text.parse()).transpose();
    parsed.map_err(|error: T::Err| Oops::form(&error.to_string()))
}

impl Asked {
    fn query(&self) -> Result<CasesQuery, Oops> {
        let text = self.text.trim();
        Ok(CasesQuery {
            within: read(&self.within)?,
            open: match self.stands.as_str() {
                "open" => Some(true),
                "closed" => Some(false),
                _ => None,
            },
            filters: Filters {
                item: read(&self.item)?,
                due: read(&self.due)?,
                text: (!text.is_empty()).then(|| text.to_owned()),
                ..Filters::default()
            },
            order: read(&self.order)?.unwrap_or(SortOrder::Opened),
            cursor: (!self.cursor.is_empty()).then(|| self.cursor.clone()),
            limit: ROWS,
        })
    }

    fn address(&self, cursor: &str) -> String {
        let pairs = [
            ("text", self.text.as_str()),
            ("within", &self.within),
            ("item", &self.item),
            ("stands", &self.stands),
            ("due", &self.due),
            ("order", &self.order),
            ("cursor", cursor),
        ];
        let said: Vec<_> = pairs
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        format!("/cases?{}", query(&said))
    }
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Shown<'a> {
    page: Page<'a>,
    asked: Asked,
    within: Option<DivisionCode>,
    answer: CasesPage,
    next: Option<String>,
}

async fn show(
    State(app): State<App>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Response, Oops> {
    let session = match view.session() {
        Ok(session) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let wanted = asked.query()?;
    let service = journal::service();
    let answer: CasesPage = app.ask(session, (&service, "cases"), None, &wanted).await?;
    Ok(html(&Shown {
        page: view.page(&app),
        within: wanted.within,
        next: answer.next.as_deref().map(|cursor| asked.address(cursor)),
        asked,
        answer,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_in_the_address_of_the_next_page() {
        let asked = Asked {
            text: "讨薪 宁洱".to_owned(),
            stands: "open".to_owned(),
            ..Asked::default()
        };
        let query = asked.query().unwrap();
        assert_eq!(
            (query.open, query.filters.text.as_deref()),
            (Some(true), Some("讨薪 宁洱"))
        );
        let address = asked.address("c1");
        assert!(
            address.contains("stands=open") && address.ends_with("cursor=c1"),
            "{address}"
        );
        assert!(!address.contains("due="), "{address}");
    }
}
