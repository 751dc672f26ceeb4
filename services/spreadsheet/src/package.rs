//! What is in a workbook's archive, before anything of it is parsed: it is a workbook, and not too large once unpacked. The
//! sizes that an archive declares are the sender's word, so each file is unpacked and counted as well.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use crate::{
    error::SheetError,
    limits::{MOST_PARTS, MOST_STYLES, MOST_UNPACKED},
};

pub(crate) fn check(bytes: &[u8]) -> Result<(), SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(SheetError::TooLarge);
    }
    let (mut left, mut is_workbook) = (MOST_UNPACKED, false);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| SheetError::Damaged)?;
        let name = part.name().map_err(|_| SheetError::Damaged)?;
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "mimetype" | "xl/workbook.bin" => return Err(SheetError::OtherWorkbook),
            "xl/workbook.xml" => is_workbook = true,
            _ => {}
        }
        let most = if name.ends_with("styles.xml") {
            left.min(MOST_STYLES)
        } else {
            left
        };
        if part.size() > most {
            return Err(SheetError::TooLarge);
        }
        let unpacked = io::copy(&mut part.take(most + 1), &mut io::sink());
        let unpacked = unpacked.map_err(|_| SheetError::Damaged)?;
        if unpacked > most {
            return Err(SheetError::TooLarge);
        }
        left -= unpacked;
    }
    if is_workbook {
        Ok(())
    } else {
        Err(SheetError::Damaged)
    }
}
