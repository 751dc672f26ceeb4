//! Which unit a cell of the sheet means: by its id, by the code of its division, which means the window there, by code and kind,
//! or by its name, as pages and files show it.

use std::{cell::OnceCell, collections::BTreeMap};

use onestop_directory::{Directory, Unit, WINDOW};
use onestop_proto::{
    division::DivisionCode,
    ids::{UnitId, UnitKind},
    text::Words,
    typed::half_width,
};

use super::rights::SheetRights;

/// The units that cells can mean. Their names are collected when a cell needs them.
pub(super) struct Units<'d> {
    directory: &'d Directory,
    rights: &'d dyn SheetRights,
    by_name: OnceCell<BTreeMap<&'d str, Vec<&'d Unit>>>,
}

impl<'d> Units<'d> {
    pub(super) fn new(directory: &'d Directory, rights: &'d dyn SheetRights) -> Self {
        Self {
            directory,
            rights,
            by_name: OnceCell::new(),
        }
    }

    /// The unit that a cell means. Of several with the same name it is the one that the user looks after.
    ///
    /// # Errors
    /// In words, if there is no such unit, or more than one.
    pub(super) fn meant(&self, typed: &str) -> Result<UnitId, Words> {
        if let Some(unit) = unit_of(&half_width(typed), self.directory) {
            return Ok(unit.id.clone());
        }
        let named = self.named(typed.trim());
        if let [only] = named {
            return Ok(only.id.clone());
        }
        let mut own = named
            .iter()
            .filter(|unit| self.rights.looks_after(&unit.id));
        match (own.next(), own.next()) {
            (Some(unit), None) => Ok(unit.id.clone()),
            _ if named.is_empty() => Err(unknown(typed)),
            _ => Err(ambiguous(typed, named.len())),
        }
    }

    fn named(&self, name: &str) -> &[&'d Unit] {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = BTreeMap::<&'d str, Vec<&'d Unit>>::new();
            for site in self.directory.sites() {
                for unit in self.directory.units_of(site) {
                    by_name.entry(unit.name.as_str()).or_default().push(unit);
                }
            }
            by_name
        });
        by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }
}

fn unknown(typed: &str) -> Words {
    Words {
        zh: format!(
            "名录中没有“{typed}”，请写单位全称，或者区划代码（即该地的窗口），如 530821101201"
        ),
        en: format!(
            "the directory has no '{typed}'; write the unit's full name, or the code of a division (its window), such as \
             530821101201"
        ),
    }
}

fn ambiguous(typed: &str, count: usize) -> Words {
    Words {
        zh: format!("名录中有 {count} 个单位叫“{typed}”，请改写区划代码，如 530821101201"),
        en: format!(
            "{count} units are called '{typed}'; write the code of the division, such as 530821101201"
        ),
    }
}

/// The unit with an id, or at a code.
pub(super) fn unit_of<'d>(typed: &str, directory: &'d Directory) -> Option<&'d Unit> {
    let by_id = typed.parse::<UnitId>().ok();
    if let Some(unit) = by_id.and_then(|id| directory.unit(&id)) {
        return Some(unit);
    }
    let (division, kind) = typed.split_once('.').unwrap_or((typed, WINDOW));
    let code: DivisionCode = division.trim().parse().ok()?;
    let kind: UnitKind = kind.trim().parse().ok()?;
    directory.unit_named(code, &kind)
}
