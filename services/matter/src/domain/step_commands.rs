//! The lists of commands that are possible at the steps of a matter.

/// The commands of a step: its own, then those about critical dates, then those that draft a decision, with those that approve
/// a draft or send it back.
///
/// ```
/// let at_work: &[&str] = onestop_matter::step_commands!(["conclude"], drafts ["draft-termination"]);
/// assert_eq!(at_work, ["conclude", "draft-termination", "approve-decision", "send-back-decision"]);
/// ```
#[macro_export]
macro_rules! step_commands {
    ([$($own:literal),+]) => { &[$($own),+] };
    ([$($own:literal),+], dates) => {
        &[$($own),+, "set-critical-date", "correct-critical-date", "close-critical-date"]
    };
    ([$($own:literal),+], drafts [$($draft:literal),+]) => {
        &[$($own),+, $($draft),+, "approve-decision", "send-back-decision"]
    };
    ([$($own:literal),+], dates, drafts [$($draft:literal),+]) => {
        $crate::step_commands!([
            $($own),+, "set-critical-date", "correct-critical-date", "close-critical-date"
        ], drafts [$($draft),+])
    };
}
