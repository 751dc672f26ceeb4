//! A sheet to begin with: the headings to fill in below, and beside them, on a second sheet, an example and the values that
//! a column takes.

use rust_xlsxwriter::{DataValidation, Workbook, Worksheet, XlsxError};

use crate::{
    error::WriteError,
    table::Column,
    writing::{heading_format, text_format, write_headings},
};

/// The name of the sheet with the example.
const EXAMPLE: &str = "示例与可填值";
/// The rows below the headings that offer a list of values.
const OFFERED_ROWS: u32 = 1_000;
/// The signs of a list that a cell can offer, with its commas.
const LONGEST_OFFER: usize = 255;

/// The values that a column takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedValues {
    pub key: &'static str,
    pub values: Vec<String>,
}

/// A sheet to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub columns: &'static [Column],
    /// A row as it may look, with a cell for each column.
    pub example: Vec<String>,
    /// What some columns take.
    pub allowed: Vec<AllowedValues>,
}

impl Template {
    /// The workbook.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, WriteError> {
        let mut book = Workbook::new();
        let columns: Vec<&Column> = self.columns.iter().collect();
        let sheet = book.add_worksheet();
        write_headings(sheet, &columns)?;
        self.offer_values(sheet)?;
        let example = book.add_worksheet();
        write_headings(example, &columns)?;
        example.set_name(EXAMPLE)?;
        self.write_example(example)?;
        Ok(book.save_to_buffer()?)
    }

    /// Has the cells of a column offer its values, where these are few.
    fn offer_values(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        for (values, at) in self.allowed_at() {
            let signs: usize = values.iter().map(|value| value.chars().count() + 1).sum();
            if signs <= LONGEST_OFFER && !values.is_empty() {
                let offer = DataValidation::new().allow_list_strings(values)?;
                sheet.add_data_validation(1, at, OFFERED_ROWS, at, &offer)?;
            }
        }
        Ok(())
    }

    fn write_example(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let text = text_format();
        for (cell, at) in self.example.iter().zip(0_u16..) {
            sheet.write_string_with_format(1, at, cell, &text)?;
        }
        for (values, at) in self.allowed_at() {
            sheet.write_string_with_format(3, at, "可填值", &heading_format())?;
            for (value, row) in values.iter().zip(4_u32..) {
                sheet.write_string_with_format(row, at, value, &text)?;
            }
        }
        Ok(())
    }

    /// The lists of values, with the places of their columns.
    fn allowed_at(&self) -> impl Iterator<Item = (&[String], u16)> {
        self.allowed.iter().filter_map(|allowed| {
            let mut places = self.columns.iter().zip(0_u16..);
            let (_, at) = places.find(|(column, _)| column.key == allowed.key)?;
            Some((allowed.values.as_slice(), at))
        })
    }
}
