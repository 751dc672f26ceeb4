//! Which commands are possible at which step.

use onestop_matter::step_commands;
use onestop_proto::notarization::Step;

/// The commands that are possible at a step; none when the matter has ended.
#[rustfmt::skip]
pub(super) fn at(step: Step) -> &'static [&'static str] {
    match step {
        // What can be done before acceptance; more time too, which the law has none of afterwards.
        Step::Examination => step_commands!([
            "accept", "tell-consequences", "appear-in-person", "request-supplement", "reduce-fee", "refuse",
            "terminate", "extend"
        ], drafts ["draft-refusal", "draft-termination", "draft-extension"]),
        Step::Supplement => step_commands!([
            "receive-supplement", "refuse", "terminate"
        ], drafts ["draft-refusal", "draft-termination"]),
        // Papers can be asked for after acceptance too (公证法 art. 30).
        Step::Accepted => step_commands!([
            "issue", "verify", "request-supplement", "appear-in-person", "reduce-fee", "suspend", "refuse",
            "terminate"
        ], drafts ["draft-refusal", "draft-termination"]),
        Step::Verifying => step_commands!([
            "finish-verification", "refuse", "terminate"
        ], drafts ["draft-refusal", "draft-termination"]),
        Step::Suspended => step_commands!(["continue", "terminate"], drafts ["draft-termination"]),
        Step::Issued => &["ask-review"],
        Step::Reviewing => &["decide-review", "verify", "request-supplement", "suspend", "ask-review"],
        Step::ReviewVerifying => &["finish-verification"],
        Step::ReviewSupplement => &["receive-supplement"],
        Step::ReviewSuspended => &["continue"],
        Step::Reviewed => &["carry-out-review"],
        Step::Refused | Step::Terminated | Step::Settled | Step::HandedBack => &[],
    }
}
