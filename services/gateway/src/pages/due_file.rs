//! `/due.csv`: a reckoned time limit as a file: the last days, and the days that did not count.

use onestop_proto::reckoning::DueReckoning;

use super::shell::Page;
use crate::core::{csv_file::CsvFile, page_error::PageResult};

/// The messages of the heads, in order.
const HEADS: [&str; 4] = ["reckon-line", "day", "reckon-length", "reckon-basis"];

pub(super) fn answer(found: &DueReckoning, page: &Page<'_>) -> PageResult {
    let bytes = write(found, page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, &format!("due-{}", found.step))
}

fn write(found: &DueReckoning, page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    file.row(HEADS.map(|head| page.i18n.t(head)))?;
    file.row([
        page.i18n.t("reckon-from"),
        found.from.china_text(),
        String::new(),
        page.step_name(&found.step),
    ])?;
    for end in &found.ends {
        file.row([
            page.i18n.t("reckon-end"),
            end.due.day.to_string(),
            format!(
                "{} {}{}",
                end.days,
                page.i18n.text(end.kind.text()),
                page.certainty_remark(Some(end.due.certainty))
            ),
            page.basis(&end.basis),
        ])?;
    }
    for skipped in &found.skipped {
        file.row([
            page.i18n.t("reckon-skipped"),
            skipped.day.to_string(),
            String::new(),
            page.i18n.words(&skipped.why).to_owned(),
        ])?;
    }
    file.into_bytes()
}
