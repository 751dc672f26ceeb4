//! Scopes of API tokens. A token may never do more than its owner.

use std::{collections::BTreeSet, fmt, str::FromStr};

use onestop_proto::{
    actor::Role, case, command::CommandType, permission, referral, registry, specialist,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scope {
    /// Ask questions, follow events.
    Read,
    /// Send commands to intake.
    Intake,
    /// Send all other commands.
    Decide,
    Webhooks,
}

impl Scope {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Intake, Self::Decide, Self::Webhooks];

    /// As stored and as sent.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Intake => "intake",
            Self::Decide => "decide",
            Self::Webhooks => "webhooks",
        }
    }

    /// Whether the holder of a role can do what the scope allows.
    pub(crate) fn is_for(self, role: Role) -> bool {
        match self {
            Self::Read => role != Role::System,
            Self::Intake => sends::<case::Command>(case::SERVICE, role),
            Self::Decide => {
                let mut specialists = specialist::ALL.iter();
                sends::<referral::Command>(referral::SERVICE, role)
                    || sends::<registry::Command>(registry::SERVICE, role)
                    || specialists.any(|one| {
                        let mut names = one.titles().map(|(name, _)| name);
                        names.any(|name| permission::permits(role, one.service, name))
                    })
            }
            Self::Webhooks => role == Role::UnitAdministrator,
        }
    }

    /// The scopes that a token of a role is offered with.
    pub(crate) fn offered(role: Role) -> impl Iterator<Item = Self> {
        let all = Self::ALL.into_iter();
        all.filter(move |scope| scope.is_for(role))
    }

    pub(crate) const fn message_id(self) -> &'static str {
        match self {
            Self::Read => "scope-read",
            Self::Intake => "scope-intake",
            Self::Decide => "scope-decide",
            Self::Webhooks => "scope-webhooks",
        }
    }
}

/// Whether a role may send some command of a service.
fn sends<C: CommandType>(service: &str, role: Role) -> bool {
    let mut names = C::NAMES.iter();
    names.any(|name| permission::permits(role, service, name))
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let known = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        known.ok_or_else(|| UnknownScope {
            text: text.to_owned(),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no scope: read, intake, decide and webhooks are")]
pub(crate) struct UnknownScope {
    text: String,
}

/// A set of scopes, written with spaces between.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Scopes(BTreeSet<Scope>);

impl Scopes {
    pub(crate) fn all() -> Self {
        Self(Scope::ALL.into())
    }

    pub(crate) fn allows(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        text.split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.iter().map(Scope::as_str).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token that is offered does something: no address refuses its scope to its owner.
    #[test]
    fn a_role_is_offered_the_scopes_that_it_can_use() {
        let offered = |role| Scope::offered(role).collect::<Vec<_>>();
        for role in Role::ALL.iter().copied() {
            let has_webhooks = offered(role).contains(&Scope::Webhooks);
            assert_eq!(has_webhooks, role == Role::UnitAdministrator, "{role}");
        }
        assert!(offered(Role::Clerk).contains(&Scope::Intake));
        assert!(offered(Role::Specialist).contains(&Scope::Decide));
        assert!(offered(Role::Auditor).contains(&Scope::Read));
    }

    #[test]
    fn scopes_are_words() {
        let scopes: Scopes = "read decide".parse().unwrap();
        assert!(scopes.allows(Scope::Decide) && !scopes.allows(Scope::Intake));
        assert_eq!(scopes.to_string(), "read decide");
        assert!("read everything".parse::<Scopes>().is_err());
    }
}
