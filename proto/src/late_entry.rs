//! Late entry (补录): an act that is entered after it happened, from paper. It says why, and beyond a limit who else
//! approved it; what cannot have happened then is refused.

mod content;

use serde::{Deserialize, Serialize};

use crate::{
    actor::Actor,
    ids::{CaseRef, CommandId, StaffId, UnitId},
    issuer::ProvenBy,
    time::Timestamp,
};

pub use content::ContentHash;

choices! {
    /// Why an act was not entered when it happened. A list and no text: it stays for ever, so no person is named in it.
    pub enum LateReason {
        /// The network or the power was away; it was registered on paper.
        Outage = "outage", "断网断电，先作纸质登记", "no network or power: it was registered on paper";
        HomeVisit = "home-visit", "上门、巡回办理", "it was done away from the office";
        SystemFault = "system-fault", "系统故障", "the system did not work";
        PaperCameLate = "paper-came-late", "纸质材料送达较晚", "the paper came later";
        Overlooked = "overlooked", "漏登", "it was overlooked";
    }
}

/// In place of an approver: the unit has one person, and the directory names it as such (一人单位).
pub const ONE_PERSON_OFFICE: &str = "one-person-office";

/// The evidence for the date of an act that is entered late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LateEntry {
    /// Why it was not entered when it happened.
    pub reason: LateReason,
    /// Which other person approved it; `one-person-office` where the directory names the unit as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<StaffId>,
    /// That person's own word: a name that the one who enters types approves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<SignedApproval>,
    /// Who has approved it, and who has proven that. Never travels: the service that received the request has found it out.
    #[serde(skip)]
    pub approver: Option<ProvenApprover>,
}

impl LateEntry {
    /// A late entry that says why, and names no approver.
    pub const fn because(reason: LateReason) -> Self {
        Self {
            reason,
            approved_by: None,
            approval: None,
            approver: None,
        }
    }

    /// The same, approved by the person of this name, or by `one-person-office`.
    #[must_use]
    pub fn naming(self, approved_by: Option<StaffId>) -> Self {
        Self {
            approved_by,
            ..self
        }
    }

    /// The same, with the approver's signed word about the entry with this key.
    #[must_use]
    pub fn approved(self, entry: CommandId, token: Option<String>) -> Self {
        let approval = token.map(|token| SignedApproval {
            entry,
            token,
            case: None,
            content: None,
        });
        Self { approval, ..self }
    }
}

/// The approval of one late entry, signed for the approver by the issuer that has authenticated them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedApproval {
    /// The idempotency key of the command that is approved; a command that a service forwards follows from it.
    pub entry: CommandId,
    /// The token (PASETO v4.public). It is good for seven days, and for that command alone.
    pub token: String,
    /// The case as the approved command names it. A service that forwards the command says it; from another sender it is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseRef>,
    /// The hash of the data of the approved command. Said and read as `case` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<ContentHash>,
}

/// An approver, as the service that received the request knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenApprover {
    /// Who, in which role, for which unit.
    pub actor: Actor,
    /// The issuer that has proven it, and its token.
    pub by: ProvenBy,
}

/// The audience of a token that approves a late entry. No request is sent on it, so no request's token approves anything.
pub const APPROVAL_AUDIENCE: &str = "late-entry";

/// For so many seconds an approval is good: seven days.
pub const APPROVAL_SECONDS: i64 = 7 * 86_400;

/// A command that a service forwards as one of another service: that service, its command, and the one that it is forwarded from.
const FORWARDED: [(&str, &str, &str); 1] = [("referral", "recall", "intake.withdraw")];

/// The command, as `<service>.<command>`, that is forwarded as this one.
pub fn forwarded_from(service: &str, command: &str) -> Option<&'static str> {
    let mut all = FORWARDED.iter();
    let found = all.find(|(to, name, _)| (*to, *name) == (service, command));
    found.map(|(_, _, from)| *from)
}

/// What an approver signs: which command with which data about which case, who enters it, when it happened, and why it is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovalClaim<'a> {
    /// The idempotency key of the command.
    pub entry: CommandId,
    /// The command, as `<service>.<command>`.
    pub act: &'a str,
    /// The case as the command names it; nothing where it opens one.
    pub case: Option<&'a str>,
    /// Who enters it.
    pub doer: &'a Actor,
    /// When it is said to have happened.
    pub occurred_at: Timestamp,
    /// Why it is entered late.
    pub reason: LateReason,
    /// The hash of the command's data.
    pub content: &'a ContentHash,
}

impl ApprovalClaim<'_> {
    /// The text that the token is bound to.
    ///
    /// ```
    /// use onestop_proto::late_entry::{ApprovalClaim, ContentHash, LateReason};
    ///
    /// let content = ContentHash::of(&serde_json::json!({}));
    /// let doer = "clerk/zhang-li@s4k2m9qxa.window".parse().unwrap();
    /// let claim = ApprovalClaim {
    ///     entry: "019ab0c4-8000-7000-8000-000000000001".parse().unwrap(),
    ///     act: "intake.open",
    ///     case: None,
    ///     doer: &doer,
    ///     occurred_at: "2026-03-04T15:20:00+08:00".parse().unwrap(),
    ///     reason: LateReason::Outage,
    ///     content: &content,
    /// };
    /// let text = claim.text();
    /// let begin = "019ab0c4-8000-7000-8000-000000000001 intake.open - clerk/zhang-li@s4k2m9qxa.window ";
    /// assert!(text.starts_with(begin), "{text}");
    /// assert!(text.ends_with(&format!(" outage {content}")), "{text}");
    /// ```
    pub fn text(&self) -> String {
        let Self {
            entry,
            act,
            case,
            doer,
            occurred_at,
            reason,
            content,
        } = self;
        let case = case.unwrap_or("-");
        // The gateway keeps the microseconds of a moment alone.
        let at = occurred_at.as_micros();
        format!("{entry} {act} {case} {doer} {at} {reason} {content}")
    }
}

/// Why the moment at which an act is said to have happened is not taken. Each service has its own sentences for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum TimeRefusal {
    /// It is later than now.
    #[serde(rename = "impossible-time")]
    Impossible {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// What it rests on happened later.
    BeforeBasis {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// When that happened.
        earlier: Timestamp,
    },
    /// Paper of that day is no longer taken (补录期限).
    #[serde(rename = "entered-too-late")]
    TooLate {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it could be entered.
        day: String,
        /// The rule.
        basis: String,
    },
    /// It has to say why it is entered late (补录事由).
    #[serde(rename = "late-reason-missing")]
    ReasonMissing {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it needed no reason.
        day: String,
        /// The rule.
        basis: String,
    },
    /// Another person has to approve that it is entered so late (补录审批).
    #[serde(rename = "late-approval-missing")]
    ApprovalMissing {
        /// When it is said to have happened.
        occurred: Timestamp,
        /// The last day on which it needed no approval.
        day: String,
        /// The rule.
        basis: String,
    },
    /// The one who enters it approved it.
    ApprovedByOneself {
        /// The person.
        approver: StaffId,
    },
    /// The person who is named has not approved this entry, or not in a way that is proven.
    #[serde(rename = "late-approval-not-given")]
    ApprovalNotGiven {
        /// The person.
        approver: StaffId,
    },
    /// The person who approved it is neither of the unit nor decides for a bureau above it.
    NotAnApprover {
        /// The person.
        approver: StaffId,
    },
    /// The directory does not name the unit as an office of one person (一人单位).
    NoOnePersonOffice {
        /// The unit.
        unit: UnitId,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{case, legal_aid, permission, referral};

    #[test]
    fn what_is_forwarded_is_a_command_on_both_sides() {
        for (service, command, from) in FORWARDED {
            assert!(!permission::permitted(service, command).is_empty());
            let (sender, sent) = from.split_once('.').unwrap();
            assert!(!permission::permitted(sender, sent).is_empty());
            assert_eq!(forwarded_from(service, command), Some(from));
        }
        assert_eq!(forwarded_from("referral", "accept"), None);
    }

    #[test]
    fn the_refusal_of_every_service_has_its_code_beside_its_fields() {
        let approver: StaffId = "zhang-li".parse().unwrap();
        let refusal = TimeRefusal::ApprovedByOneself { approver };
        let sent = serde_json::json!({ "code": "approved-by-oneself", "approver": "zhang-li" });
        let of_intake = case::Rejection::from(refusal.clone());
        assert_eq!(serde_json::to_value(&of_intake).unwrap(), sent);
        let of_referral = referral::Rejection::from(refusal.clone());
        assert_eq!(serde_json::to_value(&of_referral).unwrap(), sent);
        let of_legal_aid = legal_aid::Rejection::Matter(refusal.into());
        assert_eq!(serde_json::to_value(&of_legal_aid).unwrap(), sent);
        let read: legal_aid::Rejection = serde_json::from_value(sent).unwrap();
        assert_eq!(read, of_legal_aid);
    }
}
