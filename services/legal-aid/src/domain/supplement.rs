//! Missing papers: told once, each with what to mind about it, and until which day; only after that day does the
//! application count as withdrawn (办理法律援助案件程序规定; 民法典 art. 201, 203).

use jiff::civil::Date;
use onestop_matter::domain::{Context, Matter, request_supplement};
use onestop_proto::{
    clock::{DayKind, Due, Limit},
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

/// A last day that is a day off gives way to the next that is none (民法典 art. 203). A notice from before its last day was kept
/// has none to wait for.
pub(super) fn deem_withdrawn(matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Decision {
    let until = matter.details.papers_until;
    let awaited = until.map(|day| last_of_papers(day, matter, context));
    if let Some(due) = awaited.filter(|due| context.happened_at < due.at) {
        let last_day = due.day.to_string();
        return Err(Rejection::PapersAwaited { last_day });
    }
    let open_dates = matter.critical_dates.open();
    Ok(end_step(matter, DeemedWithdrawn { open_dates }).collect())
}

fn last_of_papers(day: Date, matter: &Matter<LegalAidRules>, context: &Context<'_>) -> Due {
    let limit = Limit {
        place: Some(matter.division),
        ..Limit::plain(0, DayKind::Calendar, "民法典第二百零三条")
    };
    context
        .directory
        .due(&limit, Timestamp::start_of_china_day(day))
}
