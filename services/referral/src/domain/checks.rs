//! Checks that several commands make.

use onestop_directory::{NotificationChannel, Unit};
use onestop_proto::{
    actor::Role,
    division::DivisionCode,
    ids::UnitId,
    referral::{Rejection, SUPERVISOR},
    typed::says_nothing,
};

use super::{
    Context,
    custody::{Custody, Lead},
};

/// At most so many characters in a free text.
const MAX_TEXT_CHARS: u32 = 500;

/// A free text, without the blanks around it.
pub(super) fn required_text(field: &str, text: &str) -> Result<String, Rejection> {
    let text = text.trim();
    if !says_nothing(text) && text.chars().count() <= MAX_TEXT_CHARS as usize {
        return Ok(text.to_owned());
    }
    Err(Rejection::Unsaid {
        field: field.to_owned(),
        limit: MAX_TEXT_CHARS,
    })
}

/// A reason, which is more than one sign.
pub(super) fn required_reason(field: &str, text: &str) -> Result<String, Rejection> {
    let reason = required_text(field, text)?;
    if reason.chars().count() > 1 {
        return Ok(reason);
    }
    Err(Rejection::Unsaid {
        field: field.to_owned(),
        limit: MAX_TEXT_CHARS,
    })
}

/// The unit that a field of the command names.
pub(super) fn existing_unit<'a>(
    unit: &UnitId,
    field: &str,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let found = context.directory.unit(unit);
    found.ok_or_else(|| Rejection::UnknownUnit {
        unit: unit.clone(),
        field: field.to_owned(),
    })
}

/// The place that is responsible instead: one of the directory, or one of another province.
pub(super) fn existing_place(
    division: Option<DivisionCode>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match division {
        Some(division) if !context.directory.is_place(division) => {
            let field = "belongs_to".to_owned();
            Err(Rejection::UnknownDivision { division, field })
        }
        Some(_) | None => Ok(()),
    }
}

/// An external body does not read its worklist here: it can be handed matters and answers them, but takes no
/// custody. A notary office or a mediation committee is a body of its own too, and takes it.
pub(super) fn is_external_body(unit: &Unit) -> bool {
    unit.notification_channel != NotificationChannel::Here
}

/// Refuses an external body where a field of the command names a unit that takes part in the case.
pub(super) fn no_external_body(unit: &Unit, field: &str) -> Result<(), Rejection> {
    if !is_external_body(unit) {
        return Ok(());
    }
    Err(Rejection::OutsideBody {
        unit: unit.id.clone(),
        field: field.to_owned(),
    })
}

pub(super) fn require_holder(custody: &Custody, context: &Context<'_>) -> Result<(), Rejection> {
    let unit = &context.actor.unit;
    if custody.holder() == unit {
        return Ok(());
    }
    Err(Rejection::NotHolder {
        holder: custody.holder().clone(),
        since: custody.since(),
        unit: unit.clone(),
    })
}

/// The lead, if the actor's unit is it.
pub(super) fn require_lead<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<&'a Lead, Rejection> {
    let lead = custody.lead().ok_or_else(|| Rejection::AtWindow {
        holder: custody.window.clone(),
    })?;
    require_holder(custody, context)?;
    Ok(lead)
}

/// The lead, if the actor's unit is it and its own work is not finished.
pub(super) fn require_working_lead<'a>(
    custody: &'a Custody,
    context: &Context<'_>,
) -> Result<&'a Lead, Rejection> {
    require_lead(custody, context)?;
    custody.working_lead().ok_or_else(|| Rejection::LeadIsDone {
        lead: custody.holder().clone(),
    })
}

/// The actor's bureau, if the actor supervises the division.
pub(super) fn require_supervisor<'a>(
    division: DivisionCode,
    context: &Context<'a>,
) -> Result<&'a Unit, Rejection> {
    let bureau = context.directory.unit(&context.actor.unit);
    let present = context.directory.present_division(division);
    bureau
        .filter(|bureau| {
            context.actor.role == Role::Supervisor
                && bureau.kind.as_str() == SUPERVISOR
                && bureau.division.contains(present)
        })
        .ok_or_else(|| Rejection::NotSupervisor {
            division,
            unit: context.actor.unit.clone(),
        })
}

/// Units, as a rejection lists them.
pub(super) fn comma_separated<'a>(units: impl IntoIterator<Item = &'a UnitId>) -> String {
    let units: Vec<&str> = units.into_iter().map(UnitId::as_str).collect();
    units.join(", ")
}
