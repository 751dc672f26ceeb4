//! A sheet that people fill in: CSV with a row of headings. All errors are listed at once, row by row, and the wrong rows
//! go into a file of their own, to be corrected and sent again.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context as _, bail, ensure};
use onestop_proto::text::Words;

/// The bytes by which spreadsheets know UTF-8.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";
/// The column of the file to mend that says what is wrong.
const PROBLEM: Column = Column {
    key: "problem",
    heading: "问题",
};

/// A column, by its key and by what people call it: either may be its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column {
    pub(crate) key: &'static str,
    pub(crate) heading: &'static str,
}

/// A row, with its number as spreadsheets count: the headings are the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) number: usize,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    /// The trimmed text of a cell, unless it is empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let text = self.cells.get(key)?.trim();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowProblem {
    pub(crate) row: usize,
    /// The heading of the column; empty if it concerns the whole row.
    pub(crate) column: &'static str,
    pub(crate) words: Words,
}

/// A sheet, read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) rows: Vec<Row>,
    columns: &'static [Column],
}

impl Sheet {
    /// Reads a file.
    pub(crate) fn read(path: &Path, columns: &'static [Column]) -> anyhow::Result<Self> {
        let shown = path.display();
        let bytes = fs::read(path).with_context(|| format!("cannot read {shown}"))?;
        if bytes.starts_with(b"PK") {
            bail!("{shown} is a workbook. Save it as CSV (UTF-8), and give that file");
        }
        let text = String::from_utf8(bytes).with_context(|| {
            format!("{shown} is not UTF-8. Save it as CSV UTF-8, and give that file")
        })?;
        Self::parse(&text, columns).with_context(|| format!("cannot read {shown}"))
    }

    pub(crate) fn parse(text: &str, columns: &'static [Column]) -> anyhow::Result<Self> {
        let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let headings = reader.headers()?.clone();
        let mut keys = Vec::new();
        for heading in headings.iter().map(str::trim) {
            let mut known = columns.iter().chain([&PROBLEM]);
            let found = known.find(|column| column.heading == heading || column.key == heading);
            let Some(found) = found else {
                let known: Vec<_> = columns.iter().map(|column| column.heading).collect();
                bail!(
                    "there is no column '{heading}'. Known: {}",
                    known.join(", ")
                );
            };
            ensure!(
                !keys.contains(&found.key),
                "the column '{heading}' is there twice"
            );
            keys.push(found.key);
        }
        let mut rows = Vec::new();
        for (record, number) in reader.records().zip(2_usize..) {
            let record = record?;
            let cells = keys.iter().copied().zip(record.iter().map(str::to_owned));
            let row = Row {
                number,
                cells: cells.collect(),
            };
            // Spreadsheets leave empty rows at the end.
            if row.cells.values().any(|cell| !cell.trim().is_empty()) {
                rows.push(row);
            }
        }
        Ok(Self { rows, columns })
    }

    /// The rows that have problems, each with all of them in its last column: a file to mend and send again.
    pub(crate) fn to_mend(&self, problems: &[RowProblem]) -> anyhow::Result<Vec<u8>> {
        let mut wrong: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for problem in problems {
            let column = match problem.column {
                "" => String::new(),
                column => format!("{column}："),
            };
            let words = format!("{column}{}", problem.words.zh);
            wrong.entry(problem.row).or_default().push(words);
        }
        let mut file = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
        let headings = self.columns.iter().chain([&PROBLEM]);
        file.write_record(headings.map(|column| column.heading))?;
        for row in &self.rows {
            let Some(words) = wrong.get(&row.number) else {
                continue;
            };
            let cells = self
                .columns
                .iter()
                .map(|column| row.get(column.key).unwrap_or_default());
            file.write_record(cells.chain([words.join("；").as_str()]))?;
        }
        Ok(file.into_inner().map_err(|error| error.into_error())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column {
            key: "division",
            heading: "区划代码",
        },
        Column {
            key: "phone",
            heading: "电话",
        },
    ];

    #[test]
    fn wrong_rows_alone_are_in_the_file_to_mend_and_it_is_read_again() {
        let text =
            "\u{FEFF}区划代码,phone\n530828207000,0879-1\n530821000000,x\n,\n530822000000,y\n";
        let sheet = Sheet::parse(text, COLUMNS).unwrap();
        let numbers: Vec<_> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [2, 3, 5]);
        let problem = |row, zh: &str| RowProblem {
            row,
            column: "电话",
            words: Words::untranslated(zh),
        };
        let problems = [
            problem(3, "不是号码"),
            problem(5, "不是号码"),
            problem(5, "太短"),
        ];
        let mended = sheet.to_mend(&problems).unwrap();
        let mended = String::from_utf8(mended).unwrap();
        assert!(
            mended.ends_with("530822000000,y,电话：不是号码；电话：太短\n"),
            "{mended}"
        );
        let again = Sheet::parse(&mended, COLUMNS).unwrap();
        let divisions: Vec<_> = again.rows.iter().map(|row| row.get("division")).collect();
        assert_eq!(divisions, [Some("530821000000"), Some("530822000000")]);
    }

    #[test]
    fn a_heading_that_is_not_known_is_named() {
        let error = Sheet::parse("区划代码,邮编\n1,2\n", COLUMNS).unwrap_err();
        assert!(error.to_string().contains("邮编"));
        assert!(Sheet::parse("电话,phone\n1,2\n", COLUMNS).is_err());
    }
}
