//! Bodies of other provinces (外地机构): legal aid agencies that cooperation letters go to and come from (异地协作), and courts and
//! organs whose letters open a case here. They work no case here; each has a source, a status and days on which it is known.

use jiff::civil::Date;
use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::{ServiceItem, Topic, UnitKind},
    legal_aid::Organ,
};
use serde::Deserialize;
use toml::Spanned;

use crate::{
    Directory, Unit,
    divisions::Divisions,
    error::{LoadError, Reason},
    load::{Day, Period, Source},
    status::Status,
};

/// A body of another province.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideBody {
    /// What events and letters name it by.
    pub id: Topic,
    /// What it is: legal-aid, court, procuratorate, police or custody.
    pub kind: UnitKind,
    /// 四川省法律援助中心
    pub name: String,
    /// Where it is: a code of another province.
    pub division: DivisionCode,
    /// Its street address, if known.
    pub address: Option<String>,
    /// Its phone number, if known.
    pub phone: Option<String>,
    pub valid_from: Date,
    /// The last day, if it is known.
    pub valid_to: Option<Date>,
}

/// A `[[outside_body]]` of `sites.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutsideBodyEntry {
    id: Topic,
    kind: UnitKind,
    name: String,
    division: DivisionCode,
    address: Option<String>,
    phone: Option<String>,
    valid_from: Day,
    valid_to: Option<Day>,
    #[expect(dead_code, reason = "for the reader of the file")]
    source: String,
    #[expect(dead_code, reason = "for the reader of the file")]
    status: Status,
}

/// All of them, in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct OutsideBodies {
    list: Vec<(OutsideBody, Period)>,
}

impl OutsideBodies {
    pub(crate) fn load(
        entries: Vec<Spanned<OutsideBodyEntry>>,
        source: &Source,
        divisions: &Divisions,
    ) -> Result<Self, LoadError> {
        let mut known = Self::default();
        for entry in entries {
            let line = source.line_of(&entry);
            let checked = known.checked(entry.into_inner(), divisions);
            let checked = checked.map_err(|reason| source.error(Some(line), reason))?;
            known.list.push(checked);
        }
        Ok(known)
    }

    /// Refuses one without a name, one of a place that the directory holds itself, and two of one id on a day.
    fn checked(
        &self,
        entry: OutsideBodyEntry,
        divisions: &Divisions,
    ) -> Result<(OutsideBody, Period), Reason> {
        let malformed = |what: String| Reason::Malformed { what };
        if entry.name.trim().is_empty() {
            return Err(malformed(format!("'{}' has no name", entry.id)));
        }
        let is_held = |code: DivisionCode| divisions.get(code).is_some();
        if entry.division.chain().any(is_held) {
            let (id, division) = (&entry.id, entry.division);
            return Err(malformed(format!(
                "'{id}' is in {division}, which this directory holds: its units are [[site.unit]]"
            )));
        }
        let period = Period::new(entry.valid_from, entry.valid_to)?;
        let twice = |(other, of): &(OutsideBody, Period)| {
            other.id == entry.id && of.overlap(period).is_some()
        };
        if self.list.iter().any(twice) {
            return Err(malformed(format!(
                "there are two bodies '{}' on one day",
                entry.id
            )));
        }
        let body = OutsideBody {
            id: entry.id,
            kind: entry.kind,
            name: entry.name.trim().to_owned(),
            division: entry.division,
            address: entry.address,
            phone: entry.phone,
            valid_from: period.from,
            valid_to: period.until,
        };
        Ok((body, period))
    }
}

impl Directory {
    /// The bodies of other provinces that are known on a day.
    pub fn outside_bodies(&self, on: Date) -> impl Iterator<Item = &OutsideBody> {
        let known = self.outside.list.iter();
        known
            .filter(move |(_, period)| period.covers(on))
            .map(|(body, _)| body)
    }

    /// The body of another province that is called by an id or a name on a day.
    pub fn outside_body(&self, called: &str, on: Date) -> Option<&OutsideBody> {
        let called = called.trim();
        self.outside_bodies(on)
            .find(|body| body.id.as_str() == called || body.name == called)
    }

    /// The organs of other provinces that are known on a day: their letters open a case.
    pub fn outside_organs(&self, on: Date) -> impl Iterator<Item = &OutsideBody> {
        let is_organ = |body: &&OutsideBody| body.kind.as_str().parse::<Organ>().is_ok();
        self.outside_bodies(on).filter(is_organ)
    }

    /// Those of a kind, as a refusal lists them: 四川省高级人民法院（sichuan-high-court）; a dash if there is none.
    pub fn outside_organs_of(&self, organ: Organ, on: Date) -> String {
        let known = self.outside_organs(on);
        let of_kind = known.filter(|body| body.kind.as_str() == organ.as_str());
        let named = of_kind.map(|body| format!("{}（{}）", body.name, body.id));
        let named: Vec<String> = named.collect();
        if named.is_empty() {
            return "—".to_owned();
        }
        named.join("、")
    }

    /// Whether a body of another province is an organ of a kind on a day.
    pub fn is_outside_organ(&self, id: &Topic, organ: Organ, on: Date) -> bool {
        let mut known = self.outside_bodies(on);
        known.any(|body| body.id == *id && body.kind.as_str() == organ.as_str())
    }

    /// The legal aid agency here that is called by an id or a name.
    pub fn agency_called(&self, called: &str) -> Option<&Unit> {
        let called = called.trim();
        let kind: UnitKind = ServiceItem::legal_aid().as_str().parse().ok()?;
        let divisions = self.divisions().map(|division| division.code);
        let wide = divisions.filter(|code| code.tier() <= Tier::County);
        wide.filter_map(|code| self.unit_at(code, &kind))
            .find(|agency| agency.id.to_string() == called || agency.name == called)
    }
}
