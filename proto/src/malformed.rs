//! Reads what was sent; names every field that does not fit at once, so that it is mended in one go.

use std::iter;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::{problem_words::problem_words, text::Words, typed::half_width, typed_dates};

/// How many fields one rejection names at most.
const MOST: usize = 20;
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
    #[must_use]
    pub fn words(&self) -> Words {
        problem_words(&self.problem)
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
/// A field that does not fit is left out, and the rest is read again: so each is named once. Where a part cannot be left
/// out (it is required, or an element of a list), reading ends there.
///
/// # Errors
/// If the value is not a `T`.
pub fn parse_field<T: DeserializeOwned>(root: &str, mut value: Value) -> Result<T, Malformed> {
    let mut error = match read_typed(&mut value) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    let mut malformed = Malformed::from(misfit(root, &error));
    while malformed.others.len() + 1 < MOST && leave_out(&mut value, &error) {
        match read_typed::<T>(&mut value) {
            Ok(_) => break,
            Err(next) => error = next,
        }
        let next = misfit(root, &error);
        let mut known = iter::once(&malformed.first).chain(&malformed.others);
        if known.any(|known| is_left_out(&next, known)) {
            break;
        }
        malformed.others.push(next);
    }
    Err(malformed)
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

/// Reads a value, with the texts that do not fit as people type them.
fn read_typed<T: DeserializeOwned>(value: &mut Value) -> Result<T, ReadError> {
    let mut read_now = read(value);
    while let Err(error) = &read_now
        && replace_typed(value, error)
    {
        read_now = read(value);
    }
    read_now
}

fn misfit(root: &str, error: &ReadError) -> Misfit {
    let path = error.path().to_string();
    let field = match (root, path.as_str()) {
        ("", _) => path,
        (_, ".") => root.to_owned(),
        _ => format!("{root}.{path}"),
    };
    Misfit {
        field: shortened(&field),
        problem: shortened(&error.inner().to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a field is missing only because [`parse_field`] left it out.
fn is_left_out(missing: &Misfit, known: &Misfit) -> bool {
    named_in(&missing.problem, "missing field").is_some_and(|name| {
        known.field == format!("{}.{name}", missing.field) || known.field == name
    }) || missing == known
}

/// The field that serde's sentence names between backticks.
fn named_in<'a>(problem: &'a str, sentence: &str) -> Option<&'a str> {
    let rest = problem.strip_prefix(sentence)?.trim_start();
    rest.strip_prefix('`')?.split('`').next()
}

/// Takes what does not fit out of the value; false if it cannot be taken out.
fn leave_out(value: &mut Value, error: &ReadError) -> bool {
    let last = error.path().iter().next_back();
    let Some(Segment::Map { key }) = last else {
        return false;
    };
    match parent(value, error.path()) {
        Some(Value::Object(fields)) => fields.remove(key).is_some(),
        Some(_) | None => false,
    }
}

/// Replaces a text that does not fit by what it means in half width, a whole day by how programs write it; false where that
/// changes nothing.
fn replace_typed(value: &mut Value, error: &ReadError) -> bool {
    let last = error.path().iter().next_back();
    let part = match (parent(value, error.path()), last) {
        (Some(part), Some(Segment::Map { key })) => part.get_mut(key),
        (Some(part), Some(Segment::Seq { index })) => part.get_mut(index),
        (Some(_) | None, _) => None,
    };
    let Some(Value::String(text)) = part else {
        return false;
    };
    let read = typed_dates::whole_day(text).unwrap_or_else(|| half_width(text).trim().to_owned());
    let differs = read != *text;
    *text = read;
    differs
}

/// The part that holds what a path leads to.
fn parent<'a>(value: &'a mut Value, path: &Path) -> Option<&'a mut Value> {
    let length = path.iter().len().checked_sub(1)?;
    path.iter()
        .take(length)
        .try_fold(value, |part, segment| match segment {
            Segment::Seq { index } => part.get_mut(index),
            Segment::Map { key } => part.get_mut(key),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        division::DivisionCode,
        rejection::{CommonRejection, Explain},
    };

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only parsed")]
    struct Wanted {
        place: DivisionCode,
        copies: Option<u8>,
        people: Vec<Person>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only parsed")]
    struct Person {
        name: String,
        phone: Option<u32>,
    }

    fn misfits(value: Value) -> Vec<String> {
        let wrong = parse_field::<Wanted>("data", value).unwrap_err();
        let all = std::iter::once(wrong.first).chain(wrong.others);
        all.map(|misfit| misfit.field).collect()
    }

    #[test]
    fn the_field_that_does_not_fit_is_named() {
        let wrong = parse_field::<Wanted>("data", json!({ "place": "5", "people": [] }));
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.first.field, "data.place");
        assert!(wrong.first.problem.contains("division code"));
        assert_eq!(wrong.others, []);
    }

    #[test]
    fn all_that_does_not_fit_is_named_at_once() {
        let sent = json!({
            "copies": 4_000_000_000_u32,
            "colour": "red",
            "people": [{ "name": "岩温", "phone": "x" }, { "name": "玉香", "phone": "y" }],
            "place": "5",
        });
        let mut named = misfits(sent);
        named.sort();
        let wanted = [
            "data.colour",
            "data.copies",
            "data.people[0].phone",
            "data.people[1].phone",
            "data.place",
        ];
        assert_eq!(named, wanted);
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Dated {
        day: jiff::civil::Date,
        others: Vec<jiff::civil::Date>,
        note: String,
    }

    #[test]
    fn days_are_read_as_people_type_them_and_texts_stay() {
        let note = "２０２６－０３－２０";
        let sent = json!({ "day": note, "others": ["2026年3月7日"], "note": note });
        let read: Dated = parse_field("data", sent).unwrap();
        assert_eq!(read.day.to_string(), "2026-03-20");
        assert_eq!(read.others[0].to_string(), "2026-03-07");
        assert_eq!(read.note, note);
        // Which year is meant, a program says.
        for wrong in ["3月7日", "明天", "２０２６－１３－０１"] {
            let sent = json!({ "day": wrong, "others": [], "note": "" });
            let wrong = parse_field::<Dated>("data", sent).unwrap_err();
            assert_eq!(wrong.first.field, "data.day");
        }
    }

    #[test]
    fn what_is_missing_is_named_once() {
        assert_eq!(
            misfits(json!({ "place": "530821", "people": [{}] })),
            ["data.people[0]"]
        );
        assert_eq!(misfits(json!([])), ["data"]);
        assert_eq!(misfits(json!("x")), ["data"]);
    }

    /// A caller that sends long texts gets a short answer: a message of the broker is bounded.
    #[test]
    fn a_rejection_quotes_no_more_than_a_line() {
        let long = "村".repeat(50_000);
        let people: Vec<_> = (0..MOST)
            .map(|_| json!({ "name": "岩温", "phone": long }))
            .collect();
        let wrong = parse_field::<Wanted>("data", json!({ "place": long, "people": people }));
        let wrong = CommonRejection::from(wrong.unwrap_err()).rejected();
        assert!(serde_json::to_string(&wrong).unwrap().len() < 64 * 1024);
    }

    #[test]
    fn a_rejection_names_no_more_than_a_page_of_fields() {
        let people: Vec<_> = (0..100)
            .map(|_| json!({ "name": "岩温", "phone": "x" }))
            .collect();
        let named = misfits(json!({ "place": "530821", "people": people }));
        assert_eq!(named.len(), MOST);
    }
}
