//! Who may send a command of a matter: mostly the unit whose matter it is. What a citizen may ask for anywhere is taken
//! down at any window; what the law has the bureau decide on the unit's own decision, the bureau alone decides. No unit
//! judges itself.

use onestop_directory::{Directory, WINDOW};
use onestop_proto::{
    actor::{Actor, Role},
    division::DivisionCode,
    matter::Rejection,
    permission,
    time::Timestamp,
};

use super::{Bureau, Context, Matter, SpecialistRules, effective_time};

/// Who may send a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Unit,
    /// Any window, the unit itself, a bureau above it: a citizen may turn to each.
    Window,
    Bureau,
    /// Of the unit, the one person whom the matter names for it.
    Named,
    /// Of the unit that approves a draft, another person than the one who drafted it.
    Approver,
}

/// The bureau that decides on what the unit did: the one that the objection went to; else that of the unit's division, or
/// the nearest above.
///
/// # Errors
/// If there is none.
pub fn deciding_bureau<L: SpecialistRules>(
    matter: &Matter<L>,
    directory: &Directory,
) -> Result<Bureau, Rejection> {
    let known = matter.bureau.clone();
    let above = || {
        let bureau = directory.supervisor_of(matter.division)?;
        Some(Bureau {
            unit: bureau.id.clone(),
            division: bureau.division,
        })
    };
    let division = matter.division;
    known.or_else(above).ok_or(Rejection::NoBureau { division })
}

/// Requires that the actor is one who may send the command.
pub(super) fn check<L: SpecialistRules>(
    matter: &Matter<L>,
    command: &str,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let (actor, directory) = (context.actor, context.directory);
    let party = L::party(command);
    if includes(party, matter, actor, directory) {
        return Ok(());
    }
    // To an actor whom it does not concern there is no matter.
    if !is_concerned(matter, actor, directory) {
        return Err(Rejection::NoMatter {});
    }
    let unit = actor.unit.clone();
    match party {
        Party::Unit => {
            let holder = matter.unit.clone();
            Err(Rejection::NotYourMatter { holder, unit })
        }
        Party::Bureau => {
            let bureau = deciding_bureau(matter, directory)?.unit;
            Err(Rejection::NotYoursToDecide { bureau, unit })
        }
        Party::Approver => Err(not_the_approver(matter, actor)),
        Party::Named if actor.unit == matter.unit => Err(not_the_named(matter)),
        Party::Window | Party::Named => Err(Rejection::NoMatter {}),
    }
}

/// That another person of the unit was named. Where none was, the step at which one decides has not come.
fn not_the_named<L: SpecialistRules>(matter: &Matter<L>) -> Rejection {
    match L::named(matter).cloned() {
        Some(named) => Rejection::NotTheNamed { named },
        None => matter.not_now(),
    }
}

/// Why an actor whom the matter concerns does not approve its draft.
fn not_the_approver<L: SpecialistRules>(matter: &Matter<L>, actor: &Actor) -> Rejection {
    let unit = actor.unit.clone();
    let approver = L::draft(matter).map_or(&matter.unit, |draft| draft.approver);
    if *approver == unit {
        let staff = actor.staff.clone();
        Rejection::OwnDraft { staff }
    } else if *approver == matter.unit {
        let holder = approver.clone();
        Rejection::NotYourMatter { holder, unit }
    } else {
        let bureau = approver.clone();
        Rejection::NotYoursToDecide { bureau, unit }
    }
}

fn includes<L: SpecialistRules>(
    party: Party,
    matter: &Matter<L>,
    actor: &Actor,
    directory: &Directory,
) -> bool {
    match party {
        Party::Unit => actor.unit == matter.unit,
        Party::Named => actor.unit == matter.unit && L::named(matter) == Some(&actor.staff),
        Party::Bureau => {
            let bureau = deciding_bureau(matter, directory);
            actor.role == Role::Supervisor && bureau.is_ok_and(|bureau| bureau.unit == actor.unit)
        }
        Party::Approver => match L::draft(matter) {
            Some(draft) => {
                let approves = actor.role == Role::Supervisor || *draft.approver == matter.unit;
                approves && actor.unit == *draft.approver && actor.staff != *draft.drafted_by
            }
            None => actor.unit == matter.unit,
        },
        Party::Window => is_concerned(matter, actor, directory) || is_window(actor, directory),
    }
}

/// Staff of the unit, and supervisors and auditors above it.
pub(super) fn is_concerned<L: SpecialistRules>(
    matter: &Matter<L>,
    actor: &Actor,
    directory: &Directory,
) -> bool {
    directory.may_see_any(actor, [&matter.unit], [matter.division])
}

fn is_window(actor: &Actor, directory: &Directory) -> bool {
    let unit = directory.unit(&actor.unit);
    actor.role == Role::Clerk && unit.is_some_and(|unit| unit.kind.as_str() == WINDOW)
}

/// Whether the matter is shown to an actor: to those concerned; to a window while it can take something down for the
/// citizen. To others it does not exist.
pub fn may_see<L: SpecialistRules>(
    matter: &Matter<L>,
    actor: &Actor,
    directory: &Directory,
) -> bool {
    let mut at_step = L::possible(matter.step).iter();
    is_concerned(matter, actor, directory)
        || at_step.any(|name| may_send(name, matter, actor, directory))
}

/// Whether a command has had the only uses that it has: papers are requested once, and a limit is extended so often, and not
/// after its end.
fn is_spent<L: SpecialistRules>(matter: &Matter<L>, command: &str, now: Timestamp) -> bool {
    match command {
        "request-supplement" => matter.missing.is_some(),
        "extend" | "draft-extension" => matter
            .clock()
            .is_none_or(|clock| clock.extension(now).is_err()),
        _ => false,
    }
}

/// The commands that are possible at the matter's step, in its division and state, for what happens and is recorded when the
/// context says; each sender alike.
pub fn possible<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<&'static str> {
    let at_step = L::possible(matter.step).iter().copied();
    at_step
        .filter(|name| L::fits_matter(matter, name, context))
        .filter(|name| !is_spent(matter, name, context.now))
        .collect()
}

fn may_send<L: SpecialistRules>(
    command: &str,
    matter: &Matter<L>,
    actor: &Actor,
    directory: &Directory,
) -> bool {
    permission::permits(actor.role, L::service().as_str(), command)
        && includes(L::party(command), matter, actor, directory)
}

/// Of the possible commands those that the actor of the context may send.
pub fn available<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<&'static str> {
    possible(matter, context)
        .into_iter()
        .filter(|name| may_send(name, matter, context.actor, context.directory))
        .filter(|name| L::fits_person(matter, name, context))
        .collect()
}

/// The commands that come too late by now, and that may still be entered as of an earlier moment (补录): what was done before the clock
/// of the step was over was done in time, whenever it is entered.
pub fn possible_late<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<&'static str> {
    too_late(matter, context, possible)
}

/// Of these the commands that the actor of the context may send.
pub fn available_late<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
) -> Vec<&'static str> {
    too_late(matter, context, available)
}

fn too_late<L: SpecialistRules>(
    matter: &Matter<L>,
    context: &Context<'_>,
    listed: impl Fn(&Matter<L>, &Context<'_>) -> Vec<&'static str>,
) -> Vec<&'static str> {
    let Some(clock) = matter.clock() else {
        return Vec::new();
    };
    let in_time = Context {
        happened_at: clock.due.at.plus_seconds(-1),
        ..*context
    };
    if in_time.happened_at >= context.now || !effective_time::is_taken(matter, &in_time) {
        return Vec::new();
    }
    let now = listed(matter, context);
    let mut then = listed(matter, &in_time);
    then.retain(|name| !now.contains(name));
    then
}

/// The bureau whose decision the matter waits for.
pub fn awaited_bureau<L: SpecialistRules>(matter: &Matter<L>) -> Option<&Bureau> {
    let mut possible = L::possible(matter.step).iter();
    let waits = possible.any(|name| L::party(name) == Party::Bureau);
    matter.bureau.as_ref().filter(|_| waits)
}

/// The division whose supervisor sees to a step that is overdue: above a bureau that is late itself, the next one up.
pub(super) fn supervised_place<L: SpecialistRules>(matter: &Matter<L>) -> Option<DivisionCode> {
    match awaited_bureau(matter) {
        Some(bureau) => bureau.division.parent(),
        None => Some(matter.division),
    }
}
