//! Whose accounts an administrator looks after: those of their own unit, and of units in divisions below their unit's.

use onestop_proto::{actor::Role, ids::UnitId};

use crate::{
    app::App,
    core::{db::staff::Staff, page_error::PageError},
    identity::session::Session,
};

/// Roles that an administrator assigns. Supervisors and auditors are added by the bureau, on the command line.
pub(super) const ASSIGNABLE: [Role; 3] = [Role::Clerk, Role::Specialist, Role::UnitAdministrator];

/// Whether this administrator manages the accounts of a unit.
pub(super) fn manages_unit(app: &App, session: &Session, unit: &UnitId) -> bool {
    let within = || {
        let division = app.directory.unit(unit)?.division;
        let own = session.division(app)?;
        Some(own.contains(division) && own != division)
    };
    session.staff.role == Role::UnitAdministrator
        && (session.staff.unit == *unit || within().unwrap_or(false))
}

/// Whether this administrator may change an account. Not a supervisor's: an administrator who could set that
/// password could sign in as a supervisor.
pub(super) fn may_change(app: &App, session: &Session, one: &Staff) -> bool {
    ASSIGNABLE.contains(&one.role) && manages_unit(app, session, &one.unit)
}

/// Refuses everybody else.
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
