//! Who acts: a member of staff, in a role, for a unit.

use std::{fmt, str::FromStr};

use crate::ids::{InvalidId, StaffId, UnitId};

choices! {
    /// In what capacity a member of staff acts.
    pub enum Role {
        Clerk = "clerk", "窗口人员", "window clerk";
        Specialist = "specialist", "承办人", "specialist";
        Supervisor = "supervisor", "督办人", "supervisor";
        /// Looks after a unit: its accounts, its closing, what the law has erased.
        UnitAdministrator = "unit-administrator", "单位管理员", "unit administrator";
        /// Reads what a division did, and changes nothing.
        Auditor = "auditor", "审计人员", "auditor";
        System = "system", "系统", "the system";
    }
}

/// Who acts. One text in envelopes and on the command line: `clerk/zhang-li@s4k2m9qxa.window`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// In what capacity.
    pub role: Role,
    /// Which account.
    pub staff: StaffId,
    /// For which unit.
    pub unit: UnitId,
}

serde_as_text!(Actor);

impl Actor {
    /// A rule that a service follows for a unit.
    pub fn system(service: &ServiceName, unit: UnitId) -> Self {
        Self {
            role: Role::System,
            staff: service.staff(),
            unit,
        }
    }
}

const RULE: &str = "'<role>/<staff>@<unit>' is wanted, such as clerk/zhang-li@s4k2m9qxa.window";

impl FromStr for Actor {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let invalid = || InvalidId::new(text, "an actor", RULE);
        let (role, rest) = text.split_once('/').ok_or_else(invalid)?;
        let (staff, unit) = rest.split_once('@').ok_or_else(invalid)?;
        Ok(Self {
            role: role.parse().map_err(|_| invalid())?,
            staff: staff.parse().map_err(|_| invalid())?,
            unit: unit.parse().map_err(|_| invalid())?,
        })
    }
}

impl TryFrom<String> for Actor {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}@{}", self.role, self.staff, self.unit)
    }
}

impl schemars::JsonSchema for Actor {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Actor".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^(clerk|specialist|supervisor|unit-administrator|auditor|system)/[a-z][a-z0-9-]*@s[0-9a-z]{8}\\.[a-z][a-z0-9-]*$",
        })
    }
}

text_id! {
    /// A service of Onestop as subjects and sources name it: `intake`, `legal-aid`, ….
    ServiceName, "a service name", "^[a-z][a-z0-9-]{0,39}$",
    "small letters, digits and hyphens are wanted",
    crate::ids::is_kebab
}

impl ServiceName {
    /// The account under which the service's own rules act.
    fn staff(&self) -> StaffId {
        match self.as_str().parse() {
            Ok(staff) => staff,
            // The check of a service name is the check of a staff id.
            Err(_) => unreachable!("a service name is a staff id"),
        }
    }
}

/// A service name that is a constant of this crate.
pub fn known_service(name: &'static str) -> ServiceName {
    match name.parse() {
        Ok(name) => name,
        Err(_) => unreachable!("the names of services in this crate are service names"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_one_text() {
        let text = "clerk/zhang-li@s4k2m9qxa.window";
        let actor: Actor = text.parse().unwrap();
        assert_eq!(actor.role, Role::Clerk);
        assert_eq!(actor.to_string(), text);
        assert!("zhang-li@s4k2m9qxa.window".parse::<Actor>().is_err());
    }
}
