//! The sheet of sites (站点表): a row a site. What differs from what is recorded becomes commands of the registry; what
//! is wrong is reported by row.

use std::collections::BTreeMap;

use jiff::civil::Date;
use onestop_directory::{Directory, Site, is_phone};
use onestop_proto::{
    division::DivisionCode,
    registry::{ChangeContact, Command, PlanOpening, SetState, SiteState},
    text::Words,
    typed::half_width,
};

use crate::sheet::{Column, Row, RowProblem, Sheet};

const fn column(key: &'static str, heading: &'static str) -> Column {
    Column { key, heading }
}

const DIVISION: Column = column("division", "区划代码");
const PHONE: Column = column("phone", "电话");
const ADDRESS: Column = column("address", "地址");
const STATE: Column = column("state", "状态");
const EVIDENCE: Column = column("evidence", "依据");
const OPENS: Column = column("opens", "计划开放日");

pub(super) const COLUMNS: &[Column] = &[
    DIVISION,
    column("name", "站点"),
    PHONE,
    ADDRESS,
    STATE,
    EVIDENCE,
    column("document_number", "文号"),
    OPENS,
    column("reason", "推迟原因"),
];

/// The commands of a row, in their order; none where it says what is recorded already.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RowCommands {
    pub(super) row: usize,
    pub(super) division: DivisionCode,
    pub(super) commands: Vec<Command>,
}

/// What a sheet leads to, and all that is wrong with it.
pub(super) fn check(
    sheet: &Sheet,
    directory: &Directory,
    today: Date,
) -> (Vec<RowCommands>, Vec<RowProblem>) {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let mut first_rows: BTreeMap<DivisionCode, usize> = BTreeMap::new();
    for row in &sheet.rows {
        let mut checked = CheckedRow {
            row,
            directory,
            today,
            problems: Vec::new(),
        };
        let site = checked.site();
        if let Some(site) = site {
            match first_rows.get(&site.division) {
                Some(first) => checked.note_problem(
                    DIVISION,
                    format!("与第 {first} 行重复，请删去一行"),
                    format!("is in row {first} already; remove one of them"),
                ),
                None => {
                    first_rows.insert(site.division, row.number);
                }
            }
        }
        let commands = site.map(|site| checked.commands(site));
        if let (Some(site), Some(commands), true) = (site, commands, checked.problems.is_empty()) {
            all.push(RowCommands {
                row: row.number,
                division: site.division,
                commands,
            });
        }
        problems.append(&mut checked.problems);
    }
    (all, problems)
}

struct CheckedRow<'a> {
    row: &'a Row,
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

    /// Checks every column, so that all faults of a row are reported at once.
    fn commands(&mut self, site: &Site) -> Vec<Command> {
        let (contact, state, plan) = (self.contact(site), self.state(site), self.plan(site));
        let commands = [contact, state, plan].into_iter();
        commands.flatten().collect()
    }

    fn contact(&mut self, site: &Site) -> Option<Command> {
        let (directory, today) = (self.directory, self.today);
        let phone = self.row.get(PHONE.key).map(half_width);
        let phone = phone.map(|phone| phone.trim().to_owned());
        if let Some(wrong) = phone.as_ref().filter(|phone| !is_phone(phone)) {
            let zh = format!("“{wrong}”不是电话号码，请只写数字，可用连字符分隔");
            let en = format!("'{wrong}' is no telephone number; write digits with hyphens");
            self.note_problem(PHONE, zh, en);
            return None;
        }
        let phone = phone.filter(|phone| directory.site_phone(site, today) != Some(phone.as_str()));
        let address = self.row.get(ADDRESS.key);
        let address =
            address.filter(|address| directory.site_address(site, today) != Some(*address));
        if phone.is_none() && address.is_none() {
            return None;
        }
        let change = ChangeContact {
            unit: directory.window_of(site)?.id.clone(),
            from: None,
            phone,
            address: address.map(str::to_owned),
        };
        Some(change.into())
    }

    fn state(&mut self, site: &Site) -> Option<Command> {
        let typed = self.row.get(STATE.key)?;
        let mut known = SiteState::ALL.iter().copied();
        let Some(state) = known.find(|one| one.as_str() == typed || one.text().zh == typed) else {
            let words: Vec<_> = SiteState::ALL.iter().map(|one| one.text().zh).collect();
            let zh = format!("“{typed}”不是站点状态，请写{}之一", words.join("、"));
            let words: Vec<_> = SiteState::ALL.iter().map(|one| one.as_str()).collect();
            let en = format!("'{typed}' is no state; write one of {}", words.join(", "));
            self.note_problem(STATE, zh, en);
            return None;
        };
        if self.directory.site_state(site, self.today) == state {
            return None;
        }
        let Some(evidence) = self.row.get(EVIDENCE.key) else {
            let zh = "变更状态须写明依据".to_owned();
            self.note_problem(
                EVIDENCE,
                zh,
                "a change of state needs what it rests on".to_owned(),
            );
            return None;
        };
        let number = self.row.get("document_number");
        let set = SetState {
            site: site.id.clone(),
            state,
            from: None,
            until: None,
            evidence: evidence.to_owned(),
            document_number: number.map(str::to_owned),
        };
        Some(set.into())
    }

    fn plan(&mut self, site: &Site) -> Option<Command> {
        let typed = self.row.get(OPENS.key)?;
        let Some(opens) = day(typed) else {
            let zh = format!("“{typed}”不是日期，请写 2027-03-01");
            self.note_problem(
                OPENS,
                zh,
                format!("'{typed}' is not a day; write 2027-03-01"),
            );
            return None;
        };
        let known = self.directory.opening_plan(site, self.today);
        if known.is_some_and(|known| known.opens == opens) {
            return None;
        }
        let plan = PlanOpening {
            site: site.id.clone(),
            opens,
            reason: self.row.get("reason").map(str::to_owned),
        };
        Some(plan.into())
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
pub(super) fn write(directory: &Directory, today: Date) -> anyhow::Result<Vec<u8>> {
    let mut file = csv::Writer::from_writer("\u{FEFF}".as_bytes().to_vec());
    file.write_record(COLUMNS.iter().map(|column| column.heading))?;
    for site in directory.sites() {
        let state = directory.site_state(site, today);
        let evidence = directory.state_evidence(site, today);
        let plan = directory.opening_plan(site, today);
        let plan = plan.filter(|_| state == SiteState::Planned);
        let number = evidence.and_then(|one| one.document_number.as_deref());
        file.write_record([
            site.division.to_string().as_str(),
            &site.name,
            directory.site_phone(site, today).unwrap_or_default(),
            directory.site_address(site, today).unwrap_or_default(),
            state.text().zh,
            evidence
                .map(|one| one.evidence.as_str())
                .unwrap_or_default(),
            number.unwrap_or_default(),
            &plan.map(|plan| plan.opens.to_string()).unwrap_or_default(),
            plan.and_then(|plan| plan.reason).unwrap_or_default(),
        ])?;
    }
    Ok(file.into_inner().map_err(|error| error.into_error())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Date {
        "2026-11-28".parse().unwrap()
    }

    fn checked(rows: &str) -> (Vec<RowCommands>, Vec<RowProblem>) {
        let directory = Directory::built_in().unwrap();
        let text = format!("区划代码,电话,地址,状态,依据,计划开放日,推迟原因\n{rows}");
        check(&Sheet::parse(&text, COLUMNS).unwrap(), &directory, today())
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
        let directory = Directory::built_in().unwrap();
        let text = String::from_utf8(write(&directory, today()).unwrap()).unwrap();
        let sheet = Sheet::parse(&text, COLUMNS).unwrap();
        assert_eq!(sheet.rows.len(), directory.sites().count());
        let (rows, problems) = check(&sheet, &directory, today());
        assert_eq!(problems, []);
        assert!(rows.iter().all(|row| row.commands.is_empty()));
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
}
