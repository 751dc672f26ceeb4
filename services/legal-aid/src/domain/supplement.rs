//! Missing papers: told once, each with what to mind about it, and until which day; only after that day does the
//! application count as withdrawn (办理法律援助案件程序规定; 民法典 art. 201, 203).

use onestop_matter::domain::{Context, Matter, request_supplement};
use onestop_proto::{
    legal_aid::{DeemedWithdrawn, Event, Rejection, RequestSupplement, SupplementRequested},
    time::Timestamp,
};

use super::{LegalAidRules, end_step};

type Decision = Result<Vec<Event>, Rejection>;

/// The day of the notice is not counted, so the last day comes after it.
pub(super) fn request(
    matter: &Matter<LegalAidRules>,
    request: &RequestSupplement,
    context: &Context<'_>,
) -> Decision {
    let (last_day, notice) = (request.last_day, context.happened_at.china_date());
    if last_day <= notice {
        let (last_day, notice) = (last_day.to_string(), notice.to_string());
        return Err(Rejection::LastDayTooEarly { last_day, notice });
    }
    let mut papers = request.remarks.iter().map(|remark| &remark.paper);
    if let Some(paper) = papers.find(|paper| !request.missing.contains(paper)) {
        let paper = paper.clone();
        let paper_name = context.directory.material_label(&paper);
        return Err(Rejection::RemarkOnOther { paper, paper_name });
    }
    let requested = SupplementRequested {
        missing: request.missing.clone(),
        remarks: request.remarks.clone(),
        last_day: Some(last_day),
    };
    request_supplement(matter, requested, context)
}

/// A notice from before its last day was kept has none to wait for.
pub(super) fn deem_withdrawn(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    let until = matter.details.papers_until;
    let awaited = until.filter(|day| context.happened_at < Timestamp::end_of_china_day(*day));
    if let Some(last_day) = awaited {
        let last_day = last_day.to_string();
        return Err(Rejection::PapersAwaited { last_day });
    }
    let open_dates = matter.critical_dates.open();
    Ok(end_step(matter, DeemedWithdrawn { open_dates }).collect())
}
