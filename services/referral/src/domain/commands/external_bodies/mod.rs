//! External bodies (外部机构): court, police, union, women's federation, the 12345 hotline. The holder keeps custody
//! while such a body works, so that the case has a holder at every moment. The events are also the record of
//! personal data given away (网络数据安全管理条例 art. 12, 个人信息保护法 art. 23).

use jiff::{ToSpan, civil::Date};
use onestop_directory::{Figure, Unit};
use onestop_proto::{
    field_problems::both,
    ids::UnitId,
    referral::{
        DisclosedData, Disclosure, DisclosureBasis, Event, ExternalBodyReplied, HandOver,
        HandedOver, RecordExternalReply, Rejection,
    },
};

use crate::domain::{
    Context, Decision,
    actions::{Action, Party},
    checks::{existing_unit, is_external_body, require_holder, required_text},
    custody::{Custody, ReferralSubject},
};

/// The personal data that a unit which is not the bureau's own gets with the case when it accepts it.
pub(super) fn disclosure(
    subject: &ReferralSubject,
    unit: &UnitId,
    context: &Context<'_>,
) -> Option<Disclosure> {
    let directory = context.directory;
    directory.unit(unit).filter(|unit| unit.is_outside())?;
    let item = directory.item(&subject.item)?;
    Some(Disclosure {
        data: vec![
            DisclosedData::Identity,
            DisclosedData::Contact,
            DisclosedData::Facts,
        ],
        basis: DisclosureBasis::Statute {
            law: item.jurisdiction_of(&subject.topic).basis.clone(),
        },
        kept_until: kept_until(fewest_years(context), context),
    })
}

/// 网络数据安全管理条例 art. 12: the record is kept for so many years or more.
fn fewest_years(context: &Context<'_>) -> u8 {
    let today = context.happened_at().china_date();
    let figure = Figure::DisclosureRecordYears;
    u8::try_from(context.directory.figure(figure, today)).unwrap_or(u8::MAX)
}

fn kept_until(years: u8, context: &Context<'_>) -> Date {
    let today = context.happened_at().china_date();
    today.saturating_add(i64::from(years).years())
}

/// The body that a case is handed over to.
fn external_body<'a>(to: &UnitId, context: &Context<'a>) -> Result<&'a Unit, Rejection> {
    let body = existing_unit(to, "to", context)?;
    if is_external_body(body) {
        return Ok(body);
    }
    let unit = to.clone();
    Err(Rejection::NotOutside { unit })
}

/// For how many years the record is kept: as named, and no fewer than by law.
fn years_kept(named: Option<u8>, context: &Context<'_>) -> Result<u8, Rejection> {
    let fewest = fewest_years(context);
    let years = named.unwrap_or(fewest);
    if years < fewest {
        return Err(Rejection::KeptTooShort { years });
    }
    Ok(years)
}

impl Action for HandOver {
    fn party(custody: &Custody) -> Option<Party<'_>> {
        Some(Party::unit(custody.holder()))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        require_holder(custody, context)?;
        let basis = required_text("basis", self.basis.reference());
        let checked = both(external_body(&self.to, context), basis);
        let ((body, _), years) = both(checked, years_kept(self.keep_years, context))?;
        Ok(vec![Event::from(HandedOver {
            handover: context.handoff,
            by: context.actor.unit.clone(),
            staff: context.actor.staff.clone(),
            to: body.id.clone(),
            to_division: body.division,
            purpose: self.purpose,
            data: self.data.clone(),
            basis: self.basis.clone(),
            materials: self.materials.clone(),
            kept_until: kept_until(years, context),
            at: context.happened_at(),
        })])
    }
}

/// The day of a reply: today, or one before, and not before the handing over.
fn day_of_reply(
    named: Option<Date>,
    handed: &HandedOver,
    context: &Context<'_>,
) -> Result<Date, Rejection> {
    let today = context.now.china_date();
    let on = named.unwrap_or(today);
    if on > today {
        let day = on.to_string();
        return Err(Rejection::ImpossibleDay { day });
    }
    let handed_on = handed.at.china_date();
    if on < handed_on {
        let (day, handed) = (on.to_string(), handed_on.to_string());
        return Err(Rejection::AnswerBeforeHandover { day, handed });
    }
    Ok(on)
}

impl Action for RecordExternalReply {
    /// The unit that handed the matter over, or the holder of the moment.
    fn party(custody: &Custody) -> Option<Party<'_>> {
        custody.open_handovers().next()?;
        let by = custody.open_handovers().map(|handover| &handover.handed.by);
        Party::any_of(by.chain([custody.holder()]))
    }

    fn decide(&self, custody: &Custody, context: &Context<'_>) -> Decision {
        let mut open = custody.open_handovers();
        let handover = match self.handover {
            Some(named) => open.find(|handover| handover.handed.handover == named),
            None => open.next().filter(|_| open.next().is_none()),
        };
        let handover = handover.ok_or_else(|| Rejection::NoSuchHandover {
            holder: custody.holder().clone(),
        })?;
        if handover.handed.by != context.actor.unit {
            require_holder(custody, context)?;
        }
        let letter = self.letter.as_ref();
        let letter = letter.map(|letter| required_text("letter", letter));
        let on = day_of_reply(self.on, &handover.handed, context);
        let (on, letter) = both(on, letter.transpose())?;
        Ok(vec![Event::from(ExternalBodyReplied {
            handover: handover.handed.handover,
            from: handover.handed.to.clone(),
            answer: self.answer,
            letter,
            on,
        })])
    }
}

#[cfg(test)]
mod tests;
