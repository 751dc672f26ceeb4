//! Request headers of commands and questions.

use std::{fmt::Display, str::FromStr};

use axum::http::{HeaderMap, header};
use onestop_proto::{
    envelope::LogPosition,
    http::ApiRejection,
    ids::{CommandId, StaffId},
    late_entry::{LateEntry, LateReason},
    time::Timestamp,
};

use super::error::ApiError;
use crate::core::position_token::PositionSealer;

pub(super) const KEY: &str = "Idempotency-Key";

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, ApiError> {
    let mut values = headers.get_all(name).into_iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(ApiError::header(name, "it is given twice"));
    }
    let text = value
        .to_str()
        .map_err(|_| ApiError::header(name, "must be plain ASCII"))?;
    Ok(Some(text))
}

/// The idempotency key.
pub(super) fn key(headers: &HeaderMap) -> Result<CommandId, ApiError> {
    let text = text(headers, KEY)?.ok_or(ApiRejection::MissingKey {})?;
    command_id(text).ok_or_else(|| ApiError::header(KEY, "must be a UUID in lower case"))
}

/// Parses a UUID in its canonical form only.
pub(super) fn command_id(text: &str) -> Option<CommandId> {
    let id: CommandId = text.parse().ok()?;
    (id.to_string() == text).then_some(id)
}

/// The expected revision of a command.
pub(super) fn revision(headers: &HeaderMap) -> Result<Option<u64>, ApiError> {
    match text(headers, header::IF_MATCH.as_str())? {
        None | Some("*") => Ok(None),
        Some(tag) => {
            let digits = tag
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
            let revision = digits.and_then(|digits| digits.parse().ok());
            let wrong = || {
                ApiError::header(
                    "If-Match",
                    "must be one ETag of an answer, such as \"7\", or *",
                )
            };
            revision.ok_or_else(wrong).map(Some)
        }
    }
}

/// When a backdated command happened.
pub(super) fn occurred_at(headers: &HeaderMap) -> Result<Option<Timestamp>, ApiError> {
    parsed(headers, "Occurred-At")
}

/// Why the command with this key is entered late, who approves it, and that person's approval if the client has it.
pub(super) fn late_entry(
    headers: &HeaderMap,
    entry: CommandId,
) -> Result<Option<LateEntry>, ApiError> {
    let reason = parsed::<LateReason>(headers, "Late-Reason")?;
    let approved_by = parsed::<StaffId>(headers, "Late-Approver")?;
    let token = text(headers, "Late-Approval")?.map(str::to_owned);
    match (reason, approved_by) {
        (Some(reason), approved_by) => {
            let named = LateEntry::because(reason).naming(approved_by);
            Ok(Some(named.approved(entry, token)))
        }
        (None, Some(_)) => Err(ApiError::header("Late-Reason", "it is missing")),
        (None, None) => Ok(None),
    }
}

fn parsed<T: FromStr<Err: Display>>(
    headers: &HeaderMap,
    name: &str,
) -> Result<Option<T>, ApiError> {
    let parsed = text(headers, name)?.map(str::parse::<T>).transpose();
    parsed.map_err(|error| ApiError::header(name, error.to_string()))
}

/// The log position that the answer must include.
pub(super) fn after(
    positions: &PositionSealer,
    headers: &HeaderMap,
    query: Option<&str>,
) -> Result<Option<LogPosition>, ApiError> {
    if let Some(token) = query {
        return positions
            .open(token)
            .map(Some)
            .ok_or_else(|| ApiError::field("after", EXPECTED));
    }
    match text(headers, "After")? {
        None => Ok(None),
        Some(token) => positions
            .open(token)
            .map(Some)
            .ok_or_else(|| ApiError::header("After", EXPECTED)),
    }
}

const EXPECTED: &str = "must be the header 'Position' of a command's answer";

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    }

    #[test]
    fn an_if_match_header_holds_one_revision() {
        assert_eq!(revision(&with("if-match", "\"7\"")).unwrap(), Some(7));
        assert_eq!(revision(&with("if-match", "*")).unwrap(), None);
        assert_eq!(revision(&HeaderMap::new()).unwrap(), None);
        for wrong in ["7", "W/\"7\"", "\"+7\"", "\"7\", \"8\"", "\"\""] {
            assert!(revision(&with("if-match", wrong)).is_err(), "{wrong}");
        }
    }

    /// 补录: an approver without a reason is refused.
    #[test]
    fn a_late_entry_says_why_first() {
        let entry: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let late_entry = |headers: &HeaderMap| super::late_entry(headers, entry);
        assert_eq!(late_entry(&HeaderMap::new()).unwrap(), None);
        let mut headers = with("late-approver", "li-hua");
        assert!(late_entry(&headers).is_err());
        headers.insert("late-reason", "outage".parse().unwrap());
        let late = late_entry(&headers).unwrap().unwrap();
        assert_eq!(late.reason, LateReason::Outage);
        assert_eq!(late.approved_by.unwrap().as_str(), "li-hua");
        assert_eq!(late.approval, None);
        headers.insert("late-approval", "v4.public.x".parse().unwrap());
        let approval = late_entry(&headers).unwrap().unwrap().approval.unwrap();
        assert_eq!(
            (approval.entry, approval.token.as_str()),
            (entry, "v4.public.x")
        );
        assert!(late_entry(&with("late-reason", "because")).is_err());
    }

    #[test]
    fn a_key_is_a_uuid_in_hyphens() {
        let key = |value| super::key(&with("idempotency-key", value));
        // Of any version: the service that receives it gives its events a time.
        for right in [
            "019ab0c4-8000-7000-8000-000000000001",
            "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01",
        ] {
            assert!(key(right).is_ok(), "{right}");
        }
        for wrong in ["019ab0c4800070008000000000000001", "x"] {
            assert!(
                matches!(
                    key(wrong),
                    Err(ApiError::ApiRejection(ApiRejection::BadHeader { .. }))
                ),
                "{wrong}"
            );
        }
        assert!(matches!(
            super::key(&HeaderMap::new()),
            Err(ApiError::ApiRejection(ApiRejection::MissingKey {}))
        ));
    }
}
