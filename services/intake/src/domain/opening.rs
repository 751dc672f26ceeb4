//! Who may open what is sealed (查阅), and who may see who did.

use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    personal::Rejection,
};

use super::{
    Case,
    jurisdiction::{is_theirs, lies_below},
};

/// Decides whether somebody may open the personal data of a case: staff of its window and of the unit that
/// has custody may; supervisors and auditors of their division may who say why; nobody else.
///
/// # Errors
/// Who may instead, what is missing, or that there is nothing left to open.
pub fn may_open(
    case: &Case,
    actor: &Actor,
    reason: Option<&str>,
    directory: &Directory,
) -> Result<(), Rejection> {
    let refused = || Rejection::MayNotOpen {
        unit: actor.unit.clone(),
        window: case.opened.window.clone(),
        holder: case.holder().clone(),
    };
    match actor.role {
        Role::Clerk | Role::Specialist if is_theirs(case, actor) => {}
        Role::Supervisor | Role::Auditor if lies_below(case, actor, directory) => {
            if reason.is_none_or(|reason| reason.trim().is_empty()) {
                return Err(Rejection::ReasonMissing {});
            }
        }
        Role::Clerk
        | Role::Specialist
        | Role::Supervisor
        | Role::Auditor
        | Role::UnitAdministrator
        | Role::System => return Err(refused()),
    }
    match case.erased {
        Some(basis) => Err(Rejection::Erased { basis }),
        None => Ok(()),
    }
}

/// Decides whether somebody may see who opened it: its own units, and those who answer for them.
///
/// # Errors
/// Whose case it is.
pub fn may_see_readings(
    case: &Case,
    actor: &Actor,
    directory: &Directory,
) -> Result<(), Rejection> {
    let may = match actor.role {
        Role::Clerk | Role::Specialist | Role::UnitAdministrator => is_theirs(case, actor),
        Role::Supervisor | Role::Auditor => lies_below(case, actor, directory),
        Role::System => false,
    };
    if may {
        return Ok(());
    }
    Err(Rejection::NotYourDivision {
        unit: actor.unit.clone(),
        window: case.opened.window.clone(),
        holder: case.holder().clone(),
    })
}
