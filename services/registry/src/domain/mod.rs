//! Who may record what of a site, and from which day on it holds. Pure: the day and the directory come with the context.

mod all_faults;
mod approval;
mod building;
mod contact;
mod days_off;
mod evidence;
mod items;
mod limit;
mod load;
mod means_line;
mod papers;
mod permission;
mod proposal;
mod proposed_command;
mod serving;
mod state;
mod wider;

pub use self::evidence::check_piece;

use jiff::{ToSpan, civil::Date};
use onestop_directory::{Directory, Item, Site, SiteChanges, Unit};
use onestop_proto::{
    actor::Actor,
    division::DivisionCode,
    envelope::Address,
    ids::{ServiceItem, SiteId, UnitId},
    registry::{Command, Event, Rejection},
    typed::{is_invisible, says_nothing},
};

/// The events that a command causes, or why it is refused.
pub type Decision = Result<Vec<Event>, Rejection>;

/// What a decision is made with besides what was recorded before.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The day, in China.
    pub today: Date,
    /// Who acts.
    pub actor: &'a Actor,
    /// The directory by its files, with what the bureaus of wider places have recorded where the command is about rules, and
    /// what was recorded of the other sites that have the file that it withdraws.
    pub directory: &'a Directory,
}

impl Context<'_> {
    /// The division for which the actor acts.
    fn own_division(&self) -> Option<DivisionCode> {
        self.directory
            .unit(&self.actor.unit)
            .map(|unit| unit.division)
    }
}

/// The site that a command is about.
///
/// # Errors
/// If the directory knows no such site or unit.
pub fn site_of(command: &Command, directory: &Directory) -> Result<SiteId, Rejection> {
    let site = match command {
        Command::ChangeContact(command) => return site_of_unit(&command.unit, directory),
        Command::MarkFull(command) => return site_of_unit(&command.unit, directory),
        Command::MarkFree(command) => return site_of_unit(&command.unit, directory),
        Command::SetDuty(command) => return site_of_unit(&command.unit, directory),
        Command::SetState(command) => &command.site,
        Command::PlanOpening(command) => &command.site,
        Command::CheckStandard(command) => &command.site,
        Command::ConfirmEntry(command) => &command.site,
        Command::AttachPiece(command) => &command.site,
        Command::AttachEvidence(command) => &command.site,
        // The code under which it was added, which may be one of before.
        Command::WithdrawEvidence(command) => return Ok(command.site.clone()),
        Command::SetHours(command) => &command.site,
        Command::SetLimit(command) => &command.site,
        Command::DeclareDaysOff(command) => &command.site,
        Command::MoveItemIn(command) => &command.site,
        Command::MoveItemOut(command) => &command.site,
        Command::SetPapers(command) => &command.site,
        Command::SetMeansLine(command) => &command.site,
        Command::ApproveChange(command) => &command.site,
        Command::SendBackChange(command) => &command.site,
    };
    Ok(known_site(site, directory)?.id.clone())
}

fn site_of_unit(unit: &UnitId, directory: &Directory) -> Result<SiteId, Rejection> {
    Ok(known_unit(unit, directory)?.site.clone())
}

/// What a command leads to, with what was recorded of its site before.
///
/// # Errors
/// If the rules refuse it.
pub fn decide(changes: Option<&SiteChanges>, command: &Command, context: &Context<'_>) -> Decision {
    let site = site_of(command, context.directory)?;
    let since_before = context.directory.with_changes_before_move(&site, changes);
    let changes = since_before.as_ref().or(changes);
    match command {
        Command::ChangeContact(command) => contact::change(changes, command, context),
        Command::SetState(command) => state::set(changes, command, context),
        Command::MarkFull(command) => load::mark_full(changes, command, context),
        Command::MarkFree(command) => load::mark_free(changes, command, context),
        Command::PlanOpening(command) => building::plan(changes, command, context),
        Command::CheckStandard(command) => building::check(changes, command, context),
        Command::ConfirmEntry(command) => building::confirm(changes, command, context),
        // The service stores it: it becomes no event.
        Command::AttachPiece(piece) => check_piece(changes, piece, context).map(|()| Vec::new()),
        Command::AttachEvidence(command) => evidence::attach(changes, command, context),
        Command::WithdrawEvidence(command) => evidence::withdraw(changes, command, context),
        Command::SetHours(command) => serving::set_hours(changes, command, context),
        Command::SetDuty(command) => serving::set_duty(changes, command, context),
        Command::SetLimit(command) => limit::set(changes, command, context),
        Command::DeclareDaysOff(command) => days_off::declare(changes, command, context),
        Command::MoveItemIn(command) => items::move_in(changes, command, context),
        Command::MoveItemOut(command) => items::move_out(changes, command, context),
        Command::SetPapers(command) => papers::set(changes, command, context),
        Command::SetMeansLine(command) => means_line::set(changes, command, context),
        Command::ApproveChange(command) => approval::approve(changes, command, context),
        Command::SendBackChange(command) => approval::send_back(changes, command, context),
    }
}

/// What is recorded of a site after one more event.
pub fn evolve(changes: Option<SiteChanges>, event: &Event) -> Option<SiteChanges> {
    Some(SiteChanges::evolve(changes, event))
}

/// The sites whose records a decision about a site rests on: the same site under its codes of before, where it has moved; and
/// where the command is about rules, the wider places, and the divisions of before (原区划) whose place it or a wider one took.
#[must_use]
pub fn related_sites(command: &Command, site: &SiteId, directory: &Directory) -> Vec<SiteId> {
    let about_rules = matches!(
        command,
        Command::SetLimit(_)
            | Command::SetPapers(_)
            | Command::MoveItemIn(_)
            | Command::MoveItemOut(_)
            | Command::SetHours(_)
            | Command::ApproveChange(_)
    );
    let place = directory.site(site).map(|site| site.division);
    if !about_rules {
        return place.map_or_else(Vec::new, |place| directory.sites_before_move(place));
    }
    let places: Vec<DivisionCode> = place.into_iter().flat_map(DivisionCode::chain).collect();
    let wider = places.iter().skip(1);
    let wider = wider.filter_map(|place| directory.site_at(*place));
    let wider = wider.map(|site| site.id.clone());
    let merged = places
        .iter()
        .flat_map(|place| directory.former_sites(*place));
    wider.chain(merged).collect()
}

pub fn address(_: &SiteChanges, event: &Event) -> Address {
    let (unit, division) = event.unit();
    Address {
        unit: unit.clone(),
        division,
        item: None,
    }
}

fn known_unit<'a>(unit: &UnitId, directory: &'a Directory) -> Result<&'a Unit, Rejection> {
    let known = directory.unit(unit);
    known.ok_or_else(|| Rejection::UnknownUnit { unit: unit.clone() })
}

fn known_site<'a>(site: &SiteId, directory: &'a Directory) -> Result<&'a Site, Rejection> {
    let known = directory.site(site);
    known.ok_or_else(|| Rejection::UnknownSite { site: site.clone() })
}

fn known_item<'a>(item: &ServiceItem, directory: &'a Directory) -> Result<&'a Item, Rejection> {
    let known = directory.item(item);
    known.ok_or_else(|| Rejection::UnknownMatter {
        item: item.clone(),
        item_name: None,
    })
}

fn window_of<'a>(site: &Site, context: &Context<'a>) -> Result<&'a Unit, Rejection> {
    let unknown = || Rejection::UnknownSite {
        site: site.id.clone(),
    };
    context.directory.window_of(site).ok_or_else(unknown)
}

fn with_recorded(context: &Context<'_>, site: &SiteId, changes: Option<&SiteChanges>) -> Directory {
    let changes = changes.cloned().unwrap_or_default();
    context.directory.with_changes_of(site.clone(), changes)
}

/// A typed text without invisible signs: public pages show it.
fn visible(text: &str) -> String {
    let seen: String = text.chars().filter(|sign| !is_invisible(*sign)).collect();
    seen.trim().to_owned()
}

/// What something rests on, in words.
fn evidence_of(text: &str) -> Result<String, Rejection> {
    let evidence = visible(text);
    if says_nothing(&evidence) {
        return Err(Rejection::EvidenceMissing {});
    }
    Ok(evidence)
}

/// What a rule rests on, in words.
fn basis_of(text: &str) -> Result<String, Rejection> {
    let basis = visible(text);
    if says_nothing(&basis) {
        return Err(Rejection::BasisMissing {});
    }
    Ok(basis)
}

/// The first day of a change at a place: today or later, because what was decided before stays; and not so far ahead that
/// it can only be a slip.
fn first_day(
    from: Option<Date>,
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<Date, Rejection> {
    let (first_day, today) = (from.unwrap_or(context.today), context.today);
    if first_day < today {
        return Err(Rejection::DayPast { first_day, today });
    }
    let most_days = context.directory.most_days_ahead(place);
    let last_day = most_days.map(|days| today.saturating_add(i64::from(days).days()));
    match last_day.filter(|last_day| first_day > *last_day) {
        Some(last_day) => Err(Rejection::DayTooFar {
            given: first_day,
            last_day,
        }),
        None => Ok(first_day),
    }
}

/// The first day of a period at a place, which does not end before it.
fn period(
    (from, until): (Option<Date>, Option<Date>),
    place: DivisionCode,
    context: &Context<'_>,
) -> Result<Date, Rejection> {
    let from = first_day(from, place, context)?;
    check_period(from, until)?;
    Ok(from)
}

/// Refuses a period that ends before it begins.
fn check_period(first_day: Date, until: Option<Date>) -> Result<(), Rejection> {
    match until {
        Some(last_day) if last_day < first_day => Err(Rejection::EndsBeforeItBegins {
            first_day,
            last_day,
        }),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
