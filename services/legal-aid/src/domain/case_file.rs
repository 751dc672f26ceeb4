//! The aid itself, and its file: agreement, conclusion, check and subsidy.

use onestop_matter::domain::{
    Context, Matter, require_dates_closed, require_document_numbers, start,
};
use onestop_proto::legal_aid::{
    Approval, Archived, Concluded, Contract, Contracted, Event, FileReturned, FileSubmitted,
    Rejection, ReturnFile, SubmitFile,
};

use super::{
    Decision, LegalAidRules, assignment::for_one_side, end_step, organ, other_lawyer, require_texts,
};

/// From the conclusion to the file.
const SUBMIT: &str = "legal-aid.submit-file";
/// From the file to the end of its check.
const CHECK: &str = "legal-aid.check-file";

/// The other side may have come after the assignment: what is signed is for one side.
pub(super) fn contract(
    matter: &Matter<LegalAidRules>,
    contract: &Contract,
    context: &Context<'_>,
) -> Decision {
    require_document_numbers(&[("agreement", &contract.agreement)])?;
    lawyer_for_one_side(matter, context)?;
    let agreement = contract.agreement.clone();
    Ok(end_step(matter, Contracted { agreement }).collect())
}

/// 律师法 art. 39: the lawyer who was assigned does not act for the other side.
fn lawyer_for_one_side(
    matter: &Matter<LegalAidRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    match matter.acted.last() {
        Some(licence) => for_one_side(matter, licence, context),
        None => Ok(()),
    }
}

/// Whether a command fits who was assigned, and what is still owed: the aid has its end once nothing is.
pub(super) fn fits(matter: &Matter<LegalAidRules>, command: &str, context: &Context<'_>) -> bool {
    match command {
        "contract" => lawyer_for_one_side(matter, context).is_ok(),
        "conclude" => require_nothing_owed(matter).is_ok(),
        _ => true,
    }
}

fn require_nothing_owed(matter: &Matter<LegalAidRules>) -> Result<(), Rejection> {
    require_dates_closed(matter)?;
    organ::require_told(matter)?;
    other_lawyer::require_decided(matter)
}

/// The case goes back to its window; the file is still to come. The aid is not at its end while a critical date is open: it
/// goes on until the client's right is kept, or the client knows and decides (法律援助法 art. 46).
pub(super) fn conclude(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    require_nothing_owed(matter)?;
    let submit = start(SUBMIT, matter, context);
    Ok(end_step(matter, Concluded {}).chain([submit]).collect())
}

pub(super) fn submit(
    matter: &Matter<LegalAidRules>,
    submit: &SubmitFile,
    context: &Context<'_>,
) -> Decision {
    require_document_numbers(&[("file", &submit.file)])?;
    let file = submit.file.clone();
    let check = start(CHECK, matter, context);
    Ok(end_step(matter, FileSubmitted { file })
        .chain([check])
        .collect())
}

pub(super) fn return_file(
    matter: &Matter<LegalAidRules>,
    return_file: &ReturnFile,
    context: &Context<'_>,
) -> Decision {
    require_texts(&[("why", &return_file.why)])?;
    let why = return_file.why.clone();
    let submit = start(SUBMIT, matter, context);
    Ok(end_step(matter, FileReturned { why })
        .chain([submit])
        .collect())
}

pub(super) fn archive(
    matter: &Matter<LegalAidRules>,
    subsidy_fen: u64,
    approval: Option<Approval>,
) -> Vec<Event> {
    let archived = Archived {
        subsidy_fen,
        approval,
    };
    end_step(matter, archived).collect()
}
