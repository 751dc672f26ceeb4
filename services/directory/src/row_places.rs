//! Where rows of the files hold: at a division of now, or at one of before (原区划) and then at the one that took its place.

use jiff::civil::Date;
use onestop_proto::division::DivisionCode;

use crate::{
    Directory,
    divisions::Divisions,
    error::Reason,
    former_divisions::{FormerDivision, FormerDivisions},
};

/// The divisions that rows of the files may name: of now, and of before.
#[derive(Clone, Copy)]
pub(crate) struct KnownPlaces<'a> {
    pub(crate) divisions: &'a Divisions,
    pub(crate) former: &'a FormerDivisions,
}

impl<'a> KnownPlaces<'a> {
    pub(crate) const fn of(divisions: &'a Divisions, former: &'a FormerDivisions) -> Self {
        Self { divisions, former }
    }
}

impl KnownPlaces<'_> {
    pub(crate) fn is_known(&self, code: DivisionCode) -> bool {
        self.divisions.get(code).is_some() || self.former.get(code).is_some()
    }

    /// Where a row holds; refuses a division that is listed nowhere.
    pub(crate) fn of_row(&self, place: Option<DivisionCode>) -> Result<RowPlace, Reason> {
        let Some(code) = place else {
            return Ok(RowPlace::Everywhere);
        };
        match self.former.get(code) {
            Some(former) => Ok(RowPlace::Former(former.clone())),
            None if self.is_known(code) => Ok(RowPlace::Present(code)),
            None => Err(Reason::UnknownDivision { code }),
        }
    }
}

/// Where a row of the files holds, with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowPlace {
    Everywhere,
    Present(DivisionCode),
    /// At a division of before, and from the day after its last on at the one that took its place.
    Former(FormerDivision),
}

impl RowPlace {
    /// The present division; nothing for a row that holds everywhere.
    pub(crate) fn present(&self) -> Option<DivisionCode> {
        match self {
            Self::Everywhere => None,
            Self::Present(code) => Some(*code),
            Self::Former(former) => Some(former.successor),
        }
    }

    /// Whether it holds at a place on a day.
    pub(crate) fn holds(&self, asked: AskedPlace, on: Date) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Present(wide) => wide.contains(asked.present),
            Self::Former(former) => {
                let passed_on = on > former.until && former.successor.contains(asked.present);
                passed_on || former.code.contains(asked.requested)
            }
        }
    }
}

/// A place for which something is looked up: its code, which may be one of before, and the present one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AskedPlace {
    pub(crate) requested: DivisionCode,
    pub(crate) present: DivisionCode,
}

impl Directory {
    /// A place for which something is looked up, with its present code.
    pub(crate) fn asked_place(&self, requested: DivisionCode) -> AskedPlace {
        AskedPlace {
            requested,
            present: self.present_division(requested),
        }
    }
}
