//! Which commands are possible at which step. Critical dates are kept as long as the committee has the case: the application
//! interrupts a limitation, and it begins again when mediation fails (民法典 art. 195).

use onestop_matter::step_commands;
use onestop_proto::mediation::Step;

/// The commands that are possible at a step; none when the matter has ended.
#[rustfmt::skip]
pub(super) fn at(step: Step) -> &'static [&'static str] {
    match step {
        Step::Consent => step_commands!([
            "count-respondents", "consent", "refuse-by-party", "request-supplement", "not-accept", "accept"
        ], dates),
        Step::Supplement => step_commands!(["receive-supplement", "refuse-by-party", "not-accept"], dates),
        Step::Accepted => step_commands!([
            "count-respondents", "consent", "name-mediators", "challenge-mediator", "refuse-by-party",
            "report-danger", "extend"
        ], dates, drafts ["draft-extension"]),
        Step::Mediating => step_commands!([
            "count-respondents", "consent", "agree-in-writing", "agree-orally", "fail", "refuse-by-party",
            "name-mediators", "challenge-mediator", "report-danger", "extend"
        ], dates, drafts ["draft-extension"]),
        Step::AgreedInWriting => &["add-term", "record-term", "ask-court", "perform", "break"],
        Step::AgreedOrally => &["add-term", "record-term", "perform", "break"],
        Step::Confirmed => &["record-term", "perform", "break"],
        Step::AtCourt => &["confirm", "not-confirm"],
        Step::Performed
        | Step::Broken
        | Step::Failed
        | Step::Refused
        | Step::NotAccepted
        | Step::NotConfirmed => &["archive"],
        Step::Archived | Step::HandedBack => &[],
    }
}
