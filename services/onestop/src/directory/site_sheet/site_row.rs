//! A row about a site: how it is reached, its state, when it is to open.

use onestop_directory::Site;
use onestop_proto::registry::{ChangeContact, Command, PlanOpening, SetState, SiteState};

use super::{ADDRESS, CheckedRow, DOCUMENT, EVIDENCE, OPENS, REASON, STATE, day};

impl CheckedRow<'_> {
    pub(super) fn site_contact(&mut self, site: &Site) -> Option<Command> {
        let (directory, today) = (self.directory, self.today);
        let phone = self.phone().ok()?;
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

    pub(super) fn state(&mut self, site: &Site) -> Option<Command> {
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
        let number = self.row.get(DOCUMENT.key);
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

    pub(super) fn plan(&mut self, site: &Site) -> Option<Command> {
        let typed = self.row.get(OPENS.key)?;
        let Some(opens) = day(typed) else {
            let zh = format!("“{typed}”不是日期，请写如 2027年3月1日");
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
            reason: self.row.get(REASON.key).map(str::to_owned),
        };
        Some(plan.into())
    }
}
