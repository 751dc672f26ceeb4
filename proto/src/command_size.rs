//! How much one command may carry. What follows from it, an event in its envelope or a step of a replay, must fit into
//! a message of the broker, which has 1 MiB by default.

use serde_json::Value;

use crate::{
    actor::ServiceName,
    case, registry,
    rejection::{CommonRejection, SizeUnit},
};

/// Bytes of a command's request. As a step of a replay its texts may occur three times: in the event, and in its facts
/// in both languages.
pub const MOST_BYTES: usize = 192 * 1024;
/// Bytes of a request that carries a piece of a file, which becomes no event.
pub const MOST_PIECE_BYTES: usize = 800 * 1024;
/// Characters of one text.
pub const MOST_CHARACTERS: usize = 20_000;
/// Entries of one list or object.
pub const MOST_ENTRIES: usize = 1_000;
/// Lists and objects in each other.
pub const MOST_LEVELS: usize = 16;

/// The only command that carries a piece of a file: of a case, or of a site.
const PIECE: &str = "attach-piece";

/// Whether a command carries a piece of a file.
pub(crate) fn carries_piece(service: &str, command: &str) -> bool {
    [case::SERVICE, registry::SERVICE].contains(&service) && command == PIECE
}

/// Checks the bytes of a request, before it is parsed or sent.
///
/// # Errors
/// [`CommonRejection::TooMuch`].
pub fn check_bytes(
    service: &ServiceName,
    command: &str,
    bytes: usize,
) -> Result<(), CommonRejection> {
    let most = if carries_piece(service.as_str(), command) {
        MOST_PIECE_BYTES
    } else {
        MOST_BYTES
    };
    check("data", bytes, most, SizeUnit::Bytes)
}

/// Checks the texts and lists of a command's data.
///
/// # Errors
/// [`CommonRejection::TooMuch`] for the first that is too large.
pub fn check_data(
    service: &ServiceName,
    command: &str,
    data: &Value,
) -> Result<(), CommonRejection> {
    if carries_piece(service.as_str(), command) {
        return Ok(());
    }
    check_value("data", data, 1)
}

fn check_value(path: &str, value: &Value, level: usize) -> Result<(), CommonRejection> {
    check(path, level, MOST_LEVELS, SizeUnit::Levels)?;
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) => {
            let characters = text.chars().count();
            check(path, characters, MOST_CHARACTERS, SizeUnit::Characters)
        }
        Value::Array(entries) => {
            check(path, entries.len(), MOST_ENTRIES, SizeUnit::Entries)?;
            let mut numbered = entries.iter().enumerate();
            numbered.try_for_each(|(number, entry)| {
                check_value(&format!("{path}[{number}]"), entry, level + 1)
            })
        }
        Value::Object(fields) => {
            check(path, fields.len(), MOST_ENTRIES, SizeUnit::Entries)?;
            let mut fields = fields.iter();
            fields.try_for_each(|(name, field)| {
                check_value(&format!("{path}.{name}"), field, level + 1)
            })
        }
    }
}

fn check(path: &str, found: usize, most: usize, unit: SizeUnit) -> Result<(), CommonRejection> {
    if found <= most {
        return Ok(());
    }
    Err(CommonRejection::TooMuch {
        field: path.to_owned(),
        found: found as u64,
        most: most as u64,
        unit,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{case::PIECE as PIECE_BYTES, command::CommandType, rejection::Explain};

    fn intake() -> ServiceName {
        case::service()
    }

    fn refused(data: &Value) -> Option<(String, SizeUnit)> {
        match check_data(&intake(), "open", data) {
            Ok(()) => None,
            Err(CommonRejection::TooMuch { field, unit, .. }) => Some((field, unit)),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_text_a_list_or_a_nest_that_is_too_large_is_named() {
        let text = "岩".repeat(MOST_CHARACTERS);
        let fits = json!({ "summary": text, "papers": vec!["copy"; MOST_ENTRIES] });
        assert_eq!(refused(&fits), None);
        let long = json!({ "applicant": { "summary": format!("{text}温") } });
        let field = "data.applicant.summary".to_owned();
        assert_eq!(refused(&long), Some((field, SizeUnit::Characters)));
        let many = json!({ "papers": [{ "copies": vec![0; MOST_ENTRIES + 1] }] });
        let field = "data.papers[0].copies".to_owned();
        assert_eq!(refused(&many), Some((field, SizeUnit::Entries)));
        let deep = (0..MOST_LEVELS).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(refused(&deep).unwrap().1, SizeUnit::Levels);
    }

    #[test]
    fn the_sentence_says_how_much_is_taken() {
        let refused = check_bytes(&intake(), "open", MOST_BYTES + 1).unwrap_err();
        let rejected = refused.rejected();
        assert_eq!(rejected.code, "too-much");
        assert!(
            rejected.message.en.contains("196608 bytes")
                || rejected.message.en.contains("at most 196608"),
            "{rejected}"
        );
        assert!(
            rejected.message.zh.contains("字节"),
            "{}",
            rejected.message.zh
        );
        assert_eq!(check_bytes(&intake(), "open", MOST_BYTES), Ok(()));
    }

    #[test]
    fn a_piece_of_a_file_fits_and_nothing_else_is_as_large() {
        assert!(case::Command::NAMES.contains(&PIECE));
        assert!(registry::Command::NAMES.contains(&PIECE));
        let in_base64 = PIECE_BYTES.div_ceil(3) * 4;
        for service in [intake(), registry::service()] {
            assert_eq!(check_bytes(&service, PIECE, in_base64 + 2_000), Ok(()));
            assert!(check_bytes(&service, "attach", in_base64).is_err());
        }
        assert!(check_bytes(&intake(), "open", in_base64).is_err());
        let other: ServiceName = "referral".parse().unwrap();
        assert!(check_bytes(&other, PIECE, in_base64).is_err());
    }
}
