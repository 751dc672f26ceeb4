//! Commands and questions that services answer over NATS.

pub(crate) mod attachment;
pub(crate) mod audit;
mod audit_export;
pub(crate) mod case;
mod case_view;
mod contract;
mod custody;
mod custody_view;
pub(crate) mod figure_cases;
mod follow;
pub(crate) mod follow_everywhere;
pub(crate) mod late_approval;
mod local_file;
pub(crate) mod matter;
pub(crate) mod parked;
pub(crate) mod person;
mod reassign_all;
pub(crate) mod referral;
pub(crate) mod replay;
pub(crate) mod site_file;
pub(crate) mod source;
pub(crate) mod tail;
mod track;

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
    command::{AcceptedCommand, CommandType, Execution},
    division::DivisionCode,
    envelope::event_name,
    ids::{CaseId, CaseNumber, CaseRef, CommandId, UnitId, UnitKind},
    query::{CaseQuery, CaseView, QuestionType, ServiceQuestion},
    registry,
};
use serde_json::Value;

use crate::{cli::GlobalArgs, keys::acl::CLI, output::Output};

/// A connection to the services, and the actor for whom commands are sent.
pub(crate) struct CliContext<'a> {
    pub(crate) client: Client,
    pub(crate) directory: Directory,
    args: &'a GlobalArgs,
    pub(crate) output: &'a Output,
}

/// Connects to the broker once; fails when it is not there.
pub(crate) async fn connect(settings: &Settings) -> anyhow::Result<Client> {
    let name = known_service(CLI);
    Ok(Client::new(Bus::connect_now(settings, &name).await?))
}

/// The reference data that the settings name.
pub(crate) fn load_directory(settings: &Settings) -> anyhow::Result<Directory> {
    let origin = Origin::from(settings.directory.clone());
    Ok(Directory::load(&origin)?)
}

/// Finds a unit by its id, by its division (the window there), or by division and kind.
pub(crate) fn find_unit(directory: &Directory, text: &str) -> anyhow::Result<UnitId> {
    if let Ok(unit) = text.parse() {
        return Ok(unit);
    }
    let (division, kind) = text.split_once('.').unwrap_or((text, WINDOW));
    let code: DivisionCode = division.parse()?;
    let kind: UnitKind = kind.parse()?;
    if !directory.is_listed(code) {
        bail!(said!("directory-no-division", code = code));
    }
    let unit = directory.unit_named(code, &kind);
    let unit = unit.with_context(|| {
        format!(
            "{code} 没有种类为 {kind} 的单位，可用 onestop directory sites --at {code} 查看 / \
             there is no unit '{kind}' at {code}. See 'onestop directory sites --at {code}'"
        )
    })?;
    Ok(unit.id.clone())
}

impl<'a> CliContext<'a> {
    pub(crate) async fn open(
        args: &'a GlobalArgs,
        settings: &Settings,
        output: &'a Output,
    ) -> anyhow::Result<Self> {
        let client = connect(settings).await?;
        Ok(Self {
            client,
            directory: load_directory(settings)?,
            args,
            output,
        })
    }

    /// The actor that `--by` names.
    pub(crate) fn actor(&self) -> anyhow::Result<Actor> {
        let Some(by) = &self.args.by else {
            bail!(self.output.message("by-missing"));
        };
        self.actor_in(by)
    }

    /// The actor of a text such as `clerk/zhang-li@530821`.
    fn actor_in(&self, by: &str) -> anyhow::Result<Actor> {
        let (who, unit) = by
            .split_once('@')
            .with_context(|| self.output.message_with("by-without-unit", &[("by", by)]))?;
        Ok(format!("{who}@{}", self.unit(unit)?).parse()?)
    }

    pub(crate) fn unit(&self, text: &str) -> anyhow::Result<UnitId> {
        find_unit(&self.directory, text)
    }

    pub(crate) fn unit_name(&self, unit: &UnitId) -> String {
        self.directory
            .unit(unit)
            .map_or_else(|| unit.to_string(), |unit| unit.name.clone())
    }

    /// What people call a case.
    pub(crate) fn case_name(&self, number: &CaseNumber) -> String {
        self.directory.case_name(number)
    }

    /// The id of a case; asks intake where the case is named otherwise.
    pub(crate) async fn case_id(&self, case: &CaseRef) -> anyhow::Result<CaseId> {
        match case {
            CaseRef::Id(id) => Ok(*id),
            // The id behind a number is not protected from holders of the command line's key.
            CaseRef::Number(_) | CaseRef::Official(_) | CaseRef::ShortCode(_) => {
                Ok(self.ask_case(case, None).await?.case)
            }
        }
    }

    pub(crate) async fn case_view(&self, case: &CaseRef) -> anyhow::Result<CaseView> {
        self.ask_case(case, self.named_actor()?).await
    }

    pub(super) async fn ask_case(
        &self,
        case: &CaseRef,
        actor: Option<Actor>,
    ) -> anyhow::Result<CaseView> {
        let query = CaseQuery { case: case.clone() };
        self.ask(actor, &query).await
    }

    /// Asks the one service that answers a question. What people typed about a case is opened for
    /// the actor who asks or whom `--by` names; as JSON and without one, it is printed as the log has it.
    pub(crate) async fn ask<Q: ServiceQuestion>(
        &self,
        actor: Option<Actor>,
        query: &Q,
    ) -> anyhow::Result<Q::Answer> {
        self.ask_service(&Q::service(), actor, query).await
    }

    /// As [`CliContext::ask`], of one of the services that answer a question.
    pub(crate) async fn ask_service<Q: QuestionType>(
        &self,
        service: &ServiceName,
        actor: Option<Actor>,
        query: &Q,
    ) -> anyhow::Result<Q::Answer> {
        let reader = actor.clone().or_else(|| self.named_actor().ok().flatten());
        if reader.is_none() && self.args.json {
            let asked = self.client.ask_service(service, actor.into(), query);
            return Ok(asked.await?);
        }
        let asked = self
            .client
            .ask_opening_for(service, actor.into(), reader, query);
        Ok(asked.await?)
    }

    /// The actor that `--by` names, if it names one.
    pub(crate) fn named_actor(&self) -> anyhow::Result<Option<Actor>> {
        self.args.by.is_some().then(|| self.actor()).transpose()
    }

    /// Whether people read what is printed, and not only ids or JSON.
    pub(crate) fn is_verbose(&self) -> bool {
        !self.args.quiet && !self.args.json
    }

    /// The idempotency key: `--key`, or a new one.
    pub(crate) fn key(&self) -> CommandId {
        self.args
            .command_id()
            .unwrap_or_else(|| SystemClock.command())
    }

    /// Sends a command and prints what was done.
    pub(crate) async fn send<C: CommandType>(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: C,
    ) -> anyhow::Result<()> {
        self.send_named(service, case, (command.name(), command.data()?))
            .await
    }

    /// Sends a command under a key of its own and prints nothing: one step of a larger piece of work. When that happened, and who
    /// approved it (补录), the command says that ends the work: an approval is of its key alone.
    pub(crate) async fn send_step<C: CommandType>(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: &C,
    ) -> anyhow::Result<AcceptedCommand> {
        let meta = CommandMeta {
            id: SystemClock.command(),
            actor: self.actor()?,
            case,
            expected_revision: None,
            occurred_at: None,
            late_entry: None,
        };
        Ok(self.client.command(service, meta, command).await?)
    }

    /// Sends a command by its name, with its data as JSON, and prints what was done.
    pub(crate) async fn send_named(
        &self,
        service: &ServiceName,
        case: Option<CaseRef>,
        command: (&str, Value),
    ) -> anyhow::Result<()> {
        let missing = self.args.missing_of_late_entry();
        if !missing.is_empty() {
            let missing = [("missing", &*missing.join(" "))];
            bail!(self.output.message_with("late-arguments", &missing));
        }
        let id = self.key();
        let meta = CommandMeta {
            id,
            actor: self.actor()?,
            case,
            expected_revision: self.args.expect,
            occurred_at: self.args.happened_at,
            late_entry: self.args.late_entry(id),
        };
        let data = command.1.clone();
        let sent = self.client.command_named(service, meta, command).await;
        let accepted = sent.map_err(|error| self.name_content(error, data))?;
        if self.args.quiet && *service == registry::service() {
            return Ok(());
        }
        if self.args.quiet {
            self.output.print(&format!("{}\n", accepted.case));
        } else {
            self.output
                .print_value(&accepted, || self.accepted_text(&accepted, service));
        }
        Ok(())
    }

    /// What was done, and what the case is called.
    fn accepted_text(&self, accepted: &AcceptedCommand, service: &ServiceName) -> String {
        let output = self.output;
        let number = accepted.number.as_ref();
        let name = number.map_or_else(String::new, |number| self.case_name(number));
        let events: Vec<&str> = accepted
            .events
            .iter()
            .map(|event| event_name(&event.event_type))
            .collect();
        let again = match accepted.answer {
            Execution::First => String::new(),
            Execution::Repeated => output.message("done-before"),
        };
        let done = output.message("done");
        let mut text = format!("{done}{again}: {}", events.join(", "));
        // What the registry records belongs to no case.
        if *service != registry::service() {
            let (case, revision) = (accepted.case, accepted.revision);
            let heading = output.message("case-heading");
            let of_revision = output.message("revision");
            text += &format!("\n{heading} {case} {name}  {of_revision} {revision}");
        }
        if let Some(code) = &accepted.short_code {
            let heading = output.message("short-code");
            text += &format!("\n{heading}: {}", code.in_groups());
        }
        if let Some(code) = &accepted.query_code {
            let heading = output.message("query-code");
            text += &format!("\n{heading}: {code}");
        }
        for warning in &accepted.warnings {
            text += &format!("\n! {}", output.words(warning));
        }
        text
    }
}
