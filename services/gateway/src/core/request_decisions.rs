//! Decisions on requests in the events that services publish, whether they were made on a page, in the API or on the command line.
//! Pure.

use onestop_proto::{
    case,
    envelope::{Envelope, RawEvent},
    ids::{CaseId, StaffId},
    parking, replication,
};

use super::db::request_answers::{DecidedRequest, Decision, RequestAnswer, RequestKind};

/// The types of the events that decide on a request.
const TYPES: [&str; 6] = [
    "cn.onestop.case.erased.v1",
    "cn.onestop.case.erasure-refused.v1",
    "cn.onestop.parking.event-skipped.v1",
    "cn.onestop.parking.skip-refused.v1",
    "cn.onestop.hearing.source-followed.v1",
    "cn.onestop.hearing.follow-refused.v1",
];

/// What an event says of a request.
struct Verdict {
    kind: RequestKind,
    asked_by: StaffId,
    subject: String,
    decision: Decision,
}

/// The decision that an event is; none if it is another event, or one on what no person has asked for.
pub(crate) fn decided(event: &Envelope) -> Option<DecidedRequest> {
    if !TYPES.contains(&event.event_type.as_str()) {
        return None;
    }
    let raw = event.raw();
    let case = event.subject;
    let verdict = of_erasure(&raw, case);
    let verdict = verdict
        .or_else(|| of_skip(&raw))
        .or_else(|| of_follow(&raw))?;
    let link = match verdict.kind {
        RequestKind::Erasure | RequestKind::Skip => format!("/cases/{case}"),
        RequestKind::Follow | RequestKind::LateEntry | RequestKind::Account => {
            "/event-requests".to_owned()
        }
    };
    Some(DecidedRequest {
        command: event.command,
        asked_by: verdict.asked_by,
        answer: RequestAnswer {
            kind: verdict.kind,
            subject: verdict.subject,
            link,
            decision: verdict.decision,
            by: event.actor.staff.clone(),
            at: event.time,
        },
    })
}

fn of_erasure(raw: &RawEvent, case: CaseId) -> Option<Verdict> {
    let event = raw.parse_if::<case::Event>().ok()??;
    let (asked_by, decision) = if let case::Event::Erased(erased) = &event {
        (erased.requested_by.clone()?, Decision::Approved)
    } else if let case::Event::ErasureRefused(refused) = &event {
        let why = Decision::Refused(refused.note.clone());
        (refused.requested_by.clone(), why)
    } else {
        return None;
    };
    Some(Verdict {
        kind: RequestKind::Erasure,
        asked_by,
        subject: case.to_string(),
        decision,
    })
}

fn of_skip(raw: &RawEvent) -> Option<Verdict> {
    let event = raw.parse_if::<parking::Event>().ok()??;
    let (asked_by, subject, decision) = if let parking::Event::Skipped(skipped) = &event {
        let asked_by = skipped.requested_by.clone()?;
        (asked_by, skipped.event, Decision::Approved)
    } else if let parking::Event::SkipRefused(refused) = &event {
        let why = Decision::Refused(refused.why.clone());
        (refused.requested_by.clone(), refused.event, why)
    } else {
        return None;
    };
    Some(Verdict {
        kind: RequestKind::Skip,
        asked_by,
        subject: subject.to_string(),
        decision,
    })
}

fn of_follow(raw: &RawEvent) -> Option<Verdict> {
    let event = raw.parse_if::<replication::Event>().ok()??;
    let (asked_by, source, decision) = if let replication::Event::SourceFollowed(followed) = &event
    {
        let asked_by = followed.requested_by.clone()?;
        (asked_by, &followed.source, Decision::Approved)
    } else if let replication::Event::FollowRefused(refused) = &event {
        let why = Decision::Refused(refused.why.clone());
        (refused.requested_by.clone(), &refused.source, why)
    } else {
        return None;
    };
    Some(Verdict {
        kind: RequestKind::Follow,
        asked_by,
        subject: source.to_string(),
        decision,
    })
}

#[cfg(test)]
mod tests {
    use onestop_proto::contract;
    use serde_json::{Value, json};

    use super::*;

    const CASE: &str = "019ab0c4-8000-7000-8000-0000000000aa";
    const EVENT: &str = "019ab0c4-8000-7000-8000-0000000000bb";

    fn published(event_type: &str, data: &Value) -> Envelope {
        let event = json!({
            "specversion": "1.0",
            "id": EVENT,
            "source": "/onestop/intake/main",
            "type": event_type,
            "subject": CASE,
            "time": "2026-11-29T02:00:00Z",
            "datacontenttype": "application/json",
            "sequence": "7",
            "epoch": EVENT,
            "recordedtime": "2026-11-29T02:00:00Z",
            "correlationid": CASE,
            "causationid": EVENT,
            "command": EVENT,
            "commandhash": "00",
            "actor": "supervisor/he-ping@s4k2m9qxa.bureau",
            "unit": "s4k2m9qxa.bureau",
            "division": "530800000000",
            "item": "consultation",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "prevhash": "00",
            "hash": "ff",
            "data": data,
        });
        serde_json::from_str(&event.to_string()).unwrap()
    }

    #[test]
    fn the_types_are_those_of_the_contract() {
        for event_type in TYPES {
            assert!(contract::title(event_type).is_some(), "{event_type}");
        }
    }

    #[test]
    fn a_refusal_is_told_with_its_reason_to_who_asked() {
        let refused =
            json!({ "basis": "consent-withdrawn", "requested_by": "he-jun", "note": "尚有争议" });
        let event = published("cn.onestop.case.erasure-refused.v1", &refused);
        let found = decided(&event).unwrap();
        assert_eq!(found.asked_by.as_str(), "he-jun");
        assert_eq!(found.answer.by.as_str(), "he-ping");
        assert_eq!(found.answer.subject, CASE);
        let why = Decision::Refused("尚有争议".to_owned());
        assert_eq!(found.answer.decision, why);

        let skipped = json!({ "event": EVENT, "why": "重复", "requested_by": "he-jun" });
        let event = published("cn.onestop.parking.event-skipped.v1", &skipped);
        let found = decided(&event).unwrap();
        assert_eq!(found.answer.kind, RequestKind::Skip);
        assert_eq!(found.answer.decision, Decision::Approved);
    }

    #[test]
    fn what_nobody_asked_for_is_told_to_nobody() {
        let alone = json!({ "event": EVENT, "why": "重复", "alone": "值班一人" });
        let event = published("cn.onestop.parking.event-skipped.v1", &alone);
        assert_eq!(decided(&event), None);
        let event = published("cn.onestop.case.closed.v1", &json!({}));
        assert_eq!(decided(&event), None);
    }
}
