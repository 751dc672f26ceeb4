//! What a standby does, and why it refuses: for `/readyz`, `onestop doctor` and people.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// What a standby does now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum FollowProgress {
    /// It looks for its leader.
    #[default]
    Seeking,
    /// It lacks too much for its leader to count on it.
    CatchingUp {
        /// The leader's.
        term: u64,
        /// So many events, or changes, it lacks.
        behind: u64,
    },
    /// Its leader counts on it.
    Following {
        /// The leader's.
        term: u64,
        /// So many events, or changes, it lacks.
        behind: u64,
    },
    /// Its leader does not answer: the lease is watched.
    Silent {
        /// So many events, or changes, it has.
        held: u64,
    },
    /// The lease is over, and the copy may lack what was confirmed: an operator decides.
    Withheld {
        /// So many events, or changes, it has.
        held: u64,
        /// So many of its leader's it lacks, as far as that is known.
        missing: u64,
    },
}

/// Why a standby does not follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StandbyRefused {
    /// A site works on while its link is down.
    #[error(
        "a site's service goes on while its link is down, so no standby may take over from it. Make backups of it instead"
    )]
    AtSite,
    /// It is to take over with nothing.
    #[error(
        "there is no copy in {place} with which to take over. Without --incomplete, one is begun"
    )]
    NoCopy {
        /// Where it would be.
        place: String,
    },
    /// The leader does not take the key.
    #[error(
        "{own} does not give its log to this key: start the standby with the service's own .nk, its .issuer beside it, and look whether 'issuers.json' there has that key"
    )]
    NotProven {
        /// The leader.
        own: String,
    },
    /// What was copied is not the leader's.
    #[error(
        "the copy in {place} is none of the log of {own}: {why}. Keep it until it is clear which of the two is right; then follow into an empty folder"
    )]
    Differs {
        /// The leader.
        own: String,
        /// Where the copy is.
        place: String,
        /// What differs.
        why: String,
    },
    /// The leader signs with another key.
    #[error(
        "{own} signs its log with another key than the one in this folder: copy signing.key and signing.pub from its folder to this one, by a way that nobody else reads"
    )]
    OtherKey {
        /// The leader.
        own: String,
    },
    /// Intake's standby has no master key.
    #[error(
        "a standby of intake needs the master key on its own machine, in {file}. Copy it from where you keep it, by a way that nobody else reads: it is never sent"
    )]
    NoMasterKey {
        /// Where it is to be.
        file: String,
    },
    /// The leader wraps persons' keys with another master key.
    #[error(
        "the intake that is followed wraps its keys with another master key than the one on this machine. Put the same one here; where it was changed there, change it here too, with the standby stopped: onestop keys rotate-master --new FILE"
    )]
    OtherMasterKey,
    /// A change of the master key was interrupted.
    #[error(
        "a change of the master key was begun in {place} and not finished. Run it again with the same keys: onestop keys rotate-master"
    )]
    MasterKeyChanging {
        /// The folder of the keys.
        place: String,
    },
    /// There are keys that are not the leader's.
    #[error(
        "the keys in {place} are those of another intake. Move the folder away, and start the standby again"
    )]
    OtherKeys {
        /// The folder of the keys.
        place: String,
    },
    /// What goes with the log cannot be read or written here.
    #[error(
        "{place} cannot be used: {why}. Look whether this user may read and write it, and whether its disk has room"
    )]
    Unusable {
        /// The file or folder.
        place: String,
        /// What the system says.
        why: String,
    },
    /// The leader seals with another key.
    #[error(
        "{own} seals with another key than {file}: copy that file from its folder to this one, by a way that no other user can read"
    )]
    OtherSealingKey {
        /// The leader.
        own: String,
        /// The key.
        file: String,
    },
}

impl StandbyRefused {
    /// What this machine does not let it do.
    #[must_use]
    pub fn unusable(place: &Path, error: impl Into<anyhow::Error>) -> Self {
        Self::Unusable {
            place: place.display().to_string(),
            why: format!("{:#}", error.into()),
        }
    }
}
