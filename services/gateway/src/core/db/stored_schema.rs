//! Which tables a database has. Nothing is written: to open it as usual would add tables, which an earlier program does not
//! know.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read as _, Seek as _, SeekFrom},
    path::Path,
};

use rusqlite::{Connection, OpenFlags};

use super::{FILE, schema};

/// Where the head of the file has the version of its tables, four bytes, big-endian.
const VERSION_AT: u64 = 60;

/// A version of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSchema {
    /// That of the database.
    pub stored: i64,
    /// That of this program, which reads every earlier one.
    pub known: i64,
}

impl StoredSchema {
    /// Of the workbench's database in a data folder; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read(data: &Path) -> anyhow::Result<Option<Self>> {
        let file = data.join(crate::NAME).join(FILE);
        let known = schema::known_version();
        let stored = match stored_version(&file) {
            Ok(stored) => stored,
            Err(error) => match error.downcast_ref::<io::Error>() {
                Some(missing) if missing.kind() == ErrorKind::NotFound => return Ok(None),
                Some(_) | None => return Err(error),
            },
        };
        Ok(Some(Self { stored, known }))
    }
}

fn stored_version(file: &Path) -> anyhow::Result<i64> {
    let mut opened = File::open(file)?;
    let mut wal = file.as_os_str().to_owned();
    wal.push("-wal");
    // Of a process that runs, or was killed: what is newest is not in the file yet.
    if fs::metadata(wal).is_ok_and(|wal| wal.len() > 0) {
        let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        return Ok(database.pragma_query_value(None, "user_version", |row| row.get(0))?);
    }
    let mut version = [0; 4];
    opened.seek(SeekFrom::Start(VERSION_AT))?;
    opened.read_exact(&mut version)?;
    Ok(i64::from(u32::from_be_bytes(version)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::db::Db;

    #[test]
    fn a_database_of_a_newer_program_is_known_as_one_while_it_is_used_and_later() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        assert_eq!(StoredSchema::read(data).unwrap(), None);
        let db = Db::open(data).unwrap();
        let own = StoredSchema::read(data).unwrap().unwrap();
        assert_eq!(own.stored, own.known);
        let newer = own.known + 1;
        db.blocking(|db| db.pragma_update(None, "user_version", newer))
            .unwrap();
        let used = StoredSchema::read(data).unwrap().unwrap();
        assert_eq!((used.stored, used.known), (newer, own.known));
        drop(db);
        let bytes = || fs::read(data.join("gateway").join(FILE)).unwrap();
        let before = bytes();
        let later = StoredSchema::read(data).unwrap().unwrap();
        assert_eq!(later, used);
        assert!(bytes() == before, "nothing is written");
    }
}
