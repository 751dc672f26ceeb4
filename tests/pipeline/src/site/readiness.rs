//! When an Onestop is ready, and its clients.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, Instant},
};

use futures::future::join_all;
use onestop_chassis::{
    bus::Bus,
    client::{Client, QuestionMeta},
    settings::Settings,
};
use onestop_proto::{
    actor::{ServiceName, known_service},
    query::LogQuery,
};

use super::Site;

/// Between two questions to something that does not answer yet.
const PAUSE: Duration = Duration::from_millis(10);

impl Site {
    /// Waits until every service answers a question and the gateway serves: how long each took.
    ///
    /// # Panics
    /// If a process has ended, or the limit has passed.
    pub async fn ready(&mut self, limit: Duration) -> BTreeMap<String, Duration> {
        let began = Instant::now();
        let gateway = async {
            while self.page_address().await.is_none() {
                tokio::time::sleep(PAUSE).await;
            }
            ("gateway".to_owned(), began.elapsed())
        };
        let all = async {
            let answers = self.all_answer(began);
            let (mut times, gateway) = tokio::join!(answers, gateway);
            times.push(gateway);
            times.into_iter().collect()
        };
        match tokio::time::timeout(limit, all).await {
            Ok(times) => times,
            Err(_) => {
                self.check();
                panic!(
                    "not ready after {limit:?}: see the logs in {}",
                    self.data.display()
                )
            }
        }
    }

    /// Waits until every service answers a question: how long each took.
    pub(super) async fn all_answer(&self, began: Instant) -> Vec<(String, Duration)> {
        let client = self.client().await;
        let services = self.services().into_iter();
        let answers = services.map(async |name| {
            answers(&client, &name).await;
            (name.to_string(), began.elapsed())
        });
        join_all(answers).await
    }

    /// The gateway's address, once it serves.
    pub async fn page_address(&self) -> Option<String> {
        let file = self.data.join("gateway/address");
        let address = fs::read_to_string(file).ok()?.trim().to_owned();
        let asked = crate::load::http_client().get(format!("{address}/readyz"));
        let answer = asked.send().await.ok()?;
        answer.status().is_success().then_some(address)
    }

    /// A client with the key of the command line.
    pub async fn client(&self) -> Client {
        let key = self.data.join("nats/keys/desk.nk");
        while !key.is_file() {
            tokio::time::sleep(PAUSE).await;
        }
        let settings = Settings {
            nats: self.url(),
            key: Some(key),
            ..Settings::default()
        };
        Client::new(
            Bus::connect(&settings, &known_service("desk"))
                .await
                .unwrap(),
        )
    }
}

/// Waits until a service answers a question.
async fn answers(client: &Client, name: &ServiceName) {
    let query = LogQuery { from: 0, limit: 0 };
    let ask = || client.ask_service(name, QuestionMeta::default(), &query);
    while ask().await.is_err() {
        tokio::time::sleep(PAUSE).await;
    }
}
