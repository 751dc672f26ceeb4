//! `onestop case applicant | readings | erasures | find | similar`

use onestop_proto::{
    case::{Applicant, Open},
    personal::{
        AccessRecords, AccessRecordsQuery, ApplicantQuery, ApplicantView, ErasureRequests,
        ErasureRequestsQuery, MatchingCase, PersonSearchQuery, PersonSearchResult,
        SimilarCasesQuery,
    },
    text::Text,
};

use super::{CliContext, case_view::applicant_text};
use crate::{cli::PersonCommand, output::Output};

pub(super) async fn run(command: &PersonCommand, context: &CliContext<'_>) -> anyhow::Result<()> {
    let (actor, output) = (Some(context.actor()?), context.output);
    match command {
        PersonCommand::Applicant { case, reason } => {
            let query = ApplicantQuery {
                case: case.clone(),
                reason: reason.clone(),
            };
            let view = context.ask(actor, &query).await?;
            output.print_value(&view, || person_text(&view, output));
        }
        PersonCommand::Readings { case } => {
            let query = AccessRecordsQuery { case: case.clone() };
            let readings = context.ask(actor, &query).await?;
            output.print_value(&readings, || readings_text(&readings, context));
        }
        PersonCommand::Erasures => {
            let found = context.ask(actor, &ErasureRequestsQuery).await?;
            output.print_value(&found, || erasures_text(&found, context));
        }
        PersonCommand::Find {
            name,
            phone,
            document,
            reason,
        } => {
            let query = PersonSearchQuery {
                name: name.clone(),
                phone: phone.clone(),
                document: document.clone(),
                reason: reason.clone(),
            };
            let found = context.ask(actor, &query).await?;
            output.print_value(&found, || found_text(&found, context));
        }
        PersonCommand::Similar {
            item,
            place,
            name,
            phone,
        } => {
            let mut applicant = Applicant::named(name);
            for person in &mut applicant.people {
                person.phone.clone_from(phone);
            }
            let query = SimilarCasesQuery {
                applicant,
                item: item.clone(),
                place: *place,
            };
            let found = context.ask(actor, &query).await?;
            output.print_value(&found, || found_text(&found, context));
        }
    }
    Ok(())
}

/// Lists the cases that look like one about to be opened (疑似重复). The clerk decides; where intake does not
/// answer, the case is opened without the list.
pub(super) async fn warn_of_similar(context: &CliContext<'_>, open: &Open) {
    let query = SimilarCasesQuery {
        applicant: open.applicant.clone(),
        item: open.item.clone(),
        place: open.place,
    };
    let Ok(actor) = context.actor() else { return };
    let Ok(found) = context.ask(Some(actor), &query).await else {
        return;
    };
    let output = context.output;
    if !found.cases.is_empty() {
        let heading = output.message("similar-found");
        output.print_error(&format!("{heading}\n{}", found_text(&found, context)));
    }
}

fn person_text(view: &ApplicantView, output: &Output) -> String {
    let mut text = applicant_text(&view.applicant, output);
    if let Some(answer) = &view.answer {
        text += &format!("\n{}: {answer}", output.message("applicant-answered"));
    }
    let recorded = output.message("applicant-recorded");
    format!("{text}\n{recorded}: #{}", view.recorded.position)
}

fn readings_text(readings: &AccessRecords, context: &CliContext<'_>) -> String {
    let output = context.output;
    if readings.readings.is_empty() {
        return output.message("readings-none");
    }
    let lines = readings.readings.iter().map(|reading| {
        let by = output.person(&reading.by);
        let unit = context.unit_name(&reading.by.unit);
        let custody = output.message("readings-custody");
        let reason = reading.reason.as_deref().unwrap_or(&custody);
        let kinds = list_text(reading.kinds.iter().map(|kind| kind.text()), output);
        let at = output.moment(reading.at);
        format!("{at}  {by}  {unit}\n    {kinds}  ({reason})")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn erasures_text(found: &ErasureRequests, context: &CliContext<'_>) -> String {
    let output = context.output;
    if found.requests.is_empty() {
        return output.message("erasures-none");
    }
    let lines = found.requests.iter().map(|request| {
        let about = context
            .directory
            .subject_name(&request.item, &request.topic);
        let requested = &request.requested;
        let note = requested.note.as_deref().unwrap_or_default();
        format!(
            "{}  {}  {}  → {}\n    {}  {}  {note}",
            context.case_name(&request.number),
            output.words(&about),
            context.unit_name(&request.window),
            output.limit_end(requested.until),
            requested.by,
            output.text(requested.basis.text()),
        )
    });
    let mut lines: Vec<String> = lines.collect();
    if found.more {
        lines.push(output.message("erasures-more"));
    }
    lines.join("\n")
}

fn found_text(found: &PersonSearchResult, context: &CliContext<'_>) -> String {
    let output = context.output;
    if found.cases.is_empty() {
        return output.message("found-none");
    }
    let line = |case: &MatchingCase| {
        let about = context.directory.subject_name(&case.item, &case.topic);
        let why = list_text(case.why.iter().map(|why| why.text()), output);
        format!(
            "{}  {}  {}  {}\n    {}  {}  {why}",
            context.case_name(&case.number),
            output.text(case.degree.text()),
            output.words(&about),
            output.text(case.stage.text()),
            output.moment(case.opened_at),
            context.unit_name(&case.holder),
        )
    };
    let mut lines: Vec<String> = found.cases.iter().map(line).collect();
    if found.more {
        lines.push(output.message("found-more"));
    }
    lines.join("\n")
}

fn list_text(texts: impl Iterator<Item = Text>, output: &Output) -> String {
    let words: Vec<&str> = texts.map(|text| output.text(text)).collect();
    words.join(&output.message("list-separator"))
}
