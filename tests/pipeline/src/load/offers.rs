//! Units look for what they are offered, and accept it.

use std::time::{Duration, Instant};

use futures::{StreamExt, stream};
use onestop_chassis::client::QuestionMeta;
use onestop_proto::{actor::Role, query::CustodyWorklistQuery, referral};

use super::{Driver, Latencies, News, Offer, PATIENCE, actor, news::Seen, opening::Opened};

/// Between two looks at a worklist.
const PAUSE: Duration = Duration::from_millis(2);

/// How long it took from the answer to `open` until the offer could be seen.
#[derive(Debug, Default)]
pub struct Visible {
    /// Its event was received.
    pub heard: Latencies,
    /// It stood in the unit's worklist.
    pub listed: Latencies,
    /// Offers that did not come.
    pub missing: u64,
    pub offers: Vec<Offer>,
}

impl Visible {
    pub(super) fn append(&mut self, mut other: Self) {
        self.heard.append(other.heard);
        self.listed.append(other.listed);
        self.missing += other.missing;
        self.offers.append(&mut other.offers);
    }
}

/// Offers that were accepted.
#[derive(Debug, Default)]
pub struct Accepting {
    pub latencies: Latencies,
    pub refused: u64,
    pub took: Duration,
}

impl Accepting {
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.latencies.count() as f64 / self.took.as_secs_f64()
    }
}

/// Where to look for an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Its event alone.
    AtNews,
    /// The unit's worklist too.
    AtWorklist,
}

impl Driver {
    /// Waits for the offer of a case.
    pub(super) async fn see_offer(&self, news: &News, opened: &Opened, look: Look) -> Visible {
        let mut visible = Visible::default();
        let offer = wait_for_offer(news, opened).await;
        news.forget(opened.case);
        let Some(offer) = offer else {
            visible.missing = 1;
            return visible;
        };
        visible
            .heard
            .add(offer.heard.saturating_duration_since(opened.answered));
        if look == Look::AtWorklist {
            match self.wait_in_worklist(&offer, opened).await {
                Some(took) => visible.listed.add(took),
                None => visible.missing = 1,
            }
        }
        visible.offers.push(offer);
        visible
    }

    /// The offers of cases that have all been received by now.
    #[must_use]
    pub fn seen_offers(news: &News, cases: &[Opened]) -> Visible {
        let mut visible = Visible::default();
        for opened in cases {
            match news.offer(opened.case) {
                Some(offer) => {
                    visible
                        .heard
                        .add(offer.heard.saturating_duration_since(opened.answered));
                    visible.offers.push(offer);
                }
                None => visible.missing += 1,
            }
            news.forget(opened.case);
        }
        visible
    }

    async fn wait_in_worklist(&self, offer: &Offer, opened: &Opened) -> Option<Duration> {
        let query = CustodyWorklistQuery {
            unit: offer.to.clone(),
        };
        while opened.answered.elapsed() < PATIENCE {
            let meta = QuestionMeta {
                actor: Some(actor(Role::Specialist, &offer.to)),
                after: Some(offer.at.clone()),
            };
            if let Ok(worklist) = self.client.ask(meta, &query).await
                && worklist
                    .entries
                    .iter()
                    .any(|entry| entry.case == offer.case)
            {
                return Some(opened.answered.elapsed());
            }
            tokio::time::sleep(PAUSE).await;
        }
        None
    }

    /// Specialists accept these offers, so many at once, for some time.
    pub async fn accept_offers(
        &self,
        offers: &[Offer],
        specialists: usize,
        length: Duration,
    ) -> Accepting {
        let began = Instant::now();
        let accept = async |offer: &Offer| {
            if began.elapsed() > length {
                return None;
            }
            let sent = Instant::now();
            let accepted = self.accept(offer).await;
            Some((sent.elapsed(), accepted))
        };
        let mut done = Accepting::default();
        let mut answers = stream::iter(offers.iter().map(accept)).buffer_unordered(specialists);
        while let Some(answer) = answers.next().await {
            match answer {
                Some((took, true)) => done.latencies.add(took),
                Some((_, false)) => done.refused += 1,
                None => {}
            }
        }
        done.took = began.elapsed();
        done
    }

    /// The unit accepts; whether it could.
    pub(super) async fn accept(&self, offer: &Offer) -> bool {
        let accept = referral::Accept {
            handoff: offer.handoff,
        };
        let by = actor(Role::Specialist, &offer.to);
        let sent = self.send(by, Some(offer.case), referral::Command::from(accept));
        sent.await.is_ok()
    }
}

async fn wait_for_offer(news: &News, opened: &Opened) -> Option<Offer> {
    let mut events = news.of(opened.case);
    let wait = async {
        loop {
            match events.recv().await? {
                Seen::Offered(offer) => return Some(offer),
                Seen::Received | Seen::ResultBack => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.ok().flatten()
}
