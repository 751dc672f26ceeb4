//! Which commands a case allows, by its standing: one table for decisions and for screens.

use onestop_directory::{Directory, Figure, WINDOW};
use onestop_proto::{
    actor::Actor,
    case::{Command, Rejection, SERVICE},
    command::CommandType,
    permission,
    time::Timestamp,
};

use super::{Case, Context, Rating, Standing};

const AT_WINDOW: &[&str] = &[
    "answer",
    "request-referral",
    "notify-once",
    "receive-material",
    "attach-piece",
    "attach",
    "note-home-visit",
    "settle-need",
    "mark-urgent",
    "lift-urgency",
    "correct",
    "merge",
    "withdraw",
    "redo",
];
/// Without `withdraw`: referral decides on it, and the service asks there.
const REFERRED: &[&str] = &[
    "notify-once",
    "receive-material",
    "attach-piece",
    "attach",
    "note-home-visit",
    "settle-need",
    "mark-urgent",
    "lift-urgency",
    "correct",
    "redo",
];
/// The citizen may bring papers, and the body may refuse the case: then it is referred anew.
const HANDED_OVER: &[&str] = &[
    "rate",
    "close",
    "request-referral",
    "receive-material",
    "attach-piece",
    "attach",
    "note-home-visit",
    "settle-need",
    "follow-up",
    "correct",
    "merge",
    "withdraw",
    "redo",
];
const RESULT_BACK: &[&str] = &[
    "rate",
    "close",
    "request-referral",
    "attach-piece",
    "attach",
    "note-home-visit",
    "settle-need",
    "follow-up",
    "mark-urgent",
    "lift-urgency",
    "correct",
    "merge",
    "redo",
];
const ANSWERED: &[&str] = &[
    "rate",
    "close",
    "withdraw",
    "attach-piece",
    "attach",
    "note-home-visit",
    "settle-need",
    "follow-up",
    "correct",
    "merge",
    "redo",
];
const WITHDRAWN: &[&str] = &["close", "correct", "redo", "settle-need"];
const CLOSED: &[&str] = &[
    "rate",
    "redo",
    "follow-up",
    "note-home-visit",
    "settle-need",
    "correct",
    "reopen",
    "archive",
];

/// The names of the commands that a standing allows.
pub(super) fn allowed(standing: &Standing) -> &'static [&'static str] {
    match standing {
        Standing::AtWindow => AT_WINDOW,
        Standing::Referred { .. } => REFERRED,
        Standing::HandedOver { .. } => HANDED_OVER,
        Standing::ResultBack => RESULT_BACK,
        Standing::Answered => ANSWERED,
        Standing::Withdrawn => WITHDRAWN,
        Standing::Closed => CLOSED,
        Standing::Archived | Standing::Merged { .. } => &[],
    }
}

/// The names of the commands that a screen offers at a moment: those allowed, without those already carried out and
/// those whose time is over.
pub(crate) fn offered(case: &Case, now: Timestamp, directory: &Directory) -> Vec<&'static str> {
    let reopenings = directory.figure(Figure::Reopenings, now.china_date());
    let is_pending = case.redo_clock().is_some();
    let has_needs = !case.open_needs().is_empty();
    let useful = |name: &&&str| match **name {
        "rate" => matches!(case.rating, Rating::None | Rating::Redone { .. }),
        "redo" => is_pending,
        "archive" => !is_pending && !has_needs,
        "settle-need" => has_needs,
        "mark-urgent" => !case.urgent,
        "lift-urgency" => case.urgent,
        "merge" => !is_pending && !case.holds_complaint,
        "notify-once" => case.notice.is_none(),
        // The same would come back; a correction of the topic or the place makes it another.
        "request-referral" => case.external.is_none(),
        "reopen" => case.check_reopening(now, reopenings).is_ok(),
        _ => true,
    };
    let allowed = allowed(&case.standing).iter().filter(useful).copied();
    let by_custody = is_unaccepted(case).then_some("withdraw");
    allowed.chain(by_custody).collect()
}

/// Whether the case is referred and no unit has accepted it. Referral takes it back then; afterwards the unit that has it takes
/// down that the citizen withdraws.
fn is_unaccepted(case: &Case) -> bool {
    let (holder, _) = case.holder_and_division();
    matches!(case.standing, Standing::Referred { .. }) && *holder == case.opened.window
}

/// Of the commands that a screen offers at a moment those that this actor may send.
pub(crate) fn available(
    case: &Case,
    now: Timestamp,
    actor: &Actor,
    directory: &Directory,
) -> Vec<&'static str> {
    let offered = offered(case, now, directory).into_iter();
    let may_send = |name: &&str| {
        permission::permits(actor.role, SERVICE, name)
            && Party::of(name).check(case, actor, directory).is_ok()
    };
    offered.filter(may_send).collect()
}

/// The window that may send a command.
enum Party {
    /// The one that opened the case.
    OwnWindow,
    /// Any: the citizen may bring material to the nearest one (首问负责).
    AnyWindow,
}

impl Party {
    fn of(command: &str) -> Self {
        match command {
            "receive-material" | "attach-piece" | "attach" => Self::AnyWindow,
            _ => Self::OwnWindow,
        }
    }

    fn check(&self, case: &Case, actor: &Actor, directory: &Directory) -> Result<(), Rejection> {
        let (window, unit) = (&case.opened.window, &actor.unit);
        match self {
            Self::OwnWindow if unit == window => Ok(()),
            Self::OwnWindow => Err(Rejection::NotYourCase {
                window: window.clone(),
                unit: unit.clone(),
            }),
            Self::AnyWindow => match directory.unit(unit) {
                Some(unit) if unit.kind.as_str() == WINDOW => Ok(()),
                Some(_) | None => Err(Rejection::UnknownWindow { unit: unit.clone() }),
            },
        }
    }
}

/// Refuses a unit that may not act on the case, and a command that its standing does not allow.
pub(super) fn check(
    case: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    Party::of(command.name()).check(case, context.actor, context.directory)?;
    if allowed(&case.standing).contains(&command.name()) {
        Ok(())
    } else {
        Err(case.not_now())
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::Withdraw;

    use super::*;
    use crate::domain::{evolve, test_support::*, trigger::react};

    #[test]
    fn the_case_of_another_window_is_refused() {
        let world = world();
        let other = world
            .directory
            .unit_at("530821".parse().unwrap(), &WINDOW.parse().unwrap())
            .unwrap()
            .id
            .clone();
        let refused = world
            .after(&[world.opened()])
            .by(&other)
            .when(Withdraw {})
            .unwrap_err();
        assert_eq!(
            refused,
            Rejection::NotYourCase {
                window: world.window.clone(),
                unit: other
            }
        );
    }

    /// What is available is what `decide` takes from that actor, as far as their unit and the standing decide.
    #[test]
    fn whoever_asks_is_told_what_they_may_send() {
        let world = world();
        let case = [world.opened(), world.requested()];
        let case = case.iter().fold(None, evolve).unwrap();
        let now = "2026-11-23 10:00:00".parse().unwrap();
        let told = |actor: &str| available(&case, now, &world.actor(actor), &world.directory);
        let own = format!("clerk/zhang-li@{TOWN}");
        assert_eq!(told(&own), offered(&case, now, &world.directory));
        assert!(told(&own).contains(&"withdraw"));
        let neighbour = "clerk/li-na@530821";
        assert_eq!(
            told(neighbour),
            ["receive-material", "attach-piece", "attach"]
        );
        assert!(told("specialist/wang@530821.legal-aid").is_empty());
        assert!(told(&format!("supervisor/he@{TOWN}")).is_empty());
    }

    /// Referral refuses to take back what a unit has accepted.
    #[test]
    fn a_withdrawal_is_offered_until_a_unit_accepts() {
        let world = world();
        let referred = [world.opened(), world.requested()];
        let referred = referred.iter().fold(None, evolve).unwrap();
        let now = "2026-11-23 10:00:00".parse().unwrap();
        let offers = |case: &Case| offered(case, now, &world.directory).contains(&"withdraw");
        assert!(offers(&referred));
        let accepted = react(Some(&referred), &world.accepted_by_agency()).unwrap();
        let accepted = accepted.iter().fold(Some(referred), evolve).unwrap();
        assert!(!offers(&accepted));
    }
}
