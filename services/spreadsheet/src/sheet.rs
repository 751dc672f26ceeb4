//! A sheet, read: its rows by the keys of their columns.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    csv_file,
    error::{SheetError, WriteError},
    grid,
    table::{Column, FileKind, RowProblem, SheetRow},
    workbook,
    writing::{self, OutRow},
};

/// A sheet, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its rows that have text, without the headings.
    pub rows: Vec<SheetRow>,
    /// The cells whose content the spreadsheet program has lost.
    pub lost: Vec<RowProblem>,
    pub kind: FileKind,
    pub(crate) columns: &'static [Column],
}

impl Sheet {
    /// Reads a file.
    ///
    /// # Errors
    /// If it is no sheet, is too large, or its headings are not among the columns.
    pub fn read(bytes: &[u8], columns: &'static [Column]) -> Result<Self, SheetError> {
        let kind = FileKind::of(bytes)?;
        let rows = match kind {
            FileKind::Csv => csv_file::rows(bytes)?,
            FileKind::Xlsx => workbook::rows(bytes, columns)?,
        };
        let grid::Named { rows, lost } = grid::name_cells(rows, columns)?;
        Ok(Self {
            rows,
            lost,
            kind,
            columns,
        })
    }

    /// What is wrong with the rows: the cells that the spreadsheet program has lost, and besides them what a check has found.
    pub fn problems(&self, found: Vec<RowProblem>) -> Vec<RowProblem> {
        let is_lost = |one: &RowProblem| {
            let mut lost = self.lost.iter();
            lost.any(|lost| (lost.row, lost.column) == (one.row, one.column))
        };
        let mut all = self.lost.clone();
        all.extend(found.into_iter().filter(|one| !is_lost(one)));
        all.sort_by_key(|one| one.row);
        all
    }

    /// The rows that have problems, each with all of them in its last column: a file to mend and send again, of the kind that
    /// was sent.
    pub fn to_mend(&self, problems: &[RowProblem]) -> Result<Vec<u8>, WriteError> {
        let mut wrong: BTreeMap<usize, Vec<&RowProblem>> = BTreeMap::new();
        for problem in problems {
            wrong.entry(problem.row).or_default().push(problem);
        }
        let rows = self.rows.iter().filter_map(|row| {
            let problems = wrong.get(&row.number)?;
            Some(self.row_to_mend(row, problems))
        });
        writing::write_rows(self.kind, self.columns, rows, writing::Extra::Problems)
    }

    fn row_to_mend(&self, row: &SheetRow, problems: &[&RowProblem]) -> OutRow {
        let in_words = |problem: &&RowProblem| match problem.column {
            "" => problem.words.zh.clone(),
            column => format!("{column}：{}", problem.words.zh),
        };
        let words: Vec<String> = problems.iter().map(in_words).collect();
        let headings: BTreeSet<&str> = problems.iter().map(|problem| problem.column).collect();
        let cells = self.columns.iter().map(|column| row.get(column.key));
        let wrong = self.columns.iter().enumerate();
        OutRow {
            cells: cells
                .map(|cell| cell.unwrap_or_default().to_owned())
                .chain([words.join("；")])
                .collect(),
            wrong: wrong
                .filter(|(_, column)| headings.contains(column.heading))
                .map(|(at, _)| at)
                .collect(),
        }
    }
}
