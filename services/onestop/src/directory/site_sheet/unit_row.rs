//! A row about a unit of a site: how it is reached, and until when it is full.

use onestop_directory::{Site, Unit, WINDOW};
use onestop_proto::registry::{ChangeContact, Command, MarkFull};

use super::{
    ADDRESS, CheckedRow, DOCUMENT, EVIDENCE, FULL, OPENS, REASON, STATE, Subject, UNIT, day,
};

impl<'a> CheckedRow<'a> {
    /// What a row is about: the unit that it names by id, name, kind or title; the site where it names none, or its
    /// window. A kind or title is that of the site's own unit; a special station is named by its name or its id, or by the
    /// part of that behind the dot.
    pub(super) fn unit(&mut self, site: &'a Site) -> Option<Subject<'a>> {
        let Some(typed) = self.row.get(UNIT.key) else {
            return Some(Subject::Site);
        };
        let directory = self.directory;
        let titled = |unit: &Unit| {
            let mut types = directory.unit_types().iter();
            let has_title = types.any(|known| known.kind == unit.kind && known.title.zh == typed);
            has_title && unit.station.is_none()
        };
        let fits = |unit: &&Unit| {
            let id = unit.id.as_str();
            let behind_dot = id.split_once('.').map(|(_, name)| name);
            id == typed || unit.name == typed || behind_dot == Some(typed) || titled(unit)
        };
        let mut fitting = directory.units_of(site).iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some(unit), None) if unit.kind.as_str() == WINDOW => Some(Subject::Site),
            (Some(unit), None) => Some(Subject::Unit(unit)),
            (Some(_), Some(_)) => {
                let zh = format!("“{typed}”在该站点不止一个，请写单位编号");
                let en = format!("'{typed}' names several units of the site; write the id of one");
                self.note_problem(UNIT, zh, en);
                None
            }
            (None, _) => {
                let names: Vec<&str> = directory
                    .units_of(site)
                    .iter()
                    .map(|unit| unit.name.as_str())
                    .collect();
                let zh = format!("该站点没有单位“{typed}”，有：{}", names.join("、"));
                let en = format!(
                    "the site has no unit '{typed}'; it has {}",
                    names.join(", ")
                );
                self.note_problem(UNIT, zh, en);
                None
            }
        }
    }

    /// Refuses in a unit's row what only a site has.
    pub(super) fn refuse_columns_of_sites(&mut self) {
        for column in [STATE, EVIDENCE, DOCUMENT, OPENS, REASON] {
            if self.row.get(column.key).is_some() {
                let zh = "只有站点的行填写此项，请另起一行，单位留空".to_owned();
                let en = "is of sites alone; write it in a row without a unit".to_owned();
                self.note_problem(column, zh, en);
            }
        }
    }

    pub(super) fn unit_contact(&mut self, unit: &Unit) -> Option<Command> {
        let (directory, today) = (self.directory, self.today);
        let phone = self.phone().ok()?;
        let phone = phone.filter(|phone| directory.unit_phone(unit, today) != Some(phone.as_str()));
        let address = self.row.get(ADDRESS.key);
        let address =
            address.filter(|address| directory.unit_address(unit, today) != Some(*address));
        if phone.is_none() && address.is_none() {
            return None;
        }
        let change = ChangeContact {
            unit: unit.id.clone(),
            from: None,
            phone,
            address: address.map(str::to_owned),
        };
        Some(change.into())
    }

    /// That a unit is full until a day, where that is not recorded yet.
    pub(super) fn full(&mut self, unit: &Unit) -> Option<Command> {
        let typed = self.row.get(FULL.key)?;
        let until = day(typed).filter(|until| *until >= self.today);
        let Some(until) = until else {
            let zh = format!("“{typed}”不是今天或以后的日期，请写如 2027年3月1日");
            let en = format!("'{typed}' is no day from today on; write 2027-03-01");
            self.note_problem(FULL, zh, en);
            return None;
        };
        if self.directory.full_until(&unit.id, self.today) == Some(until) {
            return None;
        }
        let full = MarkFull {
            unit: unit.id.clone(),
            from: None,
            until,
        };
        Some(full.into())
    }
}
