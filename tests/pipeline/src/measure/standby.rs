//! What it costs that a second node keeps what is confirmed: the same work without a standby, with one that follows, and
//! with one that answers wait for.

use std::path::Path;

use onestop_chassis::settings::StandbyMode;

use super::{
    Measurement, START,
    commands::{MANY, people},
};
use crate::{
    load::{Journeys, News},
    site::{Brokers, Redundancy, Site},
};

/// The first is what the others are compared with.
const MODES: [StandbyMode; 3] = [StandbyMode::None, StandbyMode::Async, StandbyMode::Sync];

/// One measure of one Onestop.
struct Figure {
    measure: String,
    cell: String,
    /// So many a second.
    rate: f64,
}

impl Measurement<'_> {
    /// Each number of brokers with each mode, on empty folders.
    pub(super) async fn standbys(&mut self, work: &Path) {
        for brokers in Brokers::ALL {
            let mut none = Vec::new();
            for standby in MODES {
                let redundancy = Redundancy { brokers, standby };
                let figures = self.with_standby(work, redundancy).await;
                let suffix = format!("{}, standby {}", brokers.words(), redundancy.mode());
                for (index, figure) in figures.iter().enumerate() {
                    let row = format!("{}, {suffix}", figure.measure);
                    let cell = compared(figure, none.get(index));
                    self.report.add_value(row, cell, figure.rate);
                }
                if standby == StandbyMode::None {
                    none = figures;
                }
            }
        }
    }

    /// Opens cases one after another and many at once, and walks whole journeys.
    async fn with_standby(&mut self, work: &Path, redundancy: Redundancy) -> Vec<Figure> {
        let (words, mode) = (redundancy.brokers.words(), redundancy.mode());
        self.announce(&format!("{words}, standby {mode}"));
        let folder = work.join(format!("{}-{mode}", words.replace(' ', "-")));
        let mut site = Site::new(&self.order.programs, &folder);
        site.start_followed(redundancy, START).await;
        let driver = self.driver_of(site.client().await);
        let news = News::listen(driver.client()).await;
        let mut figures = Vec::new();
        for at_once in [1, MANY] {
            let opening = driver.open_closed_loop(at_once, self.order.short).await;
            self.failed += opening.refused;
            let rate = opening.rate();
            figures.push(Figure {
                measure: format!("open, {}", people(at_once)),
                cell: format!("{rate:.0}/s, {}", opening.latencies.cell()),
                rate,
            });
        }
        let journeys = Journeys {
            at_once: self.order.at_once,
            length: self.order.sustained,
        };
        let done = driver.sustain(&news, journeys, self.order.patience).await;
        self.failed += done.failed + u64::from(done.caught_up.is_none());
        let rate = done.events as f64 / done.took.as_secs_f64();
        figures.push(Figure {
            measure: "sustained, events a second".to_owned(),
            cell: format!("{rate:.0}"),
            rate,
        });
        site.check();
        site.kill();
        figures
    }
}

/// A figure's cell, with what share of the rate without a standby that is.
fn compared(figure: &Figure, none: Option<&Figure>) -> String {
    match none {
        Some(none) if none.rate > 0.0 => {
            let share = figure.rate / none.rate;
            format!("{}, {share:.2} of none's rate", figure.cell)
        }
        Some(_) | None => figure.cell.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(rate: f64) -> Figure {
        Figure {
            measure: "open".to_owned(),
            cell: format!("{rate:.0}/s"),
            rate,
        }
    }

    #[test]
    fn what_a_standby_costs_is_a_share_of_the_rate_without_one() {
        let none = figure(200.0);
        assert_eq!(compared(&none, None), "200/s");
        assert_eq!(
            compared(&figure(150.0), Some(&none)),
            "150/s, 0.75 of none's rate"
        );
        assert_eq!(compared(&figure(150.0), Some(&figure(0.0))), "150/s");
    }
}
