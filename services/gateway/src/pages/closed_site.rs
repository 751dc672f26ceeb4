//! That the user's own site takes no cases today, said before a form is filled in: why, when it is open next, and which site
//! does. Intake refuses a registration there by the same rule.

use jiff::civil::Date;
use onestop_directory::{Directory, Site, SiteStanding};
use onestop_proto::text::Words;

use super::shell::Page;

/// A site that takes no cases on a day.
pub(super) struct ClosedSite<'a> {
    pub(super) site: &'a Site,
    /// Why, for people.
    pub(super) why: Words,
    /// The next day on which it is open, if that is known.
    pub(super) next: Option<Date>,
    /// The nearest site above that is open; nothing where none is.
    pub(super) instead: Option<&'a Site>,
}

impl<'a> ClosedSite<'a> {
    /// Nothing if the site is open.
    pub(super) fn of(site: &'a Site, on: Date, directory: &'a Directory) -> Option<Self> {
        let SiteStanding::Closed { why } = directory.site_standing(site, on) else {
            return None;
        };
        Some(Self {
            site,
            why,
            next: directory.next_opening(site, on),
            instead: open_above(site, on, directory),
        })
    }
}

/// The nearest site above that is open on a day.
pub(super) fn open_above<'a>(site: &Site, on: Date, directory: &'a Directory) -> Option<&'a Site> {
    let wider = site.division.chain().skip(1);
    let mut above = wider.filter_map(|wider| directory.site_at(wider));
    above.find(|above| directory.site_standing(above, on) == SiteStanding::Open)
}

impl Page<'_> {
    /// Says that the user's site takes no cases today; nothing if it does.
    pub(super) fn closed_site(&self) -> Option<String> {
        let directory = &self.app.directory;
        let unit = directory.unit(&self.session?.staff.unit)?;
        let site = directory.site(&unit.site)?;
        let closed = ClosedSite::of(site, self.now.china_date(), directory)?;
        Some(self.closed_words(&closed))
    }

    fn closed_words(&self, closed: &ClosedSite<'_>) -> String {
        let why = self.i18n.words(&closed.why).to_owned();
        let name = closed.site.name.as_str();
        let mut told = self.i18n.t2("site-closed", "site", name, "why", why);
        if let Some(day) = &closed.next {
            told += &self.i18n.t1("site-next-open", "day", self.day(day));
        }
        told += &match closed.instead {
            Some(site) => self.i18n.t1("site-instead", "site", site.name.as_str()),
            None => self.i18n.t("site-instead-hotline"),
        };
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By the same rule as intake: the county's site is suspended for a month.
    #[test]
    fn a_closed_site_names_why_when_next_and_which_site_instead() {
        let suspended = "\n[[override]]\ndivision = \"530821\"\nstate = \"suspended\"\nfrom = 2026-03-01\n\
                         until = 2026-03-31\nreason = { zh = \"装修\", en = \"works\" }\n";
        let directory = Directory::built_in_with("sites.toml", suspended).unwrap();
        let site = directory.site_at("530821".parse().unwrap()).unwrap();
        let open = jiff::civil::date(2026, 2, 27);
        assert!(ClosedSite::of(site, open, &directory).is_none());
        let closed = ClosedSite::of(site, jiff::civil::date(2026, 3, 20), &directory);
        let Some(closed) = closed else {
            panic!("it is not suspended")
        };
        assert!(closed.why.zh.contains("装修"), "{}", closed.why.zh);
        assert_eq!(closed.next, Some(jiff::civil::date(2026, 4, 1)));
        let instead = closed.instead.map(|site| site.division.to_string());
        assert!(instead.is_some_and(|division| division.starts_with("5308")));
    }
}
