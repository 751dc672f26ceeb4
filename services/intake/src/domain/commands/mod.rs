//! The commands of a case: one file for each, with its `decide` and its tests.

mod answer;
mod archive;
mod attach;
mod close;
mod correct;
mod erase;
mod follow_up;
mod merge;
mod note_home_visit;
mod notify_once;
mod open;
mod rate;
mod receive_material;
mod redo;
mod reopen;
mod request_referral;
mod settle_need;
mod urgency;
mod withdraw;

use onestop_proto::case::Command;

pub(crate) use self::erase::{
    ErasureContext, check_request as check_erasure_request, check_second_person,
    decide as decide_erasure, visible_request,
};
use super::{Case, Context, available};
use crate::domain::Decision;

/// Decides a command.
///
/// # Errors
/// The rejection; nothing is written then.
pub(crate) fn decide(case: Option<&Case>, command: &Command, context: &Context<'_>) -> Decision {
    let case = match (case, command) {
        (None, Command::Open(open)) => return open::decide(open, context),
        // The service refuses commands for unknown cases before it calls this.
        (None, _) => return Ok(Vec::new()),
        (Some(case), _) => case,
    };
    available::check(case, command, context)?;
    context.check_time(case.opened.window_division, None)?;
    match command {
        Command::Open(_) => Err(case.not_now()),
        Command::Correct(correct) => correct::decide(case, correct, context),
        Command::AnswerCitizen(answer) => answer::decide(answer, context),
        Command::NotifyOnce(notify) => notify_once::decide(case, notify, context),
        Command::ReceiveMaterial(receive) => receive_material::decide(case, receive),
        Command::AttachPiece(piece) => attach::decide_piece(case, piece),
        Command::Attach(attach) => attach::decide(case, attach, context),
        Command::NoteHomeVisit(visit) => note_home_visit::decide(visit, context),
        Command::SettleNeed(settle) => settle_need::decide(case, settle),
        Command::MarkUrgent(mark) => urgency::decide_mark(case, mark),
        Command::LiftUrgency(lift) => urgency::decide_lift(case, lift),
        Command::RequestReferral(request) => request_referral::decide(case, request, context),
        Command::Withdraw(_) => Ok(withdraw::decide()),
        Command::Merge(merge) => merge::decide(case, merge, context),
        Command::Rate(rate) => rate::decide(case, rate, context),
        Command::Redo(redo) => redo::decide(case, redo, context),
        Command::FollowUp(follow_up) => Ok(follow_up::decide(follow_up, context)),
        Command::Close(_) => Ok(close::decide(case, context)),
        Command::Reopen(reopen) => reopen::decide(case, reopen, context),
        Command::Archive(_) => archive::decide(case),
    }
}
