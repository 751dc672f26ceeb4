//! What a service keeps besides its log and its standby must have too, such as keys. It travels with the change of the log
//! that it belongs to, and the standby writes it to its disk before that change: so its log never has an event without it.

use onestop_proto::envelope::RecordedEvent;

/// What a leader sends besides its log.
pub trait SidecarSource: Send + Sync {
    /// What the standby compares with what it has, before it takes anything.
    ///
    /// # Errors
    /// If it cannot be read.
    fn check(&self) -> anyhow::Result<Vec<u8>>;

    /// What goes with these events; nothing is no byte. Of a file it has the name alone.
    ///
    /// # Errors
    /// If it cannot be read, or must not be sent now.
    fn of_events(
        &self,
        events: &mut dyn Iterator<Item = anyhow::Result<RecordedEvent>>,
    ) -> anyhow::Result<Vec<u8>>;

    /// At most so many bytes of a file, from an offset on.
    ///
    /// # Errors
    /// If the file cannot be read.
    fn read(&self, name: &[u8], from: u64, most: usize) -> anyhow::Result<FilePart>;
}

/// A part of a file, and the bytes of the whole; no byte of a file that is gone.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FilePart {
    /// The part.
    pub bytes: Vec<u8>,
    /// How many bytes the file has.
    pub length: u64,
}

/// What a standby keeps besides the copy of the log.
pub trait SidecarCopy: Send + Sync {
    /// Compares it with its leader's.
    ///
    /// # Errors
    /// If it could not use what the leader sends, or has something else already.
    fn check(&mut self, check: &[u8]) -> anyhow::Result<()>;

    /// Takes what goes with a change: durable when this returns, but for the files that it returns, which are asked for
    /// then. It may come more than once.
    ///
    /// # Errors
    /// If it cannot be read or written.
    fn take(&mut self, sidecar: &[u8]) -> anyhow::Result<Vec<MissingFile>>;

    /// The change is in the copy of the log, durable: what it takes away may go now. A process that ends in between leaves it
    /// to the service, which deletes it when it has taken over.
    ///
    /// # Errors
    /// If the disk refuses.
    fn applied(&mut self) -> anyhow::Result<()> {
        Ok(())
    }

    /// Takes a part of a file. The part at 0 begins it anew; with the last one the file is in its place, durable.
    ///
    /// # Errors
    /// If it cannot be written.
    fn receive(&mut self, file: &MissingFile, from: u64, part: &[u8]) -> anyhow::Result<()>;
}

/// A file that the standby lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingFile {
    /// By which the leader finds it.
    pub name: Vec<u8>,
    /// Its bytes.
    pub length: u64,
}
