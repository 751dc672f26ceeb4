//! What can be done with a case, by where it stands: one table, which decisions go by and which a screen
//! offers.

use onestop_proto::{
    case::{Command, Rejection},
    command::CommandType,
};

use super::{Case, Context, Rating, Standing, window};

/// The commands of a standing, by their names.
#[must_use]
pub fn possible(standing: &Standing) -> &'static [&'static str] {
    match standing {
        Standing::AtWindow => &[
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
        ],
        // A withdrawal is custody's to decide: the service asks there.
        Standing::Referred { .. } => &[
            "notify-once",
            "receive-material",
            "attach-piece",
            "attach",
            "note-home-visit",
            "correct",
            "redo",
        ],
        Standing::ResultBack => &[
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
        ],
        Standing::Answered => &[
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
        ],
        Standing::Withdrawn => &["close", "correct", "redo"],
        Standing::Closed => &[
            "rate",
            "redo",
            "follow-up",
            "note-home-visit",
            "correct",
            "reopen",
            "archive",
        ],
        Standing::Archived | Standing::Merged { .. } => &[],
    }
}

/// What a screen offers: what is possible, without what has been done already.
#[must_use]
pub fn offered(case: &Case) -> Vec<&'static str> {
    let waits = matches!(case.rating, Rating::Redo { .. });
    let useful = |name: &&&str| match **name {
        "rate" => matches!(case.rating, Rating::None | Rating::Redone { .. }),
        "redo" => waits,
        "archive" => !waits,
        "notify-once" => case.notice.is_none(),
        _ => true,
    };
    let possible = possible(&case.standing).iter().filter(useful).copied();
    let by_custody = matches!(case.standing, Standing::Referred { .. }).then_some("withdraw");
    possible.chain(by_custody).collect()
}

/// Whose act it is, and whether it is possible now.
pub(super) fn check(
    case: &Case,
    command: &Command,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match command {
        // The citizen need not go back to the first window for these (首问负责).
        Command::ReceiveMaterial(_) | Command::AttachPiece(_) | Command::Attach(_) => {
            window::any(context)?;
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
        | Command::Archive(_) => window::own(case, context)?,
    }
    if possible(&case.standing).contains(&command.name()) {
        Ok(())
    } else {
        Err(case.not_now())
    }
}
