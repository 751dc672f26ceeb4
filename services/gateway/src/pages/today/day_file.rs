//! `/today.csv`: the lists of the day as one file, each row with its list.

use super::sections::Section;
use crate::{
    core::{csv_file::CsvFile, page_error::PageResult},
    pages::{
        case_list_file::{HEADS, cells},
        shell::Page,
    },
};

pub(super) fn answer(sections: &[Section], page: &Page<'_>) -> PageResult {
    let bytes = write(sections, page).map_err(anyhow::Error::from)?;
    page.saved_csv(bytes, "today")
}

fn write(sections: &[Section], page: &Page<'_>) -> csv::Result<Vec<u8>> {
    let mut file = CsvFile::new();
    let heads = HEADS.iter().map(|head| page.i18n.t(head));
    file.row(std::iter::once(page.i18n.t("today-list")).chain(heads))?;
    for section in sections {
        let name = page.i18n.t(section.name);
        for row in &section.group.rows {
            file.row(std::iter::once(name.clone()).chain(cells(page, row)))?;
        }
        // The page has the first cases of a long list, and so has the file.
        let missing = section.missing();
        if missing > 0 {
            let cut = page
                .i18n
                .t2("today-cut", "list", name, "count", missing.to_string());
            let rest = HEADS.iter().map(|_| String::new());
            file.row(std::iter::once(cut).chain(rest))?;
        }
    }
    file.into_bytes()
}
