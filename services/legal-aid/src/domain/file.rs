//! The aid itself, and its file: agreement, conclusion, check and subsidy.

use onestop_matter::domain::{Context, Matter, start};
use onestop_proto::legal_aid::{
    Archive, Archived, Concluded, Contract, Contracted, Event, FileReturned, FileSubmitted,
    Rejection, ReturnFile, SubmitFile,
};

use super::{LegalAid, done, filled};

type Decision = Result<Vec<Event>, Rejection>;

/// From the conclusion to the file.
const SUBMIT: &str = "legal-aid.submit-file";
/// From the file to the end of its check.
const CHECK: &str = "legal-aid.check-file";

pub(super) fn contract(matter: &Matter<LegalAid>, contract: &Contract) -> Decision {
    filled(&[("agreement", &contract.agreement)])?;
    let agreement = contract.agreement.clone();
    Ok(done(matter, Contracted { agreement }).collect())
}

/// The case goes back to its window; the file is still to come.
pub(super) fn conclude(matter: &Matter<LegalAid>, context: &Context<'_>) -> Vec<Event> {
    let submit = start(SUBMIT, matter, context);
    done(matter, Concluded {}).chain([submit]).collect()
}

pub(super) fn submit(
    matter: &Matter<LegalAid>,
    submit: &SubmitFile,
    context: &Context<'_>,
) -> Decision {
    filled(&[("file", &submit.file)])?;
    let file = submit.file.clone();
    let check = start(CHECK, matter, context);
    Ok(done(matter, FileSubmitted { file })
        .chain([check])
        .collect())
}

pub(super) fn give_back(
    matter: &Matter<LegalAid>,
    give_back: &ReturnFile,
    context: &Context<'_>,
) -> Decision {
    filled(&[("why", &give_back.why)])?;
    let why = give_back.why.clone();
    let submit = start(SUBMIT, matter, context);
    Ok(done(matter, FileReturned { why }).chain([submit]).collect())
}

pub(super) fn archive(matter: &Matter<LegalAid>, archive: &Archive) -> Vec<Event> {
    let subsidy_fen = archive.subsidy_fen;
    done(matter, Archived { subsidy_fen }).collect()
}
