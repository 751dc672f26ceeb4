//! A case and its applicant as text.

use onestop_chassis::clock::SystemClock;
use onestop_proto::{case::Applicant, query::CaseView};

use super::CliContext;
use crate::output::Output;

/// Referral answers every few seconds; after so long without an answer, the link is down.
const OUTAGE_SECONDS: f64 = 15.0;

pub(super) fn text(view: &CaseView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let stage = output.text(view.stage.text());
    let about = context.directory.subject_name(&view.item, &view.topic);
    let mut text = format!(
        "{}  {stage}\n{}\n{}  {}\n{}: {}\n{}: {}\n{}: {}  {} {}",
        context.case_name(&view.number),
        further_names(view, output),
        output.words(&about),
        context.directory.full_name(view.place),
        output.message("case-window"),
        context.unit_name(&view.window),
        output.message("case-holder"),
        context.unit_name(&view.holder),
        output.message("case-opened-at"),
        output.moment(view.opened_at),
        output.message("revision"),
        view.revision,
    );
    text += &outage(view, output);
    text += &details(view, context);
    if let Some(basis) = view.erased {
        let erased = output.message("case-erased");
        text += &format!("\n{erased}: {}", output.text(basis.text()));
    }
    if let Some(requested) = &view.erasure_requested {
        text += &format!(
            "\n{}: {} {} → {}",
            output.message("case-erasure-requested"),
            output.text(requested.basis.text()),
            requested.by,
            output.limit_end(requested.until),
        );
    }
    text
}

/// The short code and the system number, by which the case is found as well.
pub(super) fn further_names(view: &CaseView, output: &Output) -> String {
    let code = view.short_code.as_ref();
    let code = code.map(|code| format!("{} {}  ", output.message("short-code"), code.in_groups()));
    let code = code.unwrap_or_default();
    format!("{code}{} {}", output.message("system-number"), view.number)
}

/// The parties by their places, as pages call them: one alone has no number.
pub(super) fn applicant_text(applicant: &Applicant, output: &Output) -> String {
    let mut text = String::new();
    let people = applicant.people.len();
    for (place, person) in (1_usize..).zip(&applicant.people) {
        let who = match people {
            1 => output.message("case-applicant-alone"),
            _ => output.message_with("case-applicant", &[("number", &place.to_string())]),
        };
        let phone = person.phone.as_deref().unwrap_or("-");
        let name = if person.anonymous {
            output.message("case-anonymous")
        } else {
            person.name.clone()
        };
        let capacity = person.capacity.map(|capacity| output.text(capacity.text()));
        let capacity = capacity.map_or_else(String::new, |text| format!(" {text}"));
        text += &format!("{who}: {name} {phone}{capacity}\n");
    }
    if let Some(agent) = &applicant.agent {
        let phone = agent.phone.as_deref().unwrap_or("-");
        let kind = output.text(agent.kind.text());
        text += &format!("{kind} {} {phone} {}\n", agent.name, agent.authority);
    }
    for (place, other) in (1_usize..).zip(&applicant.respondents) {
        let phone = other.phone.as_deref().unwrap_or("-");
        let address = other.address.as_deref().unwrap_or_default();
        let who = match applicant.respondents.len() {
            1 => output.message("case-respondent-alone"),
            _ => output.message_with("case-respondent", &[("number", &place.to_string())]),
        };
        text += &format!("{who}: {} {phone} {address}\n", other.name);
    }
    text + &applicant.summary
}

/// Needs, files, missing papers, mergers and the day by which a bad rating is answered.
fn details(view: &CaseView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let mut text = String::new();
    let mut line = |id: &str, what: String| {
        if !what.is_empty() {
            text += &format!("\n{}: {what}", output.message(id));
        }
    };
    let needs = &view.needs;
    let texts = needs.care.iter().map(|care| care.text());
    let texts = texts.chain(needs.language.map(|language| language.text()));
    let mut see_to: Vec<String> = texts.map(|text| output.text(text).to_owned()).collect();
    if view.urgent {
        see_to.insert(0, output.message("case-urgent"));
    }
    if needs.interpreter {
        see_to.push(output.message("case-interpreter"));
    }
    if needs.home_visit {
        see_to.push(output.message("case-home-visit"));
    }
    line("case-see-to", see_to.join(", "));
    let named = |kind| {
        let known = context.directory.material_name(kind);
        known.map_or_else(|| kind.to_string(), |name| output.words(name).to_owned())
    };
    let missing: Vec<_> = view.missing.iter().map(named).collect();
    line("case-missing", missing.join(", "));
    for file in &view.attachments {
        let (hash, size, kind) = (&file.hash, file.size, named(&file.kind));
        line("case-file", format!("{hash}  {size}  {kind}"));
    }
    let into = view.merged_into.map(|case| case.to_string());
    line("case-merged-into", into.unwrap_or_default());
    let here: Vec<_> = view.merged_here.iter().map(ToString::to_string).collect();
    line("case-merged-here", here.join(", "));
    let redo = view.redo.as_ref().map(|due| output.due_day(due));
    line("case-redo-by", redo.unwrap_or_default());
    text
}

/// At a window without a link: how old its knowledge of the custody is.
fn outage(view: &CaseView, output: &Output) -> String {
    let Some(known_at) = view.holder_known_at else {
        let unknown = output.message("case-outage");
        return format!("\n{unknown}");
    };
    if SystemClock.now().seconds_since(known_at) < OUTAGE_SECONDS {
        return String::new();
    }
    let known = output.message("case-outage-since");
    format!("\n{known} {}", output.moment(known_at))
}
