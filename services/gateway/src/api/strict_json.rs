//! JSON in which each object has each key once. Of two values under one key, readers of JSON take whichever they like:
//! what was signed, checked and carried out could be three things.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Why a text is not taken.
#[derive(Debug)]
pub(super) struct NotStrict {
    /// What the parser says.
    pub(super) problem: String,
    /// The path of a key that occurs twice, as in `data.place`.
    pub(super) field: Option<String>,
}

/// Parses a JSON text.
///
/// # Errors
/// If it is no JSON, or a key occurs twice.
pub(super) fn parse(text: &[u8]) -> Result<Value, NotStrict> {
    let parsed = serde_json::from_slice(text);
    parsed
        .map(|Strict(value)| value)
        .map_err(|error: serde_json::Error| {
            let problem = error.to_string();
            let field = twice(&problem).and_then(|key| path_of(text, key));
            NotStrict { problem, field }
        })
}

/// The key that the parser says occurs twice.
fn twice(problem: &str) -> Option<&str> {
    let rest = problem.strip_prefix(TWICE.0)?;
    rest.rsplit_once(TWICE.1).map(|(key, _)| key)
}

/// The path of that key: the text is read once more, by a reader that knows where it is.
fn path_of(text: &[u8], key: &str) -> Option<String> {
    let reader = &mut serde_json::Deserializer::from_slice(text);
    let error = serde_path_to_error::deserialize::<_, Strict>(reader).err()?;
    Some(match error.path().to_string().as_str() {
        "." => format!("data.{key}"),
        parent => format!("data.{parent}.{key}"),
    })
}

/// The parser's words around a key that occurs twice.
const TWICE: (&str, &str) = ("the key '", "' occurs twice");

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            let Strict(value) = object.next_value()?;
            if fields.contains_key(&key) {
                let (before, after) = TWICE;
                let problem = format!("{before}{key}{after}");
                return Err(A::Error::custom(problem));
            }
            fields.insert(key, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn a_key_that_occurs_twice_is_refused_at_any_depth() {
        let text = r#"{ "a": [1, -2, 0.5, null, true, "讨薪"], "b": { "a": {} } }"#;
        let wanted = json!({ "a": [1, -2, 0.5, null, true, "讨薪"], "b": { "a": {} } });
        assert_eq!(parse(text.as_bytes()).unwrap(), wanted);
        for (twice, field) in [
            (r#"{ "a": 1, "a": 1 }"#, "data.a"),
            (r#"[{ "b": { "a": 1, "\u0061": 2 } }]"#, "data.[0].b.a"),
            (r#"{ "b": [{ "a": 1, "a": {} }] }"#, "data.b[0].a"),
        ] {
            let refused = parse(twice.as_bytes()).unwrap_err();
            assert!(refused.problem.contains("'a' occurs twice"));
            assert_eq!(refused.field.as_deref(), Some(field));
        }
        for wrong in ["", "{", "{} {}", "nul"] {
            assert_eq!(parse(wrong.as_bytes()).unwrap_err().field, None, "{wrong}");
        }
    }
}
