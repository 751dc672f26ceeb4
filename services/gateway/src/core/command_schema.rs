//! Titles and JSON Schemas of the contract's commands.

use std::{collections::HashMap, sync::LazyLock};

use onestop_proto::{
    actor::ServiceName,
    case,
    command::CommandType,
    personal, referral, registry,
    rejection::{Malformed, Misfit},
    specialist,
    text::Words,
};
use serde_json::Value;

/// One value of an enumeration, with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: Words,
}

/// What is known of a command.
struct Known {
    schema: Value,
    title: Words,
}

/// Every command by its service and name. A schema is made of types, which takes longer than a page may.
static COMMANDS: LazyLock<HashMap<(&str, &str), Known>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    add::<case::Command>(&mut all, case::SERVICE);
    add::<personal::Command>(&mut all, case::SERVICE);
    add::<referral::Command>(&mut all, referral::SERVICE);
    add::<registry::Command>(&mut all, registry::SERVICE);
    for one in specialist::ALL {
        let schemas = one.commands().into_iter();
        let schemas = schemas.map(|(name, schema)| (name, schema.to_value()));
        add_named(&mut all, one.service, schemas, one.titles());
    }
    all
});

fn add<C: CommandType>(
    all: &mut HashMap<(&'static str, &'static str), Known>,
    service: &'static str,
) {
    let titles = C::NAMES.iter().copied().zip(C::TITLES.iter().copied());
    let schemas = C::schemas().into_iter();
    let schemas = schemas.map(|(name, schema)| (name, schema.to_value()));
    add_named(all, service, schemas, titles);
}

fn add_named(
    all: &mut HashMap<(&'static str, &'static str), Known>,
    service: &'static str,
    schemas: impl Iterator<Item = (&'static str, Value)>,
    titles: impl Iterator<Item = (&'static str, &'static str)>,
) {
    let titles: HashMap<_, _> = titles.collect();
    for (name, schema) in schemas {
        let Some(title) = titles.get(name) else {
            continue;
        };
        let title = Words {
            zh: (*title).to_owned(),
            en: english_title(name),
        };
        all.insert((service, name), Known { schema, title });
    }
}

/// The schema of a command, and its title: in Chinese as the contract has it, in English made of its name.
pub(crate) fn schema(service: &ServiceName, command: &str) -> Option<(Value, Words)> {
    let known = COMMANDS.get(&(service.as_str(), command))?;
    Some((known.schema.clone(), known.title.clone()))
}

pub(crate) fn title(service: &ServiceName, command: &str) -> Option<Words> {
    let known = COMMANDS.get(&(service.as_str(), command))?;
    Some(known.title.clone())
}

/// What of a command's data does not fit the contract: the service that takes it would say the same.
pub(crate) fn misfits(service: &str, command: &str, data: &Value) -> Vec<Misfit> {
    fn check<C: CommandType>(command: &str, data: Value) -> Result<(), Malformed> {
        C::parse(command, data).map(drop)
    }
    let specialist = || specialist::ALL.iter().find(|one| one.service == service);
    let data = data.clone();
    let checked = match service {
        case::SERVICE if personal::Command::NAMES.contains(&command) => {
            check::<personal::Command>(command, data)
        }
        case::SERVICE => check::<case::Command>(command, data),
        referral::SERVICE => check::<referral::Command>(command, data),
        registry::SERVICE => check::<registry::Command>(command, data),
        _ => specialist().map_or(Ok(()), |one| one.check(command, data)),
    };
    let all = checked.err().map(|Malformed { first, others }| {
        let mut all = vec![first];
        all.extend(others);
        all
    });
    all.unwrap_or_default()
}

fn english_title(command: &str) -> String {
    let mut words = command.replace('-', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The values of an enumeration in a schema's definitions; none if it is no enumeration.
pub(crate) fn choices(schema: &Value, definition: &str) -> Vec<Choice> {
    let listed = &schema["$defs"][definition]["oneOf"];
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let all = listed.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .map(|one| Choice {
            value: text(one, "const"),
            label: Words {
                zh: text(one, "x-zh"),
                en: text(one, "title"),
            },
        })
        .filter(|one| !one.value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A page shows the acts of intake, referral and one specialist side by side: each by a word of its own.
    #[test]
    fn no_two_acts_of_a_case_have_one_title() {
        let own = |names: &[&str], service: ServiceName| -> Vec<(ServiceName, String)> {
            let named = names.iter().map(|name| (*name).to_owned());
            named.map(|name| (service.clone(), name)).collect()
        };
        for specialist in specialist::ALL {
            let names: Vec<&str> = specialist.titles().map(|(name, _)| name).collect();
            let acts = [
                own(case::Command::NAMES, case::service()),
                own(referral::Command::NAMES, referral::service()),
                own(&names, specialist.name()),
            ];
            let mut titles: BTreeMap<String, String> = BTreeMap::new();
            for (service, command) in acts.concat() {
                let title = title(&service, &command).unwrap().zh;
                let act = format!("{service}/{command}");
                let other = titles.insert(title.clone(), act.clone());
                assert_eq!(other, None, "{title}: {act}");
            }
        }
    }
}
