//! `/search.csv`: the cases that a search found, without what was typed.

use super::SearchTemplate;
use crate::core::{
    csv_file::{CsvFile, code},
    page_error::PageResult,
};

/// The messages of the heads, in order.
const HEADS: [&str; 8] = [
    "number",
    "system-number",
    "search-where",
    "item",
    "case-place",
    "case-holder",
    "case-stage",
    "opened",
];

pub(super) fn answer(found: &SearchTemplate<'_>) -> PageResult {
    let bytes = write(found).map_err(anyhow::Error::from)?;
    found.page.saved_csv(bytes, "search")
}

fn write(found: &SearchTemplate<'_>) -> csv::Result<Vec<u8>> {
    let page = &found.page;
    let mut file = CsvFile::new();
    file.row(HEADS.map(|head| page.i18n.t(head)))?;
    for hit in &found.hits {
        file.row([
            page.case_name(&hit.number),
            code(&hit.number),
            page.list(hit.places_hit.iter()),
            hit.about.clone(),
            hit.place.clone(),
            hit.holder.clone(),
            hit.stage.clone(),
            hit.opened_at.china_text(),
        ])?;
    }
    // The page leads to the list that has the others.
    if found.all.is_some() {
        let rest = HEADS.iter().skip(1).map(|_| String::new());
        file.row(std::iter::once(page.i18n.t("search-cut")).chain(rest))?;
    }
    file.into_bytes()
}
