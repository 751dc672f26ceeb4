//! Administrative divisions: which codes exist, and what they are called.

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::InvalidId,
};

use crate::{
    error::{LoadError, Reason},
    load::Source,
};

/// A division that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    pub code: DivisionCode,
    /// Its own name, without those above: 宁洱镇. Names are no keys: sixty names of townships occur
    /// more than once in Yunnan.
    pub name: String,
}

impl Division {
    pub const fn tier(&self) -> Tier {
        self.code.tier()
    }
}

/// All divisions, in the order of their codes: a division comes before those in it.
#[derive(Debug)]
pub(crate) struct Divisions {
    list: Vec<Division>,
}

impl Divisions {
    pub(crate) fn load(source: &Source) -> Result<Self, LoadError> {
        let mut rows = read(source)?;
        rows.sort_by_key(|(_, division)| division.code);
        for pair in rows.windows(2) {
            if let [(_, first), (line, second)] = pair
                && first.code == second.code
            {
                let reason = Reason::DuplicateDivision { code: second.code };
                return Err(source.error(Some(*line), reason));
            }
        }
        let (lines, list): (Vec<usize>, Vec<Division>) = rows.into_iter().unzip();
        let divisions = Self { list };
        for (line, division) in lines.into_iter().zip(&divisions.list) {
            let code = division.code;
            if let Some(parent) = code.parent()
                && divisions.get(parent).is_none()
            {
                return Err(source.error(Some(line), Reason::NoParent { code, parent }));
            }
        }
        Ok(divisions)
    }

    pub(crate) fn get(&self, code: DivisionCode) -> Option<&Division> {
        self.index_of(code).and_then(|index| self.list.get(index))
    }

    fn index_of(&self, code: DivisionCode) -> Option<usize> {
        self.list
            .binary_search_by_key(&code, |division| division.code)
            .ok()
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Division> {
        self.list.iter()
    }

    /// The divisions directly below `code`.
    pub(crate) fn children(&self, code: DivisionCode) -> impl Iterator<Item = &Division> {
        let start = self.list.partition_point(|division| division.code <= code);
        self.list[start..]
            .iter()
            .take_while(move |division| code.contains(division.code))
            .filter(move |division| division.code.parent() == Some(code))
    }

    /// All names from the prefecture down, and the code itself where it is not listed.
    pub(crate) fn full_name(&self, code: DivisionCode) -> String {
        let mut names: Vec<&str> = code
            .chain()
            .filter(|above| above.tier() > Tier::Province || *above == code)
            .filter_map(|above| self.get(above))
            .map(|division| division.name.as_str())
            .collect();
        names.reverse();
        if self.get(code).is_none() {
            code.to_string()
        } else {
            names.concat()
        }
    }
}

/// The rows with their lines, each checked by itself.
fn read(source: &Source) -> Result<Vec<(usize, Division)>, LoadError> {
    let malformed =
        |line: Option<usize>, what: String| source.error(line, Reason::Malformed { what });
    let mut reader = csv::ReaderBuilder::new().from_reader(source.text().as_bytes());
    match reader.headers() {
        Ok(header) if header == ["code", "name", "tier"].as_slice() => {}
        Ok(_) | Err(_) => return Err(source.error(Some(1), Reason::Header)),
    }
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(rows),
            Err(error) => {
                let line = error.position().map(|position| position.line() as usize);
                return Err(malformed(
                    line,
                    format!("a row needs code, name and tier: {error}"),
                ));
            }
        }
        let line = record.position().map(|position| position.line() as usize);
        let field = |index: usize| record.get(index).unwrap_or_default();
        let code: DivisionCode = field(0)
            .parse()
            .map_err(|error: InvalidId| malformed(line, error.to_string()))?;
        let (name, stated) = (field(1), field(2));
        let actual = code.tier();
        if stated != actual.to_string() {
            let stated = stated.to_owned();
            return Err(source.error(
                line,
                Reason::TierMismatch {
                    code,
                    stated,
                    actual,
                },
            ));
        }
        if name.trim().is_empty() {
            return Err(source.error(line, Reason::NoName { code }));
        }
        rows.push((
            line.unwrap_or_default(),
            Division {
                code,
                name: name.to_owned(),
            },
        ));
    }
}
