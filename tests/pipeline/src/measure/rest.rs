//! Services at rest: how soon they are ready, what they use while nothing happens, what they hold on the disk.

use std::time::Instant;

use super::{Measurement, START, megabytes, ready, services_of};
use crate::{
    needs::BYTES_AN_EVENT,
    site::{Disk, Shape, Site},
};

/// The share of one processor below which services are at rest.
const CALM: f64 = 0.05;

impl Measurement<'_> {
    /// Starts `onestop up`, watches it at rest, and stops it.
    pub(super) async fn start_and_rest(&mut self, site: &mut Site, which: &str) {
        self.announce(&format!("start and rest, {which}"));
        let began = Instant::now();
        site.start(Shape::OneProcess);
        let times = site.ready(START).await;
        let row = format!("start to ready, {which}");
        self.report.add(row, ready(began.elapsed(), &times));
        self.settle(site).await;
        let before = site.usage();
        tokio::time::sleep(self.order.idle).await;
        let after = site.usage();
        let idle = (services_of(&after) - services_of(&before)).processor;
        let a_second = idle * 1_000.0 / self.order.idle.as_secs_f64();
        let resident = services_of(&after).resident;
        let row = format!("processor at rest, all services, {which}");
        self.report.add(row, format!("{a_second:.1} ms/s"));
        self.report.add(
            format!("resident, all services, {which}"),
            megabytes(resident),
        );
        site.stop();
    }

    /// Waits until hardly anything is done any more, for some time at most: what a start has left to do is not rest.
    async fn settle(&self, site: &Site) {
        let (began, look) = (Instant::now(), self.order.idle / 10);
        let mut calm = 0;
        while calm < 2 && began.elapsed() < self.order.idle * 4 {
            let before = services_of(&site.usage());
            tokio::time::sleep(look).await;
            let used = (services_of(&site.usage()) - before).processor;
            calm = if used < look.as_secs_f64() * CALM {
                calm + 1
            } else {
                0
            };
        }
    }

    /// How soon everything is ready after everything was killed.
    pub(super) async fn after_kill(&mut self, site: &mut Site) {
        self.announce("a start after SIGKILL");
        site.start(Shape::OneProcess);
        site.ready(START).await;
        site.kill();
        let began = Instant::now();
        site.start(Shape::OneProcess);
        let times = site.ready(START).await;
        self.report.add(
            "ready after SIGKILL, filled",
            ready(began.elapsed(), &times),
        );
        site.stop();
    }

    /// What the folders hold, of so many events.
    pub(super) fn disk(&mut self, site: &Site, events: u64) {
        let data = site.data();
        let mut sum = Disk::default();
        let mut parts = Vec::new();
        for service in site.services() {
            let disk = Disk::of(&data.join(service.as_str()));
            sum += disk;
            parts.push(format!("{service} {}", megabytes(disk.bytes)));
        }
        let journal = Disk::of(&data.join("journal/log"));
        let stream = Disk::of(&data.join("nats/store"));
        let each = sum.bytes as f64 / events.max(1) as f64;
        self.report
            .add_value(BYTES_AN_EVENT, format!("{each:.0}"), each);
        let times = sum.bytes as f64 / journal.bytes.max(1) as f64;
        self.report
            .add("files on the disk, all services", sum.files.to_string());
        self.report.add(
            "bytes on the disk, all services",
            format!(
                "{}, {times:.1} times the journal's log",
                megabytes(sum.bytes)
            ),
        );
        self.report
            .add("bytes on the disk, by service", parts.join(", "));
        self.report.add(
            "bytes on the disk, the broker's stream",
            megabytes(stream.bytes),
        );
    }
}
