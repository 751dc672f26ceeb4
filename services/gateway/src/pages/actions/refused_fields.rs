//! What the form of a command says at a field that a service could not read: what the form calls it, and an example of what
//! is right.

use onestop_proto::rejection::Rejected;

use super::form_spec::{Field, FormSpec, Kind, PERSON, SIDE};
use crate::pages::{
    problems::{Problems, misfit_message, misfits},
    shell::Page,
};

/// The problems of a refused form, each at its field.
pub(super) fn problems(spec: &FormSpec, rejected: &Rejected, page: &Page<'_>) -> Problems {
    if rejected.code != "malformed" {
        let id = |path: &str| field(spec, path).map(Field::id).unwrap_or_default();
        return Problems::rejected(rejected, page, id);
    }
    let mut problems = Problems::default();
    for misfit in misfits(rejected) {
        match field(spec, &misfit.field) {
            Some(field) => {
                let message = match misfit_message(&misfit) {
                    "problem-malformed" => message(&field.kind),
                    other => other,
                };
                let said = page.misfit_of(&field.label(page), message, &misfit);
                problems.add(&field.id(), said);
            }
            None => problems.add("", page.misfit(&misfit)),
        }
    }
    problems
}

fn field<'a>(spec: &'a FormSpec, of_command: &str) -> Option<&'a Field> {
    let path = of_command.trim_start_matches("data.");
    let first = path.split(['.', '[']).next().unwrap_or_default();
    let named = |name: &str| spec.fields.iter().find(|field| field.name == name);
    // The number of a person is chosen with their side.
    named(first).or_else(|| named(SIDE).filter(|_| first == PERSON))
}

pub(super) const fn message(kind: &Kind) -> &'static str {
    match kind {
        Kind::Day => "problem-day",
        Kind::Moment => "new-problem-occurred",
        Kind::Number => "problem-number",
        Kind::Money | Kind::Fen => "problem-money",
        Kind::Choice(_)
        | Kind::Choices(_)
        | Kind::Party
        | Kind::Papers
        | Kind::Copies
        | Kind::Subject
        | Kind::Unit
        | Kind::Ground(_) => "problem-choose",
        Kind::Line
        | Kind::Text
        | Kind::Flag
        | Kind::Place
        | Kind::Case
        | Kind::Remarks
        | Kind::Staff
        | Kind::Colleague => "problem-malformed",
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{legal_aid, mediation};

    use super::*;

    #[test]
    fn a_field_of_the_command_is_found_in_its_form() {
        let of = |service, command: &str| FormSpec::of(service, command).unwrap();
        let id = |spec: &FormSpec, path: &str| field(spec, path).map(Field::id);
        let (legal_aid, mediation) = (legal_aid::service(), mediation::service());
        let dates = of(&legal_aid, "set-critical-date");
        assert_eq!(id(&dates, "data.kind").as_deref(), Some("f.kind"));
        assert_eq!(id(&dates, "data.day").as_deref(), Some("f.day"));
        let consent = of(&mediation, "consent");
        assert_eq!(id(&consent, "data.person").as_deref(), Some("f.party"));
        assert_eq!(id(&consent, "data.nothing"), None);
        let papers = of(&legal_aid, "request-supplement");
        assert_eq!(id(&papers, "missing[2]").as_deref(), Some("f.missing"));
    }

    #[test]
    fn days_numbers_sums_and_choices_say_what_is_right() {
        let spec = FormSpec::of(&mediation::service(), "add-term").unwrap();
        let said = |name: &str| {
            let field = spec.fields.iter().find(|field| field.name == name);
            message(&field.unwrap().kind)
        };
        assert_eq!(said("amount"), "problem-money");
        assert_eq!(said("until"), "problem-day");
        assert_eq!(said("obligation"), "problem-choose");
        assert_eq!(said("party"), "problem-choose");
    }
}
