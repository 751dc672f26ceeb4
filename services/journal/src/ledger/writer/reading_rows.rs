//! Rows of who read what.

use onestop_chassis::store::recorded;
use onestop_eventlog::Record;
use onestop_proto::{actor::Actor, envelope::RawEvent, personal};
use rusqlite::params;

use super::Batch;
use crate::ledger::LedgerError;

impl Batch<'_> {
    /// Adds what the journal itself showed.
    pub(super) fn add_own_reading(&self, record: &Record) -> Result<(), LedgerError> {
        let position = record.position;
        match recorded(record) {
            Ok(own) => self.add_reading(position, &own.event, &own.actor),
            Err(error) => {
                tracing::warn!(position, %error, "a record of the journal cannot be decoded; it is in no list");
                Ok(())
            }
        }
    }

    pub(super) fn add_reading(
        &self,
        position: u64,
        event: &RawEvent,
        actor: &Actor,
    ) -> Result<(), LedgerError> {
        let unit = self.directory.unit(&actor.unit);
        match event.parse_if::<personal::Event>() {
            Ok(Some(personal::Event::PersonalDataAccessed(opened))) => {
                let division = unit.map_or(opened.holder_division, |unit| unit.division);
                let sql = "INSERT OR REPLACE INTO readings VALUES (?1, ?2, ?3)";
                let division = self.number_of(division);
                let values = params![actor.staff.as_str(), position, division];
                self.transaction.prepare_cached(sql)?.execute(values)?;
            }
            Ok(Some(personal::Event::VolumeExceeded(exceeded))) => {
                let sql = "INSERT OR REPLACE INTO reading_alarms VALUES (?1, ?2)";
                let values = params![self.number_of(exceeded.division), position];
                self.transaction.prepare_cached(sql)?.execute(values)?;
            }
            // An event that cannot be read is reported when the case is folded.
            Ok(None) | Err(_) => {}
        }
        Ok(())
    }
}
