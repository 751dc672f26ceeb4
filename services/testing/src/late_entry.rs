use std::sync::LazyLock;

use onestop_proto::late_entry::{LateEntry, LateReason};

static APPROVED: LazyLock<LateEntry> = LazyLock::new(|| LateEntry {
    reason: LateReason::Outage,
    approved_by: "zhao-qian".parse().ok(),
});

/// The evidence of a valid late entry: a reason, and another person's approval.
#[must_use]
pub fn approved_late_entry() -> &'static LateEntry {
    &APPROVED
}
