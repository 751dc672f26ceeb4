//! The commands of specialists: `onestop <service> <command> CASE --<field> …`, from the contract's schemas. A
//! specialist that joins the contract has its commands here without a further line.

use std::collections::BTreeMap;

use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand, error::ErrorKind};
use onestop_proto::{
    ids::CaseRef,
    rejection::Malformed,
    specialist::{self, Specialist},
};

use serde_json::Value;

use super::{
    CommandSpec, TypedCommand,
    field::{Kind, plain_day, positional},
    misfits::error_of,
    schema::{Property, description, properties},
};

const SHOW: &str = "show";
/// The id of the argument that says which case.
const CASE: &str = "CASE";

/// A subcommand of one specialist.
pub(crate) struct MatterCommand {
    pub(crate) specialist: &'static Specialist,
    pub(crate) action: MatterAction,
}

pub(crate) enum MatterAction {
    Show(CaseRef),
    /// Send a command.
    Send(Box<TypedCommand>),
}

impl Subcommand for MatterCommand {
    fn augment_subcommands(parent: Command) -> Command {
        parent.subcommands(specialist::ALL.iter().map(to_clap))
    }

    fn augment_subcommands_for_update(parent: Command) -> Command {
        Self::augment_subcommands(parent)
    }

    fn has_subcommand(name: &str) -> bool {
        find(name).is_some()
    }
}

impl FromArgMatches for MatterCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let unknown = || Error::new(ErrorKind::InvalidSubcommand);
        let (service, matches) = matches.subcommand().ok_or_else(unknown)?;
        let specialist = find(service).ok_or_else(unknown)?;
        let (word, matches) = matches.subcommand().ok_or_else(unknown)?;
        let spec = specs(specialist).into_iter().find(|spec| spec.word == word);
        let mut typed = spec.ok_or_else(unknown)?.read(matches);
        if word == SHOW {
            let case = typed.case.ok_or_else(unknown)?;
            let action = MatterAction::Show(case);
            return Ok(Self { specialist, action });
        }
        let check = |data: &Value| specialist.check(typed.spec.name, data.clone());
        let checked = check(&typed.data).or_else(|wrong| {
            read_days(&mut typed.data, &wrong);
            check(&typed.data)
        });
        checked.map_err(|wrong| error_of(&wrong))?;
        let action = MatterAction::Send(Box::new(typed));
        Ok(Self { specialist, action })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Days that did not fit, as the contract writes them: the schema of a day says no more than that it is a text.
fn read_days(data: &mut Value, wrong: &Malformed) {
    for misfit in std::iter::once(&wrong.first).chain(&wrong.others) {
        let field = misfit.field.trim_start_matches("data.");
        if let Some(Value::String(text)) = data.get_mut(field) {
            *text = plain_day(text);
        }
    }
}

fn find(service: &str) -> Option<&'static Specialist> {
    let mut all = specialist::ALL.iter();
    all.find(|specialist| specialist.service == service)
}

fn to_clap(specialist: &Specialist) -> Command {
    let title = specialist.title;
    let specs = specs(specialist);
    Command::new(specialist.service)
        .about(format!("{}: matters of {}", title.zh, title.en))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(specs.iter().map(CommandSpec::to_clap))
}

fn specs(specialist: &Specialist) -> Vec<CommandSpec> {
    let show = "怎样了 · How the matter stands, and what can be done".to_owned();
    let show = spec(specialist.service, SHOW, show, Vec::new());
    let titles: BTreeMap<_, _> = specialist.titles().collect();
    let commands = specialist.commands().into_iter().map(|(name, schema)| {
        let schema = schema.to_value();
        let zh = titles.get(name).copied().unwrap_or_default();
        let about = format!("{zh} · {}", description(&schema));
        spec(specialist.service, name, about, properties(&schema))
    });
    std::iter::once(show).chain(commands).collect()
}

fn spec(service: &str, name: &'static str, about: String, fields: Vec<Property>) -> CommandSpec {
    let options: String = fields.iter().filter_map(Property::example).collect();
    let by = format!("--by specialist/wang@530821.{service}");
    let example = format!("Example: onestop {service} {name} CASE{options} {by}");
    CommandSpec::new(name, about, example)
        .field(
            positional::<CaseRef>(
                CASE,
                "The case: its number in either form, its short code, or its id",
            )
            .kind(Kind::Subject),
        )
        .fields(fields.into_iter().map(Property::into_field))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};
    use onestop_proto::{command::CommandType, legal_aid};
    use serde_json::json;

    use super::MatterAction;
    use crate::cli::{Cli, Command, contract::fields_that_do_not_fit};

    fn data_of(line: &str) -> Result<serde_json::Value, clap::Error> {
        let cli = Cli::try_parse_from(line.split(' '))?;
        let Command::Matter(command) = cli.command else {
            panic!("{line} is about a matter")
        };
        match command.action {
            MatterAction::Send(typed) => Ok(typed.data),
            MatterAction::Show(_) => panic!("{line} sends a command"),
        }
    }

    /// Among them: that no field of a command is called as an option of all commands is.
    #[test]
    fn the_words_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn options_become_the_data_of_the_contract() {
        let data = data_of(
            "onestop mediation name-mediators s4k2m9qxa-261123-001 --mediators yang-mei li --named-by parties",
        );
        let wanted = json!({ "mediators": ["yang-mei", "li"], "named_by": "parties" });
        assert_eq!(data.unwrap(), wanted);
    }

    /// 分 are for programs: the option says no fen, and the old one is refused rather than read as yuan.
    #[test]
    fn the_subsidy_is_typed_in_yuan() {
        let line = |option: &str| {
            let case = "s4k2m9qxa-261123-001";
            data_of(&format!("onestop legal-aid archive {case} {option}"))
        };
        let wanted = |fen: u64| json!({ "subsidy_fen": fen });
        assert_eq!(line("--subsidy 1500.50").unwrap(), wanted(150_050));
        assert_eq!(line("--subsidy 1,500").unwrap(), wanted(150_000));
        assert!(line("--subsidy-fen 150000").is_err());
        assert!(line("--subsidy 1500.505").is_err());
    }

    #[test]
    fn days_are_read_as_people_type_them() {
        for typed in [
            "2026-03-20",
            "2026年3月20日",
            "２０２６－０３－２０",
            "2026.3.20",
        ] {
            let data = data_of(&format!(
                "onestop legal-aid request-supplement s4k2m9qxa-261123-001 --last-day {typed} --missing wage-record"
            ));
            let command = legal_aid::Command::parse("request-supplement", data.unwrap());
            let Ok(legal_aid::Command::RequestSupplement(read)) = command else {
                panic!("{typed}: {command:?}");
            };
            assert_eq!(read.last_day.to_string(), "2026-03-20", "{typed}");
        }
        let tomorrow = data_of(
            "onestop legal-aid request-supplement s4k2m9qxa-261123-001 --last-day 明天 --missing wage-record",
        );
        let told = fields_that_do_not_fit(&tomorrow.unwrap_err());
        assert_eq!(told[0].0, "data.last_day", "{told:?}");
    }

    #[test]
    fn data_that_the_contract_refuses_is_a_usage_error() {
        let wrong = data_of(
            "onestop legal-aid request-supplement s4k2m9qxa-261123-001 --last-day 2026-03-20 --missing Wage-Record",
        );
        let told = fields_that_do_not_fit(&wrong.unwrap_err());
        assert!(told[0].0.starts_with("data.missing"), "{told:?}");
    }
}
