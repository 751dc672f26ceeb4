//! JSON in which each object has each key once. Of two values under one key, readers of JSON take whichever they like:
//! what was signed, checked and carried out could be three things.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Parses a JSON text.
///
/// # Errors
/// If it is no JSON, or a key occurs twice.
pub(super) fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(text).map(|Strict(value)| value)
}

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
                let problem = format!("the key '{key}' occurs twice");
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
        for twice in [
            r#"{ "a": 1, "a": 1 }"#,
            r#"[{ "b": { "a": 1, "\u0061": 2 } }]"#,
        ] {
            let problem = parse(twice.as_bytes()).unwrap_err().to_string();
            assert!(problem.contains("'a' occurs twice"), "{problem}");
        }
        for wrong in ["", "{", "{} {}", "nul"] {
            assert!(parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
