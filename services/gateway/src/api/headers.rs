//! Request headers of commands and questions.

use std::{fmt::Display, str::FromStr};

use axum::http::{HeaderMap, header};
use onestop_proto::{
    envelope::LogPosition,
    http::ApiRejection,
    ids::{CommandId, StaffId},
    late_entry::{LateEntry, LateReason},
    problem_words::own,
    rejection::Misfit,
    time::Timestamp,
};

use super::error::{ApiError, Misfits};
use crate::core::position_token::PositionSealer;

pub(super) const KEY: &str = "Idempotency-Key";

#[derive(Debug)]
pub(super) struct CommandHeaders {
    pub(super) key: CommandId,
    pub(super) revision: Option<u64>,
    /// When a backdated command happened.
    pub(super) occurred_at: Option<Timestamp>,
    /// Why a backdated command is entered late, and who approved it.
    pub(super) late_entry: Option<LateEntry>,
}

impl CommandHeaders {
    /// Reads the headers of a command. `besides` is what else of the request does not fit: a client mends all of it in one go.
    ///
    /// # Errors
    /// If some do not fit: all of them, and what does not fit besides; or if the key alone is missing.
    pub(super) fn read(
        headers: &HeaderMap,
        besides: impl FnOnce() -> Vec<Misfit>,
    ) -> Result<Self, ApiError> {
        let mut misfits = Misfits::default();
        let given = text(headers, KEY);
        let is_keyless = given == Ok(None);
        let key = misfits.note(KEY, given.and_then(read_key)).flatten();
        let revision = misfits.note("If-Match", read_revision(headers));
        let occurred_at = misfits.note("Occurred-At", moment(headers, "Occurred-At"));
        let late_entry = read_late_entry(headers, key, &mut misfits);
        if is_keyless || !misfits.is_empty() {
            let besides = besides();
            if is_keyless && !(misfits.is_empty() && besides.is_empty()) {
                misfits.note(KEY, Err::<(), _>(own::MISSING.en.to_owned()));
            }
            misfits.extend(besides);
            misfits.of_headers()?;
        }
        Ok(Self {
            key: key.ok_or(ApiRejection::MissingKey {})?,
            revision: revision.flatten(),
            occurred_at: occurred_at.flatten(),
            late_entry,
        })
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, String> {
    let mut values = headers.get_all(name).into_iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(own::TWICE.en.to_owned());
    }
    let text = value.to_str().map_err(|_| own::PLAIN_ASCII.en.to_owned())?;
    Ok(Some(text))
}

pub(super) fn key(headers: &HeaderMap) -> Result<CommandId, ApiError> {
    let key = text(headers, KEY).and_then(read_key);
    let key = key.map_err(|problem| ApiError::header(KEY, problem))?;
    key.ok_or_else(|| ApiRejection::MissingKey {}.into())
}

fn read_key(text: Option<&str>) -> Result<Option<CommandId>, String> {
    let read = |text| command_id(text).ok_or_else(|| own::KEY.en.to_owned());
    text.map(read).transpose()
}

/// Parses a UUID with its hyphens, in capitals or small letters.
pub(super) fn command_id(text: &str) -> Option<CommandId> {
    let id: CommandId = text.parse().ok()?;
    id.to_string().eq_ignore_ascii_case(text).then_some(id)
}

fn read_revision(headers: &HeaderMap) -> Result<Option<u64>, String> {
    match text(headers, header::IF_MATCH.as_str())? {
        None | Some("*") => Ok(None),
        Some(tag) => {
            let digits = tag
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
            let revision = digits.and_then(|digits| digits.parse().ok());
            revision.map(Some).ok_or_else(|| own::ETAG.en.to_owned())
        }
    }
}

/// Why the command with this key is entered late, who approves it, and that person's approval if the client has it. Each of these
/// needs the one before it, and all need the time.
fn read_late_entry(
    headers: &HeaderMap,
    entry: Option<CommandId>,
    misfits: &mut Misfits,
) -> Option<LateEntry> {
    let reason = misfits.note("Late-Reason", parsed::<LateReason>(headers, "Late-Reason"));
    let approver = misfits.note("Late-Approver", parsed::<StaffId>(headers, "Late-Approver"));
    let token = misfits.note("Late-Approval", text(headers, "Late-Approval"));
    let is_given = |name: &str| headers.contains_key(name);
    let needed = [
        ("Occurred-At", own::LATE_WITHOUT_TIME, "Late-Reason"),
        ("Late-Reason", own::LATE_REASON_FIRST, "Late-Approver"),
        ("Late-Approver", own::LATE_APPROVER_FIRST, "Late-Approval"),
    ];
    let mut is_late = false;
    for (needed, problem, by) in needed.into_iter().rev() {
        is_late |= is_given(by);
        if is_late && !is_given(needed) {
            misfits.note(needed, Err::<(), _>(problem.en.to_owned()));
        }
    }
    let named = LateEntry::because(reason??).naming(approver?);
    Some(named.approved(entry?, token?.map(str::to_owned)))
}

/// A moment, also as Chinese people write it: 2026年3月4日 15:20, in UTF-8.
fn moment(headers: &HeaderMap, name: &str) -> Result<Option<Timestamp>, String> {
    let mut values = headers.get_all(name).into_iter();
    let (first, second) = (values.next(), values.next());
    let in_chinese = first.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    match (in_chinese.filter(|text| !text.is_ascii()), second) {
        (Some(text), None) => {
            let read = text.parse::<Timestamp>();
            read.map(Some).map_err(|error| error.to_string())
        }
        (Some(_) | None, _) => parsed(headers, name),
    }
}

fn parsed<T: FromStr<Err: Display>>(headers: &HeaderMap, name: &str) -> Result<Option<T>, String> {
    let parsed = text(headers, name)?.map(str::parse::<T>).transpose();
    parsed.map_err(|error| error.to_string())
}

/// The headers that say when an act happened, and who approved that it is entered late.
const OF_ACTS: [&str; 4] = [
    "Occurred-At",
    "Late-Reason",
    "Late-Approver",
    "Late-Approval",
];

/// Refuses the headers that describe an act, where none is recorded.
///
/// # Errors
/// If there are some: all of them.
pub(super) fn refuse_of_acts(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut misfits = Misfits::default();
    for name in OF_ACTS
        .into_iter()
        .filter(|name| headers.contains_key(*name))
    {
        misfits.note(name, Err::<(), _>(own::NO_ACT.en.to_owned()));
    }
    misfits.of_headers()
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
            .ok_or_else(|| ApiError::field("after", own::POSITION.en));
    }
    let wrong = |problem: String| ApiError::header("After", problem);
    match text(headers, "After").map_err(wrong)? {
        None => Ok(None),
        Some(token) => positions
            .open(token)
            .map(Some)
            .ok_or_else(|| ApiError::header("After", own::POSITION.en)),
    }
}

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
        let revision = read_revision;
        assert_eq!(revision(&with("if-match", "\"7\"")).unwrap(), Some(7));
        assert_eq!(revision(&with("if-match", "*")).unwrap(), None);
        assert_eq!(revision(&HeaderMap::new()).unwrap(), None);
        for wrong in ["7", "W/\"7\"", "\"+7\"", "\"7\", \"8\"", "\"\""] {
            assert!(revision(&with("if-match", wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_is_read_as_people_write_it() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            let value = axum::http::HeaderValue::from_bytes(text.as_bytes());
            headers.insert("occurred-at", value.unwrap());
            moment(&headers, "Occurred-At")
        };
        let wanted = read("2026-03-04 15:20").unwrap();
        assert!(wanted.is_some());
        assert_eq!(read("2026年3月4日 15:20").unwrap(), wanted);
        assert!(read("明天").is_err());
    }

    /// 补录: an approver without a reason is refused.
    #[test]
    fn a_late_entry_says_why_first() {
        let entry: CommandId = "019ab0c4-8000-7000-8000-000000000001".parse().unwrap();
        let late_entry = |headers: &HeaderMap| {
            let mut headers = headers.clone();
            headers.insert("idempotency-key", entry.to_string().parse().unwrap());
            headers.insert("occurred-at", "2026-03-04 15:20".parse().unwrap());
            CommandHeaders::read(&headers, Vec::new).map(|read| read.late_entry)
        };
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

    /// A question, and what manages the API itself, records no act.
    #[test]
    fn headers_of_an_act_are_refused_where_there_is_none() {
        assert!(refuse_of_acts(&with("if-match", "\"7\"")).is_ok());
        let mut headers = with("occurred-at", "2026-03-04 15:20");
        headers.insert("late-approver", "li-hua".parse().unwrap());
        let refused = refuse_of_acts(&headers).unwrap_err();
        let ApiError::ApiRejection(ApiRejection::BadHeader { header, others, .. }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((header.as_str(), others.len()), ("Occurred-At", 1));
    }

    /// A caller mends them in one go.
    #[test]
    fn all_headers_that_do_not_fit_are_named_at_once() {
        let mut headers = with("if-match", "7");
        headers.insert("occurred-at", "tomorrow".parse().unwrap());
        headers.insert("late-reason", "because".parse().unwrap());
        headers.insert("late-approver", "LI HUA".parse().unwrap());
        let of_body = || {
            vec![Misfit {
                field: "data.place".to_owned(),
                problem: own::MISSING.en.to_owned(),
            }]
        };
        let named = refused_fields(&headers, of_body);
        let wanted = [
            "If-Match",
            "Occurred-At",
            "Late-Reason",
            "Late-Approver",
            KEY,
            "data.place",
        ];
        assert_eq!(named, wanted);
        // The key alone is missing, and something of the body is wrong.
        assert_eq!(
            refused_fields(&HeaderMap::new(), of_body),
            [KEY, "data.place"]
        );
    }

    /// The fields that a refusal of headers names.
    fn refused_fields(headers: &HeaderMap, besides: fn() -> Vec<Misfit>) -> Vec<String> {
        let refused = CommandHeaders::read(headers, besides).unwrap_err();
        let ApiError::ApiRejection(ApiRejection::BadHeader { header, others, .. }) = refused else {
            panic!("{refused:?}")
        };
        let others = others.into_iter().map(|other| other.field);
        std::iter::once(header).chain(others).collect()
    }

    /// None of them is ignored.
    #[test]
    fn what_is_said_of_a_late_entry_needs_its_time_its_reason_and_its_approver() {
        for (given, wanted) in [
            (vec!["late-reason"], vec!["Occurred-At"]),
            (vec!["late-approver"], vec!["Late-Reason", "Occurred-At"]),
            (vec!["occurred-at", "late-approver"], vec!["Late-Reason"]),
            (
                vec!["occurred-at", "late-approval"],
                vec!["Late-Approver", "Late-Reason"],
            ),
            (
                vec!["late-reason", "late-approval"],
                vec!["Late-Approver", "Occurred-At"],
            ),
        ] {
            let mut headers = HeaderMap::new();
            let key = "019ab0c4-8000-7000-8000-000000000001";
            headers.insert("idempotency-key", key.parse().unwrap());
            for name in &given {
                let value = match *name {
                    "occurred-at" => "2026-03-04 15:20",
                    "late-reason" => "outage",
                    "late-approver" => "li-hua",
                    _ => "v4.public.x",
                };
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(refused_fields(&headers, Vec::new), wanted, "{given:?}");
        }
    }

    #[test]
    fn a_key_in_capitals_is_the_same_key() {
        let small = "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01";
        assert_eq!(command_id(&small.to_uppercase()), command_id(small));
        assert!(command_id(small).is_some());
    }

    #[test]
    fn a_key_is_a_uuid_in_hyphens() {
        let key = |value| super::key(&with("idempotency-key", value));
        // Of any version: the service that receives it gives its events a time.
        for right in [
            "019ab0c4-8000-7000-8000-000000000001",
            "0b1f6f6e-8d1c-4b5e-9a39-0d9a3a1f0e01",
            "0B1F6F6E-8D1C-4B5E-9A39-0D9A3A1F0E01",
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
