//! Which commands are possible at which step. Critical dates are kept as long as the agency has the case: from the review on,
//! when the applicant tells of them.

use onestop_proto::legal_aid::Step;

const REVIEW: &[&str] = &[
    "determine-means",
    "grant",
    "refuse",
    "request-supplement",
    "ask-cooperation",
    "provide-first",
    "take-notice",
    "record-forwarding",
    "withdraw-application",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-refusal",
    "approve-decision",
    "send-back-decision",
];
/// A period that ends, and an organ that has to notify, wait for no papers (法律援助法 art. 25, 36, 44).
const SUPPLEMENT: &[&str] = &[
    "receive-supplement",
    "deem-withdrawn",
    "refuse",
    "provide-first",
    "take-notice",
    "withdraw-application",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-refusal",
    "approve-decision",
    "send-back-decision",
];
/// Nor do they wait for another agency's answer.
const COOPERATION: &[&str] = &[
    "receive-cooperation",
    "refuse",
    "provide-first",
    "take-notice",
    "withdraw-application",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-refusal",
    "approve-decision",
    "send-back-decision",
];
const URGENT_FIRST: &[&str] = &[
    "determine-means",
    "grant",
    "terminate",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const NOTIFIED: &[&str] = &[
    "assign",
    "terminate",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const HELP: &[&str] = &[
    "give-help",
    "record-forwarding",
    "terminate",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const GRANTED: &[&str] = &[
    "assign",
    "terminate",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const ASSIGNED: &[&str] = &[
    "contract",
    "reassign",
    "ask-other-lawyer",
    "keep-lawyer",
    "inform-organ",
    "terminate",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const WORKING: &[&str] = &[
    "conclude",
    "reassign",
    "ask-other-lawyer",
    "keep-lawyer",
    "inform-organ",
    "terminate",
    "set-critical-date",
    "correct-critical-date",
    "close-critical-date",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];

const FILE_SUBMITTED: &[&str] = &[
    "archive",
    "return-file",
    "draft-archive",
    "approve-decision",
    "send-back-decision",
];

/// The commands that are possible at a step; none when the matter has ended.
pub(super) fn at(step: Step) -> &'static [&'static str] {
    match step {
        Step::Review => REVIEW,
        Step::Supplement => SUPPLEMENT,
        Step::Cooperation => COOPERATION,
        Step::UrgentFirst => URGENT_FIRST,
        Step::Notified => NOTIFIED,
        Step::Help => HELP,
        Step::Granted => GRANTED,
        Step::Assigned => ASSIGNED,
        Step::Working => WORKING,
        Step::Concluded => &["submit-file"],
        Step::FileSubmitted => FILE_SUBMITTED,
        Step::Refused => &["object"],
        Step::Terminated => &["object", "inform-organ"],
        Step::Objected => &["decide-objection", "inform-organ"],
        Step::Upheld => &["inform-organ"],
        Step::Archived
        | Step::Helped
        | Step::Corrected
        | Step::DeemedWithdrawn
        | Step::Withdrawn
        | Step::HandedBack => &[],
    }
}
