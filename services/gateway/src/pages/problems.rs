//! Problems of a form, shown beside the field and in the summary above; and how a service's rejection becomes
//! one of them.

use onestop_proto::{
    division::DivisionCode,
    ids::UnitId,
    rejection::{Rejected, RejectionKind},
    time::Timestamp,
};
use serde_json::Value;

use super::shell::Page;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The id of the field; empty if it concerns the whole form.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// All problems, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push(Problem {
            field: field.to_owned(),
            message: message.into(),
        });
    }

    /// A rejection, at the field that it names.
    pub(crate) fn rejected(
        rejected: &Rejected,
        page: &Page<'_>,
        field: impl Fn(&str) -> String,
    ) -> Self {
        let named = rejected.details.get("field").and_then(Value::as_str);
        let mut problems = Self::default();
        let field = named.map(field).unwrap_or_default();
        problems.add(&field, page.rejection(rejected));
        problems
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// Whether a problem concerns a field.
    pub(crate) fn has_field_problems(&self) -> bool {
        self.0.iter().any(|problem| !problem.field.is_empty())
    }

    /// The problem of a field.
    pub(crate) fn at(&self, field: &str) -> Option<&str> {
        let found = self.0.iter().find(|problem| problem.field == field);
        found.map(|problem| problem.message.as_str())
    }

    /// The class of a field's box.
    pub(crate) fn class(&self, field: &str) -> &'static str {
        if self.at(field).is_some() { " bad" } else { "" }
    }
}

impl Page<'_> {
    /// The text of a rejection, with names in place of ids. A conflict also says who was first, and when.
    pub(crate) fn rejection(&self, rejected: &Rejected) -> String {
        let message = self.with_names(self.i18n.rejection(rejected));
        let fact = |name: &str| rejected.details.get(name).and_then(Value::as_str);
        let unit = |name: &str| fact(name).and_then(|text| text.parse::<UnitId>().ok());
        let at = fact("at").and_then(|text| text.parse::<Timestamp>().ok());
        match (rejected.kind, unit("by"), at) {
            (RejectionKind::Conflict, Some(by), Some(at)) => {
                let first = self.i18n.t2(
                    "conflict-first",
                    "unit",
                    self.unit(&by),
                    "moment",
                    self.moment(&at),
                );
                format!("{message} {first}")
            }
            _ => message,
        }
    }

    /// Replaces ids of units and divisions in a text by their names.
    pub(crate) fn with_names(&self, text: &str) -> String {
        let mut named = String::with_capacity(text.len());
        let mut word = String::new();
        let is_of_id =
            |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
        for letter in text.chars() {
            if is_of_id(letter) {
                word.push(letter);
            } else {
                named.push_str(&self.name_of(&word));
                word.clear();
                named.push(letter);
            }
        }
        named.push_str(&self.name_of(&word));
        named
    }

    fn name_of(&self, word: &str) -> String {
        let trimmed = word.trim_end_matches('.');
        let ending = &word[trimmed.len()..];
        if let Ok(unit) = trimmed.parse::<UnitId>()
            && let Some(unit) = self.app.directory.unit(&unit)
        {
            return format!("{}{ending}", unit.name);
        }
        if let Ok(division) = trimmed.parse::<DivisionCode>()
            && trimmed.len() == 12
        {
            return format!("{}{ending}", self.place(&division));
        }
        word.to_owned()
    }
}
