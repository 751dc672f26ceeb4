//! Services that start far behind their sources.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use onestop_chassis::client::Client;
use onestop_proto::{actor::ServiceName, case, journal, referral};

use super::Measurement;
use crate::{load::Heads, site::Site};

/// Between two looks at a position.
const LOOK: Duration = Duration::from_millis(100);

/// How far a service came.
struct CatchUp {
    events: u64,
    took: Duration,
}

impl CatchUp {
    fn cell(&self) -> String {
        let seconds = self.took.as_secs_f64();
        let rate = self.events as f64 / seconds;
        format!("{rate:.0} events/s ({} in {seconds:.1} s)", self.events)
    }
}

impl Measurement<'_> {
    /// Referral finds cases that intake has opened, and has processed none.
    pub(super) async fn backlog(&mut self, data: &Path) {
        self.announce("referral hears a backlog");
        let mut site = Site::new(&self.order.programs, data);
        site.prepare().await;
        self.fill(site.data(), "opened", self.order.backlog);
        let (intake, referral) = (case::service(), referral::service());
        site.start_some(std::slice::from_ref(&intake));
        let client = site.client().await;
        let heads = wait_for_heads(&client, &intake).await;
        site.start_more(std::slice::from_ref(&referral));
        let heard = hear(&client, &referral, heads, self.order.patience).await;
        self.report.add("referral hears a backlog", heard.cell());
        site.check();
        site.kill();
    }

    /// The journal is lost, and reads everything from its sources again.
    pub(super) async fn journal_anew(&mut self, site: &mut Site) {
        self.announce("the journal reads its sources");
        let journal = journal::service();
        let folder = site.data().join("journal");
        let aside = site.data().join("journal-aside");
        fs::rename(&folder, &aside).unwrap();
        let mut others = site.services();
        others.retain(|service| *service != journal);
        site.start_some(&others);
        let client = site.client().await;
        let mut events = 0;
        for service in &others {
            events += wait_for_heads(&client, service).await;
        }
        site.start_more(std::slice::from_ref(&journal));
        let heard = hear(&client, &journal, events, self.order.patience).await;
        self.report
            .add("journal read from its sources", heard.cell());
        site.check();
        site.kill();
        fs::remove_dir_all(&folder).unwrap();
        fs::rename(&aside, &folder).unwrap();
    }
}

/// The length of a service's log, once it answers.
async fn wait_for_heads(client: &Client, service: &ServiceName) -> u64 {
    loop {
        if let Ok(head) = Heads::of(client, service).await {
            return head;
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// From the first event that a service hears to the last of so many, or until the limit.
async fn hear(client: &Client, service: &ServiceName, events: u64, limit: Duration) -> CatchUp {
    let started = Instant::now();
    let mut first: Option<(Instant, u64)> = None;
    loop {
        let heard = Heads::default().heard_by(client, service).await;
        let heard: u64 = heard.map_or(0, |heard| heard.values().sum());
        let now = Instant::now();
        if heard > 0 && first.is_none() {
            first = Some((now, heard));
        }
        if heard >= events || started.elapsed() > limit {
            let (since, before) = first.unwrap_or((started, 0));
            return match now - since {
                // All of it between two looks: then from the start.
                took if took.is_zero() => CatchUp {
                    events: heard,
                    took: now - started,
                },
                took => CatchUp {
                    events: heard - before,
                    took,
                },
            };
        }
        tokio::time::sleep(LOOK).await;
    }
}
