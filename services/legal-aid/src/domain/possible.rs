//! Which commands are possible at which step. Critical dates are kept as long as the agency has the case: from the review on,
//! when the applicant tells of them.

use onestop_matter::step_commands;
use onestop_proto::legal_aid::Step;

/// The commands that are possible at a step; none when the matter has ended.
#[rustfmt::skip]
pub(super) fn at(step: Step) -> &'static [&'static str] {
    match step {
        Step::Review => step_commands!([
            "determine-means", "grant", "refuse", "request-supplement", "ask-cooperation", "provide-first",
            "take-notice", "record-forwarding", "withdraw-application"
        ], dates, drafts ["draft-refusal"]),
        // A period that ends, and an organ that has to notify, wait for no papers (法律援助法 art. 25, 36, 44).
        Step::Supplement => step_commands!([
            "receive-supplement", "deem-withdrawn", "refuse", "provide-first", "take-notice",
            "withdraw-application"
        ], dates, drafts ["draft-refusal"]),
        // Nor do they wait for another agency's answer.
        Step::Cooperation => step_commands!([
            "receive-cooperation", "refuse", "provide-first", "take-notice", "withdraw-application"
        ], dates, drafts ["draft-refusal"]),
        Step::UrgentFirst => step_commands!([
            "determine-means", "grant", "terminate"
        ], dates, drafts ["draft-termination"]),
        Step::Notified => step_commands!(["assign", "terminate"], dates, drafts ["draft-termination"]),
        Step::Help => step_commands!(["give-help", "record-forwarding", "terminate"], drafts ["draft-termination"]),
        Step::Granted => step_commands!(["assign", "terminate"], dates, drafts ["draft-termination"]),
        Step::Assigned => step_commands!([
            "contract", "reassign", "ask-other-lawyer", "keep-lawyer", "inform-organ", "terminate"
        ], dates, drafts ["draft-termination"]),
        Step::Working => step_commands!([
            "conclude", "reassign", "ask-other-lawyer", "keep-lawyer", "inform-organ", "terminate"
        ], dates, drafts ["draft-termination"]),
        Step::Concluded => &["submit-file"],
        Step::FileSubmitted => step_commands!(["archive", "return-file"], drafts ["draft-archive"]),
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
