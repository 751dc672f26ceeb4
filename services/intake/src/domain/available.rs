//! Which commands a case allows, by its standing: one table for decisions and for screens.

use onestop_directory::WINDOW;
use onestop_proto::{
    case::{Command, Rejection},
    command::CommandType,
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
    "correct",
    "redo",
];
const RESULT_BACK: &[&str] = &[
    "rate",
    "close",
    "request-referral",
    "attach-piece",
    "attach",
    "note-home-visit",
    "follow-up",
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
    "follow-up",
    "correct",
    "merge",
    "redo",
];
const WITHDRAWN: &[&str] = &["close", "correct", "redo"];
const CLOSED: &[&str] = &[
    "rate",
    "redo",
    "follow-up",
    "note-home-visit",
    "correct",
    "reopen",
    "archive",
];

/// The names of the commands that a standing allows.
pub(super) fn allowed(standing: &Standing) -> &'static [&'static str] {
    match standing {
        Standing::AtWindow => AT_WINDOW,
        Standing::Referred { .. } => REFERRED,
        Standing::ResultBack => RESULT_BACK,
        Standing::Answered => ANSWERED,
        Standing::Withdrawn => WITHDRAWN,
        Standing::Closed => CLOSED,
        Standing::Archived | Standing::Merged { .. } => &[],
    }
}

/// The names of the commands that a screen offers: those allowed, without those already carried out.
pub(crate) fn offered(case: &Case) -> Vec<&'static str> {
    let is_pending = case.redo_clock().is_some();
    let useful = |name: &&&str| match **name {
        "rate" => matches!(case.rating, Rating::None | Rating::Redone { .. }),
        "redo" => is_pending,
        "archive" => !is_pending,
        "notify-once" => case.notice.is_none(),
        _ => true,
    };
    let allowed = allowed(&case.standing).iter().filter(useful).copied();
    let by_custody = matches!(case.standing, Standing::Referred { .. }).then_some("withdraw");
    allowed.chain(by_custody).collect()
}

/// Refuses a unit that may not act on the case, and a command that its standing does not allow.
pub(super) fn check(
    case: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match command {
        // The citizen need not go back to the first window for these (首问负责).
        Command::ReceiveMaterial(_) | Command::AttachPiece(_) | Command::Attach(_) => {
            check_any_window(context)?;
        }
        Command::Open(_)
        | Command::Correct(_)
        | Command::RequestReferral(_)
        | Command::AnswerCitizen(_)
        | Command::NotifyOnce(_)
        | Command::NoteHomeVisit(_)
        | Command::Withdraw(_)
        | Command::Rate(_)
        | Command::Redo(_)
        | Command::FollowUp(_)
        | Command::Merge(_)
        | Command::Close(_)
        | Command::Reopen(_)
        | Command::Archive(_) => check_own_window(case, context)?,
    }
    if allowed(&case.standing).contains(&command.name()) {
        Ok(())
    } else {
        Err(case.not_now())
    }
}

/// Allows the window that opened the case.
fn check_own_window(case: &Case, context: &Context<'_>) -> Result<(), Rejection> {
    if context.actor.unit == case.opened.window {
        Ok(())
    } else {
        Err(Rejection::NotYourCase {
            window: case.opened.window.clone(),
            unit: context.actor.unit.clone(),
        })
    }
}

/// Allows any window: the citizen may bring material to the nearest one.
fn check_any_window(context: &Context<'_>) -> Result<(), Rejection> {
    let unit = context.directory.unit(&context.actor.unit);
    if unit.is_some_and(|unit| unit.kind.as_str() == WINDOW) {
        Ok(())
    } else {
        Err(Rejection::UnknownWindow {
            unit: context.actor.unit.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use onestop_proto::case::Withdraw;

    use super::*;
    use crate::domain::test_support::*;

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
}
