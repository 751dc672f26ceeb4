//! Which field of what was sent a refusal is about: a page shows the sentence beside it.

use crate::rejection::{Rejected, RejectionKind};

/// Refusals of what was filled in, and the field of the command that is to be mended.
const FIELDS: &[(&str, &str)] = &[
    ("unknown-division", "place"),
    ("item-not-offered", "item"),
    ("unknown-topic", "topic"),
    ("impossible-time", "occurred_at"),
    ("before-basis", "occurred_at"),
    ("entered-too-late", "occurred_at"),
    ("late-reason-missing", "late_reason"),
    ("late-approval-missing", "late_approver"),
    ("approved-by-oneself", "late_approver"),
    ("no-one-person-office", "late_approver"),
    ("unknown-approver", "late_approver"),
    ("late-approval-not-given", "late_approver"),
    ("not-an-approver", "late_approver"),
    ("approval-not-proven", "late_approver"),
    // The journal's; referral's own says which.
    ("unknown-unit", "unit"),
    ("empty-period", "to"),
    ("does-not-work-it", "to"),
    ("lead-itself", "unit"),
    ("not-outside", "to"),
    ("kept-too-short", "keep_years"),
    ("impossible-day", "on"),
    ("answer-before-handover", "on"),
    ("wrong-identity-number", "applicant"),
    ("without-number", "applicant"),
    ("last-day-too-early", "last_day"),
    ("last-day-too-late", "last_day"),
    ("unknown-agency", "agency"),
    ("remark-on-other", "remarks"),
    ("subsidy-above-standard", "subsidy_fen"),
    ("too-many-years", "years"),
    ("exemption-unnamed", "exempt_group"),
    ("refusal-unfit", "reason"),
    ("termination-unfit", "reason"),
    ("other-organ", "organ"),
    ("notice-to-come", "received_on"),
    ("unknown-organ", "body"),
    ("notice-missing", "notice.organ"),
    ("notice-unfit", "topic"),
    ("organ-unfit", "notice.organ"),
    ("calculation-incomplete", "household"),
    ("day-or-start", "day"),
    ("no-statutory-term", "day"),
    ("which-critical-date", "day"),
    ("day-to-come", "on"),
    ("day-outside", "day"),
    ("known-before-issue", "known_on"),
    ("known-to-come", "known_on"),
    ("which-respondent", "person"),
    ("no-such-party", "person"),
    ("unknown-reviewer", "reviewer"),
    ("known-before-issue", "known_on"),
    ("not-a-licence", "licence"),
    ("mediator-twice", "mediators"),
    ("no-term", "term"),
    ("no-such-event", "corrects"),
    ("other-media-type", "media_type"),
    ("why-is-missing", "why"),
    ("note-missing", "note"),
    ("reason-missing", "reason"),
    ("names-the-person", "reason"),
    ("no-reason", "why"),
    ("webhook-address", "url"),
    ("unknown-site", "site"),
    ("day-past", "from"),
    ("day-too-far", "from"),
    ("ends-before-it-begins", "until"),
    ("not-a-telephone", "phone"),
    ("address-blank", "address"),
    ("contact-missing", "phone"),
    ("evidence-missing", "evidence"),
    ("delay-without-reason", "reason"),
    ("unknown-checkpoint", "checkpoint"),
    ("full-too-long", "until"),
    ("weekdays-missing", "weekdays"),
    ("hours-overlap", "hours"),
    ("item-not-here", "items"),
    ("not-a-roster-name", "names"),
    ("unknown-step", "step"),
    ("limit-of-party", "step"),
    ("limit-out-of-range", "days"),
    ("looser-than-wider", "days"),
    ("basis-missing", "basis"),
    ("holiday-unnamed", "holiday"),
    ("holiday-too-long", "until"),
    ("means-line-of-nothing", "base_amount"),
    ("unknown-matter", "item"),
    ("unknown-paper", "papers"),
    ("paper-added", "papers"),
    ("file-too-large", "size"),
    ("file-type-not-taken", "media_type"),
    ("file-name-missing", "name"),
];

/// Refusals of what was sent that are about no field: a page shows them on top.
pub const PAGE_MESSAGES: &[&str] = &[
    // Which places fix days off.
    "days-off-not-here",
    "means-line-not-here",
    // What was sent cannot be read at all.
    "encoded-body",
    "other-charset",
    // The window is that of the user who is signed in.
    "unknown-window",
    // The time at which the law lets it be done.
    "not-yet",
    // One of several fields would do.
    "nothing-to-find-by",
    "nothing-corrected",
    // Each of several fields has a sentence of its own.
    "several",
    // Of the request itself.
    "not-signed-in",
    "unreadable",
    "missing-key",
    "not-json",
    "wrong-type",
    "not-acceptable",
    "too-large",
    "wrong-method",
];

/// The field that is to be mended; nothing where it is no single field.
pub fn field_of(rejected: &Rejected) -> Option<String> {
    if let Some(named) = rejected.details["field"].as_str() {
        return Some(named.strip_prefix("data.").unwrap_or(named).to_owned());
    }
    if let Some(header) = rejected.details["header"].as_str() {
        return Some(header.to_owned());
    }
    if rejected.kind != RejectionKind::Invalid {
        return None;
    }
    let known = FIELDS.iter().find(|(code, _)| *code == rejected.code);
    known.map(|(_, field)| (*field).to_owned())
}
