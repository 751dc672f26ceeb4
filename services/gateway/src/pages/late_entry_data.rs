//! What a colleague filled in of a late entry, in words: what people call each field, and its value.

use onestop_proto::{actor::ServiceName, field_names::field_words};
use serde_json::Value;

use super::shell::Page;
use crate::core::command_schema;

/// One field that was filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FilledField {
    pub(super) label: String,
    pub(super) value: String,
}

/// The fields of a command's data, in the order in which they stand there.
pub(super) fn filled_fields(page: &Page<'_>, act: &str, data: &Value) -> Vec<FilledField> {
    let named = act.split_once('.').and_then(|(service, command)| {
        let service: ServiceName = service.parse().ok()?;
        command_schema::schema(&service, command)
    });
    let reader = Reader {
        page,
        schema: named.map(|(schema, _)| schema).unwrap_or_default(),
    };
    let mut fields = Vec::new();
    reader.read("", data, &mut fields);
    fields
}

struct Reader<'a> {
    page: &'a Page<'a>,
    /// The schema of the command.
    schema: Value,
}

impl Reader<'_> {
    /// Adds the fields below a path.
    fn read(&self, path: &str, value: &Value, fields: &mut Vec<FilledField>) {
        match value {
            Value::Null => {}
            Value::Object(object) => {
                for (name, inner) in object {
                    let path = if path.is_empty() {
                        name.clone()
                    } else {
                        format!("{path}.{name}")
                    };
                    self.read(&path, inner, fields);
                }
            }
            Value::Array(list) => {
                for (index, inner) in list.iter().enumerate() {
                    self.read(&format!("{path}[{index}]"), inner, fields);
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) => fields.push(FilledField {
                label: self.page.i18n.words(&field_words(path)).to_owned(),
                value: self.words(value),
            }),
        }
    }

    fn words(&self, value: &Value) -> String {
        let i18n = &self.page.i18n;
        match value {
            Value::Bool(true) => i18n.t("api-yes"),
            Value::Bool(false) => i18n.t("late-entry-no"),
            Value::String(text) => match self.choice(text) {
                Some(label) => label,
                // A code, and no sentence that a person has typed.
                None if text.is_ascii() && !text.contains(' ') => self.page.with_names(text),
                None => text.clone(),
            },
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                value.to_string()
            }
        }
    }

    /// The label of a value that one of the command's lists has.
    fn choice(&self, text: &str) -> Option<String> {
        let definitions = self.schema["$defs"].as_object()?;
        let mut choices = definitions
            .keys()
            .flat_map(|name| command_schema::choices(&self.schema, name));
        let found = choices.find(|choice| choice.value == text)?;
        Some(self.page.i18n.words(&found.label).to_owned())
    }
}
