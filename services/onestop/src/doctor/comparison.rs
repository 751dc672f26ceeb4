//! Whether the journal holds of every source what the source has, and has cosigned it.

use onestop_chassis::client::{Client, QuestionMeta};
use onestop_proto::comparison::{ComparisonQuery, ComparisonResult, SourceComparison};

use super::{Finding, State, cosigning};
use crate::output::Output;

/// What the journal found when it compared counts and roots, and how far it has cosigned.
pub(super) async fn findings(client: &Client, output: &Output) -> Vec<Finding> {
    // A journal that does not answer has its own finding.
    let asked = client.ask(QuestionMeta::default(), &ComparisonQuery).await;
    let Ok(comparison) = asked else {
        return Vec::new();
    };
    let sources = comparison.sources.iter();
    let compared = sources.map(|source| finding(source, output));
    compared
        .chain(cosigning::findings(&comparison, output))
        .collect()
}

fn finding(compared: &SourceComparison, output: &Output) -> Finding {
    let about = format!(
        "{} {}",
        output.message("doctor-comparison"),
        compared.source
    );
    let (count, unit) = (compared.count, output.message("unit-events"));
    match &compared.result {
        ComparisonResult::Agrees {} => {
            let agrees = output.message("doctor-comparison-agrees");
            Finding::good(about, format!("{count} {unit} {agrees} {}", compared.root))
        }
        ComparisonResult::Unasked { problem } => {
            let to_do = output.message("doctor-source-start");
            let found = Finding::good(about, format!("{count} {unit}: {problem}"));
            let unasked = found.but(State::Look, to_do);
            // A site may be away for weeks.
            if compared.source.is_main() {
                unasked.that_may_pass()
            } else {
                unasked
            }
        }
        ComparisonResult::Differs { differences } => {
            let words: Vec<String> = differences.iter().map(ToString::to_string).collect();
            let found = format!("{count} {unit}: {}", words.join("; "));
            let to_do = output.message("doctor-comparison-differs");
            Finding::good(about, found).but(State::Bad, to_do)
        }
    }
}
