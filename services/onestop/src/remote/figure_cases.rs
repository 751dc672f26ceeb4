//! `onestop ledger cases`: the cases behind a figure.

use onestop_proto::ledger::{
    CaseRow, CasesPage, CasesQuery, FigureFilter, FigureTotal, Filters, Reach, SortOrder,
};

use super::CliContext;
use crate::cli::FigureArgs;

/// Rows of one answer.
const ROWS: u32 = 200;

pub(crate) async fn run(args: &FigureArgs, context: &CliContext<'_>) -> anyhow::Result<()> {
    let (actor, output) = (context.actor()?, context.output);
    let mut query = query(args, context)?;
    let mut all: CasesPage = context.ask(Some(actor.clone()), &query).await?;
    while all.next.is_some() {
        query.cursor = all.next;
        let part = context.ask(Some(actor.clone()), &query).await?;
        all.rows.extend(part.rows);
        all.next = part.next;
    }
    output.print_value(&all, || {
        let rows = all.rows.iter().map(|row| row_text(row, context));
        let total = all.figure.iter().flat_map(|total| said(total, context));
        rows.chain(total).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn query(args: &FigureArgs, context: &CliContext<'_>) -> anyhow::Result<CasesQuery> {
    let unit = args.unit.as_deref().map(|unit| context.unit(unit));
    Ok(CasesQuery {
        within: None,
        open: None,
        filters: Filters {
            item: args.item.clone(),
            ..Filters::default()
        },
        figure: Some(FigureFilter {
            counted: args.counted,
            counted_in: args.counted_in,
            reach: args.reach.unwrap_or(Reach::All),
            unit: unit.transpose()?,
            from: args.from,
            to: args.to,
            as_of: args.as_of,
            reason: args.reason,
            staff: args.staff.clone(),
            handled: args.handled,
            age: args.age,
            opened_in: args.opened_in,
        }),
        order: SortOrder::Opened,
        cursor: None,
        limit: ROWS,
    })
}

fn row_text(row: &CaseRow, context: &CliContext<'_>) -> String {
    let about = context.directory.subject_name(&row.item, &row.topic);
    format!(
        "{}  {}  {}  {}  {}",
        context.case_name(&row.number),
        context.output.words(&about),
        context.directory.full_name(row.place),
        context.unit_name(&row.holder),
        context.output.moment(row.opened_at),
    )
}

/// What the figure says, and why fewer cases may be listed.
fn said(total: &FigureTotal, context: &CliContext<'_>) -> Vec<String> {
    let output = context.output;
    let [times, cases, unseen] = [total.times, total.cases, total.unseen].map(|n| n.to_string());
    let figure = [("times", times.as_str()), ("cases", cases.as_str())];
    let mut lines = vec![output.message_with("figure-total", &figure)];
    if total.unseen > 0 {
        lines.push(output.message_with("figure-unseen", &[("unseen", unseen.as_str())]));
    }
    lines
}
