//! Clerks at four hundred windows and specialists of the units that their cases are offered to, over the broker as
//! the gateway would speak to it; and a supervisor who looks at pages.

mod heads;
mod journeys;
mod latency;
mod news;
mod offers;
mod opening;
mod pages;

use std::time::Duration;

use onestop_chassis::{
    client::{Client, ClientError, CommandMeta, QuestionMeta},
    clock::SystemClock,
};
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    case::{self, Applicant, Open, Person},
    command::{AcceptedCommand, CommandType},
    division::DivisionCode,
    ids::{CaseId, CaseNumber, CaseRef, UnitId},
    query::LogQuery,
};

use crate::history::windows;

pub use self::{
    heads::{CaughtUp, Heads, Lag},
    journeys::{Journeys, Sustained},
    latency::Latencies,
    news::{News, Offer},
    offers::{Accepting, Visible},
    opening::{Opened, Opening},
    pages::Pages,
};

/// How long anything of one case may take before it counts as failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// An HTTP client for this machine.
///
/// # Panics
/// If TLS, which is not used, cannot be set up.
#[must_use]
pub fn http_client() -> reqwest::Client {
    // The first of a process installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE);
    client
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// A window that opens cases.
#[derive(Debug, Clone)]
struct Window {
    clerk: Actor,
    division: DivisionCode,
}

/// Sends what people would send.
#[derive(Clone)]
pub struct Driver {
    client: Client,
    windows: std::sync::Arc<Vec<Window>>,
    seed: u64,
}

impl Driver {
    #[must_use]
    pub fn new(client: Client, directory: &Directory, seed: u64) -> Self {
        let window = |unit: &onestop_directory::Unit| Window {
            clerk: actor(Role::Clerk, &unit.id),
            division: unit.division,
        };
        let windows: Vec<Window> = windows(directory).into_iter().map(window).collect();
        Self {
            client,
            windows: windows.into(),
            seed,
        }
    }

    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The `number`th random choices of this run.
    fn random(&self, number: u64) -> fastrand::Rng {
        fastrand::Rng::with_seed(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Numbers of cases that lie anywhere in intake's log.
    pub async fn case_numbers(&self, count: usize) -> Vec<CaseNumber> {
        let intake = case::service();
        let head = Heads::of(&self.client, &intake).await.unwrap();
        let (mut random, mut numbers) = (self.random(2_000_000), Vec::new());
        while numbers.len() < count && head > 0 {
            let query = LogQuery {
                from: random.u64(..head),
                limit: 4,
            };
            let asked = self
                .client
                .ask_service(&intake, QuestionMeta::default(), &query);
            for event in asked.await.unwrap().events {
                let data: serde_json::Value = event.data.parse().unwrap();
                let number = data.get("number").and_then(|number| number.as_str());
                numbers.extend(number.and_then(|number| number.parse::<CaseNumber>().ok()));
            }
        }
        numbers
    }

    /// Opens a case of legal aid at some window.
    async fn open(&self, random: &mut fastrand::Rng) -> Result<AcceptedCommand, ClientError> {
        let window = &self.windows[random.usize(..self.windows.len())];
        self.open_at(window, random).await
    }

    async fn open_at(
        &self,
        window: &Window,
        random: &mut fastrand::Rng,
    ) -> Result<AcceptedCommand, ClientError> {
        let (item, topic) = ("legal-aid".parse().unwrap(), "labour-pay".parse().unwrap());
        let open = Open::new(item, topic, window.division, applicant(random));
        self.send(window.clerk.clone(), None, case::Command::from(open))
            .await
    }

    /// Sends a command to the service that takes it.
    async fn send<C: Recipient>(
        &self,
        actor: Actor,
        case: Option<CaseId>,
        command: C,
    ) -> Result<AcceptedCommand, ClientError> {
        let meta = CommandMeta::new(SystemClock.command(), actor, case.map(CaseRef::Id));
        self.client.command(&C::service(), meta, &command).await
    }
}

/// The commands of one service.
trait Recipient: CommandType {
    fn service() -> onestop_proto::actor::ServiceName;
}

impl Recipient for case::Command {
    fn service() -> onestop_proto::actor::ServiceName {
        case::service()
    }
}

impl Recipient for onestop_proto::referral::Command {
    fn service() -> onestop_proto::actor::ServiceName {
        onestop_proto::referral::service()
    }
}

impl Recipient for onestop_proto::legal_aid::Command {
    fn service() -> onestop_proto::actor::ServiceName {
        onestop_proto::legal_aid::service()
    }
}

fn actor(role: Role, unit: &UnitId) -> Actor {
    Actor {
        role,
        staff: "load".parse().unwrap(),
        unit: unit.clone(),
    }
}

fn applicant(random: &mut fastrand::Rng) -> Applicant {
    let names = ["岩温罕", "玉香", "李小明", "王秀兰", "刀文华", "普海龙"];
    let name = names[random.usize(..names.len())];
    let person = Person {
        phone: Some(format!("139{:08}", random.u32(..100_000_000))),
        ..Person::named(name)
    };
    Applicant {
        people: vec![person],
        agent: None,
        summary: "工地拖欠工资三个月".to_owned(),
        respondents: Vec::new(),
    }
}
