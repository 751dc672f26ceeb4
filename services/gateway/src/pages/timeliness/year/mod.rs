//! `/timeliness/year` (一年图): twelve months of a division in pictures. Every mark leads to the month behind it.

pub(super) mod csv_file;
mod curves;
mod heat;

use askama::Template;
use axum::extract::State;
use jiff::{ToSpan, civil::Date};
use onestop_proto::{
    division::DivisionCode,
    ids::ServiceItem,
    ledger::{Timeliness, UnitReturnKind},
    referral::ReturnReason,
};
use serde::Deserialize;

use self::{curves::Chart, heat::HeatRow};
use super::{Report, fetch};
use crate::{
    app::App,
    core::{
        filters::FilterReader,
        page_error::{PageError, PageResult},
        query_string::Query,
    },
    identity::session::Session,
    pages::shell::{Page, View, html},
};

/// Months on the page, the present one included.
const MONTHS: i32 = 12;
/// The longest bar of a reason, in pixels at a letter of 16 pixels.
const LONGEST: u64 = 240;

/// Empty: all items, the user's own division.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct YearParams {
    within: String,
    item: String,
}

/// A month and its figures.
struct Month {
    report: Report,
    answer: Timeliness,
}

impl Month {
    /// The address of the month's figures: of this division, or of one of its parts.
    fn link(&self, part: Option<DivisionCode>) -> String {
        let within = part.or(self.report.within);
        format!(
            "/timeliness?{}",
            self.report.query_string(self.report.as_of, within)
        )
    }
}

struct Reason {
    how: UnitReturnKind,
    reason: ReturnReason,
    count: u64,
    /// The length of its bar, in letters.
    length: String,
}

#[derive(Template)]
#[template(path = "timeliness-year.html")]
struct YearTemplate<'a> {
    page: Page<'a>,
    within: DivisionCode,
    item: Option<ServiceItem>,
    figures: String,
    months: Vec<Month>,
    chart: Chart,
    heat: Vec<HeatRow>,
    reasons: Vec<Reason>,
}

pub(super) async fn show(
    State(app): State<App>,
    view: View,
    Query(params): Query<YearParams>,
) -> PageResult {
    let session = view.session()?;
    let months = fetch_months(&app, session, &params).await?;
    let Some(last) = months.last() else {
        return Err(PageError::not_found());
    };
    let page = view.page(&app);
    Ok(html(&YearTemplate {
        within: last.answer.within,
        figures: last.link(None),
        chart: Chart::draw(&months, &page),
        heat: heat::rows(&months),
        reasons: reasons(&months),
        item: last.report.item.clone(),
        page,
        months,
    }))
}

async fn fetch_months(
    app: &App,
    session: &Session,
    params: &YearParams,
) -> Result<Vec<Month>, PageError> {
    let today = app.clock.now().china_date();
    let mut filters = FilterReader::new(today);
    let within = filters.choice("within", &params.within);
    let item = filters.choice("item", &params.item);
    filters.check()?;
    let mut months = Vec::new();
    for report in reports(today, (within, item.as_ref())) {
        let answer = fetch(app, session, &report).await?;
        months.push(Month { report, answer });
    }
    Ok(months)
}

/// The twelve months up to today, each as of its end.
fn reports(
    today: Date,
    (within, item): (Option<DivisionCode>, Option<&ServiceItem>),
) -> Vec<Report> {
    let this = today.first_of_month();
    let month = |back: i32| {
        let from = this.checked_sub(back.months()).ok()?;
        let to = from.last_of_month().min(today);
        Some(Report {
            from,
            to,
            as_of: (to < today).then_some(to),
            within,
            item: item.cloned(),
        })
    };
    (0..MONTHS).rev().filter_map(month).collect()
}

/// Why cases were sent back in the year, the most frequent reason first.
fn reasons(months: &[Month]) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for counted in months.iter().flat_map(|month| &month.answer.reasons) {
        let known = reasons
            .iter_mut()
            .find(|one| one.how == counted.how && one.reason == counted.reason);
        match known {
            Some(known) => known.count += counted.count,
            None => reasons.push(Reason {
                how: counted.how,
                reason: counted.reason,
                count: counted.count,
                length: String::new(),
            }),
        }
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count));
    let most = reasons.first().map_or(1, |reason| reason.count.max(1));
    for reason in &mut reasons {
        let pixels = reason.count * LONGEST / most;
        reason.length = format!("{}em", pixels as f64 / 16.0);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_twelve_months_up_to_today_each_as_of_its_end() {
        let today: Date = "2026-03-18".parse().unwrap();
        let reports = reports(today, (None, None));
        let months: Vec<_> = reports
            .iter()
            .map(|month| (month.from.to_string(), month.to.to_string(), month.as_of))
            .collect();
        assert_eq!(months.len(), 12);
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert_eq!(
            months.first().unwrap(),
            &(
                "2025-04-01".into(),
                "2025-04-30".into(),
                Some(day("2025-04-30"))
            )
        );
        // February ends with its 28th day, and the present month with today, as of now.
        assert_eq!(months.get(10).unwrap().1, "2026-02-28");
        assert_eq!(
            months.last().unwrap(),
            &("2026-03-01".into(), "2026-03-18".into(), None)
        );
    }
}
