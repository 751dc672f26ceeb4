//! Parses path and query parameters into a question's data.

use std::collections::HashSet;

use axum::{extract::RawPathParams, http::HeaderMap};
use onestop_proto::{
    http::{Parameter, ParameterKind},
    problem_words::own,
    typed::{half_width, is_blank},
};
use serde_json::{Map, Value, json};

use super::error::{ApiError, Misfits};

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
    let (mut after, mut misfits) = (None, Misfits::default());
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let problem = if name != "after" {
            own::UNKNOWN
        } else if after.replace(text.into_owned()).is_some() {
            own::TWICE
        } else {
            continue;
        };
        misfits.note(&name, Err::<(), _>(problem.en.to_owned()));
    }
    misfits.of_parameters().map(|()| after)
}

/// Refuses every parameter, for an operation that takes none.
///
/// # Errors
/// If there are some: all of them.
pub(super) fn none(query: Option<&str>) -> Result<(), ApiError> {
    let mut misfits = Misfits::default();
    for (name, _) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        misfits.note(&name, Err::<(), _>(own::UNKNOWN.en.to_owned()));
    }
    misfits.of_parameters()
}

/// Parses path and query parameters.
///
/// # Errors
/// If some are unknown, missing, there twice, or of another type: all of them.
pub(super) fn parse(
    parameters: &[Parameter],
    path: &RawPathParams,
    query: Option<&str>,
) -> Result<Params, ApiError> {
    let (mut params, mut misfits) = (Params::default(), Misfits::default());
    let mut tried = HashSet::new();
    for (name, text) in path.iter() {
        misfits.note(name, put(&mut params.data, parameters, name, text));
        tried.insert(name.to_owned());
    }
    for (name, text) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let read = if name != "after" {
            put(&mut params.data, parameters, &name, &text)
        } else if params.after.replace(text.into_owned()).is_some() {
            Err(own::TWICE.en.to_owned())
        } else {
            Ok(())
        };
        misfits.note(&name, read);
        tried.insert(name.into_owned());
    }
    let missing = parameters
        .iter()
        .filter(|one| one.required && !tried.contains(&one.name) && !is_present(&params.data, one));
    for missing in missing {
        misfits.note(&missing.name, Err::<(), _>(own::MISSING.en.to_owned()));
    }
    misfits.of_parameters().map(|()| params)
}

fn is_present(data: &Map<String, Value>, one: &Parameter) -> bool {
    match &one.within {
        Some(group) => data
            .get(group)
            .is_some_and(|group| group.get(&one.name).is_some()),
        None => data.contains_key(&one.name),
    }
}

/// Puts a parameter into the question's data, or says what is wrong with it.
fn put(
    data: &mut Map<String, Value>,
    parameters: &[Parameter],
    name: &str,
    text: &str,
) -> Result<(), String> {
    let known = parameters.iter().find(|one| one.name == name);
    let one = known.ok_or(own::UNKNOWN.en)?;
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
            return Err(own::TWICE.en.to_owned());
        }
        (ParameterKind::Text | ParameterKind::Integer | ParameterKind::Boolean, None) => {
            fields.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// What a text means: in half width where it is no text itself.
fn value(one: &Parameter, text: &str) -> Result<Value, String> {
    let typed = half_width(text);
    let typed = typed.trim();
    match one.kind {
        // Of what cannot be seen, a blank is left: a filter that was sent is not taken for one that was not.
        ParameterKind::Text if !text.is_empty() && is_blank(text) => Ok(json!(" ")),
        ParameterKind::Text | ParameterKind::List => Ok(json!(text)),
        ParameterKind::Integer => {
            let digits = !typed.is_empty() && typed.bytes().all(|digit| digit.is_ascii_digit());
            let number = digits.then(|| typed.parse::<u64>().ok()).flatten();
            let wrong = || own::with_value(own::WHOLE_NUMBER, text);
            number.map(Value::from).ok_or_else(wrong)
        }
        ParameterKind::Boolean => match typed {
            "true" => Ok(json!(true)),
            "false" => Ok(json!(false)),
            _ => Err(own::with_value(own::YES_OR_NO, text)),
        },
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::{http::OperationKind, ledger::CasesQuery};
    use serde_json::json;

    use super::*;

    fn parsed(query: &[(&str, &str)]) -> Result<Value, String> {
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
    fn an_operation_without_parameters_takes_none() {
        assert!(none(None).is_ok() && none(Some("")).is_ok());
        assert!(none(Some("urgent=true")).is_err());
    }

    #[test]
    fn parameters_become_values_of_their_types() {
        let data = parsed(&[
            ("open", "true"),
            ("limit", "２０"),
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
    fn what_is_wrong_with_a_parameter_is_said() {
        let given = own::with_value;
        for (wrong, problem) in [
            (&[("open", "yes")][..], given(own::YES_OR_NO, "yes")),
            (&[("limit", "-1")][..], given(own::WHOLE_NUMBER, "-1")),
            (&[("colour", "red")][..], own::UNKNOWN.en.to_owned()),
            (
                &[("text", "a"), ("text", "b")][..],
                own::TWICE.en.to_owned(),
            ),
        ] {
            assert_eq!(parsed(wrong).unwrap_err(), problem);
        }
    }
}
