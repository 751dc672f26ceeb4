//! Titles and JSON Schemas of the contract's commands.

use onestop_proto::{
    actor::ServiceName,
    case,
    command::CommandType,
    referral, registry,
    specialist::{self, Specialist},
    text::Words,
};
use serde_json::Value;

/// One value of an enumeration, with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: Words,
}

/// The schema of a command, and its title: in Chinese as the contract has it, in English made of its name.
pub(crate) fn schema(service: &ServiceName, command: &str) -> Option<(Value, Words)> {
    fn of<C: CommandType>(command: &str) -> Option<(Value, &'static str)> {
        let at = C::NAMES.iter().position(|name| *name == command)?;
        let (_, schema) = C::schemas()
            .into_iter()
            .find(|(name, _)| *name == command)?;
        Some((schema.to_value(), *C::TITLES.get(at)?))
    }
    let (schema, title) = match service.as_str() {
        case::SERVICE => of::<case::Command>(command)?,
        referral::SERVICE => of::<referral::Command>(command)?,
        registry::SERVICE => of::<registry::Command>(command)?,
        other => {
            let known = |one: &&Specialist| one.service == other;
            let specialist = specialist::ALL.iter().find(known)?;
            let (_, title) = specialist.titles().find(|(name, _)| *name == command)?;
            let (_, schema) = specialist
                .commands()
                .into_iter()
                .find(|(name, _)| *name == command)?;
            (schema.to_value(), title)
        }
    };
    let title = Words {
        zh: title.to_owned(),
        en: english_title(command),
    };
    Some((schema, title))
}

pub(crate) fn title(service: &ServiceName, command: &str) -> Option<Words> {
    schema(service, command).map(|(_, title)| title)
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
