//! The contract over HTTP: the address of each command and each question, and the form of a refusal.
//!
//! The addresses follow from the contract: a command that a service gains has an address, and is in the
//! document, without a line written here.
//!
//! | what | address below [`BASE`] |
//! |---|---|
//! | open a case | `POST /cases` |
//! | a command about a case | `POST /cases/{case}/<service>/<command>` |
//! | any other command | `POST /services/<service>/<command>` |
//! | a question about a case, a unit, many cases | `GET`, see [`PLACES`]; `POST` where the data is personal |
//! | any other question | `GET /services/<service>/<question>` |
//! | what the gateway answers itself | `/directory/…` ([`directory`], [`coverage`]), `/webhooks` ([`webhook`]), `/late-entries` ([`late_entries`]), `/events`, `/hsds/…` |

pub mod coverage;
pub mod directory;
mod field_error;
mod fields;
pub mod late_entries;
mod parameters;
mod places;
mod problem;
mod rejection;
pub mod webhook;

use serde_json::Value;

use crate::{
    case,
    command::CommandType,
    command_size, contract, parking, personal, referral, registry, replication, specialist,
    text::{Text, Words},
};

use self::places::PERSONAL;
pub use self::{
    field_error::{FieldError, details_in_words},
    fields::{PAGE_MESSAGES, field_of},
    parameters::{Parameter, ParameterKind, parameters},
    places::{OF_THE_WHOLE, PLACES},
    problem::Problem,
    rejection::ApiRejection,
};

/// The OpenAPI 3.1 document of the interface, as JSON: what `/api/v1/openapi.json` answers.
pub const OPENAPI: &str = include_str!("../../openapi.json");

/// Where the interface begins.
pub const BASE: &str = "/api/v1";

/// Bytes of a body: the longest text in one is a citizen's statement.
pub const BODY_LIMIT: usize = 128 * 1024;

/// Whether an operation changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// It does: `POST`.
    Command,
    /// It does not: `GET`.
    Question,
    /// It does not, and the data is in the body: `POST`. It is personal, and an address is written down in many places;
    /// or it is too long for one.
    Personal,
}

/// A command or a question, at its address.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The service.
    pub service: &'static str,
    /// The name of the command or the question.
    pub name: &'static str,
    /// Which of the two it is.
    pub asks: OperationKind,
    /// Its address below [`BASE`], with names in braces for what is filled in.
    pub path: String,
    /// What it is called.
    pub title: Words,
    /// JSON Schema of the data.
    pub data: Value,
    /// JSON Schema of the answer; of a command, that of [`AcceptedCommand`](crate::command::AcceptedCommand).
    pub answer: Value,
}

impl Operation {
    /// The names in its path.
    pub fn in_path(&self) -> impl Iterator<Item = &str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Bytes that its body may have: a piece of a file is larger than what people type.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        match self.asks {
            OperationKind::Command if command_size::carries_piece(self.service, self.name) => {
                command_size::MOST_PIECE_BYTES
            }
            OperationKind::Command | OperationKind::Question | OperationKind::Personal => {
                BODY_LIMIT
            }
        }
    }

    /// Schema of the body: the data without the parameters of the path.
    pub fn body(&self) -> Value {
        let mut body = self.data.clone();
        if self.asks == OperationKind::Command {
            return body;
        }
        for name in self.in_path() {
            if let Some(fields) = body["properties"].as_object_mut() {
                fields.remove(name);
            }
            if let Some(required) = body["required"].as_array_mut() {
                required.retain(|one| one != name);
            }
        }
        body
    }
}

/// Every command and every question of the contract.
pub fn operations() -> Vec<Operation> {
    let commands = contract::commands().into_iter();
    let commands =
        commands.map(|(service, name, schema)| command(service, name, schema.to_value()));
    let questions = contract::questions().into_iter();
    let questions = questions.map(|(service, question)| {
        let name = question.name;
        let (path, title) = place(service, name);
        Operation {
            service,
            name,
            asks: if PERSONAL.contains(&(service, name)) {
                OperationKind::Personal
            } else {
                OperationKind::Question
            },
            path,
            title,
            data: question.data.to_value(),
            answer: question.answer.to_value(),
        }
    });
    commands.chain(questions).collect()
}

fn command(service: &'static str, name: &'static str, data: Value) -> Operation {
    let path = if (service, name) == (case::SERVICE, "open") {
        "/cases".to_owned()
    } else if service == registry::SERVICE || replication::Command::NAMES.contains(&name) {
        format!("/services/{service}/{name}")
    } else {
        format!("/cases/{{case}}/{service}/{name}")
    };
    let said = data["title"].as_str().unwrap_or(name);
    let title = Words {
        zh: chinese(service, name).unwrap_or(name).to_owned(),
        en: spaced(said),
    };
    Operation {
        service,
        name,
        asks: OperationKind::Command,
        path,
        title,
        data,
        answer: schemars::schema_for!(crate::command::AcceptedCommand).to_value(),
    }
}

fn place(service: &str, name: &str) -> (String, Words) {
    let here = |(of, question, ..): &&(&str, &str, &str, Text)| {
        (*of == service || *of == "*") && *question == name
    };
    match PLACES.iter().find(here) {
        Some((_, _, path, title)) => (path.replace('*', service), (*title).into()),
        None => (
            format!("/services/{service}/{name}"),
            Words::untranslated(name),
        ),
    }
}

/// `RequestReferral` → `Request referral`.
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn chinese(service: &str, command: &str) -> Option<&'static str> {
    fn of<C: CommandType>(command: &str) -> Option<&'static str> {
        let mut named = C::NAMES.iter().zip(C::TITLES);
        named
            .find(|(name, _)| **name == command)
            .map(|(_, title)| *title)
    }
    let listening = of::<parking::Command>(command).or_else(|| of::<replication::Command>(command));
    listening.or_else(|| match service {
        case::SERVICE => of::<case::Command>(command).or_else(|| of::<personal::Command>(command)),
        referral::SERVICE => of::<referral::Command>(command),
        registry::SERVICE => of::<registry::Command>(command),
        other => {
            let works = specialist::ALL.iter().find(|one| one.service == other)?;
            works
                .titles()
                .find(|(name, _)| *name == command)
                .map(|(_, title)| title)
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_address_is_one_operation() {
        let mut seen = BTreeSet::new();
        for operation in operations() {
            let address = (
                operation.asks == OperationKind::Question,
                operation.path.clone(),
            );
            assert!(seen.insert(address), "{} twice", operation.path);
        }
    }

    #[test]
    fn every_operation_has_words_in_both_languages() {
        for operation in operations() {
            let (service, name) = (operation.service, operation.name);
            let chinese = operation.title.zh.chars().any(|letter| letter > '\u{2e80}');
            assert!(
                chinese,
                "{service} {name} has no Chinese title: add it to PLACES"
            );
            assert!(!operation.title.en.is_empty(), "{service} {name}");
        }
    }

    /// In base64, with the names around it.
    #[test]
    fn a_body_takes_a_piece_of_a_file_where_one_is_sent_and_nowhere_else() {
        let piece = case::PIECE.div_ceil(3) * 4 + 2_000;
        let taking = operations().into_iter();
        let taking = taking.filter(|operation| operation.body_limit() >= piece);
        let taking: Vec<_> = taking.map(|one| (one.service, one.name)).collect();
        assert_eq!(
            taking,
            [case::SERVICE, registry::SERVICE].map(|service| (service, "attach-piece"))
        );
    }

    /// A place for a question that no service has would be a mistake.
    #[test]
    fn every_place_is_of_a_question() {
        let there = operations();
        for (service, question, ..) in PLACES {
            let asked = |one: &Operation| {
                one.asks != OperationKind::Command
                    && one.name == *question
                    && (*service == "*" || one.service == *service)
            };
            assert!(there.iter().any(asked), "{service} {question}");
        }
    }
}
