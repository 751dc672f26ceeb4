//! Every typed field of every form of a command, as the catalogue of commands has them, read in half width and as Chinese input
//! methods write the same.

use onestop_directory::Directory;
use onestop_proto::{
    actor::ServiceName,
    case,
    command::CommandType,
    division::DivisionCode,
    numbers::{LicenceNumber, number_key},
    referral, specialist, typed,
};

use super::*;
use crate::{
    core::form_data::{FormData, split_list},
    pages::{
        actions::{
            field_values::value,
            form_spec::{Field, FormSpec},
            number_fields::{self, Number},
        },
        input_methods::spellings,
    },
};

fn today() -> Date {
    Date::constant(2026, 11, 30)
}

/// A field of the form of a command.
struct TypedField {
    service: ServiceName,
    command: &'static str,
    field: Field,
}

/// Every field of every form.
fn fields() -> Vec<TypedField> {
    let mut all = vec![
        (case::service(), case::Command::NAMES),
        (referral::service(), referral::Command::NAMES),
    ];
    let specialists = specialist::ALL.iter();
    all.extend(specialists.map(|one| (one.name(), one.command_names())));
    let mut fields = Vec::new();
    for (service, commands) in all {
        for &command in commands {
            let form = FormSpec::of(&service, command);
            let of_form = form.into_iter().flat_map(|form| form.fields);
            fields.extend(of_form.map(|field| TypedField {
                service: service.clone(),
                command,
                field,
            }));
        }
    }
    fields
}

impl TypedField {
    fn number(&self) -> Option<Number> {
        number_fields::of(self.service.as_str(), self.command, &self.field.name)
    }

    /// What a person might type, in half width; nothing where nothing is typed, or where a text is kept as it is.
    fn sample(&self) -> Option<&'static str> {
        match self.field.kind {
            Kind::Day => Some("2026-3-7"),
            Kind::Moment => Some("2026-3-7 16:20"),
            Kind::Money | Kind::Fen => Some("1,500.50"),
            Kind::Number => Some("12"),
            Kind::Place => Some("530821101201"),
            Kind::Case => Some("s6chnegt3-261128-037"),
            Kind::Staff => Some("li-hua wang-min"),
            Kind::Colleague => Some("li-hua"),
            Kind::Text | Kind::Line => match self.number()? {
                Number::Licence => Some("15308202010123456"),
                Number::Document => Some("(2026)云宁证字第21号"),
            },
            // Copies are typed beside a paper, grounds and remarks are texts that are kept as they are.
            Kind::Copies => Some("2"),
            Kind::Choice(_)
            | Kind::Choices(_)
            | Kind::Flag
            | Kind::Unit
            | Kind::Papers
            | Kind::Remarks
            | Kind::Subject
            | Kind::Party
            | Kind::Ground(_) => None,
        }
    }

    /// What a text means to programs; nothing if it is refused.
    fn read(&self, text: &str, directory: &Directory) -> Option<String> {
        let text = text.trim();
        if let Some(read) = read(&self.field.kind, text, today()) {
            return read.ok();
        }
        let id = self.field.id();
        let mut form = FormData::default();
        match self.field.kind {
            Kind::Place => {
                let code = typed::half_width(text).parse::<DivisionCode>().ok()?;
                directory.division(code).map(|_| code.to_string())
            }
            Kind::Case => Some(format!("{:?}", directory.read_case(text).ok()?)),
            Kind::Staff | Kind::Colleague => {
                let accounts = split_list(text).map(typed::account);
                Some(accounts.collect::<Vec<_>>().join(" "))
            }
            Kind::Text | Kind::Line => match self.number()? {
                Number::Licence => Some(text.parse::<LicenceNumber>().ok()?.to_string()),
                Number::Document => Some(number_key(text)),
            },
            Kind::Copies => {
                form.set(&id, "judgment");
                form.set(&format!("{id}.judgment"), text);
                Some(value(&self.field, &form, &id).ok()??.to_string())
            }
            Kind::Choice(_)
            | Kind::Choices(_)
            | Kind::Flag
            | Kind::Unit
            | Kind::Papers
            | Kind::Remarks
            | Kind::Subject
            | Kind::Party
            | Kind::Ground(_)
            | Kind::Day
            | Kind::Moment
            | Kind::Money
            | Kind::Number
            | Kind::Fen => {
                form.set(&id, text);
                Some(value(&self.field, &form, &id).ok()??.to_string())
            }
        }
    }
}

#[test]
fn every_typed_field_of_a_command_is_read_as_input_methods_write_it() {
    let directory = Directory::built_in().unwrap();
    let mut seen = 0;
    for one in fields() {
        let Some(sample) = one.sample() else { continue };
        let name = format!("{} {} {}", one.service, one.command, one.field.name);
        let wanted = one.read(sample, &directory);
        assert!(wanted.is_some(), "{name}: {sample}");
        for spelling in spellings(sample) {
            seen += 1;
            assert_eq!(
                one.read(&spelling, &directory),
                wanted,
                "{name}: {spelling}"
            );
        }
    }
    assert!(seen > 150, "only {seen}: have the forms moved?");
}
