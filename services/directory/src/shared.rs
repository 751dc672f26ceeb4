//! One directory for all services of a process: what was read of the same files is kept once.

use std::sync::{Mutex, OnceLock, PoisonError};

use crate::{
    Directory,
    error::LoadError,
    load::{Origin, Sources},
};

/// What was built in, once it was read.
static BUILT_IN: OnceLock<Directory> = OnceLock::new();
/// The directory of a folder that was loaded last.
static LAST: Mutex<Option<Directory>> = Mutex::new(None);

impl Directory {
    /// As [`Directory::load`]. Where this process has loaded the same files before, the answer shares their data.
    ///
    /// # Errors
    /// As [`Directory::load`].
    pub fn load_shared(origin: &Origin) -> Result<Self, LoadError> {
        let is_built_in = *origin == Origin::BuiltIn;
        if let Some(known) = BUILT_IN.get().filter(|_| is_built_in) {
            return Ok(known.clone());
        }
        // Services that start at the same time wait for the one that reads.
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        let sources = Sources::read(origin)?;
        let version = sources.version();
        let mut known = last.iter().chain(BUILT_IN.get());
        if let Some(known) = known.find(|it| it.files_version() == version) {
            return Ok(known.clone());
        }
        let loaded = Self::of(&sources)?;
        if is_built_in {
            return Ok(BUILT_IN.get_or_init(|| loaded).clone());
        }
        Ok(last.insert(loaded).clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_same_files_are_kept_once_and_others_are_read() {
        let load = |more: Option<&str>| {
            let origin = more.map_or(Origin::BuiltIn, |more| Origin::BuiltInWith {
                file: "sites.toml",
                more: more.to_owned(),
            });
            Directory::load_shared(&origin).unwrap()
        };
        let built_in = load(None);
        for (more, is_shared) in [(None, true), (Some("\n# more\n"), false)] {
            let first = load(more);
            assert!(Arc::ptr_eq(&first.sites, &load(more).sites), "{more:?}");
            assert_eq!(Arc::ptr_eq(&first.sites, &built_in.sites), is_shared);
            assert_eq!(first.version() == built_in.version(), is_shared);
        }
    }
}
