//! Which commands are possible at which step.

use onestop_proto::notarization::Step;

/// What can be done before acceptance; more time too, which the law has none of afterwards.
const EXAMINATION: &[&str] = &[
    "accept",
    "tell-consequences",
    "appear-in-person",
    "request-supplement",
    "reduce-fee",
    "refuse",
    "terminate",
    "extend",
    "draft-refusal",
    "draft-termination",
    "draft-extension",
    "approve-decision",
    "send-back-decision",
];
const SUPPLEMENT: &[&str] = &[
    "receive-supplement",
    "refuse",
    "terminate",
    "draft-refusal",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
/// Papers can be asked for after acceptance too (公证法 art. 30).
const ACCEPTED: &[&str] = &[
    "issue",
    "verify",
    "request-supplement",
    "reduce-fee",
    "suspend",
    "refuse",
    "terminate",
    "draft-refusal",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const VERIFYING: &[&str] = &[
    "finish-verification",
    "refuse",
    "terminate",
    "draft-refusal",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];
const SUSPENDED: &[&str] = &[
    "continue",
    "terminate",
    "draft-termination",
    "approve-decision",
    "send-back-decision",
];

/// The commands that are possible at a step; none when the matter has ended.
pub(super) fn at(step: Step) -> &'static [&'static str] {
    match step {
        Step::Examination => EXAMINATION,
        Step::Supplement => SUPPLEMENT,
        Step::Accepted => ACCEPTED,
        Step::Verifying => VERIFYING,
        Step::Suspended => SUSPENDED,
        Step::Issued => &["ask-review"],
        Step::Reviewing => &[
            "decide-review",
            "verify",
            "request-supplement",
            "suspend",
            "ask-review",
        ],
        Step::ReviewVerifying => &["finish-verification"],
        Step::ReviewSupplement => &["receive-supplement"],
        Step::ReviewSuspended => &["continue"],
        Step::Reviewed => &["carry-out-review"],
        Step::Refused | Step::Terminated | Step::Settled | Step::HandedBack => &[],
    }
}
