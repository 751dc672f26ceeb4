//! Delivery: each webhook's events in order, one after the other, each until it was taken. A webhook that
//! fails is tried again, later each time, and parked when it keeps failing; the others do not wait for it.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::Context;
use onestop_chassis::{settings::Settings, shutdown::Shutdown};
use onestop_proto::{
    envelope::LogPosition,
    feed::{EventsPage, EventsQuery},
    journal,
    time::Timestamp,
};
use reqwest::{Client, StatusCode, header, redirect::Policy};
use tokio::{
    sync::{Notify, broadcast},
    task::JoinSet,
    time::Instant,
};
use tracing::{debug, info, warn};
use uuid::Uuid;

use super::{guard, sign};
use crate::{
    app::App,
    db::webhooks::{self, Failed, Kept},
};

/// Webhooks at work at the same time.
const AT_ONCE: usize = 8;
/// Events asked for at a time.
const PAGE: u32 = 50;
/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A webhook with nothing to send is looked at again after so long, if nothing was heard meanwhile.
const QUIET: Duration = Duration::from_secs(5);
/// Between two rounds.
const PAUSE: Duration = Duration::from_millis(100);
/// What is due by the clock is looked for this often.
const ROUND: Duration = Duration::from_secs(1);
/// The longest wait between two tries, in seconds.
const LONGEST: i64 = 3600;

/// How webhooks are sent, and what has them sent at once.
pub(crate) struct Webhooks {
    /// Whether http, this machine and its network may be sent to.
    pub(crate) local: bool,
    /// Failures in a row after which one is parked.
    pub(crate) attempts: u32,
    /// Seconds before the second try; each further wait is twice as long.
    pub(crate) retry_seconds: u64,
    /// Somebody changed something.
    pub(crate) woken: Notify,
}

impl Webhooks {
    /// As the settings have it.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            local: settings.webhook_local,
            attempts: settings.webhook_attempts,
            retry_seconds: settings.webhook_retry_seconds,
            woken: Notify::new(),
        }
    }
}

/// What came of looking after one webhook.
enum Came {
    /// It is to be looked at again at once, or when it is due.
    Further,
    /// There was nothing more to send.
    AtEnd,
}

/// Delivers until the shutdown is asked for.
///
/// # Errors
/// If the client cannot be made.
pub(crate) async fn deliver(app: App, shutdown: Shutdown) -> anyhow::Result<()> {
    let client = client(app.webhooks.local)?;
    let mut notices = app.live.watch();
    let mut at_work: JoinSet<(String, Came)> = JoinSet::new();
    let mut busy: HashSet<String> = HashSet::new();
    let mut quiet: HashMap<String, Instant> = HashMap::new();
    let mut after: Option<LogPosition> = None;
    loop {
        let now = app.clock.now();
        let due = app
            .db
            .with(move |db| webhooks::due(db, now))
            .await
            .unwrap_or_else(|error| {
                warn!(
                    error = format!("{error:#}"),
                    "webhooks cannot be read; it is tried again"
                );
                Vec::new()
            });
        let free = |kept: &Kept| {
            let id = &kept.webhook.id;
            let waits = quiet.get(id).is_some_and(|until| *until > Instant::now());
            !busy.contains(id) && !waits
        };
        let free: Vec<Kept> = due
            .into_iter()
            .filter(free)
            .take(AT_ONCE - busy.len())
            .collect();
        for kept in free {
            let id = kept.webhook.id.clone();
            busy.insert(id.clone());
            let (app, client, after) = (app.clone(), client.clone(), after.clone());
            at_work.spawn(async move {
                let came = attend(&app, &client, &kept, after).await;
                (id, came)
            });
        }
        tokio::select! {
            () = shutdown.requested() => break,
            () = tokio::time::sleep(ROUND) => {}
            () = app.webhooks.woken.notified() => quiet.clear(),
            Some(done) = at_work.join_next() => {
                let (id, came) = done.context("a delivery panicked")?;
                busy.remove(&id);
                if let Came::AtEnd = came {
                    quiet.insert(id, Instant::now() + QUIET);
                }
            }
            notice = notices.recv() => {
                quiet.clear();
                match notice {
                    Ok(notice) => after = Some(notice.at),
                    Err(broadcast::error::RecvError::Lagged(_)) => after = None,
                    Err(broadcast::error::RecvError::Closed) => break,
                }
                // What happens together is looked at together.
                tokio::time::sleep(PAUSE).await;
                while let Ok(notice) = notices.try_recv() {
                    after = Some(notice.at);
                }
            }
        }
    }
    // A message that is under way is taken or not; either way its event comes again from where it stood.
    at_work.shutdown().await;
    Ok(())
}

fn client(local: bool) -> anyhow::Result<Client> {
    // The other provider of the same kind may have been installed by whoever came first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .dns_resolver(guard::Guarded { local })
        .user_agent(concat!("onestop/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("the client of webhooks cannot be made")
}

async fn attend(app: &App, client: &Client, kept: &Kept, after: Option<LogPosition>) -> Came {
    match some(app, client, kept, after).await {
        Ok(came) => came,
        Err(error) => {
            debug!(
                webhook = kept.webhook.id,
                error = format!("{error:#}"),
                "webhooks wait for the journal"
            );
            Came::AtEnd
        }
    }
}

/// Sends one page.
async fn some(
    app: &App,
    client: &Client,
    kept: &Kept,
    after: Option<LogPosition>,
) -> anyhow::Result<Came> {
    let webhook = &kept.webhook;
    let query = EventsQuery {
        from: webhook.position,
        limit: PAGE,
        types: webhook.types.clone(),
        item: webhook.item.clone(),
        case: None,
    };
    let who = (Some(kept.actor.clone()), after);
    let journal = journal::service();
    let asked = app.client.question(&journal, "events", who, &query);
    let page: EventsPage = asked.await?;
    if kept.epoch.is_some_and(|epoch| epoch != page.epoch) {
        let problem =
            "the journal was restored and numbers its events anew: say from where to replay";
        return park(app, kept, problem, None).await;
    }
    let mut stands = kept.clone();
    for told in &page.events {
        let Some(url) = guard::check_address(&webhook.url, app.webhooks.local).ok() else {
            let problem = "the address is not permitted here";
            return park(app, &stands, problem, Some(told.position)).await;
        };
        let body = serde_json::to_vec(&told.event)?;
        let id = told.event.id.to_string();
        match send(client, url, (kept, &id), body, app.clock.now()).await {
            Ok(()) => {
                if !advance(app, &mut stands, (told.position + 1, page.epoch)).await? {
                    // Somebody set it elsewhere, or removed it.
                    return Ok(Came::Further);
                }
            }
            Err(Unsent::Gone) => {
                let problem = "the receiver says that it is gone (410)";
                return park(app, &stands, problem, Some(told.position)).await;
            }
            Err(Unsent::Failed(problem)) => {
                return failed(app, &stands, (problem, told.position)).await;
            }
        }
    }
    let further = stands.webhook.position != page.next;
    if further && !advance(app, &mut stands, (page.next, page.epoch)).await? {
        return Ok(Came::Further);
    }
    Ok(if page.next >= page.head {
        Came::AtEnd
    } else {
        Came::Further
    })
}

/// Why a message was not taken.
enum Unsent {
    Failed(String),
    /// The receiver wants no more of it.
    Gone,
}

async fn send(
    client: &Client,
    url: reqwest::Url,
    (kept, id): (&Kept, &str),
    body: Vec<u8>,
    now: Timestamp,
) -> Result<(), Unsent> {
    let seconds = now.as_micros() / 1_000_000;
    let sent = client
        .post(url)
        .header(header::CONTENT_TYPE, "application/cloudevents+json")
        .header("webhook-id", id)
        .header("webhook-timestamp", seconds.to_string())
        .header(
            "webhook-signature",
            sign::signature(&kept.secret, id, seconds, &body),
        )
        .body(body)
        .send()
        .await;
    match sent {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) if answer.status() == StatusCode::GONE => Err(Unsent::Gone),
        Ok(answer) => Err(Unsent::Failed(format!(
            "it answered {}",
            answer.status().as_u16()
        ))),
        // Not the library's own sentence: the address may hold what is nobody else's to read.
        Err(error) if error.is_timeout() => Err(Unsent::Failed(format!(
            "no answer within {} s",
            PATIENCE.as_secs()
        ))),
        Err(error) if error.is_connect() => Err(Unsent::Failed("it cannot be reached".to_owned())),
        Err(_) => Err(Unsent::Failed("the connection broke off".to_owned())),
    }
}

/// Notes how far it is: in the file, and in what is known of it here.
async fn advance(app: &App, stands: &mut Kept, next: (u64, Uuid)) -> anyhow::Result<bool> {
    let before = stands.clone();
    let advanced = app
        .db
        .with(move |db| webhooks::advance(db, &before, next))
        .await?;
    (stands.webhook.position, stands.epoch) = (next.0, Some(next.1));
    stands.webhook.failures = 0;
    Ok(advanced)
}

async fn park(
    app: &App,
    kept: &Kept,
    problem: &str,
    stuck_at: Option<u64>,
) -> anyhow::Result<Came> {
    let failed = Failed {
        problem: problem.to_owned(),
        stuck_at,
        again: None,
    };
    note(app, kept, failed).await
}

async fn failed(app: &App, kept: &Kept, (problem, at): (String, u64)) -> anyhow::Result<Came> {
    let failures = kept.webhook.failures + 1;
    let again = (failures < app.webhooks.attempts).then(|| {
        let wait = backoff(app.webhooks.retry_seconds, failures);
        app.clock.now().plus_seconds(wait)
    });
    let failed = Failed {
        problem,
        stuck_at: Some(at),
        again,
    };
    note(app, kept, failed).await
}

async fn note(app: &App, kept: &Kept, failed: Failed) -> anyhow::Result<Came> {
    let (parks, problem) = (failed.again.is_none(), failed.problem.clone());
    let before = kept.clone();
    let noted = app
        .db
        .with(move |db| webhooks::failed(db, &before, &failed))
        .await?;
    let webhook = &kept.webhook;
    if noted && parks {
        info!(webhook = webhook.id, unit = %webhook.unit, problem, "a webhook is parked");
    }
    Ok(Came::Further)
}

/// Seconds to wait after so many failures: twice as long each time, and a little more by chance, so that
/// what failed together does not come back together.
fn backoff(first: u64, failures: u32) -> i64 {
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let wait = i64::try_from(doubled).unwrap_or(LONGEST).min(LONGEST);
    let mut chance = [0; 1];
    // Without randomness it is still later.
    let _ = getrandom::fill(&mut chance);
    wait + wait * i64::from(chance[0]) / 1024
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn each_wait_is_longer_and_none_longer_than_an_hour_and_a_quarter() {
        for (failures, shortest) in [(1, 5), (2, 10), (3, 20), (20, 3600)] {
            let wait = backoff(5, failures);
            assert!(
                (shortest..=shortest + shortest / 4).contains(&wait),
                "{failures}: {wait}"
            );
        }
    }
}
