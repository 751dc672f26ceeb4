//! Events as a stream: from a position, live, on across a restart; and a shutdown does not wait for subscribers.

use std::fs;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::{Web, key, refused, started};
use crate::{
    browser::address,
    harness::{Part, TIMEOUT},
};

/// One event of a stream.
pub(super) struct LogSummary {
    id: String,
    pub(super) kind: String,
    pub(super) event: Value,
}

/// The events of a stream, as they come.
pub(super) struct Stream {
    answer: Response,
    text: String,
}

impl Stream {
    pub(super) async fn of(asked: RequestBuilder) -> Self {
        let answer = asked
            .header("accept", "text/event-stream")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        let text = String::new();
        Self { answer, text }
    }

    pub(super) async fn next(&mut self) -> LogSummary {
        loop {
            if let Some(found) = self.had() {
                return found;
            }
            assert!(self.more().await, "the stream is over");
        }
    }

    /// Reads the rest, until the server ends the stream.
    async fn rest(&mut self) -> Vec<LogSummary> {
        while self.more().await {}
        std::iter::from_fn(|| self.had()).collect()
    }

    /// The next of what has come; comments are passed over.
    fn had(&mut self) -> Option<LogSummary> {
        while let Some((event, rest)) = self.text.split_once("\n\n") {
            let field = |name: &str| {
                let mut lines = event.lines();
                lines.find_map(|line| line.strip_prefix(name))
            };
            let told = field("id: ").zip(field("event: ")).zip(field("data: "));
            let told = told.map(|((id, kind), event)| LogSummary {
                id: id.to_owned(),
                kind: kind.to_owned(),
                event: serde_json::from_str(event).unwrap(),
            });
            self.text = rest.to_owned();
            if told.is_some() {
                return told;
            }
        }
        None
    }

    /// Waits for more; false if there is none to come. One that breaks off is no such end.
    async fn more(&mut self) -> bool {
        let more = tokio::time::timeout(TIMEOUT, self.answer.chunk()).await;
        match more.unwrap().unwrap() {
            Some(more) => {
                self.text += std::str::from_utf8(&more).unwrap();
                true
            }
            None => false,
        }
    }
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_across_a_restart() {
    let mut onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    clerk.opened().await;
    let mut stream = Stream::of(clerk.get("/events?from=0")).await;
    let LogSummary {
        id: first, kind, ..
    } = stream.next().await;
    assert_eq!(kind, "cn.onestop.case.opened.v1");
    // Live, on the same stream.
    clerk.opened().await;
    let mut all = vec![first.clone()];
    while all.len() < 4 {
        all.push(stream.next().await.id);
    }
    drop(stream);

    onestop.stop(Part::Everything);
    fs::remove_file(onestop.data().join("gateway/address")).unwrap();
    onestop.run(Part::Everything);
    onestop.wait_until_ready().await;
    // The session outlives the restart; the port does not.
    let base = address(&onestop.data()).await;
    let clerk = Web { base, ..clerk };
    let mut stream = Stream::of(clerk.get("/events").header("last-event-id", &first)).await;
    for known in &all[1..] {
        assert_eq!(stream.next().await.id, *known);
    }
    let elsewhere = format!("{}.0", key());
    let asked = clerk.get("/events").header("last-event-id", elsewhere);
    refused(
        asked.header("accept", "text/event-stream"),
        409,
        "other-epoch",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_waits_for_nobody_who_listens() {
    let mut onestop = started().await;
    let clerk = Web::sign_in(&onestop, "zhang-li").await;
    clerk.opened().await;
    let mut stream = Stream::of(clerk.get("/events?from=0")).await;
    stream.next().await;
    let live = clerk.page(Method::GET, "/live").send().await.unwrap();
    assert_eq!(live.status(), StatusCode::OK);

    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let log = onestop.log_of(Part::Everything);
    assert!(!log.contains("did not end in time"), "{log}");
    // The server ended both streams and did not cut them off.
    stream.rest().await;
    live.bytes().await.unwrap();
}
