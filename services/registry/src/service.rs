//! The registry as a service: its commands, and the question for a file of a site. It subscribes to no service.

mod files;
mod site_files;

use std::sync::Arc;

use onestop_chassis::{
    CommandResult, Context, Failure, Service,
    service::{Publishing, encode_answer},
    settings::Settings,
    standby::{SidecarCopy, SidecarSource},
    store::{Batch, EventMeta, Reads, Store},
};
use onestop_directory::{Directory, Origin, RegistryChanges, SiteChanges};
use onestop_proto::{
    actor::{Actor, ServiceName},
    command::{AcceptedCommand, CommandType, Request},
    division::DivisionCode,
    envelope::Envelope,
    ids::{CaseId, SiteId, UnitId},
    problem_words::own,
    query::{Question, RegistryQuestion},
    raw_json::RawJson,
    registry::{self, Command, EvidenceQuery},
    rejection::{Explain, Malformed},
    time::Timestamp,
};

use self::site_files::SiteFiles;
use crate::{
    domain::{self, decide, related_sites, site_of},
    evidence::{EvidenceCopy, EvidenceSource},
    streams::{RULES, stream_of},
};

pub struct Registry {
    store: Store,
    directory: Arc<Directory>,
    files: Arc<SiteFiles>,
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
        RegistryQuestion::NAMES
    }

    fn stream(subject: CaseId) -> String {
        stream_of(subject)
    }

    fn sidecar(&self) -> Option<Arc<dyn SidecarSource>> {
        let folder = self.files.stored.folder().to_owned();
        Some(Arc::new(EvidenceSource::new(folder)))
    }

    fn open_sidecar_copy(settings: &Settings) -> anyhow::Result<Option<Box<dyn SidecarCopy>>> {
        Ok(Some(Box::new(EvidenceCopy::open(settings)?)))
    }

    fn oversees(&self, actor: &Actor, division: DivisionCode) -> bool {
        self.directory.oversees(actor, division)
    }

    fn oversees_all(&self, actor: &Actor) -> bool {
        self.directory.oversees_all(actor)
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
            directory: Arc::new(Directory::load_shared(&origin)?),
            files: SiteFiles::start(&context.store, context.settings, context.supervisor)?,
            store: context.store,
        })
    }

    async fn command(&self, name: &str, request: Request) -> CommandResult {
        let mut command = Command::parse(name, request.data.clone())?;
        if request.occurred_at.is_some() {
            return Err(Malformed::new("occurred_at", own::FROM_FIRST_DAY.en).into());
        }
        if let Command::WithdrawEvidence(withdraw) = &mut command {
            withdraw.site = self.code_of_file(&withdraw.site, &withdraw.hash)?;
        }
        let site = site_of(&command, &self.directory).map_err(|refused| refused.rejected())?;
        let subject = CaseId::of_site(&site);
        let meta = EventMeta::from_request(name, &request, subject);
        if let Command::AttachPiece(piece) = &command {
            return self.take_piece(piece, &meta).await;
        }
        let related = related_sites(&command, &site, &self.directory);
        if let Command::AttachEvidence(attach) = &command {
            return self.attach_file(attach, &related, &meta).await;
        }
        if let Command::WithdrawEvidence(withdraw) = &command {
            return self.withdraw_file(withdraw, &site, &meta).await;
        }
        Ok(self.execute(&command, &related, &meta).await?.0)
    }

    async fn question(&self, name: &str, question: Question) -> Result<RawJson, Failure> {
        match RegistryQuestion::parse(name, question.data)? {
            RegistryQuestion::Evidence(query) => {
                let piece = self.evidence(query, question.actor.as_ref()).await?;
                encode_answer::<EvidenceQuery>(&piece)
            }
        }
    }

    fn handle(&self, _: &Envelope, _: &mut Batch) -> Result<(), Failure> {
        Ok(())
    }
}

impl Registry {
    /// Decides on a command with what was recorded of other sites, and appends what follows.
    async fn execute(
        &self,
        command: &Command,
        others: &[SiteId],
        meta: &EventMeta,
    ) -> Result<(AcceptedCommand, SiteChanges), Failure> {
        let decided = |changes: Option<&SiteChanges>, now: Timestamp, reads: &Reads<'_>| {
            let directory = self.with_recorded(others, reads);
            let context = domain::Context {
                today: now.china_date(),
                actor: &meta.actor,
                directory: &directory,
            };
            decide(changes, command, &context)
        };
        let stream = stream_of(meta.subject);
        let done = self
            .store
            .execute_reading(&stream, meta, None, &RULES, decided);
        done.await
    }

    /// The directory with what was recorded of some sites. What is decided is decided again if one of them has changed
    /// meanwhile.
    fn with_recorded(&self, sites: &[SiteId], reads: &Reads<'_>) -> Directory {
        let mut changes = RegistryChanges::default();
        for site in sites {
            let stream = stream_of(CaseId::of_site(site));
            if let Some(recorded) = reads.load(&stream, &RULES) {
                changes.insert(site.clone(), recorded);
            }
        }
        self.directory.with_changes(changes)
    }
}
