//! Destroys keys in a folder that no service uses, such as one that was restored: the master key is not needed.

use std::path::Path;

use onestop_proto::ids::CaseId;

use super::{
    KeyringError,
    error::at,
    folder::{files_with_extension, lock},
    secure_file,
    slab::{Change, Slabs, Stored},
    takeover::{AT_A_TIME, KEY_FILE, MARK, commit},
};

/// Destroys the keys of cases, and leaves the mark by which they get none again. Returns how many had a key here.
///
/// # Errors
/// If a service uses the folder, or something cannot be read or written.
pub fn erase_closed(folder: &Path, cases: &[CaseId]) -> Result<u64, KeyringError> {
    let _lock = lock(folder)?;
    // What was being written when the folder was copied holds the same keys.
    for stale in files_with_extension(folder, secure_file::STAGED)? {
        secure_file::destroy(&stale).map_err(at(&stale))?;
    }
    let slabs = Slabs::open(folder)?;
    let mut destroyed = 0;
    let mut erase = Vec::new();
    for case in cases {
        let file = folder.join(format!("{case}.{KEY_FILE}"));
        let has_file = file.exists();
        let has_slot = match slabs.find(*case) {
            Ok(Some(Stored::Key(_))) | Err(KeyringError::Damaged { .. }) => true,
            Ok(Some(Stored::Erased) | None) => false,
            Err(error) => return Err(error),
        };
        destroyed += u64::from(has_file || has_slot);
        if has_file {
            secure_file::destroy(&file).map_err(at(&file))?;
        }
        if !slabs.is_erased(*case)? {
            erase.push(*case);
        }
    }
    for some in erase.chunks(AT_A_TIME) {
        let changes = some.iter().map(|case| Change::Erase { case: *case });
        commit(&slabs, changes.collect())?;
    }
    Ok(destroyed)
}

/// How many of these cases have no key in a folder that no service uses, nor the mark that it was destroyed: their
/// personal data cannot be read any more.
///
/// # Errors
/// If a service uses the folder, or something in it cannot be read.
pub fn count_missing(
    folder: &Path,
    cases: impl IntoIterator<Item = CaseId>,
) -> Result<u64, KeyringError> {
    if !folder.exists() {
        return Ok(cases.into_iter().count() as u64);
    }
    let _lock = lock(folder)?;
    let slabs = Slabs::open(folder)?;
    let mut missing = 0;
    for case in cases {
        let is_there = match slabs.find(case) {
            Ok(stored) => stored.is_some(),
            Err(KeyringError::Damaged { .. }) => true,
            Err(error) => return Err(error),
        };
        let [key, mark] = [KEY_FILE, MARK].map(|kind| folder.join(format!("{case}.{kind}")));
        missing += u64::from(!is_there && !key.exists() && !mark.exists());
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::{super::Keyring, super::master::MasterKeySource, *};

    fn case(number: u8) -> CaseId {
        let text = format!("019ab0c4-8000-7000-8000-00000000000{number}");
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn a_case_without_key_and_without_mark_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        assert_eq!(count_missing(&keys, [case(1), case(2)]).unwrap(), 2);
        assert!(!keys.exists(), "nothing is made");
        let master = MasterKeySource::Own(folder.path().join("master.key"));
        let keyring = Keyring::open(&keys, &master).unwrap();
        keyring.begin(case(1)).await.unwrap();
        keyring.begin(case(2)).await.unwrap();
        keyring.erase(case(2)).await.unwrap();
        drop(keyring);
        let all = [case(1), case(2), case(3)];
        assert_eq!(count_missing(&keys, all).unwrap(), 1);
    }
}
