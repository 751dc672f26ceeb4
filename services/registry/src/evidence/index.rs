//! Which sites have which file, and which files were withdrawn, as the log says: rows on disk that follow it.

use std::{collections::HashMap, str::FromStr};

use onestop_chassis::{
    projection::{Awaited, Folded, Projected, ProjectionError},
    rusqlite::{self, Connection, Transaction, params},
    store::Rules,
};
use onestop_directory::SiteChanges;
use onestop_proto::{case::FileHash, ids::SiteId, registry::Event, time::Timestamp};
use rusqlite::Result;

use crate::streams::{RULES, SITES};

/// Writes the rows of a site.
#[derive(Debug)]
pub(crate) struct FileIndex;

/// What the log says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileStanding {
    /// A site has it.
    Named,
    /// Each site that had it has withdrawn it.
    Withdrawn,
}

impl Projected for FileIndex {
    type State = SiteChanges;
    type Event = Event;

    const RULES: Rules<SiteChanges, Event> = RULES;
    const STREAMS: &'static str = SITES;
    const FILE: &'static str = "files.sqlite";
    const VERSION: u32 = 1;
    const TABLES: &'static str = "
        CREATE TABLE file (
            hash TEXT NOT NULL,
            subject TEXT NOT NULL,
            site TEXT,
            PRIMARY KEY (hash, subject)
        ) WITHOUT ROWID;
        CREATE INDEX file_subject ON file (subject);";

    fn reference(&self) -> String {
        String::new()
    }

    fn write(&self, rows: &Transaction<'_>, folded: &Folded<'_, SiteChanges>) -> Result<()> {
        let subject = folded.subject.to_string();
        rows.prepare_cached("DELETE FROM file WHERE subject = ?1")?
            .execute([&subject])?;
        let Some(changes) = folded.state else {
            return Ok(());
        };
        let mut insert = rows.prepare_cached("INSERT OR REPLACE INTO file VALUES (?1, ?2, ?3)")?;
        for hash in changes.withdrawn_files() {
            insert.execute(params![hash.as_str(), subject, None::<String>])?;
        }
        // One that came again is named again.
        for file in changes.files() {
            insert.execute(params![file.hash.as_str(), subject, file.site.to_string()])?;
        }
        Ok(())
    }

    fn awaited(&self, _: &SiteChanges, _: Timestamp) -> Option<Awaited> {
        None
    }
}

/// The sites that have a file.
pub(crate) fn sites_with(
    rows: &Connection,
    hash: &FileHash,
) -> Result<Vec<SiteId>, ProjectionError> {
    let mut found =
        rows.prepare_cached("SELECT site FROM file WHERE hash = ?1 AND site IS NOT NULL")?;
    let mut sites = Vec::new();
    for text in found.query_map([hash.as_str()], |row| row.get::<_, String>(0))? {
        sites.push(decode(text?)?);
    }
    Ok(sites)
}

/// What the log says of each file that it knows.
pub(crate) fn standings(
    rows: &Connection,
) -> Result<HashMap<FileHash, FileStanding>, ProjectionError> {
    let mut found =
        rows.prepare_cached("SELECT hash, max(site IS NOT NULL) FROM file GROUP BY hash")?;
    let mut standings = HashMap::new();
    for row in found.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?))
    })? {
        let (hash, is_named) = row?;
        let standing = if is_named {
            FileStanding::Named
        } else {
            FileStanding::Withdrawn
        };
        standings.insert(decode(hash)?, standing);
    }
    Ok(standings)
}

fn decode<T: FromStr>(text: String) -> Result<T, ProjectionError> {
    text.parse()
        .map_err(|_| ProjectionError::Undecodable { text })
}

#[cfg(test)]
mod tests;
