//! The sheet of sites (站点表): a row a site. What differs from what is recorded becomes commands of the registry; what
//! is wrong is reported by row.

mod site_row;
mod unit_row;

use std::collections::BTreeMap;

use jiff::civil::Date;
use onestop_directory::{Directory, Site, Unit, WINDOW, is_phone};
use onestop_proto::{
    division::DivisionCode,
    ids::UnitId,
    registry::{Command, SiteState},
    text::Words,
    typed::half_width,
};
use onestop_spreadsheet::{
    AllowedValues, Column, FileKind, RowProblem, Sheet, SheetRow, Template, WriteError,
};

const DIVISION: Column = Column::text("division", "区划代码");
const PHONE: Column = Column::text("phone", "电话");
const ADDRESS: Column = Column::text("address", "地址");
const STATE: Column = Column::text("state", "状态");
const EVIDENCE: Column = Column::text("evidence", "依据");
const DOCUMENT: Column = Column::text("document_number", "文号");
const OPENS: Column = Column::day("opens", "计划开放日");
const REASON: Column = Column::text("reason", "推迟原因");
const UNIT: Column = Column::text("unit", "单位");
const FULL: Column = Column::day("full_until", "满负荷至");

pub(super) const COLUMNS: &[Column] = &[
    DIVISION,
    Column::text("name", "站点"),
    UNIT,
    PHONE,
    ADDRESS,
    STATE,
    EVIDENCE,
    DOCUMENT,
    OPENS,
    REASON,
    FULL,
];

/// The commands of a row, in their order; none where it says what is recorded already.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RowCommands {
    pub(super) row: usize,
    pub(super) division: DivisionCode,
    /// The unit that the row is about; nothing where it is about the site.
    pub(super) unit: Option<UnitId>,
    pub(super) commands: Vec<Command>,
}

/// What a row is about.
#[derive(Clone, Copy)]
enum Subject<'a> {
    /// The site, with its window.
    Site,
    Unit(&'a Unit),
}

impl Subject<'_> {
    fn unit(self) -> Option<UnitId> {
        match self {
            Self::Site => None,
            Self::Unit(unit) => Some(unit.id.clone()),
        }
    }
}

/// What a sheet leads to, and all that is wrong with it.
pub(super) fn check(
    sheet: &Sheet,
    directory: &Directory,
    today: Date,
) -> (Vec<RowCommands>, Vec<RowProblem>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let mut first_rows: BTreeMap<(DivisionCode, Option<UnitId>), usize> = BTreeMap::new();
    for row in &sheet.rows {
        let mut checked = CheckedRow {
            row,
            directory,
            today,
            problems: Vec::new(),
        };
        if let Some((site, subject)) = checked.subject() {
            let unit = subject.unit();
            match first_rows.get(&(site.division, unit.clone())) {
                Some(first) => checked.note_problem(
                    DIVISION,
                    format!("与第 {first} 行重复，请删去一行"),
                    format!("is in row {first} already; remove one of them"),
                ),
                None => {
                    first_rows.insert((site.division, unit.clone()), row.number);
                }
            }
            let commands = checked.commands(site, subject);
            if checked.problems.is_empty() {
                all.push(RowCommands {
                    row: row.number,
                    division: site.division,
                    unit,
                    commands,
                });
            }
        }
        problems.append(&mut checked.problems);
    }
    (all, problems)
}

/// A cell is faulty: a problem of the row says how.
struct Faulty;

struct CheckedRow<'a> {
    row: &'a SheetRow,
    directory: &'a Directory,
    today: Date,
    problems: Vec<RowProblem>,
}

impl<'a> CheckedRow<'a> {
    fn note_problem(&mut self, column: Column, zh: String, en: String) {
        self.problems.push(RowProblem {
            row: self.row.number,
            column: column.heading,
            words: Words { zh, en },
        });
    }

    fn site(&mut self) -> Option<&'a Site> {
        let typed = self
            .row
            .get(DIVISION.key)
            .map(half_width)
            .unwrap_or_default();
        let code = typed.parse::<DivisionCode>().ok();
        let site = code.and_then(|code| self.directory.site_at(code));
        if site.is_none() {
            self.note_problem(
                DIVISION,
                format!("名录中没有“{typed}”的站点，请核对区划代码"),
                format!("there is no site of '{typed}'; check the code"),
            );
        }
        site
    }

    /// The site of a row, and which of its units the row is about, if both are known.
    fn subject(&mut self) -> Option<(&'a Site, Subject<'a>)> {
        let site = self.site()?;
        Some((site, self.unit(site)?))
    }

    /// Checks every column, so that all faults of a row are reported at once.
    fn commands(&mut self, site: &'a Site, subject: Subject<'a>) -> Vec<Command> {
        let directory = self.directory;
        let commands = match subject {
            Subject::Site => {
                let window = directory.window_of(site);
                let full = window.and_then(|window| self.full(window));
                [
                    self.site_contact(site),
                    self.state(site),
                    self.plan(site),
                    full,
                ]
            }
            Subject::Unit(unit) => {
                self.refuse_columns_of_sites();
                [self.unit_contact(unit), self.full(unit), None, None]
            }
        };
        commands.into_iter().flatten().collect()
    }

    /// The telephone of a row, if it names one.
    fn phone(&mut self) -> Result<Option<String>, Faulty> {
        let phone = self.row.get(PHONE.key).map(half_width);
        let phone = phone.map(|phone| phone.trim().to_owned());
        if let Some(wrong) = phone.as_ref().filter(|phone| !is_phone(phone)) {
            let zh = format!("“{wrong}”不是电话号码，请只写数字，可用连字符分隔");
            let en = format!("'{wrong}' is no telephone number; write digits with hyphens");
            self.note_problem(PHONE, zh, en);
            return Err(Faulty);
        }
        Ok(phone)
    }
}

/// A day as people and spreadsheets write it: 2027-03-01, 2027/3/1, 2027.3.1, 2027年3月1日.
fn day(typed: &str) -> Option<Date> {
    let typed = half_width(typed);
    let mut parts = typed.split(['-', '/', '.', '年', '月', '日']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.any(|rest| !rest.trim().is_empty()) {
        return None;
    }
    let (year, month) = (year.trim().parse().ok()?, month.trim().parse().ok()?);
    Date::new(year, month, day.trim().parse().ok()?).ok()
}

/// The sheet of all sites as they are now: imported again, it changes nothing.
pub(super) fn write(
    kind: FileKind,
    directory: &Directory,
    today: Date,
) -> Result<Vec<u8>, WriteError> {
    let rows = directory.sites().flat_map(|site| {
        let units = directory.units_of(site).iter();
        let units = units.filter_map(move |unit| unit_cells(directory, (site, unit), today));
        std::iter::once(site_cells(directory, site, today)).chain(units)
    });
    onestop_spreadsheet::write(kind, COLUMNS, rows.map(Vec::from))
}

pub(super) fn template() -> Template {
    let example = [
        "530828207000",
        "雪林佤族乡公共法律服务工作站",
        "",
        "0879-7230001",
        "雪林佤族乡人民政府一楼",
        SiteState::Pilot.text().zh,
        "验收合格",
        "澜司〔2026〕9号",
        "",
        "",
        "",
    ];
    let states = SiteState::ALL.iter();
    Template {
        columns: COLUMNS,
        example: example.map(str::to_owned).to_vec(),
        allowed: vec![AllowedValues {
            key: STATE.key,
            values: states.map(|state| state.text().zh.to_owned()).collect(),
        }],
    }
}

/// The cells of a site's row, in the order of [`COLUMNS`].
fn site_cells(directory: &Directory, site: &Site, today: Date) -> [String; COLUMNS.len()] {
    let state = directory.site_state(site, today);
    let evidence = directory.state_evidence(site, today);
    let plan = directory.opening_plan(site, today);
    let plan = plan.filter(|_| state == SiteState::Planned);
    let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let window = directory.window_of(site);
    let full = window.and_then(|window| directory.full_until(&window.id, today));
    [
        site.division.to_string(),
        site.name.clone(),
        String::new(),
        owned(directory.site_phone(site, today)),
        owned(directory.site_address(site, today)),
        state.text().zh.to_owned(),
        owned(evidence.map(|one| one.evidence.as_str())),
        owned(evidence.and_then(|one| one.document_number.as_deref())),
        plan.map(|plan| plan.opens.to_string()).unwrap_or_default(),
        owned(plan.and_then(|plan| plan.reason)),
        full.map(|until| until.to_string()).unwrap_or_default(),
    ]
}

/// The cells of a unit's row, in the order of [`COLUMNS`]; nothing for a window, and where nothing is known of the unit.
fn unit_cells(
    directory: &Directory,
    (site, unit): (&Site, &Unit),
    today: Date,
) -> Option<[String; COLUMNS.len()]> {
    let phone = directory.unit_phone(unit, today);
    let address = directory.unit_address(unit, today);
    let full = directory.full_until(&unit.id, today);
    let known = phone.is_some() || address.is_some() || full.is_some();
    if unit.kind.as_str() == WINDOW || !known {
        return None;
    }
    let mut cells: [String; COLUMNS.len()] = Default::default();
    let texts = [
        (DIVISION, site.division.to_string()),
        (UNIT, unit.id.to_string()),
        (PHONE, phone.unwrap_or_default().to_owned()),
        (ADDRESS, address.unwrap_or_default().to_owned()),
        (
            FULL,
            full.map(|until| until.to_string()).unwrap_or_default(),
        ),
    ];
    for (column, text) in texts {
        let mut all = COLUMNS.iter().zip(&mut cells);
        if let Some((_, cell)) = all.find(|(known, _)| **known == column) {
            *cell = text;
        }
    }
    Some(cells)
}

#[cfg(test)]
mod tests;
