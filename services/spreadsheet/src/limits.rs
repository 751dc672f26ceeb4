//! How much of a file is read. All sites of the province with their units are some 20,000 rows and 3 MB.

/// The bytes of a file.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The rows of a sheet, with its headings.
pub(crate) const MOST_ROWS: usize = 50_000;
/// The columns of a sheet, those without a heading too.
pub(crate) const MOST_COLUMNS: usize = 64;
/// The bytes of all cells together: a text that a workbook keeps once may be in many cells.
pub(crate) const MOST_TEXT: usize = 32 * 1024 * 1024;
/// The files within a workbook.
pub(crate) const MOST_PARTS: usize = 500;
/// The bytes of a workbook once it is unpacked.
pub(crate) const MOST_UNPACKED: u64 = 32 * 1024 * 1024;
/// The bytes of its list of cell formats, whose entries take far more memory than their text.
pub(crate) const MOST_STYLES: u64 = 1024 * 1024;
/// The signs of a cell in a file to mend; a workbook has no cell that is longer than 32,767.
pub(crate) const LONGEST_CELL: usize = 4_000;
