//! `onestop case track`: what the citizen of a case may read of it.

use anyhow::bail;
use onestop_directory::CaseKey;
use onestop_gateway::with_status;
use onestop_proto::{
    case::{TrackQuery, TrackView},
    clock::Certainty,
    ids::CaseRef,
};

use super::CliContext;

pub(super) async fn run(
    context: &CliContext<'_>,
    named: &CaseRef,
    code: &str,
) -> anyhow::Result<()> {
    let number = match context.directory.case_key(named) {
        Some(key @ (CaseKey::Number(_) | CaseKey::ShortCode(_))) => key.into(),
        Some(CaseKey::Id(_)) | None => bail!(said!("track-which-number", named = named)),
    };
    let query = TrackQuery {
        number,
        code: code.to_owned(),
        texts: Vec::new(),
    };
    let found = context.ask(None, &query).await?;
    let view = with_status(&context.client, found).await;
    context.output.print_value(&view, || text(&view, context));
    Ok(())
}

fn text(view: &TrackView, context: &CliContext<'_>) -> String {
    let output = context.output;
    let mut text = format!(
        "{}  {}\n{}\n{}: {}  {}",
        context.case_name(&view.number),
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
        text += &format!("\n  {}  {}", output.day(step.day), output.words(&step.what));
    }
    text
}
