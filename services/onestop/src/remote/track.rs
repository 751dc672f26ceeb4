//! `onestop case track`: what the citizen of a case may read of it.

use onestop_gateway::TrackedCase;
use onestop_proto::{
    case::{TrackQuery, TrackView},
    clock::Certainty,
    ids::CaseNumber,
};

use super::CliContext;
use crate::output::Output;

pub(super) async fn run(
    context: &CliContext<'_>,
    number: &CaseNumber,
    code: &str,
) -> anyhow::Result<()> {
    let query = TrackQuery {
        number: number.clone(),
        code: code.to_owned(),
    };
    let found = context.ask(None, &query).await?;
    let TrackedCase { view, .. } = TrackedCase::locate(&context.client, found).await;
    let output = context.output;
    output.print_value(&view, || text(&view, output));
    Ok(())
}

fn text(view: &TrackView, output: &Output) -> String {
    let mut text = format!(
        "{}  {}\n{}\n{}: {}  {}",
        view.number,
        output.words(&view.standing),
        output.words(&view.about),
        output.message("track-holder"),
        view.holder,
        view.phone,
    );
    if let Some(day) = view.expected {
        let day = output.day_of(day, view.certainty.unwrap_or(Certainty::Firm));
        text += &format!("\n{}: {day}", output.message("track-expected"));
    }
    let missing: Vec<_> = view.missing.iter().map(|one| output.words(one)).collect();
    if !missing.is_empty() {
        let still = output.message("case-missing");
        text += &format!("\n{still}: {}", missing.join(", "));
    }
    for step in &view.steps {
        text += &format!("\n  {}  {}", step.day, output.words(&step.what));
    }
    text
}
