//! Who asks, who confirms, and what one person does alone.

use onestop_directory::Directory;
use onestop_proto::ids::UnitKind;

use super::*;
use crate::{core::post::Post, identity::account_act::NewAccount};

const COUNTY: &str = "530821";
const TOWN: &str = "530821101";
const VILLAGE: &str = "530821101201";

/// People by `role/name@division.kind`.
struct World(Directory);

impl World {
    fn new() -> Self {
        Self(Directory::built_in().unwrap())
    }

    fn unit(&self, place: &str) -> UnitId {
        let (division, kind) = place.split_once('.').unwrap_or((place, "window"));
        let kind: UnitKind = kind.parse().unwrap();
        let unit = self.0.unit_at(division.parse().unwrap(), &kind);
        unit.unwrap_or_else(|| panic!("no {place}")).id.clone()
    }

    fn person(&self, text: &str) -> Staff {
        let (role, rest) = text.split_once('/').unwrap();
        let (name, place) = rest.split_once('@').unwrap();
        Staff {
            second_factor: true,
            ..Staff::new(
                name.parse().unwrap(),
                name,
                role.parse().unwrap(),
                self.unit(place),
            )
        }
    }

    fn put(&self, role: Role, place: &str) -> Act {
        Act::Put(NewAccount {
            name: "岩温".to_owned(),
            role,
            unit: self.unit(place),
        })
    }

    fn ask(&self, asker: &str, subject: Option<&Staff>, act: &Act) -> Result<Hands, AskRefusal> {
        let id = subject.map_or_else(|| "new-one".parse().unwrap(), |one| one.id.clone());
        let act = ActOn {
            id: &id,
            subject,
            act,
        };
        act.check_ask(&self.person(asker), &self.0)
    }

    fn confirm(
        &self,
        person: &str,
        asker: &str,
        subject: Option<&Staff>,
        act: &Act,
    ) -> Result<(), ConfirmRefusal> {
        let id = subject.map_or_else(|| "new-one".parse().unwrap(), |one| one.id.clone());
        let act = ActOn {
            id: &id,
            subject,
            act,
        };
        let (person, asker) = (self.person(person), self.person(asker));
        act.check_confirm(&person, &asker, Apart::Yes, &self.0)
    }
}

const ADMINISTRATOR: &str = "unit-administrator/guan-li@530821101";

#[test]
fn what_gives_another_the_account_takes_two() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101");
    let colleague = world.person("unit-administrator/he-jun@530821101");
    let ask = |one: &Staff, act: &Act| world.ask(ADMINISTRATOR, Some(one), act).unwrap();
    for act in [Act::ResetPassword, Act::ResetSecondFactor] {
        assert_eq!(ask(&clerk, &act), Hands::Two, "{act:?}");
        assert_eq!(ask(&colleague, &act), Hands::Two, "{act:?}");
    }
    assert_eq!(ask(&clerk, &Act::Disable), Hands::One);
    assert_eq!(ask(&colleague, &Act::Disable), Hands::Two);
    let disabled = |one: &Staff| Staff {
        disabled_at: Some("2026-03-04 09:00:00".parse().unwrap()),
        ..one.clone()
    };
    assert_eq!(ask(&disabled(&clerk), &Act::Enable), Hands::One);
    assert_eq!(ask(&disabled(&colleague), &Act::Enable), Hands::Two);
}

#[test]
fn a_role_with_power_is_given_and_taken_by_two() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101");
    let colleague = world.person("unit-administrator/he-jun@530821101");
    let given = |one: Option<&Staff>, role| {
        let put = world.put(role, TOWN);
        world.ask(ADMINISTRATOR, one, &put).unwrap()
    };
    assert_eq!(given(None, Role::Clerk), Hands::One);
    assert_eq!(given(Some(&clerk), Role::Specialist), Hands::One);
    for role in [Role::UnitAdministrator, Role::Supervisor] {
        assert_eq!(given(None, role), Hands::Two, "{role}");
        assert_eq!(given(Some(&clerk), role), Hands::Two, "{role}");
    }
    // An administrator who is made a clerk is one who is removed; a new name changes nothing.
    assert_eq!(given(Some(&colleague), Role::Clerk), Hands::Two);
    assert_eq!(given(Some(&colleague), Role::UnitAdministrator), Hands::One);
    let auditor = world.put(Role::Auditor, TOWN);
    let refused = world.ask(ADMINISTRATOR, None, &auditor);
    assert_eq!(refused, Err(AskRefusal::NotYours));
}

#[test]
fn what_concerns_another_unit_takes_two_and_the_second_is_no_colleague() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101201");
    let reset = Act::ResetPassword;
    let put = world.put(Role::Clerk, VILLAGE);
    assert_eq!(world.ask(ADMINISTRATOR, None, &put), Ok(Hands::Two));
    assert_eq!(world.ask(ADMINISTRATOR, Some(&clerk), &put), Ok(Hands::Two));
    // It may be in the wrong hands.
    let stopped = world.ask(ADMINISTRATOR, Some(&clerk), &Act::Disable);
    assert_eq!(stopped, Ok(Hands::One));
    let confirm = |by: &str| world.confirm(by, ADMINISTRATOR, Some(&clerk), &reset);
    let colleague = "unit-administrator/he-jun@530821101";
    assert_eq!(confirm(colleague), Err(ConfirmRefusal::NoSay));
    for by in [
        "unit-administrator/bai-yu@530821101201",
        "unit-administrator/bai-yu@530821",
        "unit-administrator/bai-yu@530821.bureau",
        "supervisor/bai-yu@530821.bureau",
    ] {
        assert_eq!(confirm(by), Ok(()), "{by}");
    }
}

#[test]
fn an_administrator_looks_after_no_unit_of_another_kind_below() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101");
    let ask = |by: &str| world.ask(by, Some(&clerk), &Act::ResetPassword);
    let agency = "unit-administrator/zhao-jun@530821.legal-aid";
    assert_eq!(ask(agency), Err(AskRefusal::NotYours));
    let beside = "unit-administrator/zhao-jun@530822";
    assert_eq!(ask(beside), Err(AskRefusal::NotYours));
    let below = "unit-administrator/zhao-jun@530821101201";
    assert_eq!(ask(below), Err(AskRefusal::NotYours));
    for above in [
        "unit-administrator/zhao-jun@530821.bureau",
        "unit-administrator/zhao-jun@530821",
    ] {
        assert_eq!(ask(above), Ok(Hands::Two), "{above}");
    }
    let supervisor = world.person("supervisor/yang-fan@530821.bureau");
    let asked = world.ask(
        "unit-administrator/zhao-jun@530821.bureau",
        Some(&supervisor),
        &Act::ResetPassword,
    );
    assert_eq!(asked, Err(AskRefusal::NotYours));
}

#[test]
fn the_second_is_another_person_of_the_unit_or_above_it() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101");
    let confirm = |by: &str| world.confirm(by, ADMINISTRATOR, Some(&clerk), &Act::ResetPassword);
    for by in [
        "unit-administrator/he-jun@530821101",
        "unit-administrator/he-jun@530821",
        "supervisor/he-jun@530821.bureau",
        "supervisor/he-jun@5308.bureau",
    ] {
        assert_eq!(confirm(by), Ok(()), "{by}");
    }
    for same in [ADMINISTRATOR, "unit-administrator/zhang-li@530821101"] {
        assert_eq!(confirm(same), Err(ConfirmRefusal::SamePerson), "{same}");
    }
    for other in [
        "clerk/he-jun@530821101",
        "auditor/he-jun@530821.bureau",
        "unit-administrator/he-jun@530822",
        "unit-administrator/he-jun@530821.legal-aid",
        "supervisor/he-jun@530822.bureau",
    ] {
        assert_eq!(confirm(other), Err(ConfirmRefusal::NoSay), "{other}");
    }
    let person = world.person("unit-administrator/he-jun@530821101");
    let asker = world.person(ADMINISTRATOR);
    let act = ActOn {
        id: &clerk.id,
        subject: Some(&clerk),
        act: &Act::ResetPassword,
    };
    let one_hand = act.check_confirm(&person, &asker, Apart::No, &world.0);
    assert_eq!(one_hand, Err(ConfirmRefusal::SamePerson));
}

#[test]
fn a_supervisor_is_made_with_a_supervisor_or_the_division_above() {
    let world = World::new();
    let asker = "unit-administrator/guan-li@530821.bureau";
    let put = world.put(Role::Supervisor, "530821.bureau");
    assert_eq!(world.ask(asker, None, &put), Ok(Hands::Two));
    let confirm = |by: &str| world.confirm(by, asker, None, &put);
    let colleague = "unit-administrator/he-jun@530821.bureau";
    assert_eq!(confirm(colleague), Err(ConfirmRefusal::NoSay));
    for by in [
        "supervisor/he-jun@530821.bureau",
        "supervisor/he-jun@5308.bureau",
        "unit-administrator/he-jun@5308.bureau",
    ] {
        assert_eq!(confirm(by), Ok(()), "{by}");
    }
    // The role of an administrator is confirmed by another one of the unit.
    let put = world.put(Role::UnitAdministrator, COUNTY);
    let asker = "unit-administrator/guan-li@530821";
    let colleague = "unit-administrator/he-jun@530821";
    assert_eq!(world.confirm(colleague, asker, None, &put), Ok(()));
}

#[test]
fn nobody_asks_about_themselves_or_for_what_is_so() {
    let world = World::new();
    let own = world.person(ADMINISTRATOR);
    for act in [Act::Disable, world.put(Role::Supervisor, TOWN)] {
        let refused = world.ask(ADMINISTRATOR, Some(&own), &act);
        assert_eq!(refused, Err(AskRefusal::Own), "{act:?}");
    }
    let clerk = Staff {
        second_factor: false,
        ..world.person("clerk/zhang-li@530821101")
    };
    for act in [Act::ResetSecondFactor, Act::Enable] {
        let refused = world.ask(ADMINISTRATOR, Some(&clerk), &act);
        assert_eq!(refused, Err(AskRefusal::NothingToDo), "{act:?}");
    }
    let nobody = world.ask(ADMINISTRATOR, None, &Act::ResetPassword);
    assert_eq!(nobody, Err(AskRefusal::NotYours));
}

impl World {
    fn post(&self, role: Role, place: &str) -> Post {
        Post {
            role,
            unit: self.unit(place),
        }
    }

    /// A person with a further post.
    fn with_post(&self, text: &str, post: Post) -> Staff {
        Staff {
            other_posts: vec![post],
            ..self.person(text)
        }
    }
}

/// 兼职身份: a two-person 司法所 serves the window and mediates.
#[test]
fn a_post_is_given_and_taken_by_as_many_as_a_role() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101");
    let ask = |one: &Staff, act: &Act| world.ask(ADMINISTRATOR, Some(one), act);
    let mediator = world.post(Role::Specialist, TOWN);
    assert_eq!(ask(&clerk, &Act::AddPost(mediator.clone())), Ok(Hands::One));
    for role in [Role::UnitAdministrator, Role::Supervisor] {
        let post = world.post(role, TOWN);
        assert_eq!(ask(&clerk, &Act::AddPost(post)), Ok(Hands::Two), "{role}");
    }
    let elsewhere = world.post(Role::Clerk, VILLAGE);
    assert_eq!(ask(&clerk, &Act::AddPost(elsewhere)), Ok(Hands::Two));
    for foreign in [
        world.post(Role::Auditor, TOWN),
        world.post(Role::Clerk, "530821.legal-aid"),
    ] {
        let refused = ask(&clerk, &Act::AddPost(foreign));
        assert_eq!(refused, Err(AskRefusal::NotYours));
    }
    let both = world.with_post("clerk/zhang-li@530821101", mediator.clone());
    let twice = ask(&both, &Act::AddPost(mediator.clone()));
    assert_eq!(twice, Err(AskRefusal::NothingToDo));
    assert_eq!(
        ask(&both, &Act::RemovePost(mediator.clone())),
        Ok(Hands::One)
    );
    // Not held, and the only one.
    let nothing = ask(&clerk, &Act::RemovePost(mediator));
    assert_eq!(nothing, Err(AskRefusal::NothingToDo));
    let only = ask(&clerk, &Act::RemovePost(clerk.post()));
    assert_eq!(only, Err(AskRefusal::NothingToDo));
    let nobody = world.ask(ADMINISTRATOR, None, &Act::AddPost(clerk.post()));
    assert_eq!(nobody, Err(AskRefusal::NotYours));
}

/// An account is taken over with all its posts, so an administrator looks after all of them or does not change it.
#[test]
fn an_account_with_a_post_elsewhere_or_above_is_not_its_administrators_alone() {
    let world = World::new();
    let oversight = world.post(Role::Supervisor, "530821.bureau");
    let both = world.with_post("clerk/zhang-li@530821101", oversight.clone());
    let ask = |act: &Act| world.ask(ADMINISTRATOR, Some(&both), act);
    for act in [
        Act::ResetPassword,
        Act::ResetSecondFactor,
        Act::Disable,
        world.put(Role::Clerk, TOWN),
        Act::RemovePost(oversight),
    ] {
        assert_eq!(ask(&act), Err(AskRefusal::NotYours), "{act:?}");
    }
    // Of the own unit, they take the post that they look after.
    assert_eq!(ask(&Act::RemovePost(both.post())), Ok(Hands::One));
    // A further post with power is power.
    let powerful = world.post(Role::UnitAdministrator, VILLAGE);
    let powerful = world.with_post("clerk/zhang-li@530821101", powerful);
    let stopped = world.ask(ADMINISTRATOR, Some(&powerful), &Act::Disable);
    assert_eq!(stopped, Ok(Hands::Two));
}

/// People are compared, not posts.
#[test]
fn nobody_confirms_in_another_post_what_they_asked_for() {
    let world = World::new();
    let clerk = world.person("clerk/zhang-li@530821101201");
    let act = ActOn {
        id: &clerk.id,
        subject: Some(&clerk),
        act: &Act::ResetPassword,
    };
    let asker = world.with_post(ADMINISTRATOR, world.post(Role::Supervisor, "530821.bureau"));
    let above = asker.clone().acting_as(&asker.other_posts[0]).unwrap();
    let confirm = |person: &Staff| act.check_confirm(person, &asker, Apart::Yes, &world.0);
    assert_eq!(confirm(&above), Err(ConfirmRefusal::SamePerson));
    // The subject in another post, and a colleague of the asker in a post elsewhere.
    let subject = world.person("supervisor/zhang-li@530821.bureau");
    assert_eq!(confirm(&subject), Err(ConfirmRefusal::SamePerson));
    let village = "unit-administrator/bai-yu@530821101201";
    assert_eq!(confirm(&world.person(village)), Ok(()));
    for unit in [TOWN, "530821.bureau"] {
        let colleague = world.with_post(village, world.post(Role::Clerk, unit));
        assert_eq!(confirm(&colleague), Err(ConfirmRefusal::NoSay), "{unit}");
    }
}

/// The units beside a county's bureau that work here are its to look after, whether its own or bodies outside it that it guides;
/// the court beside them is not.
#[test]
fn a_bureau_looks_after_its_own_units_beside_it() {
    let world = World::new();
    let bureau = world.person("unit-administrator/guan-li@530821.bureau");
    let looked_after = |place: &str| looks_after(&bureau, &world.unit(place), &world.0);
    for own in ["legal-aid", "window", "notarization", "mediation"] {
        assert!(looked_after(&format!("530821.{own}")), "{own}");
    }
    assert!(looked_after(TOWN) && !looked_after("530821.court"));
    let centre = world.person("unit-administrator/guan-li@530821.legal-aid");
    let beside = world.unit("530821.window");
    assert!(!looks_after(&centre, &beside, &world.0));
}

/// Whichever administrator asks or confirms, in a new account, a changed one or a further post.
#[test]
fn a_body_outside_the_bureau_gets_no_supervisor() {
    let world = World::new();
    let bureau = "unit-administrator/guan-li@530821.bureau";
    for outside in [
        "530821101.police",
        "530821.notarization",
        "530821.mediation",
    ] {
        let new = world.put(Role::Supervisor, outside);
        let refused = Err(AskRefusal::RoleNotThere);
        assert_eq!(world.ask(bureau, None, &new), refused, "{outside}");
        let clerk = world.person(&format!("clerk/zhang-li@{outside}"));
        assert_eq!(world.ask(bureau, Some(&clerk), &new), refused, "{outside}");
        let post = Act::AddPost(world.post(Role::Supervisor, outside));
        assert_eq!(world.ask(bureau, Some(&clerk), &post), refused, "{outside}");
        let plain = world.put(Role::Clerk, outside);
        assert_eq!(world.ask(bureau, None, &plain), Ok(Hands::Two), "{outside}");
    }
    let own = world.put(Role::Supervisor, "530821101");
    assert_eq!(world.ask(bureau, None, &own), Ok(Hands::Two));
}
