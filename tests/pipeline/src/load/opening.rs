//! Clerks open cases: as many at once as there are clerks, or so many a second whatever the answers take.

use std::time::{Duration, Instant};

use onestop_proto::ids::{CaseId, CaseNumber};
use tokio::task::JoinSet;

use super::{
    Driver, Latencies, News,
    offers::{Look, Visible},
};

/// Worklists that are looked at in a second, at most: each look costs the service a list.
const LOOKS: u32 = 20;

/// A case that was opened.
#[derive(Debug, Clone)]
pub struct Opened {
    pub case: CaseId,
    pub number: Option<CaseNumber>,
    pub answered: Instant,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Opening {
    pub latencies: Latencies,
    pub cases: Vec<Opened>,
    pub refused: u64,
    pub took: Duration,
}

impl Opening {
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.cases.len() as f64 / self.took.as_secs_f64()
    }

    fn add(&mut self, (took, opened): (Duration, Option<Opened>)) {
        match opened {
            Some(opened) => {
                self.latencies.add(took);
                self.cases.push(opened);
            }
            None => self.refused += 1,
        }
    }
}

impl Driver {
    /// Each clerk opens the next case when the last is answered (closed loop).
    pub async fn open_closed_loop(&self, clerks: usize, length: Duration) -> Opening {
        let began = Instant::now();
        let mut at_work = JoinSet::new();
        for clerk in 0..clerks {
            let (driver, mut random) = (self.clone(), self.random(clerk as u64));
            at_work.spawn(async move {
                let mut opening = Opening::default();
                while began.elapsed() < length {
                    opening.add(driver.open_one(&mut random, Instant::now()).await);
                }
                opening
            });
        }
        let mut sum = Opening::default();
        while let Some(opening) = at_work.join_next().await {
            let mut opening = opening.unwrap();
            sum.latencies.append(opening.latencies);
            sum.cases.append(&mut opening.cases);
            sum.refused += opening.refused;
        }
        sum.took = began.elapsed();
        sum
    }

    /// Citizens come, so many a second (open loop), and their cases' offers are looked for. A case's time counts
    /// from when its citizen came, not from when the driver got round to it.
    pub async fn open_open_loop(
        &self,
        news: &News,
        rate: u32,
        length: Duration,
    ) -> (Opening, Visible) {
        let began = Instant::now();
        let (mut under_way, mut next, mut count) = (JoinSet::new(), began, 0_u32);
        let every = (rate / LOOKS).max(1);
        while next < began + length {
            tokio::time::sleep_until(next.into()).await;
            let (driver, news) = (self.clone(), news.clone());
            let (mut random, came) = (self.random(u64::from(count)), next);
            let look = if count.is_multiple_of(every) {
                Look::AtWorklist
            } else {
                Look::AtNews
            };
            under_way.spawn(async move {
                let (took, opened) = driver.open_one(&mut random, came).await;
                let visible = match &opened {
                    Some(opened) => driver.see_offer(&news, opened, look).await,
                    None => Visible::default(),
                };
                (took, opened, visible)
            });
            count += 1;
            next += Duration::from_secs(1) / rate;
        }
        let took = began.elapsed();
        let (mut opening, mut visible) = (Opening::default(), Visible::default());
        while let Some(one) = under_way.join_next().await {
            let (took, opened, seen) = one.unwrap();
            opening.add((took, opened));
            visible.append(seen);
        }
        opening.took = took;
        (opening, visible)
    }

    async fn open_one(
        &self,
        random: &mut fastrand::Rng,
        came: Instant,
    ) -> (Duration, Option<Opened>) {
        let answer = self.open(random).await;
        let answered = Instant::now();
        let opened = answer.ok().map(|accepted| Opened {
            case: accepted.case,
            number: accepted.number,
            answered,
        });
        (answered - came, opened)
    }
}
