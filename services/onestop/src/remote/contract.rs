//! Sends the commands of the contract as they were typed: looks up the units and cases that they name, has the
//! contract check the data, and sends it.

use anyhow::{Context, bail};
use onestop_proto::{
    actor::ServiceName,
    case as intake,
    command::CommandType,
    ids::{CaseRef, HandoffId},
    query::CustodyQuery,
    referral::Rejection,
    rejection::{CommonRejection, Explain},
};
use serde_json::{Value, json};

use super::CliContext;
use crate::cli::contract::{CommandGroup, ContractCommand, Kind, TypedCommand};

impl CliContext<'_> {
    /// Sends a command to the service of its group, or to the one that the command line names.
    pub(crate) async fn send_contract<G: CommandGroup>(
        &self,
        command: &ContractCommand<G>,
    ) -> anyhow::Result<()> {
        let typed = &command.typed;
        let service = typed.service.clone().or_else(G::service);
        let service = service.with_context(|| said!("which-service"))?;
        let (case, data) = self.resolve(&service, typed).await?;
        self.send(&service, case, parse::<G::Command>(typed, data)?)
            .await
    }

    /// The case that a command is about, and its data with ids in place of what people write.
    pub(super) async fn resolve(
        &self,
        service: &ServiceName,
        typed: &TypedCommand,
    ) -> anyhow::Result<(Option<CaseRef>, Value)> {
        // Intake knows the numbers of cases; the other services know their ids.
        let case = match &typed.case {
            Some(case) if *service != intake::service() => {
                Some(CaseRef::Id(self.case_id(case).await?))
            }
            Some(_) | None => typed.case.clone(),
        };
        let mut data = typed.data.clone();
        for field in &typed.spec.fields {
            match (field.kind, data.get_mut(&field.path)) {
                (Kind::Unit, Some(written)) => self.resolve_unit(written)?,
                (Kind::Case, Some(written)) => self.resolve_cases(written).await?,
                (Kind::Handoff, None) => {
                    let case = case.as_ref().with_context(|| said!("which-case"))?;
                    data[&field.path] = json!(self.open_handoff(case).await?);
                }
                (Kind::WindowDivision, None) => data[&field.path] = self.window_division()?,
                (Kind::Value | Kind::Subject | Kind::Service, _)
                | (Kind::Unit | Kind::Case, None)
                | (Kind::Handoff | Kind::WindowDivision, Some(_)) => {}
            }
        }
        (typed.spec.finish)(&mut data)?;
        Ok((case, data))
    }

    fn resolve_unit(&self, written: &mut Value) -> anyhow::Result<()> {
        let unit = self.unit(written.as_str().unwrap_or_default())?;
        *written = json!(unit);
        Ok(())
    }

    async fn resolve_cases(&self, written: &mut Value) -> anyhow::Result<()> {
        let all = if let Value::Array(many) = written {
            many.as_mut_slice()
        } else {
            std::slice::from_mut(written)
        };
        for one in all {
            let case: CaseRef = serde_json::from_value(one.take())?;
            *one = json!(self.case_id(&case).await?);
        }
        Ok(())
    }

    fn window_division(&self) -> anyhow::Result<Value> {
        let window = self.actor()?.unit;
        let Some(unit) = self.directory.unit(&window) else {
            bail!(
                "目录中没有 {window}，请写 --place，例如 --place 530821，或者改正 --by / \
                 '{window}' is not in the directory. Say --place, such as --place 530821, or mend --by"
            );
        };
        Ok(json!(unit.division))
    }

    /// The handoff that waits for an answer, as who acts may see it: to a stranger there is no such case.
    async fn open_handoff(&self, case: &CaseRef) -> anyhow::Result<HandoffId> {
        let case = self.case_id(case).await?;
        let custody = self
            .ask(Some(self.actor()?), &CustodyQuery { case })
            .await?;
        match custody.offer {
            Some(offer) => Ok(offer.handoff),
            None => Err(Rejection::NothingOffered {
                holder: custody.holder,
            }
            .rejected()
            .into()),
        }
    }
}

/// Has the contract read the data; what does not fit is refused as a service would refuse it.
pub(super) fn parse<C: CommandType>(typed: &TypedCommand, data: Value) -> anyhow::Result<C> {
    let command = C::parse(typed.spec.name, data);
    command.map_err(|malformed| CommonRejection::from(malformed).rejected().into())
}
