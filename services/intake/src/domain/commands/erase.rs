//! Erasing the personal data of a case (个人信息保护法第四十七条), once no retention period runs any more. What is erased does
//! not come back: one person asks for it, another one carries it out.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    case::{self, Event, Stage},
    ids::StaffId,
    issuer::Hand,
    narrowed,
    personal::{
        Command, EndedRetention, Erase, Erased, ErasureRefused, ErasureRequested, RefuseErasure,
        Rejection, RequestErasure, RetainedFrom,
    },
    query::OpenInstruction,
    time::Timestamp,
};

use crate::domain::{
    Case,
    visibility::{is_own_case, lies_in_division_of},
};

narrowed! {
    /// The events that retention periods count from.
    enum RetentionStart of case {
        Opened, ReferralRequested, HolderNoted, Closed, Merged, Reopened, Archived,
    }
}

/// The moments that retention periods count from, the last of each kind. They come from the envelopes: a
/// case's state holds no times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RetentionStarts {
    opened: Option<Timestamp>,
    referred: Option<Timestamp>,
    closed: Option<Timestamp>,
    archived: Option<Timestamp>,
}

impl RetentionStarts {
    pub(crate) fn take_in(&mut self, event: &Event, happened_at: Timestamp) {
        let Some(start) = RetentionStart::of(event) else {
            return;
        };
        let moment = match start {
            RetentionStart::Opened(_) => &mut self.opened,
            RetentionStart::ReferralRequested(_) | RetentionStart::HolderNoted(_) => {
                &mut self.referred
            }
            RetentionStart::Closed(_) | RetentionStart::Merged(_) => &mut self.closed,
            RetentionStart::Reopened(_) => {
                self.closed = None;
                return;
            }
            RetentionStart::Archived(_) => &mut self.archived,
        };
        *moment = Some(happened_at);
    }

    fn of(&self, from: RetainedFrom) -> Option<Timestamp> {
        match from {
            RetainedFrom::Opened => self.opened,
            RetainedFrom::Referred => self.referred,
            RetainedFrom::Closed => self.closed,
            RetainedFrom::Archived => self.archived,
        }
    }
}

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
    check_authority(case, context.actor, context.directory)?;
    if let Some(basis) = case.erased {
        return Err(Rejection::Erased { basis });
    }
    match command {
        Command::RequestErasure(request) => {
            check_erasable(case, context)?;
            request_erasure(case, request, context)
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
    ended_retentions(case, context)
}

/// The request that waits for a second person.
fn waiting<'a>(case: &'a Case, context: &ErasureContext<'_>) -> Option<&'a ErasureRequested> {
    let requested = case.erasure_requested.as_ref();
    requested.filter(|requested| context.now < requested.until)
}

fn request_erasure(
    case: &Case,
    request: &RequestErasure,
    context: &ErasureContext<'_>,
) -> Result<Vec<Event>, Rejection> {
    if let Some(waiting) = waiting(case, context) {
        return Err(Rejection::ErasureRequested {
            by: waiting.by.clone(),
            until: waiting.until,
        });
    }
    let seconds = i64::from(context.second_person_hours) * 3600;
    Ok(vec![Event::from(ErasureRequested {
        basis: request.basis,
        by: context.actor.staff.clone(),
        unit: context.actor.unit.clone(),
        until: context.now.plus_seconds(seconds),
        note: request.note.clone(),
    })])
}

/// Refuses the erasure that was asked for. Who asked takes it back so.
fn refuse_erasure(
    case: &Case,
    refuse: &RefuseErasure,
    context: &ErasureContext<'_>,
) -> Result<Vec<Event>, Rejection> {
    if refuse.note.trim().is_empty() {
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
    let is_noted = erase
        .note
        .as_ref()
        .is_some_and(|note| !note.trim().is_empty());
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
    match stage {
        Stage::Closed | Stage::Archived | Stage::Merged => Ok(()),
        Stage::AtWindow
        | Stage::Referred
        | Stage::ResultBack
        | Stage::Answered
        | Stage::Withdrawn => Err(Rejection::NotOver {
            stage,
            holder: case.holder().clone(),
        }),
    }
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

/// The retention periods of the case, all of which have ended. A period that runs goes before every basis of
/// erasure (个人信息保护法第四十七条第二款).
///
/// # Errors
/// The period that ends last, while it runs.
fn ended_retentions(
    case: &Case,
    context: &ErasureContext<'_>,
) -> Result<Vec<EndedRetention>, Rejection> {
    let (item, place) = (&case.about.item, case.opened.window_division);
    let rules = context.directory.retentions(item, place, context.today);
    let mut concerning: Vec<EndedRetention> = rules
        .into_iter()
        .filter_map(|rule| {
            let began = context.retention_starts.of(rule.from)?;
            Some(EndedRetention {
                basis: rule.basis.clone(),
                from: rule.from,
                years: rule.years,
                last_day: rule.last_day(began.china_date()),
            })
        })
        .collect();
    concerning.sort_by_key(|period| period.last_day);
    if let Some(last) = concerning.last()
        && context.today <= last.last_day
    {
        return Err(Rejection::Retained {
            basis: last.basis.clone(),
            from: last.from,
            years: last.years,
            last_day: last.last_day,
        });
    }
    check_confirmed(case, context)?;
    Ok(concerning)
}

/// Refuses while the retention period is not confirmed: what is erased does not come back.
fn check_confirmed(case: &Case, context: &ErasureContext<'_>) -> Result<(), Rejection> {
    let (item, place) = (&case.about.item, case.opened.window_division);
    let (directory, today) = (context.directory, context.today);
    let rules = directory.retentions(item, place, today);
    if let Some(open) = rules.iter().find(|rule| !rule.is_confirmed()) {
        return Err(Rejection::RetentionUnconfirmed {
            basis: open.basis.clone(),
            from: open.from,
            years: open.years,
        });
    }
    if directory.has_retention_rule(item, place, today) {
        return Ok(());
    }
    Err(Rejection::NoRetentionRule {
        item: item.clone(),
        item_name: directory.item_label(item),
    })
}
