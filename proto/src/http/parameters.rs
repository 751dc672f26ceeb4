//! A question's data as the parameters of an address: `filters.item` is `?item=`.

use serde_json::{Map, Value, json};

/// The type of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// Itself.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// Several texts: the parameter is repeated.
    List,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The field of the data that contains it, where it is not a field of the data itself.
    pub within: Option<String>,
    /// The type of its value.
    pub kind: ParameterKind,
    /// Whether there is no answer without it.
    pub required: bool,
    /// JSON Schema; what it refers to is in the data's own `$defs`.
    pub schema: Value,
    /// What it means.
    pub description: String,
}

/// The parameters of a question with data of this schema.
pub fn parameters(data: &Value) -> Vec<Parameter> {
    let mut found = Vec::new();
    for (name, property) in properties(data) {
        let (plain, optional) = without_null(property);
        let meant = resolved(data, &plain);
        if meant["properties"].is_object() {
            let inner = properties(meant).into_iter();
            let needed = is_required(data, &name) && !optional;
            found.extend(inner.map(|(field, property)| {
                let required = needed && is_required(meant, &field);
                parameter(data, Some(&name), (&field, property), required)
            }));
        } else {
            found.push(parameter(
                data,
                None,
                (&name, property),
                is_required(data, &name),
            ));
        }
    }
    found
}

fn parameter(
    data: &Value,
    within: Option<&str>,
    (name, property): (&str, &Value),
    required: bool,
) -> Parameter {
    let (mut schema, _) = without_null(property);
    let description = property["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if let Some(fields) = schema.as_object_mut() {
        fields.remove("description");
    }
    let kind = match resolved(data, &schema)["type"].as_str() {
        Some("integer") => ParameterKind::Integer,
        Some("boolean") => ParameterKind::Boolean,
        Some("array") => ParameterKind::List,
        _ => ParameterKind::Text,
    };
    Parameter {
        name: name.to_owned(),
        within: within.map(str::to_owned),
        kind,
        required,
        schema,
        description,
    }
}

fn properties(schema: &Value) -> Vec<(String, &Value)> {
    let fields = schema["properties"].as_object();
    let fields = fields.into_iter().flatten();
    fields
        .map(|(name, property)| (name.clone(), property))
        .collect()
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|names| names.iter().any(|one| one == name))
}

/// An address says nothing by leaving a parameter out; there is no text for null.
fn without_null(schema: &Value) -> (Value, bool) {
    let null = json!({ "type": "null" });
    if let Some(choices) = schema["anyOf"].as_array()
        && let [one, other] = choices.as_slice()
        && *other == null
    {
        let mut plain = one.clone();
        if let (Some(fields), Some(said)) = (plain.as_object_mut(), schema.as_object()) {
            let kept = said.iter().filter(|(name, _)| *name != "anyOf");
            fields.extend(
                kept.map(|(name, value)| (name.clone(), value.clone()))
                    .collect::<Map<_, _>>(),
            );
        }
        return (plain, true);
    }
    let mut plain = schema.clone();
    if let Some([one, other]) = schema["type"].as_array().map(Vec::as_slice)
        && other == "null"
    {
        plain["type"] = one.clone();
        return (plain, true);
    }
    (plain, false)
}

fn resolved<'a>(data: &'a Value, schema: &'a Value) -> &'a Value {
    let name = schema["$ref"]
        .as_str()
        .and_then(|path| path.strip_prefix("#/$defs/"));
    name.map_or(schema, |name| &data["$defs"][name])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::CasesQuery;

    #[test]
    fn filters_are_parameters_like_any_other() {
        let found = parameters(&schemars::schema_for!(CasesQuery).to_value());
        let named = |name: &str| found.iter().find(|one| one.name == name).unwrap();
        assert_eq!(named("item").within.as_deref(), Some("filters"));
        assert_eq!(named("limit").kind, ParameterKind::Integer);
        assert_eq!(named("open").kind, ParameterKind::Boolean);
        assert_eq!(named("open").schema["type"], "boolean");
        assert!(found.iter().all(|one| !one.required));
    }

    #[test]
    fn no_question_has_two_parameters_of_one_name() {
        for operation in crate::http::operations() {
            let found = parameters(&operation.data);
            for (at, one) in found.iter().enumerate() {
                let again = found[at + 1..].iter().any(|other| other.name == one.name);
                let question = operation.asks == crate::http::OperationKind::Question;
                assert!(!(again && question), "{}: {}", operation.path, one.name);
            }
        }
    }
}
