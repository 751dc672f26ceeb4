//! What a folder remembers of the process that decided on it last: beside the log, in no backup. A copied folder has it
//! as well; so it proves nothing alone, and only spares a wait where the process it names has ended on this machine.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::rules::Claim;

/// The file in a service's folder.
pub const FILE: &str = "lease.json";

#[derive(Serialize, Deserialize)]
struct Stored {
    term: u64,
    holder: Uuid,
    process: Process,
}

/// A process of this machine, until the next start of the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Process {
    boot: String,
    id: u32,
    /// When it began, in the kernel's ticks: ids are used again.
    began: String,
}

impl Process {
    fn own() -> Option<Self> {
        let id = std::process::id();
        Some(Self {
            boot: boot()?,
            id,
            began: began(id)?,
        })
    }

    /// Whether it is known to have ended.
    fn is_over(&self) -> bool {
        let Some(own) = Self::own() else {
            return false;
        };
        own != *self && own.boot == self.boot && began(self.id).as_ref() != Some(&self.began)
    }
}

fn boot() -> Option<String> {
    let text = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(text.trim().to_owned())
}

/// The 22nd field; the second, a name in parentheses, may have spaces.
fn began(process: u32) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, behind) = text.rsplit_once(')')?;
    behind.split_whitespace().nth(19).map(str::to_owned)
}

/// Reads what the folder says. A damaged file says nothing.
pub(super) fn read(folder: &Path) -> Claim {
    let text = fs::read(folder.join(FILE)).unwrap_or_default();
    let Ok(stored) = serde_json::from_slice::<Stored>(&text) else {
        return Claim::default();
    };
    Claim {
        term: stored.term,
        holder: Some(stored.holder),
        is_over: stored.process.is_over(),
    }
}

/// Writes that this process takes the lease under a term, before it does.
pub(super) fn write(folder: &Path, term: u64, holder: Uuid) -> io::Result<()> {
    let process = Process::own().unwrap_or(Process {
        boot: String::new(),
        id: std::process::id(),
        began: String::new(),
    });
    let stored = Stored {
        term,
        holder,
        process,
    };
    let place: PathBuf = folder.join(FILE);
    let aside = folder.join(format!("{FILE}.new"));
    let mut file = File::create(&aside)?;
    file.write_all(&serde_json::to_vec(&stored)?)?;
    file.sync_all()?;
    fs::rename(&aside, &place)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_process_is_not_over_and_an_ended_one_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), Claim::default());
        let holder = Uuid::from_u128(7);
        write(folder.path(), 3, holder).unwrap();
        let claim = read(folder.path());
        assert_eq!((claim.term, claim.holder), (3, Some(holder)));
        assert!(!claim.is_over, "it is this process");
        let own = Process::own().unwrap();
        let ended = Process {
            began: "1".to_owned(),
            ..own.clone()
        };
        assert!(ended.is_over(), "its id is another process's now");
        let elsewhere = Process {
            boot: "another machine".to_owned(),
            ..ended
        };
        assert!(!elsewhere.is_over(), "nothing is known of it");
    }
}
