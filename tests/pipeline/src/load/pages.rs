//! A supervisor looks at the pages of cases.

use std::time::{Duration, Instant};

use onestop_proto::ids::CaseNumber;
use reqwest::{StatusCode, header};

use super::{Latencies, http_client};
use crate::site::{PASSWORD, STAFF};

/// A signed-in browser, without a picture.
pub struct Pages {
    client: reqwest::Client,
    address: String,
    cookie: String,
}

impl Pages {
    pub async fn sign_in(address: String) -> Self {
        let client = http_client();
        let asked = client
            .post(format!("{address}/sign-in"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("staff={STAFF}&password={PASSWORD}"));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "cannot sign in");
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            client,
            address,
            cookie,
        }
    }

    /// Looks at the pages of these cases, one after another, for some time; how many could not be seen.
    pub async fn look_at(&self, cases: &[CaseNumber], length: Duration) -> (Latencies, u64) {
        let (mut times, mut failed) = (Latencies::default(), 0);
        let began = Instant::now();
        for number in cases.iter().cycle() {
            if began.elapsed() > length {
                break;
            }
            let asked = Instant::now();
            if self.look_at_one(number).await {
                times.add(asked.elapsed());
            } else {
                failed += 1;
            }
        }
        (times, failed)
    }

    async fn look_at_one(&self, number: &CaseNumber) -> bool {
        let asked = self
            .client
            .get(format!("{}/cases/{number}", self.address))
            .header(header::COOKIE, &self.cookie);
        let Ok(answer) = asked.send().await else {
            return false;
        };
        let is_page = answer.status() == StatusCode::OK;
        // The page is there when its last byte is.
        is_page && answer.bytes().await.is_ok()
    }
}
