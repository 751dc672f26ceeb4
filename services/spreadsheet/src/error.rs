//! Why a file is not read as a sheet, with what to do now.

use onestop_proto::text::Words;

/// Why a file is not read as a sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words().en)]
pub enum SheetError {
    /// It has more bytes, rows, columns or text than is read.
    TooLarge,
    /// An old or encrypted workbook: `.xls`, `.et`, or one with a password.
    OldWorkbook,
    /// A workbook of another program or form: `.ods`, `.xlsb`.
    OtherWorkbook,
    /// An archive that is no workbook, or a damaged one.
    Damaged,
    /// A text in none of the encodings that are read.
    OtherEncoding,
    /// There is no row with text.
    Empty,
    /// Cells are merged.
    Merged {
        /// Which, as `A1:C1`.
        range: String,
    },
    /// A heading is not among those that are known.
    UnknownHeading {
        /// The heading.
        heading: String,
        /// Those that are known.
        known: String,
    },
    /// Two columns have the same heading.
    HeadingTwice {
        /// The heading.
        heading: String,
    },
    /// A cell has text in a column without a heading.
    NoHeading {
        /// The cell, as `D12`.
        cell: String,
    },
}

impl SheetError {
    /// What is wrong, and what to do now.
    #[must_use]
    pub fn words(&self) -> Words {
        let (zh, en) = match self {
            Self::TooLarge => (
                "文件太大：最多 8 MB、5 万行、64 列。请删去图片和多余的工作表，或分成几个文件".to_owned(),
                "the file is too large: at most 8 MB, 50,000 rows and 64 columns are read. Remove pictures and further \
                 sheets, or split it"
                    .to_owned(),
            ),
            Self::OldWorkbook => (
                "这是旧格式（.xls、.et）或加了密码的表格。请用 WPS 或 Excel 另存为 .xlsx（不加密码）".to_owned(),
                "this is an old workbook (.xls, .et), or one with a password. Save it as .xlsx without a password"
                    .to_owned(),
            ),
            Self::OtherWorkbook => (
                "这种表格（.ods、.xlsb）读不了。请另存为 .xlsx".to_owned(),
                "workbooks of this form (.ods, .xlsb) are not read. Save it as .xlsx".to_owned(),
            ),
            Self::Damaged => (
                "文件不是表格，或已损坏。请用 WPS 或 Excel 打开后另存为 .xlsx".to_owned(),
                "the file is no workbook, or is damaged. Open it in a spreadsheet program and save it as .xlsx".to_owned(),
            ),
            Self::OtherEncoding => (
                "文件的文字编码读不了。请另存为 .xlsx 或“CSV UTF-8（逗号分隔）”".to_owned(),
                "the text of the file is in no encoding that is read (UTF-8, GB18030). Save it as .xlsx or as CSV UTF-8"
                    .to_owned(),
            ),
            Self::Empty => (
                "表格是空的。第一行请写列名，以下每行一条".to_owned(),
                "the sheet is empty. Put the headings into the first row, and an entry into each row below".to_owned(),
            ),
            Self::Merged { range } => (
                format!("{range} 是合并单元格。请取消合并，第一行每列一个列名，以下每行一条"),
                format!("the cells {range} are merged. Unmerge them: a heading for each column, an entry for each row"),
            ),
            Self::UnknownHeading { heading, known } => (
                format!("没有“{heading}”这一列。可用的列名：{known}"),
                format!("there is no column '{heading}'. Known: {known}"),
            ),
            Self::HeadingTwice { heading } => (
                format!("“{heading}”这一列有两个，请删去一个"),
                format!("the column '{heading}' is there twice; remove one of them"),
            ),
            Self::NoHeading { cell } => (
                format!("{cell} 有内容，但该列没有列名。请写上列名，或删去该列"),
                format!("{cell} has text, but its column has no heading. Write one, or remove the column"),
            ),
        };
        Words { zh, en }
    }
}

/// A file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A CSV file.
    #[error("the CSV file cannot be made")]
    Csv(#[source] csv::Error),
    /// A workbook.
    #[error("the workbook cannot be made")]
    Workbook(#[source] Box<rust_xlsxwriter::XlsxError>),
}

impl From<csv::Error> for WriteError {
    fn from(error: csv::Error) -> Self {
        Self::Csv(error)
    }
}

impl From<rust_xlsxwriter::XlsxError> for WriteError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::Workbook(Box::new(error))
    }
}
