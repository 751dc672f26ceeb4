//! Missing papers: requested once, each with what to mind about it, and until which day, for so long the review is paused; only
//! after that day does the application count as withdrawn (办理法律援助案件程序规定; 民法典 art. 201, 203).

use onestop_directory::{Directory, Figure};
use onestop_matter::domain::{Context, Matter, last_of_wait, request_supplement, require_any};
use onestop_proto::{
    field_problems::both,
    legal_aid::{DeemedWithdrawn, Rejection, RequestSupplement, SupplementRequested},
    time::Timestamp,
};

use super::{Decision, LegalAidRules, end_step, last_day};

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
pub(super) fn fits(
    matter: &Matter<LegalAidRules>,
    command: &str,
    directory: &Directory,
    now: Timestamp,
) -> bool {
    command != "deem-withdrawn" || require_wait_over(matter, directory, now).is_ok()
}

fn require_wait_over(
    matter: &Matter<LegalAidRules>,
    directory: &Directory,
    at: Timestamp,
) -> Result<(), Rejection> {
    let until = matter.details.papers_until;
    let awaited = until.map(|day| last_of_wait(day, matter, directory));
    match awaited.filter(|due| at < due.at) {
        Some(due) => Err(Rejection::PapersAwaited {
            last_day: due.day.to_string(),
        }),
        None => Ok(()),
    }
}

/// A last day that is a day off gives way to the next that is none (民法典 art. 203). A notice from before its last day was kept
/// has none to wait for.
pub(super) fn deem_withdrawn(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    require_wait_over(matter, context.directory, context.happened_at)?;
    let open_dates = matter.critical_dates.open();
    Ok(end_step(matter, DeemedWithdrawn { open_dates }).collect())
}
