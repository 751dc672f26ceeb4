//! Which role may send which command. One table: the gateway and the services that decide use it alike,
//! and a screen offers what it permits.
//!
//! It says what a role may do at all. Whether this person may do it to this case (own window, holder,
//! supervisor of that division) is decided with the case, in the service that owns it.
//!
//! ```
//! use onestop_proto::{actor::Role, permission::permits};
//!
//! assert!(permits(Role::Specialist, "legal-aid", "grant"));
//! assert!(!permits(Role::Auditor, "intake", "open"));
//! // No command is sent as the system: its rules act inside the services.
//! assert!(!permits(Role::System, "intake", "open"));
//! ```

use crate::{
    actor::Role,
    case,
    command::CommandType,
    legal_aid, mediation, notarization, parking, referral, registry, replication,
    specialist::{self, Specialist},
};

/// What all commands of a service permit, where [`EXCEPTIONS`] says nothing else.
const WINDOW: &[Role] = &[Role::Clerk];
/// A window accepts as a unit does where an item is worked at windows.
const CUSTODY: &[Role] = &[Role::Clerk, Role::Specialist];
const UNIT: &[Role] = &[Role::Specialist];
/// Specialists of the unit, and supervisors of the bureau above it.
const APPROVAL: &[Role] = &[Role::Specialist, Role::Supervisor];
/// Supervisors of the division decide about parked events and diverged sources.
const OPERATION: &[Role] = &[Role::Supervisor];
/// The unit's administrator and the supervisors of its division: they keep its entry in the registry, and see to
/// erasures.
const RECORDS: &[Role] = &[Role::UnitAdministrator, Role::Supervisor];

/// Commands that are not for those whom their service usually serves: service, command, who may.
const EXCEPTIONS: &[(&str, &str, &[Role])] = &[
    (case::SERVICE, "request-erasure", RECORDS),
    (case::SERVICE, "refuse-erasure", RECORDS),
    (case::SERVICE, "erase", RECORDS),
    (referral::SERVICE, "designate", OPERATION),
    (referral::SERVICE, "grant-extension", OPERATION),
    (referral::SERVICE, "refuse-extension", OPERATION),
    (referral::SERVICE, "supervise", OPERATION),
    (referral::SERVICE, "reassign", OPERATION),
    // 法律援助法 art. 49: the bureau decides on an objection, and it is taken down wherever the citizen comes.
    (
        legal_aid::SERVICE,
        "object",
        &[Role::Clerk, Role::Specialist, Role::Supervisor],
    ),
    (legal_aid::SERVICE, "decide-objection", OPERATION),
    // 审批: another person of the unit approves, or the bureau above it.
    (legal_aid::SERVICE, "approve-decision", APPROVAL),
    (legal_aid::SERVICE, "send-back-decision", APPROVAL),
    (notarization::SERVICE, "approve-decision", APPROVAL),
    (notarization::SERVICE, "send-back-decision", APPROVAL),
    (mediation::SERVICE, "approve-decision", APPROVAL),
    (mediation::SERVICE, "send-back-decision", APPROVAL),
    // A bureau decides about what was proposed to it.
    (registry::SERVICE, "approve-change", OPERATION),
    (registry::SERVICE, "send-back-change", OPERATION),
];

/// The roles that may send a command; empty if there is no such command.
pub fn permitted(service: &str, command: &str) -> &'static [Role] {
    let named = |(of, name, _): &&(&str, &str, &[Role])| *of == service && *name == command;
    if let Some((_, _, roles)) = EXCEPTIONS.iter().find(named) {
        return roles;
    }
    if parking::Command::NAMES.contains(&command) || replication::Command::NAMES.contains(&command)
    {
        return OPERATION;
    }
    if service == case::SERVICE && case::Command::NAMES.contains(&command) {
        return WINDOW;
    }
    if service == referral::SERVICE && referral::Command::NAMES.contains(&command) {
        return CUSTODY;
    }
    if service == registry::SERVICE && registry::Command::NAMES.contains(&command) {
        return RECORDS;
    }
    let works =
        |one: &&Specialist| one.service == service && one.command_names().contains(&command);
    if specialist::ALL.iter().any(|one| works(&one)) {
        return UNIT;
    }
    &[]
}

/// Whether a role may send a command at all.
#[must_use]
pub fn permits(role: Role, service: &str, command: &str) -> bool {
    permitted(service, command).contains(&role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::personal;

    /// Every command there is: service and name.
    fn commands() -> Vec<(&'static str, &'static str)> {
        let of_intake = case::Command::NAMES
            .iter()
            .chain(personal::Command::NAMES)
            .map(|name| (case::SERVICE, *name));
        let of_referral = referral::Command::NAMES
            .iter()
            .map(|name| (referral::SERVICE, *name));
        let of_specialists = specialist::ALL.iter().flat_map(|one| {
            let names = one.command_names().iter();
            names.map(|name| (one.service, *name))
        });
        let of_registry = registry::Command::NAMES
            .iter()
            .map(|name| (registry::SERVICE, *name));
        let others = of_specialists.chain(of_registry);
        of_intake.chain(of_referral).chain(others).collect()
    }

    #[test]
    fn every_command_is_for_somebody_and_none_for_the_system() {
        for (service, command) in commands() {
            let roles = permitted(service, command);
            assert!(!roles.is_empty(), "{service} {command} is for nobody");
            assert!(!roles.contains(&Role::System), "{service} {command}");
            assert!(!roles.contains(&Role::Auditor), "{service} {command}");
        }
    }

    #[test]
    fn an_exception_is_about_a_command_that_exists() {
        for (service, command, _) in EXCEPTIONS {
            assert!(
                commands().contains(&(service, command)),
                "{service} {command}"
            );
        }
    }

    #[test]
    fn what_does_not_exist_is_for_nobody() {
        assert!(permitted("intake", "grant").is_empty());
        assert!(permitted("nobody", "open").is_empty());
    }
}
