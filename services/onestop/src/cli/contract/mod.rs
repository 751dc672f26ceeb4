//! The commands of the contract on the command line, made in one way: a [`CommandSpec`] names a command, its
//! texts and its fields; clap's arguments and the command's JSON both come from it.
//!
//! Commands of intake, referral and the registry, and those that every listening service takes, are described in tables;
//! those of specialists come from the JSON Schema of the contract.

mod applicant;
mod field;
mod intake;
mod listening;
mod misfits;
mod referral;
mod registry;
mod schema;
mod specialist;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand, error::ErrorKind};
use onestop_proto::{actor::ServiceName, command::CommandType, ids::CaseRef};
use serde_json::{Value, json};

pub(crate) use field::{Field, Kind};
pub(crate) use intake::{Erasure, Intake};
pub(crate) use listening::{Parking, Sources};
pub(crate) use misfits::fields_that_do_not_fit;
pub(crate) use referral::Referral;
pub(crate) use registry::Registry;
pub(crate) use specialist::{MatterAction, MatterCommand};

/// Finishes a command's JSON where its fields do not map one to one.
type Finish = fn(&mut Value) -> anyhow::Result<()>;

/// How one command of the contract is written on the command line.
#[derive(Clone)]
pub(crate) struct CommandSpec {
    word: &'static str,
    pub(crate) name: &'static str,
    about: String,
    after_help: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) finish: Finish,
}

impl CommandSpec {
    /// A command whose word is its name in the contract.
    fn new(name: &'static str, about: impl Into<String>, after_help: impl Into<String>) -> Self {
        Self {
            word: name,
            name,
            about: about.into(),
            after_help: after_help.into(),
            fields: Vec::new(),
            finish: |_| Ok(()),
        }
    }

    fn word(self, word: &'static str) -> Self {
        Self { word, ..self }
    }

    fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields.extend(fields);
        self
    }

    fn finish(self, finish: Finish) -> Self {
        Self { finish, ..self }
    }

    fn to_clap(&self) -> Command {
        Command::new(self.word)
            .about(self.about.clone())
            .after_help(self.after_help.clone())
            .args(self.fields.iter().map(Field::to_arg))
    }

    fn read(self, matches: &ArgMatches) -> TypedCommand {
        let mut data = json!({});
        let (mut service, mut case) = (None, None);
        for field in &self.fields {
            match field.kind {
                Kind::Service => service = field.read(matches),
                Kind::Subject => case = field.read(matches),
                Kind::Value | Kind::Unit | Kind::Case | Kind::Handoff | Kind::WindowDivision => {
                    field.put(matches, &mut data)
                }
            }
        }
        TypedCommand {
            spec: self,
            service,
            case,
            data,
        }
    }
}

/// A command as typed: units and cases in its data are still as people write them.
pub(crate) struct TypedCommand {
    pub(crate) spec: CommandSpec,
    /// The service to send it to, where the command line names it.
    pub(crate) service: Option<ServiceName>,
    pub(crate) case: Option<CaseRef>,
    pub(crate) data: Value,
}

/// Subcommands of one command of the command line.
pub(crate) trait CommandGroup {
    /// What the contract calls them.
    type Command: CommandType;

    /// The order in which help lists the words, where it is not that of declaration.
    const ORDER: &'static [&'static str] = &[];

    /// The service that the commands are sent to; `None` where the command line names it.
    fn service() -> Option<ServiceName>;

    fn specs() -> Vec<CommandSpec>;
}

/// A typed command of one group, as a clap subcommand.
pub(crate) struct ContractCommand<G> {
    pub(crate) typed: Box<TypedCommand>,
    group: PhantomData<G>,
}

impl<G: CommandGroup> Subcommand for ContractCommand<G> {
    fn augment_subcommands(parent: Command) -> Command {
        let specs = G::specs();
        let all = parent.subcommands(specs.iter().map(CommandSpec::to_clap));
        all.mut_subcommands(|command| {
            let place = G::ORDER.iter().position(|word| *word == command.get_name());
            match place {
                Some(place) => command.display_order(place),
                None => command,
            }
        })
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        G::specs().iter().any(|spec| spec.word == name)
    }
}

impl<G: CommandGroup> FromArgMatches for ContractCommand<G> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let unknown = || Error::new(ErrorKind::InvalidSubcommand);
        let (word, matches) = matches.subcommand().ok_or_else(unknown)?;
        let spec = G::specs().into_iter().find(|spec| spec.word == word);
        Ok(Self {
            typed: Box::new(spec.ok_or_else(unknown)?.read(matches)),
            group: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
