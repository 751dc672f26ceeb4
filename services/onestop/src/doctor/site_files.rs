//! Whether the files of sites on this machine are those that the registry's log names.

use std::path::Path;

use onestop_registry::FileCounts;

use super::{Finding, State};
use crate::output::Output;

/// Nothing on a machine whose registry keeps no files.
pub(super) fn finding(data: &Path, output: &Output) -> Option<Finding> {
    let about = output.message("doctor-site-files");
    match onestop_registry::count_files(data) {
        Ok(counts) => counts.map(|counts| judge(about, counts, output)),
        Err(error) => {
            let to_do = output.message("doctor-site-files-unreadable");
            Some(Finding::good(about, output.failure(&error)).but(State::Look, to_do))
        }
    }
}

fn judge(about: String, counts: FileCounts, output: &Output) -> Finding {
    let FileCounts {
        stored,
        bytes,
        unnamed,
        missing,
        coming,
    } = counts;
    let mebibytes = format!("{:.1}", bytes as f64 / f64::from(1 << 20));
    let [stored, unnamed_text, missing_text, coming] =
        [stored, unnamed, missing, coming].map(|count| count.to_string());
    let found = output.message_with(
        "doctor-site-files-counted",
        &[
            ("stored", stored.as_str()),
            ("mebibytes", mebibytes.as_str()),
            ("unnamed", unnamed_text.as_str()),
            ("missing", missing_text.as_str()),
            ("coming", coming.as_str()),
        ],
    );
    let found = Finding::good(about, found);
    if missing > 0 {
        found.but(State::Bad, output.message("doctor-site-files-missing"))
    } else if unnamed > 0 {
        found.but(State::Look, output.message("doctor-site-files-unnamed"))
    } else {
        found
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::GlobalArgs;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        global: GlobalArgs,
    }

    #[test]
    fn files_that_are_missing_or_that_no_site_has_are_counted() {
        let output = Output::new(&Line::parse_from(["onestop", "--lang", "en"]).global);
        let judged = |unnamed, missing| {
            let counts = FileCounts {
                stored: 3,
                bytes: 3 << 20,
                unnamed,
                missing,
                coming: 1,
            };
            judge("files".to_owned(), counts, &output)
        };
        assert_eq!(judged(0, 0).state, State::Good);
        assert_eq!(judged(2, 0).state, State::Look);
        assert_eq!(judged(2, 1).state, State::Bad);
        let found = judged(2, 1).found;
        for part in ["3 stored", "3.0 MiB", "2 that no site has", "1 missing"] {
            assert!(found.contains(part), "{found}");
        }
    }
}
