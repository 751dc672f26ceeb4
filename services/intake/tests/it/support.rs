//! An intake in a temporary folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use onestop_chassis::{
    Context, Failure, Service, bus::Bus, client::Client, clock::SystemClock, metrics::Metrics,
    node::Readiness, replication::SourceTracker, settings::Settings, shutdown::Shutdown,
    store::Store, supervisor::Supervisor,
};
use onestop_directory::{Directory, WINDOW};
use onestop_intake::Intake;
use onestop_proto::{
    actor::Actor,
    case::{self, Applicant, Open, WindowAction},
    command::{AcceptedCommand, CommandType, Request},
    ids::{CaseId, CaseRef, CommandId},
    issuer::ProvenBy,
    query::{Question, QuestionType},
    rejection::Rejected,
};
use onestop_testing::TempStore;
use tempfile::TempDir;

/// 新塘村, in 宁洱镇 of 宁洱县.
pub(crate) const VILLAGE: &str = "530821101000";

pub(crate) struct World {
    pub(crate) intake: Arc<Intake>,
    pub(crate) clerk: Actor,
    pub(crate) proven: Option<ProvenBy>,
    log: TempStore,
    folder: TempDir,
    list: Option<PathBuf>,
    supervisor: Supervisor,
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::start(TempStore::new(case::SERVICE), folder, None).await
    }

    async fn start(log: TempStore, folder: TempDir, list: Option<PathBuf>) -> Self {
        let settings = Settings {
            nats: "nats://127.0.0.1:1".to_owned(),
            data: folder.path().to_owned(),
            erasure_list: list.clone().map(Into::into),
            ..Settings::default()
        };
        let bus = Bus::connect(&settings, &case::service()).await.unwrap();
        let mut supervisor = Supervisor::new(Shutdown::default());
        let context = Context {
            settings: &settings,
            store: log.store.clone(),
            client: Client::new(bus.clone()),
            sources: SourceTracker::of(&log.store),
            metrics: Metrics::default(),
            readiness: Readiness::of(&bus),
            supervisor: &mut supervisor,
        };
        let intake = Arc::new(Intake::start(context).unwrap());
        log.store.built().await;
        let directory = Directory::built_in().unwrap();
        let window = directory.unit_at(VILLAGE.parse().unwrap(), &WINDOW.parse().unwrap());
        let clerk = format!("clerk/zhang-li@{}", window.unwrap().id);
        Self {
            intake,
            clerk: clerk.parse().unwrap(),
            proven: None,
            log,
            folder,
            list,
            supervisor,
        }
    }

    /// Names the list of erasures, from the next start on.
    pub(crate) fn name_list(&mut self, list: PathBuf) {
        self.list = Some(list);
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Stops it and starts it again on what it has stored.
    pub(crate) async fn restarted(self) -> Self {
        let Self {
            intake,
            log,
            folder,
            list,
            supervisor,
            ..
        } = self;
        supervisor.shutdown().request();
        supervisor
            .run(std::time::Duration::from_secs(5))
            .await
            .unwrap();
        drop(intake);
        Self::start(log.reopen(), folder, list).await
    }

    pub(crate) fn store(&self) -> &Store {
        &self.log.store
    }

    pub(crate) async fn send(
        &self,
        key: CommandId,
        case: Option<CaseId>,
        command: impl Into<case::Command>,
    ) -> Result<AcceptedCommand, Rejected> {
        let command: case::Command = command.into();
        let request = Request {
            id: key,
            actor: self.clerk.clone(),
            case: case.map(CaseRef::Id),
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
            traceparent: None,
            data: command.data().unwrap(),
            proven: None,
        };
        answered(self.intake.command(command.name(), request).await)
    }

    pub(crate) async fn ask<Q: QuestionType>(&self, question: &Q) -> Result<Q::Answer, Rejected> {
        let asked = Question {
            actor: Some(self.clerk.clone()),
            after: None,
            data: serde_json::to_value(question).unwrap(),
            proven: self.proven.clone(),
            within: None,
        };
        let answer = answered(self.intake.question(Q::NAME, asked).await)?;
        Ok(answer.parse().unwrap())
    }
}

/// A refusal; a failure ends the test.
fn answered<T>(done: Result<T, Failure>) -> Result<T, Rejected> {
    match done {
        Ok(done) => Ok(done),
        Err(Failure::Rejected(rejected)) => Err(*rejected),
        Err(Failure::Internal(error)) => panic!("{error:#}"),
    }
}

pub(crate) fn new_key() -> CommandId {
    SystemClock.command()
}

/// A question that the window answers itself.
pub(crate) fn open(name: &str, phone: &str) -> Open {
    Open {
        request: WindowAction::Answer,
        ..Open::new(
            "consultation".parse().unwrap(),
            "family".parse().unwrap(),
            VILLAGE.parse().unwrap(),
            person(name, phone),
        )
    }
}

pub(crate) fn person(name: &str, phone: &str) -> Applicant {
    let mut applicant = Applicant::named(name);
    applicant.people[0].phone = Some(phone.to_owned());
    applicant.summary = "工地欠薪三个月".to_owned();
    applicant
}
