#![doc = include_str!("../README.md")]

mod cell;
mod csv_file;
mod error;
mod grid;
mod limits;
mod package;
mod sheet;
mod table;
mod template;
mod workbook;
mod writing;

pub use self::{
    error::{SheetError, WriteError},
    limits::MOST_BYTES,
    sheet::Sheet,
    table::{Column, FileKind, RowProblem, SheetRow},
    template::{AllowedValues, Template},
    writing::write,
};

#[cfg(test)]
mod tests;
