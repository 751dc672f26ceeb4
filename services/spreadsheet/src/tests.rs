use std::io::{Cursor, Read, Write};

use onestop_proto::text::Words;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::*;

const COLUMNS: &[Column] = &[
    Column::text("division", "区划代码"),
    Column::text("phone", "电话"),
    Column::day("opens", "计划开放日"),
];

fn workbook(fill: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet()).unwrap();
    book.save_to_buffer().unwrap()
}

/// Writes the headings into a row.
fn head(sheet: &mut Worksheet, row: u32) -> Result<(), XlsxError> {
    for (column, at) in COLUMNS.iter().zip(0_u16..) {
        sheet.write_string(row, at, column.heading)?;
    }
    Ok(())
}

fn texts(sheet: &Sheet) -> Vec<(usize, Vec<Option<&str>>)> {
    let texts = |row: &SheetRow| {
        let cells = COLUMNS.iter();
        cells
            .map(|column| {
                sheet
                    .rows
                    .iter()
                    .find(|one| one.number == row.number)?
                    .get(column.key)
            })
            .collect()
    };
    sheet
        .rows
        .iter()
        .map(|row| (row.number, texts(row)))
        .collect()
}

fn refusal(bytes: &[u8]) -> SheetError {
    Sheet::read(bytes, COLUMNS).unwrap_err()
}

fn wrong(row: usize, column: &'static str, zh: &str) -> RowProblem {
    RowProblem {
        row,
        column,
        words: Words::untranslated(zh),
    }
}

#[test]
fn a_workbook_gives_the_rows_of_the_csv_file() {
    let csv = "区划代码,电话,计划开放日\n530821000000,13900000001,2027-03-01\n\
               ,,\n530828207000,0879-7230001,2027-03-02\n530822000000,,2027-03-03\n";
    let csv = Sheet::read(csv.as_bytes(), COLUMNS).unwrap();
    let bytes = workbook(|sheet| {
        sheet.set_name("某县站点")?;
        head(sheet, 0)?;
        // What Excel makes of codes and telephones that are typed into ordinary cells.
        sheet.write_number(1, 0, 530_821_000_000_f64)?;
        sheet.write_number(1, 1, 13_900_000_001_f64)?;
        let day = ExcelDateTime::from_ymd(2027, 3, 1)?;
        sheet.write_datetime_with_format(1, 2, day, &Format::new().set_num_format("yyyy/m/d"))?;
        sheet.write_string(3, 0, " 530828207000 ")?;
        sheet.write_string(3, 1, "0879-7230001")?;
        // A day whose cell is not shown as one.
        sheet.write_number(3, 2, 46_448)?;
        sheet.write_string(4, 0, "530822000000")?;
        sheet.write_string(4, 2, "2027-03-03")?;
        // Formatted far beyond what is filled in.
        sheet.write_blank(4_000, 100, &Format::new().set_bold())?;
        Ok(())
    });
    let read = Sheet::read(&bytes, COLUMNS).unwrap();
    assert_eq!((csv.kind, read.kind), (FileKind::Csv, FileKind::Xlsx));
    assert_eq!(texts(&read), texts(&csv));
    assert_eq!(
        texts(&read)[0],
        (
            2,
            vec![
                Some("530821000000"),
                Some("13900000001"),
                Some("2027-03-01")
            ]
        )
    );
    assert_eq!(texts(&read)[1].0, 4);
    assert_eq!(read.lost, []);
}

#[test]
fn hidden_and_empty_sheets_covers_rows_and_columns_are_passed_over() {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.write_string(0, 0, "不给人看的").unwrap();
    hidden.set_hidden(true);
    book.add_worksheet();
    let cover = book.add_worksheet();
    cover.write_string(0, 0, "填表说明").unwrap();
    let sheet = book.add_worksheet();
    // Two empty rows above, two empty columns on the left, one between.
    for (column, at) in COLUMNS.iter().zip([2_u16, 4, 5]) {
        sheet
            .write_string(2, at, format!("{}*", column.heading))
            .unwrap();
    }
    sheet.write_string(3, 2, "530821000000").unwrap();
    sheet.write_string(3, 4, "0879-1").unwrap();
    sheet.set_active(true);
    let bytes = book.save_to_buffer().unwrap();
    let read = Sheet::read(&bytes, COLUMNS).unwrap();
    assert_eq!(
        texts(&read),
        [(4, vec![Some("530821000000"), Some("0879-1"), None])]
    );
}

#[test]
fn what_a_spreadsheet_has_lost_is_reported_by_row_and_column() {
    let bytes = workbook(|sheet| {
        head(sheet, 0)?;
        sheet.write_number(1, 0, 532_801_199_001_011_234_f64)?;
        sheet.write_string(2, 1, "1.39E+10")?;
        sheet.write_formula(
            3,
            1,
            rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A"),
        )?;
        Ok(())
    });
    let read = Sheet::read(&bytes, COLUMNS).unwrap();
    let lost: Vec<_> = read.lost.iter().map(|one| (one.row, one.column)).collect();
    assert_eq!(lost, [(2, "区划代码"), (3, "电话"), (4, "电话")]);
    let csv = Sheet::read("电话\n1.39E+10\n".as_bytes(), COLUMNS).unwrap();
    assert_eq!(csv.lost.len(), 1);
    // A check that finds the same cell wrong adds nothing.
    let found = vec![wrong(2, "电话", "不是号码"), wrong(2, "", "重复")];
    let all = csv.problems(found);
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].words.zh.contains("1.39E+10"));
    // An address with such letters is an address.
    assert!(
        Sheet::read("电话\nE+1 号楼\n".as_bytes(), COLUMNS)
            .unwrap()
            .lost
            .is_empty()
    );
}

#[test]
fn the_wrong_rows_alone_are_in_the_file_to_mend_which_is_of_the_same_kind_and_is_read_back() {
    let text =
        "\u{FEFF}区划代码,phone\n530828207000,0879-1\n530821000000,0879\n,\n530822000000,y\n";
    let csv = Sheet::read(text.as_bytes(), COLUMNS).unwrap();
    let rows = csv.rows.iter().map(|row| {
        let cell = |key| row.get(key).unwrap_or_default().to_owned();
        vec![cell("division"), cell("phone"), String::new()]
    });
    let bytes = write(FileKind::Xlsx, COLUMNS, rows).unwrap();
    let xlsx = Sheet::read(&bytes, COLUMNS).unwrap();
    for (sheet, second, third) in [(csv, 3, 5), (xlsx, 3, 4)] {
        let problems = [
            wrong(second, "电话", "不是号码"),
            wrong(third, "电话", "不是号码"),
            wrong(third, "", "重复"),
        ];
        let mended = sheet.to_mend(&problems).unwrap();
        let again = Sheet::read(&mended, COLUMNS).unwrap();
        assert_eq!(again.kind, sheet.kind);
        // Whether the column with the problems is still there or not, the rows are the same.
        assert_eq!(
            texts(&again),
            [
                (2, vec![Some("530821000000"), Some("0879"), None]),
                (3, vec![Some("530822000000"), Some("y"), None])
            ]
        );
        match sheet.kind {
            FileKind::Csv => {
                let text = String::from_utf8(mended).unwrap();
                assert!(
                    text.ends_with("530822000000,y,,电话：不是号码；重复\n"),
                    "{text}"
                );
                // Without the column of the problems too.
                let lines = text.lines().filter_map(|line| line.rsplit_once(','));
                let bare: String = lines.map(|(row, _)| format!("{row}\n")).collect();
                let bare = Sheet::read(bare.as_bytes(), COLUMNS).unwrap();
                assert_eq!(texts(&bare), texts(&again));
            }
            FileKind::Xlsx => {
                let strings = part(&mended, "xl/sharedStrings.xml");
                let styles = part(&mended, "xl/styles.xml");
                assert!(strings.contains("电话：不是号码；重复"));
                assert!(styles.contains("FFD9D6"), "wrong cells are coloured");
                assert!(
                    styles.contains("numFmtId=\"49\""),
                    "cells are text: {styles}"
                );
            }
        }
    }
}

/// The text of a file in a workbook.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn merged_cells_are_refused_with_their_place() {
    let bytes = workbook(|sheet| {
        sheet.merge_range(0, 0, 0, 2, "某县站点一览表", &Format::new())?;
        head(sheet, 1)
    });
    let range = "A1:C1".to_owned();
    assert_eq!(refusal(&bytes), SheetError::Merged { range });
}

#[test]
fn headings_that_are_not_known_or_there_twice_or_missing_are_named() {
    let unknown = refusal("区划代码,邮编\n1,2\n".as_bytes());
    assert!(unknown.words().zh.contains("邮编"), "{unknown}");
    let twice = refusal("电话,phone\n1,2\n".as_bytes());
    assert_eq!(
        twice,
        SheetError::HeadingTwice {
            heading: "phone".to_owned()
        }
    );
    let none = refusal("电话,\n1,\n1,备注\n".as_bytes());
    assert_eq!(
        none,
        SheetError::NoHeading {
            cell: "B3".to_owned()
        }
    );
    assert_eq!(refusal(b""), SheetError::Empty);
    assert_eq!(cell::name(12, 27), "AB12");
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_to_save_it_as() {
    assert_eq!(
        refusal(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
        SheetError::OldWorkbook
    );
    assert_eq!(refusal(b"\xFF\x80\xFF\n1\n"), SheetError::OtherEncoding);
    assert_eq!(refusal(b"phone\0\x01"), SheetError::OtherEncoding);
    let archive = |name: &str| archive_of(name, b"text");
    assert_eq!(refusal(&archive("mimetype")), SheetError::OtherWorkbook);
    assert_eq!(
        refusal(&archive("xl/workbook.bin")),
        SheetError::OtherWorkbook
    );
    assert_eq!(refusal(&archive("letter.txt")), SheetError::Damaged);
    assert_eq!(refusal(&archive("xl/workbook.xml")), SheetError::Damaged);
    assert_eq!(refusal(b"PK\x03\x04 and no more"), SheetError::Damaged);
    let cut = workbook(|sheet| head(sheet, 0));
    assert_eq!(refusal(&cut[..cut.len() / 2]), SheetError::Damaged);
}

/// As programs save it whose settings are Chinese, or whose list separator is another.
#[test]
fn a_csv_file_is_read_in_what_spreadsheets_save_it_in() {
    let wanted = Sheet::read("区划代码,电话\n530821,12348\n".as_bytes(), COLUMNS);
    let wanted = wanted.unwrap().rows;
    let text = "区划代码;电话\r\n530821;12348\r\n";
    let (of_china, _, _) = encoding_rs::GB18030.encode(text);
    let wide: Vec<u8> = "\u{FEFF}区划代码\t电话\n530821\t12348\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let marked = format!("{}{text}", csv_file::BYTE_ORDER_MARK);
    for bytes in [
        of_china.as_ref(),
        text.as_bytes(),
        wide.as_slice(),
        marked.as_bytes(),
    ] {
        assert_eq!(Sheet::read(bytes, COLUMNS).unwrap().rows, wanted);
    }
    // A telephone with a semicolon in it is one cell.
    let one = Sheet::read("区划代码,电话\n530821,1;2;3\n".as_bytes(), COLUMNS);
    assert_eq!(one.unwrap().rows[0].get("phone"), Some("1;2;3"));
}

/// A quote that opens no cell is a sign as others, and a line break within quotes ends no row.
#[test]
fn rows_of_a_csv_file_are_counted_below_quotes_and_line_breaks_in_cells() {
    let last = |above: &str| {
        let csv = format!("区划代码,电话,计划开放日\n{above}530821000000,,\n");
        let read = Sheet::read(csv.as_bytes(), COLUMNS).unwrap();
        read.rows.last().map(|row| row.number)
    };
    // An inch sign, then an empty row.
    assert_eq!(last("530828207000,5\" 管,\n\n"), Some(4));
    // A closed cell that goes on, then an empty row.
    assert_eq!(last("530828207000,\"甲\"乙\"丙,\n\n"), Some(4));
    // A cell of three lines, one of them empty, with quotes of its own.
    assert_eq!(last("530828207000,\"一\n\n\"\"二\"\"\",\n\n"), Some(4));
    // As old programs end rows.
    assert_eq!(last("530828207000,,\r\r"), Some(4));
    assert_eq!(last("530828207000,,\r\n\r\n"), Some(4));
}

/// Also below a line that is empty, and one that is in quotes.
#[test]
fn rows_of_a_csv_file_are_counted_as_spreadsheets_do() {
    let text = "\n区划代码,电话\n\n530821,\"1\n\n2\"\n\r\n530822,3\n\n\n";
    let sheet = Sheet::read(text.as_bytes(), COLUMNS).unwrap();
    let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [4, 6]);
}

fn archive_of(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive
        .start_file(name, SimpleFileOptions::default())
        .unwrap();
    archive.write_all(content).unwrap();
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_that_grows_when_it_is_unpacked_is_refused_whatever_size_it_declares() {
    let size = usize::try_from(limits::MOST_UNPACKED).unwrap() + 1;
    let bomb = archive_of("xl/sharedStrings.xml", &vec![b' '; size]);
    assert!(bomb.len() < size / 100, "{}", bomb.len());
    assert_eq!(refusal(&bomb), SheetError::TooLarge);
    let declared = u32::try_from(size).unwrap().to_le_bytes();
    let mut lying = bomb;
    let places: Vec<usize> = (0..lying.len() - 4)
        .filter(|at| lying[*at..at + 4] == declared)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
    }
    let refused = refusal(&lying);
    assert!(
        matches!(refused, SheetError::TooLarge | SheetError::Damaged),
        "{refused}"
    );
}

#[test]
fn more_than_is_read_is_refused() {
    let wide = workbook(|sheet| {
        head(sheet, 0)?;
        sheet.write_string(0, 16_000, "远处")?;
        Ok(())
    });
    assert_eq!(refusal(&wide), SheetError::TooLarge);
    let long = format!("电话\n{}", "1\n".repeat(limits::MOST_ROWS));
    assert_eq!(refusal(long.as_bytes()), SheetError::TooLarge);
    assert_eq!(refusal(&vec![b'1'; MOST_BYTES + 1]), SheetError::TooLarge);
}

#[test]
fn a_template_is_an_empty_sheet_with_its_example_beside_it() {
    let template = Template {
        columns: COLUMNS,
        example: vec!["530821000000".to_owned(), "0879-3231234".to_owned()],
        allowed: vec![AllowedValues {
            key: "phone",
            values: vec!["座机".to_owned(), "手机".to_owned()],
        }],
    };
    let bytes = template.to_xlsx().unwrap();
    let read = Sheet::read(&bytes, COLUMNS).unwrap();
    assert_eq!(read.rows, []);
    assert!(part(&bytes, "xl/worksheets/sheet1.xml").contains("座机,手机"));
    assert!(part(&bytes, "xl/sharedStrings.xml").contains("0879-3231234"));
}
