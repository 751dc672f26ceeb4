//! `onestop case track`: what the citizen of a case may read of it.

use onestop_proto::{
    case::{TrackQuery, TrackView},
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
    let view = context.ask(None, &query).await?;
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
