//! Erasing the personal data of a case (个人信息保护法第四十七条), once no retention period runs any more. What is erased does
//! not come back: one person asks for it, another one carries it out.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    case::Event,
    ids::StaffId,
    issuer::Hand,
    personal::{
        Command, EndedRetention, Erase, Erased, ErasureRefused, ErasureRequested, RefuseErasure,
        Rejection, RequestErasure,
    },
    query::OpenInstruction,
    time::Timestamp,
    typed::says_nothing,
};

use crate::domain::{
    Case,
    retention::{self, Kept, RetentionStarts},
    visibility::{is_own_case, lies_in_division_of},
};

/// What an erasure rests on besides the case.
pub(crate) struct ErasureContext<'a> {
    pub(crate) now: Timestamp,
    pub(crate) hand: Hand,
    /// Hours in which a second person must carry it out.
    pub(crate) second_person_hours: u32,
    /// Today, in China.
    pub(crate) today: Date,
    pub(crate) actor: &'a Actor,
    pub(crate) directory: &'a Directory,
    pub(crate) retention_starts: &'a RetentionStarts,
    /// The supervisor's instruction (督办) that waits for an answer, as referral has it.
    pub(crate) instruction: Option<&'a OpenInstruction>,
    /// Until when the record of what bodies outside were given of the person is kept, as referral has it.
    pub(crate) disclosed_until: Option<Date>,
}

/// Decides a request for the erasure of a case's personal data, or the erasure.
///
/// # Errors
/// That the actor may not, that the case is not over, until when the law has the data kept, or that a second person is
/// wanted.
pub(crate) fn decide(
    case: &Case,
    command: &Command,
    context: &ErasureContext<'_>,
) -> Result<Vec<Event>, Rejection> {
    check_not_erased(case, context)?;
    match command {
        Command::RequestErasure(request) => {
            check_request(case, context)?;
            Ok(vec![request_erasure(request, context)])
        }
        // Nothing is destroyed by a refusal: it is possible whatever the case has come to meanwhile.
        Command::RefuseErasure(refuse) => refuse_erasure(case, refuse, context),
        Command::Erase(erase) => {
            let retention = check_erasable(case, context)?;
            let requested_by = requested_by(case, erase, context)?;
            Ok(vec![Event::from(Erased {
                basis: erase.basis,
                retention,
                note: erase.note.clone(),
                directory: context.directory.version().to_owned(),
                requested_by,
            })])
        }
    }
}

/// Allows whom the case's persons are a matter of, while they are there.
fn check_not_erased(case: &Case, context: &ErasureContext<'_>) -> Result<(), Rejection> {
    check_authority(case, context.actor, context.directory)?;
    match case.erased {
        Some(basis) => Err(Rejection::Erased { basis }),
        None => Ok(()),
    }
}

/// Allows a request for the erasure, on whatever basis: a page offers it then.
///
/// # Errors
/// What speaks against it now.
pub(crate) fn check_request(case: &Case, context: &ErasureContext<'_>) -> Result<(), Rejection> {
    check_not_erased(case, context)?;
    check_erasable(case, context)?;
    match waiting(case, context) {
        Some(waiting) => Err(Rejection::ErasureRequested {
            by: waiting.by.clone(),
            until: waiting.until,
        }),
        None => Ok(()),
    }
}

/// The retention periods of a case whose persons can be erased now.
///
/// # Errors
/// What speaks against it.
fn check_erasable(
    case: &Case,
    context: &ErasureContext<'_>,
) -> Result<Vec<EndedRetention>, Rejection> {
    check_impartial(case, context)?;
    check_over(case)?;
    check_no_complaint(case, context)?;
    retention::ended(&Kept {
        case,
        starts: context.retention_starts,
        directory: context.directory,
        today: context.today,
        disclosed_until: context.disclosed_until,
    })
}

/// The request that waits for a second person.
fn waiting<'a>(case: &'a Case, context: &ErasureContext<'_>) -> Option<&'a ErasureRequested> {
    let requested = case.erasure_requested.as_ref();
    requested.filter(|requested| context.now < requested.until)
}

fn request_erasure(request: &RequestErasure, context: &ErasureContext<'_>) -> Event {
    let seconds = i64::from(context.second_person_hours) * 3600;
    Event::from(ErasureRequested {
        basis: request.basis,
        by: context.actor.staff.clone(),
        unit: context.actor.unit.clone(),
        until: context.now.plus_seconds(seconds),
        note: request.note.clone(),
    })
}

/// Refuses the erasure that was asked for. Who asked takes it back so.
fn refuse_erasure(
    case: &Case,
    refuse: &RefuseErasure,
    context: &ErasureContext<'_>,
) -> Result<Vec<Event>, Rejection> {
    if says_nothing(&refuse.note) {
        return Err(Rejection::NoteMissing {});
    }
    let waiting = waiting(case, context).ok_or(Rejection::NoRequestWaits {})?;
    Ok(vec![Event::from(ErasureRefused {
        basis: waiting.basis,
        requested_by: waiting.by.clone(),
        note: refuse.note.clone(),
    })])
}

/// Who asked for what the actor carries out; nothing where the operator of the machine does so alone, with a note.
///
/// # Errors
/// Who is wanted as the second person.
fn requested_by(
    case: &Case,
    erase: &Erase,
    context: &ErasureContext<'_>,
) -> Result<Option<StaffId>, Rejection> {
    let confirmed = match waiting(case, context) {
        Some(requested) => check_second(requested, erase, context).map(|()| &requested.by),
        None => Err(Rejection::ErasureNotRequested {}),
    };
    let is_noted = erase.note.as_ref().is_some_and(|note| !says_nothing(note));
    match confirmed {
        Ok(by) => Ok(Some(by.clone())),
        Err(_) if context.hand == Hand::Operator && is_noted => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// The request that a member of staff sees wait: in a case whose persons they could erase.
pub(crate) fn visible_request<'a>(
    case: &'a Case,
    actor: &Actor,
    now: Timestamp,
    directory: &Directory,
) -> Option<&'a ErasureRequested> {
    let is_visible = case.erased.is_none() && check_authority(case, actor, directory).is_ok();
    let requested = case.erasure_requested.as_ref();
    requested.filter(|requested| is_visible && now < requested.until)
}

/// Refuses an erasure by the person who asked for it, or of another basis.
fn check_second(
    requested: &ErasureRequested,
    erase: &Erase,
    context: &ErasureContext<'_>,
) -> Result<(), Rejection> {
    check_second_person(requested, context.actor, context.directory)?;
    if erase.basis != requested.basis {
        return Err(Rejection::OtherBasis {
            basis: requested.basis,
        });
    }
    Ok(())
}

/// The second person is a supervisor of the division of who asked, or above.
///
/// # Errors
/// Who is wanted instead.
pub(crate) fn check_second_person(
    requested: &ErasureRequested,
    actor: &Actor,
    directory: &Directory,
) -> Result<(), Rejection> {
    if actor.staff == requested.by {
        return Err(Rejection::SamePerson {
            by: requested.by.clone(),
        });
    }
    let asked_at = directory.unit(&requested.unit);
    let oversees = asked_at.is_some_and(|unit| directory.oversees(actor, unit.division));
    if actor.role != Role::Supervisor || !oversees {
        return Err(Rejection::NotSecondPerson {
            unit: actor.unit.clone(),
            requested_by: requested.unit.clone(),
        });
    }
    Ok(())
}

/// Refuses the administrator of a unit that a complaint in the case is about: they do not destroy what was said against
/// their own unit.
fn check_impartial(case: &Case, context: &ErasureContext<'_>) -> Result<(), Rejection> {
    if case.holds_complaint && context.actor.role == Role::UnitAdministrator {
        return Err(Rejection::ComplaintAboutUnit {
            unit: context.actor.unit.clone(),
        });
    }
    Ok(())
}

/// Allows supervisors of the division and the administrator of the case's own unit.
fn check_authority(case: &Case, actor: &Actor, directory: &Directory) -> Result<(), Rejection> {
    let may = match actor.role {
        Role::Supervisor => lies_in_division_of(case, actor, directory),
        Role::UnitAdministrator => is_own_case(case, actor),
        Role::Clerk | Role::Specialist | Role::Auditor | Role::System => false,
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

fn check_over(case: &Case) -> Result<(), Rejection> {
    let stage = case.stage();
    if stage.is_over() {
        return Ok(());
    }
    Err(Rejection::NotOver {
        stage,
        holder: case.holder().clone(),
    })
}

/// Refuses while a complaint is open: who looks into it must know whose it is.
fn check_no_complaint(case: &Case, context: &ErasureContext<'_>) -> Result<(), Rejection> {
    if let Some(clock) = case.redo_clock() {
        let day = clock.due.day;
        return Err(Rejection::NotPutRight { day });
    }
    match context.instruction {
        Some(open) => Err(Rejection::Supervised {
            by: open.by.clone(),
            until: open.until,
        }),
        None => Ok(()),
    }
}
