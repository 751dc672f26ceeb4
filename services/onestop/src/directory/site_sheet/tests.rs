use super::*;

fn today() -> Date {
    "2026-11-28".parse().unwrap()
}

fn checked(rows: &str) -> (Vec<RowCommands>, Vec<RowProblem>) {
    let directory = Directory::built_in().unwrap();
    let text = format!("区划代码,电话,地址,状态,依据,计划开放日,推迟原因\n{rows}");
    check(
        &Sheet::read(text.as_bytes(), COLUMNS).unwrap(),
        &directory,
        today(),
    )
}

#[test]
fn what_differs_becomes_commands_and_what_is_the_same_none() {
    let rows = "530828207000,０８７９－7230001,雪林大街,试点,澜司〔2026〕9号,,\n530821000000,,,正式运行,,,\n";
    let (rows, problems) = checked(rows);
    assert_eq!(problems, []);
    let names: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.commands.iter().map(name).collect())
        .collect();
    assert_eq!(names, [vec!["change-contact", "set-state"], vec![]]);
}

fn name(command: &Command) -> &'static str {
    use onestop_proto::command::CommandType;
    command.name()
}

#[test]
fn all_that_is_wrong_is_told_by_row_and_column() {
    let rows = "999,,,,,,\n530828207000,ring,,开了,,明年,\n530821000000,,,暂停服务,,,\n530821000000,,,,,,\n";
    let (rows, problems) = checked(rows);
    assert_eq!(rows.len(), 0);
    let told: Vec<_> = problems.iter().map(|one| (one.row, one.column)).collect();
    let wanted = [
        (2, "区划代码"),
        (3, "电话"),
        (3, "状态"),
        (3, "计划开放日"),
        (4, "依据"),
        (5, "区划代码"),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn the_sheet_of_all_sites_changes_nothing_when_it_is_imported_again() {
    let built_in = Directory::built_in().unwrap();
    let directory = &built_in;
    let bytes = write(FileKind::Csv, directory, today()).unwrap();
    let sheet = Sheet::read(&bytes, COLUMNS).unwrap();
    let units = directory.sites().flat_map(|site| {
        let units = directory.units_of(site).iter();
        units.filter_map(move |unit| unit_cells(directory, (site, unit), today()))
    });
    let sites = directory.sites().count();
    assert_eq!(sheet.rows.len(), sites + units.count());
    let (rows, problems) = check(&sheet, directory, today());
    assert_eq!(problems, []);
    assert!(rows.iter().all(|row| row.commands.is_empty()));
}

/// The workbook of all sites has the rows of the CSV file, and so changes nothing either.
#[test]
fn the_workbook_of_all_sites_has_the_rows_of_the_csv_file() {
    let directory = Directory::built_in().unwrap();
    let rows = |kind| {
        let bytes = write(kind, &directory, today()).unwrap();
        Sheet::read(&bytes, COLUMNS).unwrap().rows
    };
    let (csv, xlsx) = (rows(FileKind::Csv), rows(FileKind::Xlsx));
    assert_eq!(csv.len(), xlsx.len());
    for (csv, xlsx) in csv.iter().zip(&xlsx) {
        assert_eq!(csv.number, xlsx.number);
        for column in COLUMNS {
            assert_eq!(csv.get(column.key), xlsx.get(column.key), "{}", csv.number);
        }
    }
}

#[test]
fn the_example_of_the_template_is_a_right_row() {
    let directory = Directory::built_in().unwrap();
    let template = template();
    let bytes = onestop_spreadsheet::write(FileKind::Xlsx, COLUMNS, [template.example.clone()]);
    let sheet = Sheet::read(&bytes.unwrap(), COLUMNS).unwrap();
    let (rows, problems) = check(&sheet, &directory, today());
    assert_eq!(problems, []);
    assert_eq!(rows[0].commands.len(), 2);
    let empty = Sheet::read(&template.to_xlsx().unwrap(), COLUMNS).unwrap();
    assert_eq!(empty.rows, []);
}

#[test]
fn a_day_is_read_as_people_write_it() {
    for typed in [
        "2027-03-01",
        "2027/3/1",
        "2027.3.1",
        "2027年3月1日",
        "２０２７－３－１",
    ] {
        assert_eq!(day(typed), Some("2027-03-01".parse().unwrap()), "{typed}");
    }
    for wrong in ["", "2027-13-01", "明年", "2027-03-01 10"] {
        assert_eq!(day(wrong), None, "{wrong}");
    }
}

fn checked_units(rows: &str) -> (Vec<RowCommands>, Vec<RowProblem>) {
    let directory = Directory::built_in().unwrap();
    let text = format!("区划代码,单位,电话,状态,满负荷至\n{rows}");
    check(
        &Sheet::read(text.as_bytes(), COLUMNS).unwrap(),
        &directory,
        today(),
    )
}

#[test]
fn a_unit_is_named_by_its_kind_or_title_and_its_row_stands_beside_that_of_its_site() {
    let rows = "530821000000,,0879-3231111,,\n530821000000,法律援助机构,0879-3232222,,2027-01-15\n530821000000,notarization,0879-3233333,,\n";
    let (rows, problems) = checked_units(rows);
    assert_eq!(problems, []);
    let units: Vec<Option<&str>> = rows
        .iter()
        .map(|row| {
            row.unit
                .as_ref()?
                .as_str()
                .split_once('.')
                .map(|(_, kind)| kind)
        })
        .collect();
    assert_eq!(units, [None, Some("legal-aid"), Some("notarization")]);
    let names: Vec<Vec<&str>> = rows
        .iter()
        .map(|row| row.commands.iter().map(name).collect())
        .collect();
    let contact = "change-contact";
    assert_eq!(
        names,
        [vec![contact], vec![contact, "mark-full"], vec![contact]]
    );
}

/// 澜沧县 has a legal aid agency, and a post of it in the detention centre.
#[test]
fn a_kind_or_title_names_the_own_unit_beside_a_special_station() {
    for (typed, named) in [
        ("legal-aid", "legal-aid"),
        ("法律援助机构", "legal-aid"),
        ("legal-aid-detention", "legal-aid-detention"),
    ] {
        let (rows, problems) = checked_units(&format!("530828000000,{typed},0879-7222111,,\n"));
        assert_eq!(problems, [], "{typed}");
        let unit = rows[0].unit.as_ref().unwrap().as_str();
        assert!(unit.ends_with(&format!(".{named}")), "{typed}: {unit}");
    }
}

#[test]
fn what_is_wrong_with_a_units_row_is_reported_by_column() {
    let rows = "530821000000,歌舞团,,,\n530821000000,法律援助机构,,暂停服务,去年\n530821000000,legal-aid,,,\n";
    let (rows, problems) = checked_units(rows);
    assert_eq!(rows.len(), 0);
    let found: Vec<_> = problems.iter().map(|one| (one.row, one.column)).collect();
    let wanted = [(2, "单位"), (3, "状态"), (3, "满负荷至"), (4, "区划代码")];
    assert_eq!(found, wanted);
}

/// The numbers of `/coverage`, counted in the sheet: by tier and state, in the province and in one prefecture.
#[test]
fn the_sheet_has_the_numbers_of_the_coverage() {
    use onestop_directory::{COVERAGE_COLUMNS, CoverageCell};
    let directory = Directory::built_in().unwrap();
    let bytes = write(FileKind::Csv, &directory, today()).unwrap();
    let sheet = Sheet::read(&bytes, COLUMNS).unwrap();
    let sites: Vec<(DivisionCode, &str)> = sheet
        .rows
        .iter()
        .filter(|row| row.get(UNIT.key).is_none())
        .map(|row| {
            (
                row.get(DIVISION.key).unwrap().parse().unwrap(),
                row.get(STATE.key).unwrap(),
            )
        })
        .collect();
    for within in ["53", "5308"] {
        let within: DivisionCode = within.parse().unwrap();
        let coverage = directory.coverage(within, today()).unwrap();
        for (tier, counts) in coverage.total.tiers() {
            for state in COVERAGE_COLUMNS.into_iter().flatten() {
                let here = sites.iter().filter(|(place, word)| {
                    within.contains(*place) && place.tier() == tier && *word == state.text().zh
                });
                let mut listed: Vec<DivisionCode> = here.map(|(place, _)| *place).collect();
                listed.sort_unstable();
                let cell = CoverageCell::State(Some(state));
                assert_eq!(listed.len(), counts.at(cell), "{within} {tier} {state}");
                let behind = directory.covered(within, (tier, cell), today());
                let behind: Vec<DivisionCode> = behind.map(|one| one.code).collect();
                assert_eq!(listed, behind, "{within} {tier} {state}");
            }
        }
    }
}

/// The numbers of `/coverage` are those of the sheet of all sites: each site is counted once, in the state that its row has.
#[test]
fn the_sheet_of_all_sites_has_as_many_of_each_state_as_coverage_counts() {
    let directory = Directory::built_in().unwrap();
    let bytes = write(FileKind::Csv, &directory, today()).unwrap();
    let sheet = Sheet::read(&bytes, COLUMNS).unwrap();
    let sites = || {
        let of_sites = sheet.rows.iter();
        of_sites.filter(|row| row.get(UNIT.key).is_none())
    };
    let coverage = directory.coverage("53".parse().unwrap(), today()).unwrap();
    for (tier, counts) in coverage.total.tiers() {
        for state in SiteState::ALL {
            let in_state = sites().filter(|row| {
                let code: DivisionCode = row.get(DIVISION.key).unwrap().parse().unwrap();
                code.tier() == tier && row.get(STATE.key) == Some(state.text().zh)
            });
            assert_eq!(in_state.count(), counts.of(Some(*state)), "{tier} {state}");
        }
    }
    assert_eq!(
        sites().count(),
        coverage.total.total() - coverage.total.of(None)
    );
}
