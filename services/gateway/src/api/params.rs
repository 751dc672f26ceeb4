//! Parses path and query parameters into a question's data.

use axum::{extract::RawPathParams, http::HeaderMap};
use onestop_proto::http::{Parameter, ParameterKind};
use serde_json::{Map, Value, json};

use super::error::ApiError;

/// Path, query and headers of a request.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) path: &'a RawPathParams,
    pub(super) query: Option<&'a str>,
    pub(super) headers: &'a HeaderMap,
}

/// The parameters of a question.
#[derive(Debug, Default)]
pub(super) struct Params {
    pub(super) data: Map<String, Value>,
    /// The token of a position that the answer must include.
    pub(super) after: Option<String>,
}

/// Parses the query of a question whose data is in the body: only `after` is allowed.
pub(super) fn parse_after(query: Option<&str>) -> Result<Option<String>, ApiError> {
    let mut after = None;
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name != "after" || after.replace(text.into_owned()).is_some() {
            return Err(ApiError::field(name, "there is no such parameter here"));
        }
    }
    Ok(after)
}

/// Parses path and query parameters.
pub(super) fn parse(
    parameters: &[Parameter],
    path: &RawPathParams,
    query: Option<&str>,
) -> Result<Params, ApiError> {
    let mut params = Params::default();
    for (name, text) in path.iter() {
        put(&mut params.data, parameters, name, text)?;
    }
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        if name == "after" {
            if params.after.replace(text.into_owned()).is_some() {
                return Err(ApiError::field("after", "it is given twice"));
            }
        } else {
            put(&mut params.data, parameters, &name, &text)?;
        }
    }
    let missing = parameters
        .iter()
        .find(|one| one.required && !is_present(&params.data, one));
    match missing {
        Some(missing) => Err(ApiError::field(&missing.name, "is missing")),
        None => Ok(params),
    }
}

fn is_present(data: &Map<String, Value>, one: &Parameter) -> bool {
    match &one.within {
        Some(group) => data
            .get(group)
            .is_some_and(|group| group.get(&one.name).is_some()),
        None => data.contains_key(&one.name),
    }
}

fn put(
    data: &mut Map<String, Value>,
    parameters: &[Parameter],
    name: &str,
    text: &str,
) -> Result<(), ApiError> {
    let known = parameters.iter().find(|one| one.name == name);
    let one = known.ok_or_else(|| ApiError::field(name, "there is no such parameter here"))?;
    let value = value(one, text)?;
    let fields = match &one.within {
        Some(group) => data
            .entry(group.clone())
            .or_insert_with(|| json!({}))
            .as_object_mut(),
        None => Some(data),
    };
    // A group is always an object.
    let Some(fields) = fields else {
        return Ok(());
    };
    match (one.kind, fields.get_mut(name)) {
        (ParameterKind::List, Some(Value::Array(all))) => all.push(value),
        (ParameterKind::List, _) => {
            fields.insert(name.to_owned(), json!([value]));
        }
        (ParameterKind::Text | ParameterKind::Integer | ParameterKind::Boolean, Some(_)) => {
            return Err(ApiError::field(name, "it is given twice"));
        }
        (ParameterKind::Text | ParameterKind::Integer | ParameterKind::Boolean, None) => {
            fields.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

fn value(one: &Parameter, text: &str) -> Result<Value, ApiError> {
    match one.kind {
        ParameterKind::Text | ParameterKind::List => Ok(json!(text)),
        ParameterKind::Integer => {
            let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
            let number = digits.then(|| text.parse::<u64>().ok()).flatten();
            let number =
                number.ok_or_else(|| ApiError::field(&one.name, "must be a whole number"))?;
            Ok(json!(number))
        }
        ParameterKind::Boolean => match text {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => Err(ApiError::field(&one.name, "must be true or false")),
        },
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{http::OperationKind, ledger::CasesQuery};
    use serde_json::json;

    use super::*;

    fn parsed(query: &[(&str, &str)]) -> Result<Value, ApiError> {
        let is_search = |one: &&crate::api::Address| {
            one.operation.path == "/cases" && one.operation.asks == OperationKind::Question
        };
        let known = &crate::api::ADDRESSES
            .iter()
            .find(is_search)
            .unwrap()
            .parameters;
        let mut data = Map::new();
        for (name, text) in query {
            put(&mut data, known, name, text)?;
        }
        Ok(Value::Object(data))
    }

    #[test]
    fn parameters_become_values_of_their_types() {
        let data = parsed(&[
            ("open", "true"),
            ("limit", "20"),
            ("text", "张"),
            ("item", "mediation"),
        ]);
        let wanted = json!({
            "open": true, "limit": 20, "filters": { "text": "张", "item": "mediation" },
        });
        assert_eq!(data.unwrap(), wanted);
        serde_json::from_value::<CasesQuery>(wanted).unwrap();
    }

    #[test]
    fn an_invalid_parameter_is_named() {
        for wrong in [
            &[("open", "yes")][..],
            &[("limit", "-1")],
            &[("colour", "red")],
            &[("text", "a"), ("text", "b")],
        ] {
            let ApiError::Rejected(rejected) = parsed(wrong).unwrap_err() else {
                panic!()
            };
            assert_eq!(rejected.details["field"], wrong[0].0);
        }
    }
}
