//! What can be done to an account and to its posts, and what the history says of it.

use std::{fmt, str::FromStr};

use onestop_proto::{actor::Role, ids::UnitId, typed::is_readable_name};

use crate::core::{
    db::{posts, staff_history::put_phrase},
    post::{Post, PostChange},
};

/// The longest name of a person, in characters.
pub(crate) const LONGEST_NAME: usize = 60;

/// Whether colleagues can read a person's name wherever it stands alone, as in a list of approvers.
pub(crate) fn is_name(name: &str) -> bool {
    is_readable_name(name) && name.chars().count() <= LONGEST_NAME
}

/// What can be done to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActKind {
    ResetSecondFactor,
    ResetPassword,
    Disable,
    Enable,
    /// Add it, or change name, role and unit.
    Put,
    /// Give the account one more post.
    AddPost,
    RemovePost,
}

impl ActKind {
    /// As it is stored and sent in forms.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ResetSecondFactor => "reset-second-factor",
            Self::ResetPassword => "reset-password",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Put => "put",
            Self::AddPost => "add-post",
            Self::RemovePost => "remove-post",
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
            Self::AddPost,
            Self::RemovePost,
        ];
        let found = all.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or(UnknownAct)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAccount {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    ResetSecondFactor,
    ResetPassword,
    Disable,
    Enable,
    Put(NewAccount),
    AddPost(Post),
    RemovePost(Post),
}

impl Act {
    /// An act that needs nothing besides the account.
    pub(crate) const fn plain(kind: ActKind) -> Option<Self> {
        match kind {
            ActKind::ResetSecondFactor => Some(Self::ResetSecondFactor),
            ActKind::ResetPassword => Some(Self::ResetPassword),
            ActKind::Disable => Some(Self::Disable),
            ActKind::Enable => Some(Self::Enable),
            ActKind::Put | ActKind::AddPost | ActKind::RemovePost => None,
        }
    }

    pub(crate) fn on_post(change: PostChange, post: Post) -> Self {
        match change {
            PostChange::Add => Self::AddPost(post),
            PostChange::Remove => Self::RemovePost(post),
        }
    }

    pub(crate) const fn kind(&self) -> ActKind {
        match self {
            Self::ResetSecondFactor => ActKind::ResetSecondFactor,
            Self::ResetPassword => ActKind::ResetPassword,
            Self::Disable => ActKind::Disable,
            Self::Enable => ActKind::Enable,
            Self::Put(_) => ActKind::Put,
            Self::AddPost(_) => ActKind::AddPost,
            Self::RemovePost(_) => ActKind::RemovePost,
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
            Self::AddPost(post) => posts::phrase(PostChange::Add, post),
            Self::RemovePost(post) => posts::phrase(PostChange::Remove, post),
        }
    }

    pub(crate) const fn new_account(&self) -> Option<&NewAccount> {
        match self {
            Self::Put(new) => Some(new),
            Self::ResetSecondFactor
            | Self::ResetPassword
            | Self::Disable
            | Self::Enable
            | Self::AddPost(_)
            | Self::RemovePost(_) => None,
        }
    }

    /// The role and the unit that the account gets, or loses with a post.
    pub(crate) const fn role_and_unit(&self) -> Option<(Role, &UnitId)> {
        match self {
            Self::Put(new) => Some((new.role, &new.unit)),
            Self::AddPost(post) | Self::RemovePost(post) => Some((post.role, &post.unit)),
            Self::ResetSecondFactor | Self::ResetPassword | Self::Disable | Self::Enable => None,
        }
    }

    pub(crate) const fn given_role(&self) -> Option<Role> {
        match self {
            Self::Put(new) => Some(new.role),
            Self::AddPost(post) => Some(post.role),
            Self::ResetSecondFactor
            | Self::ResetPassword
            | Self::Disable
            | Self::Enable
            | Self::RemovePost(_) => None,
        }
    }
}
