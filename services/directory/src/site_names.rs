//! What each site is called in the official form of a case's number (案号): 普洱宁洱新塘 for the station of 新塘 in 宁洱.
//!
//! The prefecture comes first, then the county, then the place, each without its ending. Where two sites would be called
//! alike, the township comes before the place; then the place has its whole name; then its code follows. So no two sites are
//! called alike.

use std::collections::{HashMap, HashSet};

use onestop_proto::{
    division::{DivisionCode, Tier},
    ids::SiteId,
    typed::code_signs,
};

use crate::{
    Directory, divisions::Division, former_divisions::FormerDivision, spoken_names::short_name,
};

/// How a site may be called, the shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NameForm {
    /// 普洱宁洱新塘
    Short,
    /// 普洱宁洱宁洱镇新塘
    WithTownship,
    /// 普洱宁洱宁洱镇新塘村民委员会
    Whole,
    /// 普洱宁洱宁洱镇新塘村民委员会530821101201
    WithCode,
    /// 普洱宁洱新塘原530821101202, for a division of before
    Former,
}

/// The forms of a site that there is.
const PRESENT: [NameForm; 4] = [
    NameForm::Short,
    NameForm::WithTownship,
    NameForm::Whole,
    NameForm::WithCode,
];
/// The forms of the site of a division of before. The present ones are named first: it never changes what they are called.
const FORMER: [NameForm; 2] = [NameForm::Short, NameForm::Former];

/// A site that has no name yet.
#[derive(Debug)]
struct Unnamed {
    site: SiteId,
    division: Division,
}

/// What a site may be called.
#[derive(Debug)]
struct SiteName {
    of: Unnamed,
    /// 普洱; nothing for a prefecture and a province.
    prefecture: String,
    /// 宁洱新塘
    rest: String,
}

impl SiteName {
    fn whole(&self) -> String {
        format!("{}{}", self.prefecture, self.rest)
    }

    /// The name as [`code_signs`] reads it.
    fn key(&self) -> String {
        code_signs(&self.whole())
    }
}

#[derive(Debug, Default)]
pub(crate) struct SiteNames {
    by_site: HashMap<SiteId, String>,
    by_name: HashMap<String, SiteId>,
    /// Without the prefecture; nothing where several sites could be called so.
    by_rest: HashMap<String, Option<SiteId>>,
    /// What more than one site could be called: no site is.
    shared: HashSet<String>,
}

impl SiteNames {
    fn build(directory: &Directory) -> Self {
        let present = directory.sites().filter_map(|site| {
            let division = directory.division(site.division)?.clone();
            let site = site.id.clone();
            Some(Unnamed { site, division })
        });
        let former = directory.former.iter().map(|former| Unnamed {
            site: SiteId::derived(former.code),
            division: of_then(former),
        });
        let mut names = Self::default();
        names.name_all(present.collect(), &PRESENT, directory);
        names.name_all(former.collect(), &FORMER, directory);
        names
    }

    /// Gives each site the first form in which no other is called like it.
    fn name_all(&mut self, mut unnamed: Vec<Unnamed>, forms: &[NameForm], directory: &Directory) {
        for form in forms {
            let named = unnamed.into_iter();
            let named: Vec<SiteName> = named.map(|one| name(one, *form, directory)).collect();
            let mut times: HashMap<String, usize> = HashMap::new();
            for name in &named {
                *times.entry(name.key()).or_default() += 1;
            }
            times.retain(|_, times| *times > 1);
            self.shared.extend(times.into_keys());
            unnamed = Vec::new();
            for name in named {
                let key = name.key();
                if self.shared.contains(&key) {
                    self.by_rest.insert(code_signs(&name.rest), None);
                    unnamed.push(name.of);
                } else if self.by_name.contains_key(&key) {
                    unnamed.push(name.of);
                } else {
                    self.add(&name);
                }
            }
        }
    }

    fn add(&mut self, name: &SiteName) {
        let site = name.of.site.clone();
        self.by_name.insert(name.key(), site.clone());
        let by_rest = self.by_rest.entry(code_signs(&name.rest));
        by_rest
            .and_modify(|known| *known = None)
            .or_insert_with(|| Some(site.clone()));
        self.by_site.insert(site, name.whole());
    }

    pub(crate) fn name(&self, site: &SiteId) -> Option<&str> {
        self.by_site.get(site).map(String::as_str)
    }

    /// The site that is called so, with its prefecture, or without where no other is called so.
    pub(crate) fn site(&self, name: &str) -> Option<&SiteId> {
        let by_rest = || self.by_rest.get(name).and_then(Option::as_ref);
        self.by_name.get(name).or_else(by_rest)
    }
}

impl Directory {
    /// What sites are called in the official form of a number; made when it is first wanted.
    pub(crate) fn site_names(&self) -> &SiteNames {
        self.site_names.get_or_init(|| SiteNames::build(self))
    }
}

fn of_then(former: &FormerDivision) -> Division {
    Division {
        code: former.code,
        name: former.name.clone(),
    }
}

fn name(of: Unnamed, form: NameForm, directory: &Directory) -> SiteName {
    let (own, code) = (&of.division, of.division.code);
    let above = |tier: Tier| above(code, tier, directory);
    let township = match form {
        NameForm::Short | NameForm::Former => String::new(),
        NameForm::WithTownship | NameForm::Whole | NameForm::WithCode => above(Tier::Township),
    };
    let place = match form {
        NameForm::Short | NameForm::WithTownship => short_name(own).to_owned(),
        NameForm::Whole => own.name.clone(),
        NameForm::WithCode => format!("{}{code}", own.name),
        NameForm::Former => format!("{}原{code}", short_name(own)),
    };
    SiteName {
        prefecture: above(Tier::Prefecture),
        rest: format!("{}{township}{place}", above(Tier::County)),
        of,
    }
}

/// The short name of the division of a tier above one; empty if there is none.
fn above(code: DivisionCode, tier: Tier, directory: &Directory) -> String {
    let wider = code.at(tier).filter(|wider| *wider != code);
    let named = wider.and_then(|wider| {
        let present = directory.division(wider).cloned();
        present.or_else(|| directory.former.get(wider).map(of_then))
    });
    named.map_or_else(String::new, |named| short_name(&named).to_owned())
}
