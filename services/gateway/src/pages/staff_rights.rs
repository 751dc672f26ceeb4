//! Who looks after accounts on the pages: administrators, and for what a second person confirms, supervisors too.

use onestop_proto::actor::Role;

use crate::{core::page_error::PageError, identity::session::Session};

/// Refuses users who are no administrators.
///
/// # Errors
/// If the user is no administrator of a unit.
pub(super) fn require_administrator(session: &Session) -> Result<(), PageError> {
    match session.staff.role {
        Role::UnitAdministrator => Ok(()),
        Role::Clerk | Role::Specialist | Role::Supervisor | Role::Auditor | Role::System => {
            Err(PageError::forbidden())
        }
    }
}

/// Refuses users who confirm nothing.
///
/// # Errors
/// If the user is neither an administrator of a unit nor a supervisor.
pub(super) fn require_second_person(session: &Session) -> Result<(), PageError> {
    if is_second_person(session) {
        Ok(())
    } else {
        Err(PageError::forbidden())
    }
}

/// Whether the user confirms what others asked for.
pub(super) const fn is_second_person(session: &Session) -> bool {
    match session.staff.role {
        Role::UnitAdministrator | Role::Supervisor => true,
        Role::Clerk | Role::Specialist | Role::Auditor | Role::System => false,
    }
}
