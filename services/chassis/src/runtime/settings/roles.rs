//! Roles of people, as the setting `second_factor_roles` lists them.

use std::{fmt, str::FromStr};

use onestop_proto::actor::Role;
use serde::{Deserialize, Serialize};

/// Roles, separated by commas: `supervisor, unit-administrator`. May be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Roles(Vec<Role>);

/// Why a text is no list of roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{text}' is no role of people. Write clerk, specialist, supervisor, unit-administrator or auditor, separated by commas"
)]
pub struct InvalidRole {
    text: String,
}

impl Roles {
    /// Whether a role is among them.
    pub fn contain(&self, role: Role) -> bool {
        self.0.contains(&role)
    }
}

impl FromStr for Roles {
    type Err = InvalidRole;

    fn from_str(text: &str) -> Result<Self, InvalidRole> {
        let role = |part: &str| match part.parse::<Role>() {
            Ok(
                role @ (Role::Clerk
                | Role::Specialist
                | Role::Supervisor
                | Role::UnitAdministrator
                | Role::Auditor),
            ) => Ok(role),
            Ok(Role::System) | Err(_) => Err(InvalidRole {
                text: part.to_owned(),
            }),
        };
        let parts = text.split(',').map(str::trim);
        let filled = parts.filter(|part| !part.is_empty());
        filled.map(role).collect::<Result<_, _>>().map(Self)
    }
}

impl TryFrom<String> for Roles {
    type Error = InvalidRole;

    fn try_from(text: String) -> Result<Self, InvalidRole> {
        text.parse()
    }
}

impl From<Roles> for String {
    fn from(roles: Roles) -> Self {
        roles.to_string()
    }
}

impl fmt::Display for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|role| role.as_str()).collect();
        f.write_str(&words.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_words_between_commas() {
        let roles: Roles = "supervisor, unit-administrator,".parse().unwrap();
        assert!(roles.contain(Role::Supervisor) && !roles.contain(Role::Clerk));
        assert_eq!(roles.to_string(), "supervisor, unit-administrator");
        assert_eq!("".parse(), Ok(Roles::default()));
        for wrong in ["system", "everybody", "clerk;auditor"] {
            assert!(wrong.parse::<Roles>().is_err(), "{wrong}");
        }
    }
}
