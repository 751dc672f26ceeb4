//! Divisions of other provinces (外省区划), as far as a matter may belong there: no unit here works it, but the window tells the citizen where
//! to go (法律援助法 art. 38, 公证法 art. 25). Each province has its two digits and its name; the two digits of a finer code name its province.

use onestop_proto::{
    division::{DivisionCode, Tier},
    typed::half_width,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory,
    divisions::Divisions,
    error::{LoadError, Reason},
    load::Source,
    status::Status,
};

/// Endings of the names of provinces, which people leave out.
const ENDINGS: [&str; 7] = [
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "自治区",
    "特别行政区",
    "省",
    "市",
];

/// The `[outside_divisions]` of `sites.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutsideDivisionsEntry {
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
    list: Vec<Spanned<OutsideDivision>>,
}

/// Another province.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutsideDivision {
    pub code: DivisionCode,
    /// 四川省
    pub name: String,
}

/// All of them, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct OutsideDivisions {
    list: Vec<OutsideDivision>,
}

impl OutsideDivisions {
    /// Refuses what is no province, one without a name, one that the directory holds itself, and two of one code.
    pub(crate) fn load(
        entry: Option<OutsideDivisionsEntry>,
        source: &Source,
        divisions: &Divisions,
    ) -> Result<Self, LoadError> {
        let mut known = Self::default();
        for one in entry.map(|entry| entry.list).unwrap_or_default() {
            let line = source.line_of(&one);
            let one = one.into_inner();
            let code = one.code;
            let reason = if code.tier() != Tier::Province || divisions.get(code).is_some() {
                let what = format!("{code} is not another province");
                Some(Reason::Malformed { what })
            } else if one.name.trim().is_empty() {
                Some(Reason::NoName { code })
            } else if known.get(code).is_some() {
                Some(Reason::DuplicateDivision { code })
            } else {
                None
            };
            if let Some(reason) = reason {
                return Err(source.error(Some(line), reason));
            }
            known.list.push(one);
        }
        Ok(known)
    }

    fn get(&self, code: DivisionCode) -> Option<&OutsideDivision> {
        self.list.iter().find(|one| one.code == code)
    }
}

impl Directory {
    /// The other province that a code is of, or lies in.
    #[must_use]
    pub fn outside_division(&self, code: DivisionCode) -> Option<&OutsideDivision> {
        self.outside_divisions.get(code.at(Tier::Province)?)
    }

    /// Whether a matter may belong to a place: one that is listed here, or one of another province.
    #[must_use]
    pub fn is_place(&self, code: DivisionCode) -> bool {
        self.is_listed(code) || self.outside_division(code).is_some()
    }

    /// The other province, or the place in it, that people mean by what they type: a code of GB/T 2260, or the province's name
    /// with its ending or without.
    #[must_use]
    pub fn outside_place(&self, text: &str) -> Option<DivisionCode> {
        let typed = half_width(text);
        let typed = typed.trim();
        let digits: String = typed.chars().take_while(char::is_ascii_digit).collect();
        if !digits.is_empty() {
            let code = digits.parse::<DivisionCode>().ok()?;
            return self.outside_division(code).map(|_| code);
        }
        let mut all = self.outside_divisions.list.iter();
        let meant = all.find(|one| one.name == typed || short_name(&one.name) == typed);
        meant.map(|one| one.code)
    }
}

/// 四川, 广西, 北京: a name as it is spoken.
fn short_name(name: &str) -> &str {
    let mut stems = ENDINGS
        .iter()
        .filter_map(|ending| name.strip_suffix(*ending));
    stems.next().unwrap_or(name)
}

/// The name of a code of another province: 四川省; of a place in it, with its digits: 四川省（510100）.
pub(crate) fn full_name(province: &OutsideDivision, code: DivisionCode) -> String {
    if province.code == code {
        return province.name.clone();
    }
    let digits = code.to_string();
    let shown = digits.get(..6).unwrap_or(&digits);
    format!("{}（{shown}）", province.name)
}
