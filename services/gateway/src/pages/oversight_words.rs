//! What waits for the reader's decision (待我决定), and what their bureau was answered (督办反馈), in words.

use onestop_proto::{
    actor::{Actor, Role},
    ledger::{AwaitedDecision, CaseRow, InstructionAnswer},
};

use super::shell::Page;
use crate::core::visibility::sees_division;

impl Page<'_> {
    /// What the reader has to decide about a case; empty where that is nothing.
    pub(super) fn decisions(&self, row: &CaseRow) -> String {
        let decisions = row.to_decide.iter();
        self.list(decisions.map(|decision| self.decision(*decision, row.group)))
    }

    fn decision(&self, decision: AwaitedDecision, group: Option<u32>) -> String {
        let words = self.i18n.text(decision.text()).to_owned();
        let people = group.filter(|_| decision == AwaitedDecision::Group);
        let people = people.map(|people| {
            let people = self.i18n.t1("group-people", "count", people.to_string());
            self.in_brackets(people)
        });
        format!("{words}{}", people.unwrap_or_default())
    }

    /// Who answered, and when.
    pub(super) fn instruction_answer(&self, one: &InstructionAnswer) -> String {
        let (unit, moment) = (self.unit(&one.by), self.moment(&one.at));
        self.i18n.t2("answered-by", "unit", unit, "moment", moment)
    }

    /// Why a person may read a case where they gave no reason: a bureau oversees it, a unit works on it.
    pub(super) fn ground_of_access(&self, by: &Actor) -> String {
        self.i18n.t(ground(by.role))
    }
}

/// The message that names the ground of a role.
fn ground(role: Role) -> &'static str {
    if sees_division(role) {
        "access-oversight"
    } else {
        "access-custody"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bureau handles no case: it reads what it oversees.
    #[test]
    fn a_supervisor_reads_to_oversee_and_a_unit_to_work() {
        for (role, named) in [
            (Role::Supervisor, "access-oversight"),
            (Role::Auditor, "access-oversight"),
            (Role::Clerk, "access-custody"),
            (Role::Specialist, "access-custody"),
        ] {
            assert_eq!(ground(role), named, "{role}");
        }
    }
}
