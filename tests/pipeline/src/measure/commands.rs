//! Commands, offers and pages under load.

use std::{collections::BTreeMap, time::Duration};

use super::Measurement;
use crate::{
    load::{Driver, Heads, Journeys, Latencies, News, Opening, Pages, Visible},
    needs::{EVENTS_A_SECOND, MICROS_AN_EVENT},
    site::{BROKER, Site, Usage},
};

/// The name of this process among those that use the processor.
const DRIVER: &str = "driver";

/// Clerks and specialists at work at once.
pub(super) const MANY: usize = 64;
/// Cases whose pages are looked at.
const PAGES: usize = 500;
/// Cases a second that come in.
const RATES: [u32; 2] = [20, 500];

impl Measurement<'_> {
    /// Opens and accepts, one at a time and many at once.
    pub(super) async fn commands(&mut self, site: &mut Site, which: &str) {
        let driver = self.driver_of(site.client().await);
        let news = News::listen(driver.client()).await;
        for at_once in [1, MANY] {
            self.announce(&format!("{at_once} at once open cases, {which}"));
            let people = people(at_once);
            let opening = driver.open_closed_loop(at_once, self.order.short).await;
            self.opened(&format!("open, {people}, {which}"), &opening);
            self.catch_up(&driver, &format!("caught up after open, {people}, {which}"))
                .await;
            let visible = Driver::seen_offers(&news, &opening.cases);
            self.offered(
                &format!("offer heard, {people}, {which}"),
                &visible.heard,
                &visible,
            );
            let accepting = driver
                .accept_offers(&visible.offers, at_once, self.order.short)
                .await;
            self.failed += accepting.refused;
            let cell = format!("{:.0}/s, {}", accepting.rate(), accepting.latencies.cell());
            self.report.add(format!("accept, {people}, {which}"), cell);
            self.catch_up(
                &driver,
                &format!("caught up after accept, {people}, {which}"),
            )
            .await;
        }
        site.check();
    }

    /// Pages of cases of all these years, one at a time, while nothing else happens.
    pub(super) async fn pages(&mut self, site: &mut Site) {
        self.announce("pages of cases");
        let driver = self.driver_of(site.client().await);
        let numbers = driver.case_numbers(PAGES).await;
        let pages = Pages::sign_in(site.page_address().await.unwrap()).await;
        let (times, failed) = pages.look_at(&numbers, self.order.short).await;
        self.failed += failed;
        self.report
            .add("page of a case, 1 at a time, filled", times.cell());
    }

    /// Cases come in at a rate, and their offers are looked for.
    pub(super) async fn open_loops(&mut self, site: &mut Site) {
        for rate in RATES {
            self.announce(&format!("{rate} cases a second"));
            let driver = self.driver_of(site.client().await);
            let news = News::listen(driver.client()).await;
            let (opening, visible) = driver.open_open_loop(&news, rate, self.order.short).await;
            self.opened(&format!("open, {rate} a second come in"), &opening);
            let row = format!("offer heard, {rate} a second come in");
            self.offered(&row, &visible.heard, &visible);
            let row = format!("offer in the worklist, {rate} a second come in");
            self.report.add(row, visible.listed.cell());
            self.catch_up(&driver, &format!("caught up after {rate} a second"))
                .await;
        }
        site.check();
    }

    /// Whole journeys for some time; the budget of an event, by service.
    pub(super) async fn sustained(&mut self, site: &mut Site) {
        self.announce("sustained journeys");
        let driver = self.driver_of(site.client().await);
        let news = News::listen(driver.client()).await;
        let journeys = Journeys {
            at_once: self.order.at_once,
            length: self.order.sustained,
        };
        let before = usage_of_all(site);
        let done = driver.sustain(&news, journeys, self.order.patience).await;
        let after = usage_of_all(site);
        self.failed += done.failed;
        let length = done.took.as_secs_f64();
        self.report.add_value(
            EVENTS_A_SECOND,
            format!(
                "{:.0} ({} events in {length:.0} s)",
                done.events as f64 / length,
                done.events
            ),
            done.events as f64 / length,
        );
        let commands = done.commands as f64 / length;
        self.report
            .add("sustained, commands a second", format!("{commands:.0}"));
        self.report
            .add("sustained, a whole journey", done.journeys.cell());
        let caught_up = done.caught_up.map_or_else(
            || "not within the limit".to_owned(),
            |it| format!("{} after the end{}", seconds(it.took), it.last_shown()),
        );
        self.report.add("sustained, all caught up", caught_up);
        self.budget(&before, &after, done.events.max(1) as f64);
        site.check();
    }

    /// What an event took of each process, the driver too, and how many a second the cores carry at most at that price.
    fn budget(
        &mut self,
        before: &BTreeMap<String, Usage>,
        after: &BTreeMap<String, Usage>,
        events: f64,
    ) {
        let used: Vec<(&str, f64)> = after
            .iter()
            .filter_map(|(name, used)| {
                let used = *used - *before.get(name)?;
                Some((name.as_str(), used.processor * 1e6 / events))
            })
            .collect();
        let services = used
            .iter()
            .filter(|(name, _)| ![BROKER, DRIVER].contains(name));
        let services: f64 = services.map(|(_, micros)| micros).sum();
        self.report.add(
            "processor an event, all services",
            format!("{services:.0} µs"),
        );
        let each = used
            .iter()
            .map(|(name, micros)| format!("{name} {micros:.0}"));
        let each: Vec<String> = each.collect();
        self.report
            .add("processor an event, by process, µs", each.join(", "));
        let all: f64 = used.iter().map(|(_, micros)| micros).sum();
        self.report
            .add_value(MICROS_AN_EVENT, format!("{all:.0}"), all);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let most = cores as f64 * 1e6 / all.max(f64::MIN_POSITIVE);
        self.report.add_value(
            "sustained, at most at that price",
            format!("{most:.0} events/s on {cores} cores, {all:.0} µs an event"),
            most,
        );
    }

    fn opened(&mut self, row: &str, opening: &Opening) {
        self.failed += opening.refused;
        let rate = opening.rate();
        let cell = format!("{rate:.0}/s, {}", opening.latencies.cell());
        self.report.add_value(row, cell, rate);
    }

    fn offered(&mut self, row: &str, times: &Latencies, visible: &Visible) {
        self.failed += visible.missing;
        self.report.add(row, times.cell());
    }

    async fn catch_up(&mut self, driver: &Driver, row: &str) {
        match Heads::wait_caught_up(driver.client(), self.order.patience).await {
            Ok(it) => {
                let cell = format!("{}{}", seconds(it.took), it.last_shown());
                self.report.add(row, cell);
            }
            Err(lag) => {
                self.failed += 1;
                self.report.add(
                    row,
                    format!(
                        "{} events behind after {}",
                        lag.services,
                        seconds(self.order.patience)
                    ),
                );
            }
        }
    }
}

pub(super) fn people(at_once: usize) -> String {
    match at_once {
        1 => "1 at a time".to_owned(),
        many => format!("{many} at once"),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// What the site's processes and this one use.
fn usage_of_all(site: &Site) -> BTreeMap<String, Usage> {
    let mut all = site.usage();
    all.insert(DRIVER.to_owned(), Usage::of(std::process::id()));
    all
}
