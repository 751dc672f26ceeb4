//! The way back of the flow: how often the fullest units sent a case back to its window in the last twelve months.

use jiff::ToSpan;
use onestop_proto::{
    ids::ServiceItem,
    ledger::{CasesPage, CountedAs, Workload},
};

use super::flow;
use crate::{
    app::App,
    core::page_error::PageError,
    identity::session::Session,
    pages::figure_link::{FigureDays, FigureLink},
};

/// What one unit sent back.
pub(super) struct SentBack {
    pub(super) times: u64,
    /// The cases behind it.
    pub(super) link: String,
}

/// One for each column of the flow.
pub(super) async fn fetch(
    app: &App,
    session: &Session,
    answer: &Workload,
    item: Option<&ServiceItem>,
) -> Result<Vec<SentBack>, PageError> {
    let today = app.clock.now().china_date();
    let days = FigureDays {
        from: today.checked_sub(1.year()).ok(),
        to: Some(today),
        as_of: None,
    };
    let mut sent_back = Vec::new();
    for unit in flow::columns(answer) {
        let link = FigureLink {
            days,
            unit: Some(&unit.unit),
            ..FigureLink::new(CountedAs::SentBack, unit.division, item)
        };
        let answer: CasesPage = app.ask(session, &link.query(1)).await?;
        sent_back.push(SentBack {
            times: answer.figure.map_or(0, |figure| figure.times),
            link: link.address(),
        });
    }
    Ok(sent_back)
}
