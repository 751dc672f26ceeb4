//! The headers that a command or a question takes.

use axum::http::{HeaderMap, header};
use onestop_proto::{envelope::LogPosition, http::ApiRejection, ids::CommandId, time::Timestamp};

use super::{no::No, positions::Positions};

pub(super) const KEY: &str = "Idempotency-Key";

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, No> {
    let mut values = headers.get_all(name).into_iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(No::header(name, "it stands there twice"));
    }
    let text = value
        .to_str()
        .map_err(|_| No::header(name, "plain ASCII is wanted"))?;
    Ok(Some(text))
}

/// The key under which a command is done once.
pub(super) fn key(headers: &HeaderMap) -> Result<CommandId, No> {
    let text = text(headers, KEY)?.ok_or(ApiRejection::MissingKey {})?;
    id(text).ok_or_else(|| No::header(KEY, "a UUID of version 7 in small letters is wanted"))
}

/// A UUID of version 7 as it is printed, and in no other form.
pub(super) fn id(text: &str) -> Option<CommandId> {
    let id: CommandId = text.parse().ok()?;
    (id.to_string() == text).then_some(id)
}

/// The revision that a decision rests on.
pub(super) fn revision(headers: &HeaderMap) -> Result<Option<u64>, No> {
    match text(headers, header::IF_MATCH.as_str())? {
        None | Some("*") => Ok(None),
        Some(tag) => {
            let digits = tag
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
            let revision = digits.and_then(|digits| digits.parse().ok());
            let wrong = || {
                No::header(
                    "If-Match",
                    "one ETag of an answer is wanted, such as \"7\", or *",
                )
            };
            revision.ok_or_else(wrong).map(Some)
        }
    }
}

/// When it happened, if that was earlier.
pub(super) fn occurred_at(headers: &HeaderMap) -> Result<Option<Timestamp>, No> {
    let text = text(headers, "Occurred-At")?;
    let moment = text.map(str::parse::<Timestamp>).transpose();
    moment.map_err(|error| No::header("Occurred-At", error.to_string()))
}

/// The position that an answer must have seen.
pub(super) fn after(
    positions: &Positions,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Option<LogPosition>, No> {
    if let Some(token) = query {
        return positions
            .open(token)
            .map(Some)
            .ok_or_else(|| No::field("after", WANTED));
    }
    match text(headers, "After")? {
        None => Ok(None),
        Some(token) => positions
            .open(token)
            .map(Some)
            .ok_or_else(|| No::header("After", WANTED)),
    }
}

const WANTED: &str = "the header 'Position' of a command's answer is wanted";

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn a_revision_is_one_tag() {
        assert_eq!(revision(&with("if-match", "\"7\"")).unwrap(), Some(7));
        assert_eq!(revision(&with("if-match", "*")).unwrap(), None);
        assert_eq!(revision(&HeaderMap::new()).unwrap(), None);
        for wrong in ["7", "W/\"7\"", "\"+7\"", "\"7\", \"8\"", "\"\""] {
            assert!(revision(&with("if-match", wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_key_is_a_uuid_of_version_seven() {
        let key = |value| super::key(&with("idempotency-key", value));
        assert!(key("019ab0c4-8000-7000-8000-000000000001").is_ok());
        for wrong in [
            "019ab0c4800070008000000000000001",
            "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01",
            "x",
        ] {
            assert!(
                matches!(key(wrong), Err(No::Own(ApiRejection::BadHeader { .. }))),
                "{wrong}"
            );
        }
        assert!(matches!(
            super::key(&HeaderMap::new()),
            Err(No::Own(ApiRejection::MissingKey {}))
        ));
    }
}
