//! Which commands an actor may send to each of several cases, as the service that decides lists them: what a list
//! offers beside its rows.

use serde::{Deserialize, Serialize};

use crate::ids::CaseId;

/// Cases of one question that are answered; a longer list is cut.
pub const MOST_CASES: usize = 200;

/// `qry.intake.available`: which of intake's commands the asking actor may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseCommandsQuery {
    /// The cases, 200 at most.
    pub cases: Vec<CaseId>,
}

/// `qry.referral.available`: which of referral's commands the asking actor may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustodyCommandsQuery {
    /// The cases, 200 at most.
    pub cases: Vec<CaseId>,
}

/// The answer to [`CaseCommandsQuery`] and [`CustodyCommandsQuery`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct AvailableCommands {
    /// The cases to which the actor may send something; empty where the question names no actor.
    pub cases: Vec<CaseCommands>,
}

/// The commands for one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CaseCommands {
    /// The case.
    pub case: CaseId,
    /// Names of commands.
    pub commands: Vec<String>,
}

impl AvailableCommands {
    /// Lists the commands of each case; a case without any is left out.
    ///
    /// # Errors
    /// The first error of `commands`.
    pub fn list<E>(
        cases: &[CaseId],
        commands: impl Fn(CaseId) -> Result<Vec<&'static str>, E>,
    ) -> Result<Self, E> {
        let mut listed = Vec::new();
        for case in cases.iter().take(MOST_CASES) {
            let commands = commands(*case)?;
            if !commands.is_empty() {
                listed.push(CaseCommands {
                    case: *case,
                    commands: commands.into_iter().map(str::to_owned).collect(),
                });
            }
        }
        Ok(Self { cases: listed })
    }

    /// Whether a command is listed for a case.
    pub fn include(&self, case: CaseId, command: &str) -> bool {
        let of_case = |one: &&CaseCommands| one.case == case;
        let listed = self.cases.iter().find(of_case);
        listed.is_some_and(|one| one.commands.iter().any(|name| name == command))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_long_list_is_cut_and_a_case_without_commands_is_left_out() {
        let cases: Vec<CaseId> = (0..MOST_CASES as u128 + 50)
            .map(|number| CaseId::from_uuid(Uuid::from_u128(number)))
            .collect();
        let commands = |case| {
            Ok::<_, Infallible>(if case == cases[0] {
                Vec::new()
            } else {
                vec!["close"]
            })
        };
        let Ok(listed) = AvailableCommands::list(&cases, commands);
        assert_eq!(listed.cases.len(), MOST_CASES - 1);
        assert!(!listed.include(cases[0], "close") && listed.include(cases[1], "close"));
        assert!(!listed.include(cases[1], "rate") && !listed.include(cases[MOST_CASES], "close"));
    }
}
