//! Acts on accounts, and how many people they take. Where one hand alone would be dangerous, one administrator asks and says
//! why, and another person, of the unit or above it, confirms.

use std::{fmt, str::FromStr};

use onestop_directory::Directory;
use onestop_proto::{
    actor::Role,
    ids::{StaffId, UnitId},
    referral::SUPERVISOR,
};

use crate::core::db::{staff::Staff, staff_history::put_phrase};

/// Roles that an administrator gives. Auditors are added at the machine.
pub(crate) const ASSIGNABLE: [Role; 4] = [
    Role::Clerk,
    Role::Specialist,
    Role::UnitAdministrator,
    Role::Supervisor,
];

/// Roles whose owners' accounts administrators change. Not supervisors and auditors: those look at what administrators do.
const CHANGEABLE: [Role; 3] = [Role::Clerk, Role::Specialist, Role::UnitAdministrator];

/// What can be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActKind {
    ResetSecondFactor,
    ResetPassword,
    Disable,
    Enable,
    /// Add it, or change name, role and unit.
    Put,
}

impl ActKind {
    /// As it is stored and stands in forms.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ResetSecondFactor => "reset-second-factor",
            Self::ResetPassword => "reset-password",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Put => "put",
        }
    }
}

impl fmt::Display for ActKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no act on accounts is called that")]
pub(crate) struct UnknownAct;

impl FromStr for ActKind {
    type Err = UnknownAct;

    fn from_str(text: &str) -> Result<Self, UnknownAct> {
        let all = [
            Self::ResetSecondFactor,
            Self::ResetPassword,
            Self::Disable,
            Self::Enable,
            Self::Put,
        ];
        let found = all.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or(UnknownAct)
    }
}

/// What an account is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAccount {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
}

/// An act on an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    ResetSecondFactor,
    ResetPassword,
    Disable,
    Enable,
    Put(NewAccount),
}

impl Act {
    /// An act that needs nothing besides the account.
    pub(crate) const fn plain(kind: ActKind) -> Option<Self> {
        match kind {
            ActKind::ResetSecondFactor => Some(Self::ResetSecondFactor),
            ActKind::ResetPassword => Some(Self::ResetPassword),
            ActKind::Disable => Some(Self::Disable),
            ActKind::Enable => Some(Self::Enable),
            ActKind::Put => None,
        }
    }

    pub(crate) const fn kind(&self) -> ActKind {
        match self {
            Self::ResetSecondFactor => ActKind::ResetSecondFactor,
            Self::ResetPassword => ActKind::ResetPassword,
            Self::Disable => ActKind::Disable,
            Self::Enable => ActKind::Enable,
            Self::Put(_) => ActKind::Put,
        }
    }

    /// What the history of the account says of it.
    pub(crate) fn phrase(&self) -> String {
        match self {
            Self::ResetSecondFactor => "second factor reset".to_owned(),
            Self::ResetPassword => "password reset".to_owned(),
            Self::Disable => "disabled".to_owned(),
            Self::Enable => "enabled".to_owned(),
            Self::Put(new) => put_phrase(new.role, &new.unit),
        }
    }

    /// The account that a new one is to be.
    pub(crate) const fn new_account(&self) -> Option<&NewAccount> {
        match self {
            Self::Put(new) => Some(new),
            Self::ResetSecondFactor | Self::ResetPassword | Self::Disable | Self::Enable => None,
        }
    }
}

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
    /// The account is one's own.
    Own,
    /// The account, its unit or role is not this person's to change.
    NotYours,
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

/// Why somebody does not confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ConfirmRefusal {
    /// There is no such request any more.
    Over,
    /// Whoever asked, or whom it is about; or accounts that one hand could hold.
    SamePerson,
    /// Neither of the unit nor above it.
    NoSay,
}

impl ActOn<'_> {
    /// The units that are concerned: where the account is, and where it is to be.
    fn units(&self) -> impl Iterator<Item = &UnitId> {
        let now = self.subject.map(|one| &one.unit);
        now.into_iter()
            .chain(self.act.new_account().map(|new| &new.unit))
    }

    fn is_elsewhere(&self, asker: &Staff) -> bool {
        self.units().any(|unit| *unit != asker.unit)
    }

    /// Whether the act gives or takes the power over other people's accounts or cases.
    fn moves_power(&self) -> bool {
        let before = self.subject.map(|one| (one.role, &one.unit));
        let Some(new) = self.act.new_account() else {
            return before.is_some_and(|(role, _)| has_power(role));
        };
        let is_same = before == Some((new.role, &new.unit));
        !is_same && (has_power(new.role) || before.is_some_and(|(role, _)| has_power(role)))
    }

    /// How many people it takes. Whoever sets a colleague's password or removes their second factor could act in their
    /// name; whoever gives a role to an account of his own making could confirm himself.
    pub(crate) fn hands(&self, asker: &Staff) -> Hands {
        let takes_two = match self.act {
            Act::ResetSecondFactor | Act::ResetPassword => true,
            // To stop somebody's account in another unit must be quick: it may be in the wrong hands.
            Act::Disable => self.moves_power(),
            Act::Enable | Act::Put(_) => self.moves_power() || self.is_elsewhere(asker),
        };
        if takes_two { Hands::Two } else { Hands::One }
    }

    /// Decides whether somebody may ask for an act, and how many people it takes.
    ///
    /// # Errors
    /// Why not.
    pub(crate) fn check_ask(
        &self,
        asker: &Staff,
        directory: &Directory,
    ) -> Result<Hands, AskRefusal> {
        if asker.id == *self.id {
            return Err(AskRefusal::Own);
        }
        let may_change = self
            .subject
            .map_or(self.act.new_account().is_some(), |one| {
                CHANGEABLE.contains(&one.role)
            });
        let may_give = self
            .act
            .new_account()
            .is_none_or(|new| ASSIGNABLE.contains(&new.role));
        let mut units = self.units();
        if !may_change || !may_give || !units.all(|unit| looks_after(asker, unit, directory)) {
            return Err(AskRefusal::NotYours);
        }
        let is_disabled = self.subject.is_some_and(|one| one.disabled_at.is_some());
        let is_done = match self.act {
            Act::ResetSecondFactor => !self.subject.is_some_and(|one| one.second_factor),
            Act::Disable => is_disabled,
            Act::Enable => !is_disabled,
            Act::ResetPassword | Act::Put(_) => false,
        };
        if is_done {
            return Err(AskRefusal::NothingToDo);
        }
        Ok(self.hands(asker))
    }

    /// Whether somebody is of the unit or above it, so that what `asker` asks for is theirs to confirm. What concerns
    /// another unit than the asker's is not confirmed by a colleague of the asker.
    pub(crate) fn is_for(&self, person: &Staff, asker: &Staff, directory: &Directory) -> bool {
        let mut units = self.units();
        match person.role {
            Role::UnitAdministrator => {
                let is_colleague = person.unit == asker.unit;
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
        let new = self.act.new_account();
        new.is_some_and(|new| new.role == Role::Supervisor)
    }

    /// Decides whether somebody is the second person.
    ///
    /// # Errors
    /// Why not.
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
/// the same kind. A bureau looks after units of every kind below it.
pub(crate) fn looks_after(person: &Staff, unit: &UnitId, directory: &Directory) -> bool {
    if person.role != Role::UnitAdministrator {
        return false;
    }
    if person.unit == *unit {
        return true;
    }
    let kinds = directory.unit(&person.unit).zip(directory.unit(unit));
    let concerns =
        kinds.is_some_and(|(own, other)| own.kind == other.kind || own.kind.as_str() == SUPERVISOR);
    concerns && is_above(person, unit, directory)
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
