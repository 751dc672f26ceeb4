//! Asking the services: who acts, which case, which service; and the answer.

pub(crate) mod case;
pub(crate) mod matter;
pub(crate) mod parked;
pub(crate) mod person;
pub(crate) mod referral;
pub(crate) mod source;
pub(crate) mod window;

use anyhow::{Context, bail};
use onestop_chassis::{
    bus::Bus,
    client::{Client, CommandMeta},
    clock::SystemClock,
    settings::Settings,
};
use onestop_directory::{Directory, Origin, WINDOW};
use onestop_proto::{
    actor::{Actor, ServiceName, known_service},
    case as intake,
    command::{AcceptedCommand, CommandType, Execution},
    division::DivisionCode,
    envelope::event_name,
    ids::{CaseId, CaseRef, CommandId, UnitId, UnitKind},
    query::{CaseQuery, CaseView, MatterQuery, MatterView},
};

use serde_json::Value;

use crate::{cli::Shared, keys::roster::DESK, output::Output};

/// One who asks: a connection, and who it is that acts.
pub(crate) struct Desk<'a> {
    pub(crate) client: Client,
    pub(crate) directory: Directory,
    shared: &'a Shared,
    output: &'a Output,
}

/// Connects to the broker, or says that nobody is there.
pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Client> {
    let name = known_service(DESK);
    Ok(Client::new(Bus::connect_now(settings, &name).await?))
}

/// The reference data that the settings name.
pub(crate) fn directory(settings: &Settings) -> anyhow::Result<Directory> {
    let origin = Origin::from(settings.directory.clone());
    Ok(Directory::load(&origin)?)
}

/// A unit by its id, by its division (the window there), or by division and kind.
pub(crate) fn unit(directory: &Directory, text: &str) -> anyhow::Result<UnitId> {
    if let Ok(unit) = text.parse() {
        return Ok(unit);
    }
    let (division, kind) = text.split_once('.').unwrap_or((text, WINDOW));
    let code: DivisionCode = division.parse()?;
    let kind: UnitKind = kind.parse()?;
    let unit = directory.unit_at(code, &kind);
    let unit = unit.with_context(|| {
        format!("there is no unit '{kind}' at {code}. See 'onestop directory sites --at {code}'")
    })?;
    Ok(unit.id.clone())
}

impl<'a> Desk<'a> {
    pub(crate) async fn open(
        shared: &'a Shared,
        settings: &Settings,
        output: &'a Output,
    ) -> anyhow::Result<Self> {
        let client = connect(settings).await?;
        Ok(Self {
            client,
            directory: directory(settings)?,
            shared,
            output,
        })
    }

    /// Who acts, with the unit as people write it.
    pub(crate) fn actor(&self) -> anyhow::Result<Actor> {
        let Some(by) = &self.shared.by else {
            bail!("who acts? Say --by <role>/<staff>@<unit>, or set ONESTOP_AS");
        };
        let (who, unit) = by.split_once('@').with_context(|| {
            format!("'{by}' does not say for which unit. Write <role>/<staff>@<unit>")
        })?;
        Ok(format!("{who}@{}", self.unit(unit)?).parse()?)
    }

    /// A unit by its id, by its division (the window there), or by division and kind.
    pub(crate) fn unit(&self, text: &str) -> anyhow::Result<UnitId> {
        unit(&self.directory, text)
    }

    /// The id of a case that is named by id or number.
    pub(crate) async fn case(&self, case: &CaseRef) -> anyhow::Result<CaseId> {
        match case {
            CaseRef::Id(id) => Ok(*id),
            // Which id a number has is no secret to whoever holds the operator's key.
            CaseRef::Number(_) => {
                let query = CaseQuery { case: case.clone() };
                let (service, nobody) = (intake::service(), (None, None));
                let asked = self.client.question(&service, "case", nobody, &query);
                let view: CaseView = asked.await?;
                Ok(view.case)
            }
        }
    }

    pub(crate) async fn case_view(&self, case: &CaseRef) -> anyhow::Result<CaseView> {
        let actor = self.shared.by.is_some().then(|| self.actor()).transpose()?;
        let query = CaseQuery { case: case.clone() };
        Ok(self
            .client
            .question(&intake::service(), "case", (actor, None), &query)
            .await?)
    }

    pub(crate) async fn matter(
        &self,
        service: &ServiceName,
        case: &CaseRef,
    ) -> anyhow::Result<MatterView> {
        let query = MatterQuery {
            case: self.case(case).await?,
        };
        Ok(self
            .client
            .question(service, "matter", (None, None), &query)
            .await?)
    }

    /// Has a command carried out and shows what was done.
    pub(crate) async fn order<C: CommandType>(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: C,
    ) -> anyhow::Result<()> {
        self.send(service, case, (command.name(), command.data()?))
            .await
    }

    /// The idempotency key: the one given, or a new one.
    pub(crate) fn key(&self) -> CommandId {
        self.shared
            .command()
            .unwrap_or_else(|| SystemClock.command())
    }

    /// Has a command carried out and shows nothing: a part of what somebody asked for.
    pub(crate) async fn carry<C: CommandType>(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: &C,
    ) -> anyhow::Result<AcceptedCommand> {
        let order = CommandMeta {
            id: SystemClock.command(),
            actor: self.actor()?,
            case,
            expected_revision: None,
            occurred_at: self.shared.happened_at,
        };
        Ok(self.client.command(service, order, command).await?)
    }

    /// Has a command carried out that is known by its name, and shows what was done.
    pub(crate) async fn send(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: (&str, Value),
    ) -> anyhow::Result<()> {
        let order = CommandMeta {
            id: self.key(),
            actor: self.actor()?,
            case,
            expected_revision: self.shared.expect,
            occurred_at: self.shared.happened_at,
        };
        let accepted = self.client.command_named(service, order, command).await?;
        if self.shared.quiet {
            self.output.text(&format!("{}\n", accepted.case));
        } else {
            self.output.show(&accepted, || self.told(&accepted));
        }
        Ok(())
    }

    fn told(&self, accepted: &AcceptedCommand) -> String {
        let number = accepted
            .number
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let events: Vec<&str> = accepted
            .events
            .iter()
            .map(|event| event_name(&event.event_type))
            .collect();
        let again = match accepted.answer {
            Execution::First => "",
            Execution::Repeated => self.output.say("（此前已办理）", " (done before)"),
        };
        let done = self.output.say("已办理", "done");
        let (case, revision) = (accepted.case, accepted.revision);
        let heading = self.output.say("案件", "case");
        let mut text = format!(
            "{done}{again}: {}\n{heading} {case} {number}  {} {revision}",
            events.join(", "),
            self.output.say("版本", "revision"),
        );
        if let Some(code) = &accepted.query_code {
            let heading = self
                .output
                .say("查询码（印在凭证上）", "query code, for the receipt");
            text += &format!("\n{heading}: {code}");
        }
        for warning in &accepted.warnings {
            text += &format!("\n! {}", self.output.words(warning));
        }
        text
    }

    pub(crate) fn show_matter(&self, matter: &MatterView) {
        self.output.show(matter, || {
            let unit = self.unit_name(&matter.unit);
            let possible = matter.possible.join(", ");
            let now = self.output.say("现在可以", "possible now");
            format!(
                "{}  {}\n{unit}\n{now}: {possible}",
                matter.case,
                self.output.words(&matter.standing)
            )
        });
    }

    pub(crate) fn unit_name(&self, unit: &UnitId) -> String {
        self.directory
            .unit(unit)
            .map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }
}
