//! Reads what was sent; names every field that does not fit at once, so that it is mended in one go.

use std::{collections::HashSet, iter};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::Segment;

use crate::{problem_words::problem_words, text::Words, typed::half_width, typed_dates};

/// How many fields one rejection names at most.
const MOST: usize = 20;
/// How often a text is read again to name them.
const MOST_READ: usize = 2 * MOST;
/// How many texts of one value are read as people type them: after each, the whole value is read once more.
const MOST_TYPED: usize = 128;
/// How much of a problem it repeats, in characters: a problem quotes what was sent, and the answer is one message.
const LONGEST: usize = 200;

/// A text that is not the command it should be; becomes the rejection `malformed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{first}")]
pub struct Malformed {
    /// What does not fit.
    pub first: Misfit,
    /// What does not fit either, in the order of the text.
    pub others: Vec<Misfit>,
}

/// A field that does not fit.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema, thiserror::Error,
)]
#[error("{field}: {problem}")]
pub struct Misfit {
    /// Path of the field, as in `data.place`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Misfit {
    /// What is wrong with it, for people: no sentence of a parser.
    pub fn words(&self) -> Words {
        problem_words(&self.field, &self.problem)
    }
}

impl Malformed {
    /// One field does not fit.
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            first: Misfit {
                field: field.into(),
                problem: problem.into(),
            },
            others: Vec::new(),
        }
    }

    /// All of these do not fit; nothing where there is none.
    pub fn of(misfits: Vec<Misfit>) -> Option<Self> {
        let mut misfits = misfits.into_iter();
        let first = misfits.next()?;
        let others = misfits.take(MOST - 1).collect();
        Some(Self { first, others })
    }
}

impl From<Misfit> for Malformed {
    fn from(first: Misfit) -> Self {
        Self {
            first,
            others: Vec::new(),
        }
    }
}

/// Reads a value as a `T`, naming the fields that do not fit, under `root`.
///
/// A text that does not fit is read as people type it: in full width, a day in Chinese. What fits is never changed.
///
/// A field that does not fit is left out, and the rest is read again: so each is named once. A part that lacks what was left
/// out of it is left out whole, and so is a list with an element that does not fit.
///
/// # Errors
/// If the value is not a `T`.
pub fn parse_field<T: DeserializeOwned>(root: &str, mut value: Value) -> Result<T, Malformed> {
    let mut typed_left = MOST_TYPED;
    let mut error = match read_typed(&mut value, &mut typed_left) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let mut malformed = Malformed::from(misfit(root, &error));
    let mut left_out = HashSet::new();
    for _ in 0..MOST_READ {
        let Some(path) = leave_out(&mut value, &error) else {
            break;
        };
        left_out.insert(below(root, &path));
        match read_typed::<T>(&mut value, &mut typed_left) {
            Ok(_) => break,
            Err(next) => error = next,
        }
        let next = misfit(root, &error);
        let mut known = iter::once(&malformed.first).chain(&malformed.others);
        if is_left_out(&next, &left_out) || known.any(|known| *known == next) {
            continue;
        }
        malformed.others.push(next);
        if malformed.others.len() + 1 == MOST {
            break;
        }
    }
    Err(malformed)
}

/// Reads a value as [`parse_field`] does. Of the fields that every `T` has, all that were left out are named at once.
///
/// # Errors
/// If the value is not a `T`.
pub fn parse_described<T: DeserializeOwned + JsonSchema>(
    root: &str,
    value: Value,
) -> Result<T, Malformed> {
    if let Ok(read) = read(&value) {
        return Ok(read);
    }
    let missing = missing_fields::<T>(root, &value);
    let mut malformed = match parse_field(root, value) {
        Ok(read) => return Ok(read),
        Err(malformed) => malformed,
    };
    for one in missing {
        let is_named = malformed.first == one || malformed.others.contains(&one);
        if !is_named && malformed.others.len() + 1 < MOST {
            malformed.others.push(one);
        }
    }
    Err(malformed)
}

/// The fields that every `T` has and a value has not, as a parser names the first of them.
fn missing_fields<T: JsonSchema>(root: &str, value: &Value) -> Vec<Misfit> {
    let Value::Object(fields) = value else {
        return Vec::new();
    };
    let schema = schemars::schema_for!(T);
    let required = schema.get("required").and_then(Value::as_array);
    let required = required.into_iter().flatten().filter_map(Value::as_str);
    let missing = required.filter(|name| !fields.contains_key(*name));
    missing
        .map(|name| Misfit {
            field: root.to_owned(),
            problem: format!("missing field `{name}`"),
        })
        .collect()
}

/// Reads a JSON text as a `T`, naming the fields that do not fit.
///
/// # Errors
/// If the text is not JSON, or not a `T`.
pub fn parse_text<T: DeserializeOwned>(text: &[u8]) -> Result<T, Malformed> {
    if let Ok(fits) = serde_json::from_slice(text) {
        return Ok(fits);
    }
    // Once more, to name the fields.
    let value = serde_json::from_slice(text)
        .map_err(|error| Malformed::new("(the whole text)", error.to_string()))?;
    parse_field("", value)
}

type ReadError = serde_path_to_error::Error<serde_json::Error>;

fn read<T: DeserializeOwned>(value: &Value) -> Result<T, ReadError> {
    serde_path_to_error::deserialize(value)
}

/// Reads a value, with the texts that do not fit as people type them, as long as any of those are left.
fn read_typed<T: DeserializeOwned>(
    value: &mut Value,
    typed_left: &mut usize,
) -> Result<T, ReadError> {
    let mut read_now = read(value);
    while let Err(error) = &read_now
        && *typed_left > 0
        && replace_typed(value, error)
    {
        *typed_left -= 1;
        read_now = read(value);
    }
    read_now
}

fn misfit(root: &str, error: &ReadError) -> Misfit {
    Misfit {
        field: shortened(&below(root, &error.path().to_string())),
        problem: shortened(&error.inner().to_string()),
    }
}

fn below(root: &str, path: &str) -> String {
    match (root, path) {
        ("", _) => path.to_owned(),
        (_, ".") => root.to_owned(),
        _ => format!("{root}.{path}"),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a field is missing only because [`parse_field`] left it out.
fn is_left_out(missing: &Misfit, left_out: &HashSet<String>) -> bool {
    named_in(&missing.problem, "missing field").is_some_and(|name| {
        left_out.contains(&format!("{}.{name}", missing.field)) || left_out.contains(name)
    })
}

/// The field that serde's sentence names between backticks.
fn named_in<'a>(problem: &'a str, sentence: &str) -> Option<&'a str> {
    let rest = problem.strip_prefix(sentence)?.trim_start();
    rest.strip_prefix('`')?.split('`').next()
}

/// Takes what does not fit, or the list that it is of, out of the value: the path of what was taken out; nothing if it is the
/// whole value.
fn leave_out(value: &mut Value, error: &ReadError) -> Option<String> {
    let path: Vec<&Segment> = error.path().iter().collect();
    let last = path
        .iter()
        .rposition(|segment| matches!(segment, Segment::Map { .. }))?;
    let (way, key) = (path.get(..last)?, path.get(last)?);
    let parent = part_at(value, way)?;
    let Segment::Map { key } = key else {
        return None;
    };
    parent.as_object_mut()?.remove(key)?;
    let mut taken = String::new();
    for segment in way {
        match segment {
            Segment::Seq { index } => taken.push_str(&format!("[{index}]")),
            Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => {
                separate(&mut taken);
                taken.push_str(&segment.to_string());
            }
        }
    }
    separate(&mut taken);
    taken.push_str(key);
    Some(taken)
}

fn separate(path: &mut String) {
    if !path.is_empty() {
        path.push('.');
    }
}

/// Replaces a text that does not fit by what it means in half width, a whole day by how programs write it; false where that
/// changes nothing.
fn replace_typed(value: &mut Value, error: &ReadError) -> bool {
    let way: Vec<&Segment> = error.path().iter().collect();
    let Some(Value::String(text)) = part_at(value, &way) else {
        return false;
    };
    let read = typed_dates::whole_day(text).unwrap_or_else(|| half_width(text).trim().to_owned());
    let differs = read != *text;
    *text = read;
    differs
}

fn part_at<'a>(value: &'a mut Value, way: &[&Segment]) -> Option<&'a mut Value> {
    way.iter().try_fold(value, |part, segment| match segment {
        Segment::Seq { index } => part.get_mut(index),
        Segment::Map { key } => part.get_mut(key),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

#[cfg(test)]
mod tests;
