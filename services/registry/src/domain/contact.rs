//! Telephone and address.

use onestop_directory::{RecordKind, Site, SiteChanges, is_phone};
use onestop_proto::{
    registry::{ChangeContact, ContactChanged, ProposedChange, Rejection},
    typed::half_width,
};

use super::{
    Context, Decision,
    all_faults::{fault, refuse_all},
    first_day, known_unit,
    permission::check_keeper,
    proposal::decided_or_proposed,
    visible, with_recorded,
};

pub(super) fn change(
    changes: Option<&SiteChanges>,
    command: &ChangeContact,
    context: &Context<'_>,
) -> Decision {
    let unit = known_unit(&command.unit, context.directory)?;
    check_keeper(unit, context)?;
    let from = first_day(command.from, unit.division, context);
    let (phone, address) = (checked_phone(command), checked_address(command));
    refuse_all([fault(&phone), fault(&address), fault(&from)])?;
    let (from, phone, address) = (from?, phone?, address?);
    let known = with_recorded(context, &unit.site, changes);
    let (mut now_phone, mut now_address) =
        (known.unit_phone(unit, from), known.unit_address(unit, from));
    // A window's are those of its site.
    let is_window = |site: &&Site| {
        let window = known.window_of(site);
        window.is_some_and(|window| window.id == unit.id)
    };
    if let Some(site) = known.site(&unit.site).filter(is_window) {
        now_phone = known.site_phone(site, from);
        now_address = known.site_address(site, from);
    }
    if phone.is_none() && address.is_none() {
        return Err(Rejection::ContactMissing {});
    }
    let phone = phone.filter(|phone| now_phone != Some(phone.as_str()));
    let address = address.filter(|address| now_address != Some(address.as_str()));
    if phone.is_none() && address.is_none() {
        return Err(Rejection::NothingChanges {});
    }
    let changed = ContactChanged {
        site: unit.site.clone(),
        unit: unit.id.clone(),
        division: unit.division,
        from,
        phone,
        address,
    };
    let change = ProposedChange::ContactChanged(changed);
    decided_or_proposed(changes, (RecordKind::ChangeContact, change), unit, context)
}

fn checked_phone(command: &ChangeContact) -> Result<Option<String>, Rejection> {
    let phone = command.phone.as_deref().map(half_width);
    let phone = phone.as_deref().map(visible);
    match phone {
        Some(phone) if !is_phone(&phone) => Err(Rejection::NotATelephone { phone }),
        Some(_) | None => Ok(phone),
    }
}

fn checked_address(command: &ChangeContact) -> Result<Option<String>, Rejection> {
    let address = command.address.as_deref().map(visible);
    match address {
        Some(address) if address.is_empty() => Err(Rejection::AddressBlank {}),
        Some(_) | None => Ok(address),
    }
}
