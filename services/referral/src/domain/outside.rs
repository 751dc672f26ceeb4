//! Bodies outside (外部机构): court, police, union, women's federation, the 12345 hotline. Whoever holds a
//! case keeps it while such a body is asked, so that it is nobody's at no moment. What is written down is
//! also the record of personal data given away (网络数据安全管理条例 art. 12, 个人信息保护法 art. 23).

use jiff::{ToSpan, civil::Date};
use onestop_directory::{NotificationChannel, Unit};
use onestop_proto::{
    ids::UnitId,
    referral::{
        DisclosedData, Disclosure, DisclosureBasis, Event, ExternalBodyReplied, HandOver,
        HandedOver, RecordExternalReply, Rejection,
    },
};

use super::{Context, Custody, said, state::Handover, unknown_unit};

/// 网络数据安全管理条例 art. 12: the record is kept for three years or more.
const LEAST_YEARS: u8 = 3;

/// Whether a unit is a body that does not read its worklist here: it is handed matters, and heard, but
/// takes no custody. A notary office or a mediation committee is its own body too, and takes it.
pub(super) fn is_outside(unit: &Unit) -> bool {
    unit.notification_channel != NotificationChannel::Here
}

/// The body that a field of the command names takes no custody.
pub(super) fn outside_body(unit: &UnitId, field: &str) -> Rejection {
    Rejection::OutsideBody {
        unit: unit.clone(),
        field: field.to_owned(),
    }
}

/// What a unit that is not the bureau's own is given with the case when it accepts it (三年以上的记录).
pub(super) fn given(custody: &Custody, unit: &UnitId, context: &Context<'_>) -> Option<Disclosure> {
    let errand = custody.errand.as_ref()?;
    context
        .directory
        .unit(unit)
        .filter(|unit| unit.is_outside())?;
    let item = context.directory.item(&errand.item)?;
    Some(Disclosure {
        data: vec![
            DisclosedData::Identity,
            DisclosedData::Contact,
            DisclosedData::Facts,
        ],
        basis: DisclosureBasis::Statute {
            law: item.jurisdiction_of(&errand.topic).basis.clone(),
        },
        kept_until: kept_until(LEAST_YEARS, context),
    })
}

fn kept_until(years: u8, context: &Context<'_>) -> Date {
    let today = context.now.china_date();
    today.saturating_add(i64::from(years).years())
}

pub(super) fn hand_over(
    custody: &Custody,
    hand_over: &HandOver,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    custody.held_by(&context.actor.unit)?;
    let Some(body) = context.directory.unit(&hand_over.to) else {
        return Err(unknown_unit(&hand_over.to, "to"));
    };
    if !is_outside(body) {
        let unit = hand_over.to.clone();
        return Err(Rejection::NotOutside { unit });
    }
    said("basis", hand_over.basis.reference())?;
    let years = hand_over.keep_years.unwrap_or(LEAST_YEARS);
    if years < LEAST_YEARS {
        return Err(Rejection::KeptTooShort { years });
    }
    Ok(vec![Event::from(HandedOver {
        handover: context.handoff,
        by: context.actor.unit.clone(),
        staff: context.actor.staff.clone(),
        to: body.id.clone(),
        to_division: body.division,
        purpose: hand_over.purpose,
        data: hand_over.data.clone(),
        basis: hand_over.basis.clone(),
        materials: hand_over.materials.clone(),
        kept_until: kept_until(years, context),
        at: context.now,
    })])
}

/// The body's answer is taken down, by whoever handed over or holds the case by then.
pub(super) fn hear_back(
    custody: &Custody,
    hear: &RecordExternalReply,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let none = || Rejection::NoSuchHandover {
        holder: custody.holder().clone(),
    };
    let mut open = custody.handed_over.iter().filter(|of| of.is_open());
    let of = match hear.handover {
        Some(named) => open.find(|of| of.handed.handover == named),
        None => open.next().filter(|_| open.next().is_none()),
    };
    let of: &Handover = of.ok_or_else(none)?;
    if of.handed.by != context.actor.unit {
        custody.held_by(&context.actor.unit)?;
    }
    let today = context.now.china_date();
    let on = hear.on.unwrap_or(today);
    if on > today {
        let day = on.to_string();
        return Err(Rejection::ImpossibleDay { day });
    }
    let letter = hear.letter.as_ref();
    Ok(vec![Event::from(ExternalBodyReplied {
        handover: of.handed.handover,
        from: of.handed.to.clone(),
        answer: hear.answer,
        letter: letter.map(|letter| said("letter", letter)).transpose()?,
        on,
    })])
}
