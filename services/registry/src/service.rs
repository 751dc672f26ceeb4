//! The registry as a service: its commands. It subscribes to no service and answers the questions of every service.

use std::sync::Arc;

use onestop_chassis::{
    Context, Failure, Service,
    service::Publishing,
    store::{Batch, EventMeta, Reads, Rules, Store},
};
use onestop_directory::{Directory, Origin, RegistryChanges, SiteChanges};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, SiteId, UnitId},
    problem_words::own,
    query::Question,
    raw_json::RawJson,
    registry::{self, Command, Event},
    rejection::{CommonRejection, Explain, Malformed},
    time::Timestamp,
};

use crate::domain::{self, address, decide, evolve, site_of, wider_sites};

/// How what is recorded of a site follows from its events.
const RULES: Rules<SiteChanges, Event> = Rules { evolve, address };

/// The registry.
#[derive(Debug)]
pub struct Registry {
    store: Store,
    directory: Arc<Directory>,
}

impl Service for Registry {
    const PUBLISHING: Publishing = Publishing::Events;

    fn name() -> ServiceName {
        registry::service()
    }

    fn subscribes_to() -> Vec<ServiceName> {
        Vec::new()
    }

    fn commands() -> &'static [&'static str] {
        Command::NAMES
    }

    fn questions() -> &'static [&'static str] {
        &[]
    }

    fn stream(subject: CaseId) -> String {
        format!("site/{subject}")
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.directory.oversees(actor, division)
    }

    fn division_of(&self, unit: &UnitId) -> Option<DivisionCode> {
        self.directory.unit(unit).map(|unit| unit.division)
    }

    fn directory_version(&self) -> Option<String> {
        Some(self.directory.version().to_owned())
    }

    fn start(context: Context<'_>) -> anyhow::Result<Self> {
        let origin = Origin::from(context.settings.directory.clone());
        Ok(Self {
            store: context.store,
            directory: Arc::new(Directory::load(&origin)?),
        })
    }

    async fn command(&self, name: &str, request: Request) -> Result<AcceptedCommand, Failure> {
        let command = Command::parse(name, request.data.clone()).map_err(malformed)?;
        if request.occurred_at.is_some() {
            return Err(malformed(Malformed::new(
                "occurred_at",
                own::FROM_FIRST_DAY.en,
            )));
        }
        let site = site_of(&command, &self.directory).map_err(|refused| refused.rejected())?;
        let subject = CaseId::of_site(&site);
        let meta = EventMeta::from_request(name, &request, subject);
        let wider = wider_sites(&command, &site, &self.directory);
        let decided = |changes: Option<&SiteChanges>, now: Timestamp, reads: &Reads<'_>| {
            let directory = self.with_recorded(&wider, reads);
            let context = domain::Context {
                today: now.china_date(),
                actor: &meta.actor,
                directory: &directory,
            };
            decide(changes, &command, &context)
        };
        let stream = Self::stream(subject);
        let done = self
            .store
            .execute_reading(&stream, &meta, None, &RULES, decided);
        Ok(done.await?.0)
    }

    async fn question(&self, name: &str, _: Question) -> Result<RawJson, Failure> {
        Err(malformed(Malformed::new(
            "question",
            format!("there is no question '{name}' here"),
        )))
    }

    fn handle(&self, _: &Envelope, _: &mut Batch) -> Result<(), Failure> {
        Ok(())
    }
}

impl Registry {
    /// The directory with what was recorded of some sites. What is decided is decided again if one of them has changed
    /// meanwhile.
    fn with_recorded(&self, sites: &[SiteId], reads: &Reads<'_>) -> Directory {
        let mut changes = RegistryChanges::default();
        for site in sites {
            let stream = Self::stream(CaseId::of_site(site));
            if let Some(recorded) = reads.load(&stream, &RULES) {
                changes.insert(site.clone(), recorded);
            }
        }
        self.directory.with_changes(changes)
    }
}

fn malformed(malformed: Malformed) -> Failure {
    CommonRejection::from(malformed).rejected().into()
}
