//! Missing papers: requested once, each with what to mind about it, and until which day, for so long the review is paused; only
//! after that day does the application count as withdrawn (办理法律援助案件程序规定; 民法典 art. 201, 203), or is it refused for what
//! the papers could still show (法律援助法 art. 43).

use onestop_directory::{Directory, Figure};
use onestop_matter::domain::{Context, Matter, last_of_wait, request_supplement, require_any};
use onestop_proto::{
    clock::Due,
    field_problems::both,
    legal_aid::{
        DeemedWithdrawn, RefusalReason, Rejection, RequestSupplement, Step, SupplementRequested,
    },
    time::Timestamp,
};

use super::{Decision, LegalAidRules, end_step, grounds::any_refusal_fits, last_day};

pub(super) fn request(
    matter: &Matter<LegalAidRules>,
    request: &RequestSupplement,
    context: &Context<'_>,
) -> Decision {
    let missing = require_any("missing", &request.missing).map_err(Rejection::from);
    let checked = both(missing, remarks_fit(request, context));
    let last_day = last_day::within(request.last_day, Figure::SupplementDays, context);
    let (_, last_day) = both(checked, last_day)?;
    let requested = SupplementRequested {
        missing: request.missing.clone(),
        remarks: request.remarks.clone(),
        last_day: Some(last_day),
    };
    request_supplement(matter, requested, context)
}

/// A remark is on a paper that is missing.
fn remarks_fit(request: &RequestSupplement, context: &Context<'_>) -> Result<(), Rejection> {
    let mut papers = request.remarks.iter().map(|remark| &remark.paper);
    match papers.find(|paper| !request.missing.contains(paper)) {
        Some(paper) => Err(Rejection::RemarkOnOther {
            paper: paper.clone(),
            paper_name: context.directory.material_label(paper),
        }),
        None => Ok(()),
    }
}

/// Whether a command fits how long the applicant may bring the papers.
pub(super) fn fits(matter: &Matter<LegalAidRules>, command: &str, context: &Context<'_>) -> bool {
    let directory = context.directory;
    match command {
        "deem-withdrawn" => require_wait_over(matter, directory, context.happened_at).is_ok(),
        "refuse" | "draft-refusal" => any_refusal_fits(matter, directory, |ground| {
            require_wait_over_for(ground, matter, context).is_ok()
        }),
        _ => true,
    }
}

/// 法律援助法 art. 43: who was told until when papers and statements can be brought is not refused before for what these may still
/// show: that the matter is within the scope, that it is proven, what the means are. That the applicant has a lawyer of their own
/// shows without them.
pub(super) fn require_wait_over_for(
    ground: RefusalReason,
    matter: &Matter<LegalAidRules>,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let rests_on_papers = match ground {
        RefusalReason::OutOfScope | RefusalReason::MeansExceeded | RefusalReason::NotProven => true,
        RefusalReason::OwnLawyer => false,
    };
    if matter.step != Step::Supplement || !rests_on_papers {
        return Ok(());
    }
    match awaited(matter, context.directory, context.happened_at) {
        Some(due) => Err(Rejection::RefusalWaits {
            ground,
            last_day: due.day.to_string(),
        }),
        None => Ok(()),
    }
}

fn require_wait_over(
    matter: &Matter<LegalAidRules>,
    directory: &Directory,
    at: Timestamp,
) -> Result<(), Rejection> {
    match awaited(matter, directory, at) {
        Some(due) => Err(Rejection::PapersAwaited {
            last_day: due.day.to_string(),
        }),
        None => Ok(()),
    }
}

/// Until when the papers can be brought, while that is not over.
fn awaited(matter: &Matter<LegalAidRules>, directory: &Directory, at: Timestamp) -> Option<Due> {
    let until = matter.details.papers_until?;
    let due = last_of_wait(until, matter, directory);
    (at < due.at).then_some(due)
}

/// A last day that is a day off gives way to the next that is none (民法典 art. 203). A notice from before its last day was kept
/// has none to wait for.
pub(super) fn deem_withdrawn(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    require_wait_over(matter, context.directory, context.happened_at)?;
    let open_dates = matter.critical_dates.open();
    Ok(end_step(matter, DeemedWithdrawn { open_dates }).collect())
}
