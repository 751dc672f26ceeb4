//! Who can confirm what another administrator asked for, so that the page names them to the person who asked.

use onestop_directory::Directory;
use onestop_proto::ids::StaffId;

use crate::{
    core::db::{act_requests::ActRequest, staff::Staff},
    identity::four_eyes::{ActOn, Apart},
};

/// The accounts whose owners can confirm a request. Who acted on whose account lately is looked at when they do.
pub(super) fn confirmers<'a>(
    request: &ActRequest,
    accounts: &'a [Staff],
    directory: &Directory,
) -> Vec<&'a Staff> {
    let find = |id: &StaffId| accounts.iter().find(|one| one.id == *id);
    let asker = find(&request.asked_by).cloned();
    let Some(asker) = asker.and_then(|author| request.requester(author)) else {
        return Vec::new();
    };
    let act = ActOn {
        id: &request.staff,
        subject: find(&request.staff),
        act: &request.act,
    };
    let is_able = |person: &&Staff| {
        let checked = act.check_confirm(person, &asker, Apart::Yes, directory);
        checked.is_ok()
    };
    accounts.iter().filter(is_able).collect()
}

#[cfg(test)]
mod tests {
    use onestop_proto::{actor::Role, ids::UnitId};

    use super::*;
    use crate::identity::account_act::Act;

    /// A village's clerk: the county's administrator asks, and no colleague of theirs confirms.
    #[test]
    fn the_asker_is_told_who_can_confirm_and_no_colleague_is() {
        let directory = Directory::built_in().unwrap();
        let unit = |place: &str, kind: &str| -> UnitId {
            let unit = directory.unit_at(place.parse().unwrap(), &kind.parse().unwrap());
            unit.unwrap().id.clone()
        };
        let person = |id: &str, role, unit| Staff::new(id.parse().unwrap(), id, role, unit);
        let bureau = unit("530821", "bureau");
        let accounts = [
            person("asker", Role::UnitAdministrator, bureau.clone()),
            person("colleague", Role::UnitAdministrator, bureau.clone()),
            person("supervisor", Role::Supervisor, bureau.clone()),
            person("above", Role::UnitAdministrator, unit("5308", "bureau")),
            person("clerk", Role::Clerk, unit("530821101201", "window")),
        ];
        let request = ActRequest {
            id: 1,
            staff: "clerk".parse().unwrap(),
            act: Act::ResetPassword,
            asked_by: "asker".parse().unwrap(),
            requester_unit: Some(bureau),
            reason: "忘记密码".to_owned(),
            asked_at: "2026-11-29 09:00:00".parse().unwrap(),
            ends_at: "2026-11-30 09:00:00".parse().unwrap(),
        };
        let able = confirmers(&request, &accounts, &directory);
        let able: Vec<_> = able.into_iter().map(|one| one.id.as_str()).collect();
        assert_eq!(able, ["supervisor", "above"]);
    }
}
