//! A sheet that the command line is given (xlsx or CSV): read, its problems reported by row, and the wrong rows written
//! beside it, to be mended and sent again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow, bail};
use onestop_spreadsheet::{Column, MOST_BYTES, RowProblem, Sheet, SheetError};

use crate::{bounded_file, output::Output};

pub(crate) fn read(
    path: &Path,
    columns: &'static [Column],
    output: &Output,
) -> anyhow::Result<Sheet> {
    let shown = path.display();
    let refused = |error: SheetError| anyhow!("{shown}: {}", output.words(&error.words()));
    let size = fs::metadata(path).with_context(|| bounded_file::not_read(path))?;
    if size.is_file() && size.len() > MOST_BYTES as u64 {
        return Err(refused(SheetError::TooLarge));
    }
    let bytes = bounded_file::read(path, MOST_BYTES as u64)?;
    Sheet::read(&bytes, columns).map_err(refused)
}

/// Prints each problem, and writes the rows that have some beside the sheet, as a file of the same kind.
pub(crate) fn report(
    path: &Path,
    sheet: &Sheet,
    problems: &[RowProblem],
    output: &Output,
) -> anyhow::Result<()> {
    let row = output.message("sheet-row");
    for problem in problems {
        let words = output.words(&problem.words);
        let column = problem.column;
        output.print_error(&format!("{row} {}  {column}  {words}", problem.row));
    }
    if problems.is_empty() {
        return Ok(());
    }
    let to = file_to_mend(path, sheet);
    let written = fs::write(&to, sheet.to_mend(problems)?);
    written.with_context(|| said!("cannot-write", path = to.display()))?;
    let words = output.message("sheet-mend");
    output.print_error(&format!("{words}: {}", to.display()));
    Ok(())
}

fn file_to_mend(path: &Path, sheet: &Sheet) -> PathBuf {
    path.with_extension(format!("mend.{}", sheet.kind.extension()))
}

pub(crate) fn wrong_rows(problems: &[RowProblem]) -> Vec<usize> {
    let mut wrong: Vec<usize> = problems.iter().map(|one| one.row).collect();
    wrong.dedup();
    wrong
}

/// Fails where a sheet is not recorded as a whole.
pub(crate) fn finish(problems: &[RowProblem], output: &Output) -> anyhow::Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    bail!("{}", output.message("sheet-not-whole"))
}
