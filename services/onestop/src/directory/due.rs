//! `onestop directory due`: when a step is due, and every day that does not count, with its reason.

use onestop_directory::Directory;
use onestop_proto::{
    field_names::both_languages,
    reckoning::{DueQuery, DueReckoning, LimitEnd},
};

use super::refusals::not_reckoned;
use crate::{cli::DueArgs, output::Output};

pub(super) fn show(directory: &Directory, args: &DueArgs, output: &Output) -> anyhow::Result<()> {
    let query = DueQuery {
        step: args.step.clone(),
        at: args.at,
        from: args.from,
        pause: args.pause.clone(),
        extend: args.extend.clone(),
    };
    let reckoned = match directory.reckon_due(&query) {
        Ok(reckoned) => reckoned,
        Err(refused) => return Err(not_reckoned(&refused, output)),
    };
    output.print_value(&reckoned, || text(&reckoned, output));
    Ok(())
}

fn text(reckoned: &DueReckoning, output: &Output) -> String {
    let due = &reckoned.due;
    let (day, at) = (output.day(due.day), output.moment(due.at));
    let certainty = output.text(due.certainty.text());
    let filled = [("day", &*day), ("at", &*at), ("certainty", certainty)];
    let mut lines = vec![output.message_with("due-day", &filled)];
    lines.extend(reckoned.ends.iter().map(|end| end_text(end, output)));
    if !reckoned.skipped.is_empty() {
        lines.push(output.message("due-skipped"));
    }
    let skipped = reckoned.skipped.iter();
    lines.extend(skipped.map(|skipped| {
        let (day, why) = (output.day(skipped.day), output.words(&skipped.why));
        format!("  {day}  {why}")
    }));
    let version = output.message("directory-version");
    lines.push(format!("{version} {}", reckoned.directory));
    lines.join("\n")
}

fn end_text(end: &LimitEnd, output: &Output) -> String {
    let kind = output.text(end.kind.text());
    let basis = both_languages(&end.basis);
    let basis = output.words(&basis);
    format!(
        "  {}  {} {kind}  {basis}",
        output.due_day(&end.due),
        end.days
    )
}

#[cfg(test)]
mod tests {
    use onestop_proto::text::Language;

    use super::*;

    #[test]
    fn days_are_written_as_the_language_of_the_reader_has_them() {
        let directory = Directory::built_in().unwrap();
        let query = DueQuery {
            step: "legal-aid.review".parse().unwrap(),
            at: "532801".parse().unwrap(),
            from: "2025-04-07 09:00:00".parse().unwrap(),
            pause: Vec::new(),
            extend: Vec::new(),
        };
        let reckoned = directory.reckon_due(&query).unwrap();
        let told = |language| text(&reckoned, &Output::text_in(language));
        let chinese = told(Language::Zh);
        assert!(chinese.contains("2025年4月14日  泼水节"), "{chinese}");
        assert!(!chinese.contains("2025-"), "{chinese}");
        let english = told(Language::En);
        assert!(english.contains("2025-04-14  "), "{english}");
    }
}
