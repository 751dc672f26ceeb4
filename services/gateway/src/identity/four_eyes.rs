//! Acts on accounts, and how many people they take. Where one hand alone would be dangerous, one administrator asks and says
//! why, and another person, of the unit or above it, confirms. People are compared by their accounts: one person's posts
//! (兼职身份) are one hand.

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    referral::SUPERVISOR,
};

use super::account_act::{Act, ActKind};
use crate::core::db::staff::Staff;

/// Roles that an administrator gives. Auditors are added at the machine.
pub(crate) const ASSIGNABLE: [Role; 4] = [
    Role::Clerk,
    Role::Specialist,
    Role::UnitAdministrator,
    Role::Supervisor,
];

/// Roles whose owners' accounts administrators change. Not supervisors and auditors: those look at what administrators do.
const CHANGEABLE: [Role; 3] = [Role::Clerk, Role::Specialist, Role::UnitAdministrator];

/// An act on an account as it is now; without it, the act adds it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActOn<'a> {
    pub(crate) id: &'a StaffId,
    pub(crate) subject: Option<&'a Staff>,
    pub(crate) act: &'a Act,
}

/// How many people an act takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hands {
    One,
    Two,
}

/// Why an act is not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AskRefusal {
    Own,
    /// The account, its unit or role is not this person's to change.
    NotYours,
    /// A body outside the bureau has no posts of this role.
    RoleNotThere,
    /// There is nothing to reset, disable or enable.
    NothingToDo,
}

/// Whether two accounts are surely of two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    Yes,
    /// One of them had the other in hand lately.
    No,
}

/// Why a user may not confirm a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfirmRefusal {
    /// There is no such request any more.
    Over,
    /// The user has asked for it or is its subject, in this post or another; or one of two accounts could be in the hands of
    /// the other's owner.
    SamePerson,
    /// A body outside the bureau has no posts of the role that was asked for.
    RoleNotThere,
    /// Neither of the unit nor above it.
    NoSay,
}

impl ActOn<'_> {
    /// The units that are concerned: those of every post of the account, because who takes over an account has all its
    /// posts, and the one where it is to be. The removal of a post concerns the unit of that post alone.
    fn units(&self) -> impl Iterator<Item = &UnitId> {
        let is_removal = self.act.kind() == ActKind::RemovePost;
        let held = self.subject.filter(|_| !is_removal);
        let held = held.into_iter().flat_map(Staff::units);
        held.chain(self.act.role_and_unit().map(|(_, unit)| unit))
    }

    fn is_elsewhere(&self, asker: &Staff) -> bool {
        self.units().any(|unit| *unit != asker.unit)
    }

    /// Whether the act gives or takes the power over other people's accounts or cases.
    fn moves_power(&self) -> bool {
        match self.act {
            // It changes the main post.
            Act::Put(new) => {
                let before = self.subject.map(|one| (one.role, &one.unit));
                let is_same = before == Some((new.role, &new.unit));
                !is_same && (has_power(new.role) || before.is_some_and(|(role, _)| has_power(role)))
            }
            Act::AddPost(post) | Act::RemovePost(post) => has_power(post.role),
            Act::ResetSecondFactor | Act::ResetPassword | Act::Disable | Act::Enable => {
                let mut roles = self.subject.into_iter().flat_map(Staff::roles);
                roles.any(has_power)
            }
        }
    }

    /// How many people it takes. An administrator who sets a colleague's password or removes their second factor could act
    /// in their name; one who gives a role to an account that they made could confirm with it.
    pub(crate) fn hands(&self, asker: &Staff) -> Hands {
        let takes_two = match self.act {
            Act::ResetSecondFactor | Act::ResetPassword => true,
            // To stop an account or a post of another unit must be quick: a stranger may use it.
            Act::Disable | Act::RemovePost(_) => self.moves_power(),
            Act::Enable | Act::Put(_) | Act::AddPost(_) => {
                self.moves_power() || self.is_elsewhere(asker)
            }
        };
        if takes_two { Hands::Two } else { Hands::One }
    }

    /// Decides whether an administrator may ask for the act, and how many people it takes.
    pub(crate) fn check_ask(
        &self,
        asker: &Staff,
        directory: &Directory,
    ) -> Result<Hands, AskRefusal> {
        if asker.id == *self.id {
            return Err(AskRefusal::Own);
        }
        let may_give = self
            .act
            .given_role()
            .is_none_or(|role| ASSIGNABLE.contains(&role));
        let mut units = self.units();
        if !self.may_change() || !may_give || !units.all(|unit| looks_after(asker, unit, directory))
        {
            return Err(AskRefusal::NotYours);
        }
        if !self.fits(directory) {
            return Err(AskRefusal::RoleNotThere);
        }
        if self.is_done() {
            return Err(AskRefusal::NothingToDo);
        }
        Ok(self.hands(asker))
    }

    /// Whether the unit has posts of the role that the act gives.
    pub(crate) fn fits(&self, directory: &Directory) -> bool {
        let Some(role) = self.act.given_role() else {
            return true;
        };
        let given = self.act.role_and_unit();
        given.is_none_or(|(_, unit)| directory.has_role(unit, role))
    }

    /// Whether administrators change accounts with these roles.
    fn may_change(&self) -> bool {
        let changeable = |role| CHANGEABLE.contains(&role);
        match (self.act, self.subject) {
            (Act::RemovePost(post), Some(_)) => changeable(post.role),
            (_, Some(subject)) => subject.roles().all(changeable),
            (act, None) => act.new_account().is_some(),
        }
    }

    /// Whether the account is so already, or has nothing to reset or remove.
    fn is_done(&self) -> bool {
        let is_disabled = self.subject.is_some_and(|one| one.disabled_at.is_some());
        match self.act {
            Act::ResetSecondFactor => !self.subject.is_some_and(|one| one.second_factor),
            Act::Disable => is_disabled,
            Act::Enable => !is_disabled,
            Act::AddPost(post) => self.subject.is_some_and(|one| one.holds(post)),
            // The only post ends with the account.
            Act::RemovePost(post) => {
                let has_another = |one: &Staff| one.holds(post) && !one.other_posts.is_empty();
                !self.subject.is_some_and(has_another)
            }
            Act::ResetPassword | Act::Put(_) => false,
        }
    }

    /// Whether a person, in the post in use, is of the unit or above it, so that they may confirm what `asker` asks for. What
    /// concerns another unit than the asker's is not confirmed by an administrator who has a post in one of the asker's units.
    pub(crate) fn is_for(&self, person: &Staff, asker: &Staff, directory: &Directory) -> bool {
        let mut units = self.units();
        match person.role {
            Role::UnitAdministrator => {
                let is_colleague = person
                    .units()
                    .any(|unit| asker.units().any(|own| own == unit));
                units.all(|unit| {
                    looks_after(person, unit, directory)
                        && (!self.gives_oversight() || is_above(person, unit, directory))
                }) && !(is_colleague && self.is_elsewhere(asker))
            }
            Role::Supervisor => units.all(|unit| {
                let division = directory.unit(unit).map(|unit| unit.division);
                division.is_some_and(|division| directory.oversees(&person.actor(), division))
            }),
            Role::Clerk | Role::Specialist | Role::Auditor | Role::System => false,
        }
    }

    fn gives_oversight(&self) -> bool {
        self.act.given_role() == Some(Role::Supervisor)
    }

    /// Decides whether a person confirms what another has asked for. It compares people, not posts: an account is of one
    /// person, in whichever post they ask or confirm.
    pub(crate) fn check_confirm(
        &self,
        person: &Staff,
        asker: &Staff,
        apart: Apart,
        directory: &Directory,
    ) -> Result<(), ConfirmRefusal> {
        if person.id == asker.id || person.id == *self.id || apart == Apart::No {
            return Err(ConfirmRefusal::SamePerson);
        }
        if person.disabled_at.is_some() || !self.is_for(person, asker, directory) {
            return Err(ConfirmRefusal::NoSay);
        }
        Ok(())
    }
}

/// Whether a role has power over other people's accounts or cases.
pub(crate) const fn has_power(role: Role) -> bool {
    match role {
        Role::UnitAdministrator | Role::Supervisor | Role::Auditor => true,
        Role::Clerk | Role::Specialist | Role::System => false,
    }
}

/// Whether an administrator looks after the accounts of a unit: of their own, and of units in divisions below that are of
/// the same kind. A bureau looks after units of every kind below it, and after those beside it that work here, such as its window,
/// its legal aid centre, the notary office and the mediation committee; not after a court, which gets letters or slips.
pub(crate) fn looks_after(person: &Staff, unit: &UnitId, directory: &Directory) -> bool {
    if person.role != Role::UnitAdministrator {
        return false;
    }
    if person.unit == *unit {
        return true;
    }
    let Some((own, other)) = directory.unit(&person.unit).zip(directory.unit(unit)) else {
        return false;
    };
    let is_bureau = own.kind.as_str() == SUPERVISOR;
    if is_bureau && own.division == other.division {
        return other.works_here();
    }
    (is_bureau || own.kind == other.kind) && is_above(person, unit, directory)
}

/// Whether the division of a person's unit lies above that of another unit.
fn is_above(person: &Staff, unit: &UnitId, directory: &Directory) -> bool {
    let units = directory.unit(&person.unit).zip(directory.unit(unit));
    units.is_some_and(|(own, other)| {
        own.division != other.division && own.division.contains(other.division)
    })
}

#[cfg(test)]
mod tests;
