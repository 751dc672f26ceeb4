//! Another lawyer at the recipient's request (法律援助法 art. 55; 办理法律援助案件程序规定): the agency decides within its days,
//! and the aid is not at its end before. The lawyer who has the case goes on until then.

use onestop_matter::domain::{Context, Matter, start, stop_beside};
use onestop_proto::{
    clock::Stop,
    legal_aid::{AskOtherLawyer, Event, KeepLawyer, LawyerKept, OtherLawyerAsked, Rejection},
};

use super::{Decision, LegalAidRules, require_texts};

/// From the request to the agency's decision. It runs beside the clock of the step: the agreement does not wait for it.
pub(super) const DECIDE: &str = "legal-aid.other-lawyer";

pub(super) fn ask(
    matter: &Matter<LegalAidRules>,
    ask: &AskOtherLawyer,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("why", &ask.why)])?;
    if is_asked(matter) {
        return Err(Rejection::OtherLawyerAsked {});
    }
    let why = ask.why.clone();
    let decide = start(DECIDE, matter, context);
    Ok(vec![OtherLawyerAsked { why }.into(), decide])
}

pub(super) fn keep(
    matter: &Matter<LegalAidRules>,
    keep: &KeepLawyer,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("why", &keep.why)])?;
    let Some(stopped) = decided(matter) else {
        return Err(Rejection::NoOtherLawyerAsked {});
    };
    let kept = LawyerKept {
        why: keep.why.clone(),
        decided_by: context.actor.staff.clone(),
    };
    Ok(vec![kept.into(), stopped])
}

/// The request is decided on: the lawyer stays, or another one was assigned.
pub(super) fn decided(matter: &Matter<LegalAidRules>) -> Option<Event> {
    stop_beside(DECIDE, matter, Stop::Done)
}

/// The aid ended before the agency decided on the request.
pub(super) fn left(matter: &Matter<LegalAidRules>) -> Option<Event> {
    stop_beside(DECIDE, matter, Stop::Left)
}

/// Refuses the end of the aid while the request is not decided on.
pub(super) fn require_decided(matter: &Matter<LegalAidRules>) -> Result<(), Rejection> {
    if is_asked(matter) {
        return Err(Rejection::OtherLawyerToDecide {});
    }
    Ok(())
}

/// Whether a command fits what the recipient asked for.
pub(super) fn fits(matter: &Matter<LegalAidRules>, command: &str) -> bool {
    match command {
        "ask-other-lawyer" => !is_asked(matter),
        "keep-lawyer" => is_asked(matter),
        _ => true,
    }
}

/// Whether the recipient waits for the agency's decision.
fn is_asked(matter: &Matter<LegalAidRules>) -> bool {
    let mut clocks = matter.clocks.iter();
    clocks.any(|clock| clock.step.as_str() == DECIDE)
}
