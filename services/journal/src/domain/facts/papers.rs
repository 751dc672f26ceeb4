//! A notice of missing papers (告知补正): each paper with what to mind about it, and the last day.

use onestop_proto::{
    date_words::day_words,
    envelope::{Envelope, event_name},
    matter::{AwaitedPapers, SupplementRequested},
    text::Words,
};

use super::{Names, list, message};

/// What a unit asked the applicant to bring; nothing for every other event.
pub(super) fn facts(event: &Envelope, names: Names<'_>) -> Option<Words> {
    if event_name(&event.event_type) != "supplement-requested" {
        return None;
    }
    let requested: SupplementRequested = event.data.parse().ok()?;
    let awaited = AwaitedPapers::of(&requested)?;
    let papers = list(awaited.papers.iter().map(|paper| {
        let name = names.material(paper);
        match awaited.remark(paper) {
            Some(remark) => {
                let remark = (&remark).into();
                message(
                    "paper-remark",
                    &[("paper", name.into()), ("remark", remark)],
                )
            }
            None => name,
        }
    }));
    Some(match &awaited.last_day {
        Some(day) => message(
            "papers-until",
            &[("papers", papers.into()), ("day", day_words(*day).into())],
        ),
        None => papers,
    })
}
