//! Erasing the persons of a case (个人信息保护法第四十七条): when the law allows it, and when it does not yet.

use jiff::civil::Date;
use onestop_directory::Directory;
use onestop_proto::{
    actor::{Actor, Role},
    case::{Event, Stage},
    personal::{EndedRetention, Erase, Erased, Rejection, RetainedFrom},
    query::OpenInstruction,
    time::Timestamp,
};

use super::{
    Case, Rating,
    jurisdiction::{is_theirs, lies_below},
};

/// When what retention periods count from happened, the last time each. State does not know times: they
/// stand in the envelopes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moments {
    opened: Option<Timestamp>,
    referred: Option<Timestamp>,
    closed: Option<Timestamp>,
    archived: Option<Timestamp>,
}

impl Moments {
    /// Takes in one more event of the case.
    pub fn take_in(&mut self, event: &Event, happened_at: Timestamp) {
        let moment = match event {
            Event::Opened(_) => &mut self.opened,
            Event::ReferralRequested(_) | Event::HolderNoted(_) => &mut self.referred,
            Event::Closed(_) | Event::Merged(_) => &mut self.closed,
            Event::Reopened(_) => {
                self.closed = None;
                return;
            }
            Event::Archived(_) => &mut self.archived,
            Event::Answered(_)
            | Event::MaterialReceived(_)
            | Event::CameBack(_)
            | Event::ResultNoted(_)
            | Event::Withdrawn(_)
            | Event::Rated(_)
            | Event::Corrected(_)
            | Event::NoticeGiven(_)
            | Event::AttachmentAdded(_)
            | Event::HomeVisited(_)
            | Event::FollowedUp(_)
            | Event::Redone(_)
            | Event::ClockStarted(_)
            | Event::ClockStopped(_)
            | Event::ClockCorrected(_)
            | Event::ClockDueSoon(_)
            | Event::ClockOverdue(_)
            | Event::ClockSupervised(_)
            | Event::Erased(_) => return,
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
pub struct Grounds<'a> {
    /// Today, in China.
    pub today: Date,
    /// Who decides.
    pub actor: &'a Actor,
    /// The retention periods.
    pub directory: &'a Directory,
    /// When it happened what they count from.
    pub moments: &'a Moments,
    /// What a supervisor waits for (督办), as custody has it.
    pub instruction: Option<&'a OpenInstruction>,
}

/// Decides that the persons of a case are erased.
///
/// # Errors
/// Whoever may not, what is not over, until when the law wants it kept.
pub fn decide_erasure(
    case: &Case,
    erase: &Erase,
    grounds: &Grounds<'_>,
) -> Result<Vec<Event>, Rejection> {
    theirs_to_decide(case, grounds)?;
    if let Some(basis) = case.erased {
        return Err(Rejection::Erased { basis });
    }
    over(case)?;
    unasked(case, grounds)?;
    let retention = ended(case, grounds)?;
    Ok(vec![Event::from(Erased {
        basis: erase.basis,
        retention,
        note: erase.note.clone(),
        directory: grounds.directory.version().to_owned(),
    })])
}

/// A supervisor of the division, or the administrator of the case's own unit.
fn theirs_to_decide(case: &Case, grounds: &Grounds<'_>) -> Result<(), Rejection> {
    let actor = grounds.actor;
    let may = match actor.role {
        Role::Supervisor => lies_below(case, actor, grounds.directory),
        Role::UnitAdministrator => is_theirs(case, actor),
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

fn over(case: &Case) -> Result<(), Rejection> {
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

/// Nobody is looking into it: whoever looks into a complaint must know whose it is.
fn unasked(case: &Case, grounds: &Grounds<'_>) -> Result<(), Rejection> {
    match &case.rating {
        Rating::Redo { clock, .. } => {
            let day = clock.due.day;
            return Err(Rejection::NotPutRight { day });
        }
        Rating::None | Rating::Given { .. } | Rating::Redone { .. } => {}
    }
    match grounds.instruction {
        Some(open) => Err(Rejection::Supervised {
            by: open.by.clone(),
            until: open.until,
        }),
        None => Ok(()),
    }
}

/// Every period that concerns the case, ended; or the one that ends last. No basis of erasure goes before
/// a period that runs (个人信息保护法第四十七条第二款).
fn ended(case: &Case, grounds: &Grounds<'_>) -> Result<Vec<EndedRetention>, Rejection> {
    let (item, place) = (&case.about.item, case.opened.window_division);
    let rules = grounds.directory.retentions(item, place, grounds.today);
    let mut concerning: Vec<EndedRetention> = rules
        .into_iter()
        .filter_map(|rule| {
            let began = grounds.moments.of(rule.from)?;
            Some(EndedRetention {
                basis: rule.basis.clone(),
                from: rule.from,
                years: rule.years,
                last_day: rule.last_day(began.china_date()),
            })
        })
        .collect();
    concerning.sort_by_key(|period| period.last_day);
    match concerning.last() {
        Some(last) if grounds.today <= last.last_day => Err(Rejection::Retained {
            basis: last.basis.clone(),
            from: last.from,
            years: last.years,
            last_day: last.last_day,
        }),
        Some(_) | None => Ok(concerning),
    }
}
