//! From acceptance to the certificate (出证): verification here or elsewhere, and force majeure
//! (公证法 art. 29, 30).

use onestop_matter::domain::{
    Context, Matter, pause, require_document_numbers, require_impartial, resume,
};
use onestop_proto::{
    clock::PauseReason,
    notarization::{
        Continued, Event, FinishVerification, Issue, Issued, Rejection, Suspend, Suspended,
        VerificationBegun, VerificationDone, Verify,
    },
    numbers::number_key,
    typed::is_invisible,
};

use super::{Decision, NotarizationRules, application::require_presence, end_step, require_texts};

pub(super) fn verify(
    matter: &Matter<NotarizationRules>,
    verify: &Verify,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("what", &verify.what)])?;
    let begun = VerificationBegun {
        by: verify.verifier,
        what: verify.what.clone(),
    };
    let paused = pause(matter, PauseReason::Verification, context);
    Ok(std::iter::once(begun.into()).chain(paused).collect())
}

pub(super) fn finish_verification(
    matter: &Matter<NotarizationRules>,
    finish: &FinishVerification,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("result", &finish.result)])?;
    let result = finish.result.clone();
    let resumed = resume(matter, context);
    Ok(std::iter::once(VerificationDone { result }.into())
        .chain(resumed)
        .collect())
}

pub(super) fn suspend(
    matter: &Matter<NotarizationRules>,
    suspend: &Suspend,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("why", &suspend.why)])?;
    let why = suspend.why.clone();
    let paused = pause(matter, PauseReason::ForceMajeure, context);
    Ok(std::iter::once(Suspended { why }.into())
        .chain(paused)
        .collect())
}

pub(super) fn resume_work(matter: &Matter<NotarizationRules>, context: &Context<'_>) -> Vec<Event> {
    let resumed = resume(matter, context);
    std::iter::once(Continued {}.into())
        .chain(resumed)
        .collect()
}

pub(super) fn issue(
    matter: &Matter<NotarizationRules>,
    issue: &Issue,
    context: &Context<'_>,
) -> Decision {
    require_impartial(matter, &context.actor.staff, context)?;
    require_presence(&matter.details, context.directory)?;
    let visible = issue
        .certificate
        .chars()
        .filter(|sign| !is_invisible(*sign));
    let certificate: String = visible.collect();
    let certificate = certificate.trim().to_owned();
    require_document_numbers(&[("certificate", &certificate)])?;
    if (context.given_elsewhere)(&matter.unit, &number_key(&certificate)) {
        return Err(Rejection::CertificateGiven { certificate });
    }
    let issued = Issued {
        certificate,
        notary: Some(context.actor.staff.clone()),
        at: Some(context.happened_at),
    };
    Ok(end_step(matter, issued).collect())
}
