//! Whether the disk of a log has room. Nothing is written when it is nearly full, before a write fails: a log that could
//! not write closes, and would take reading with it. What it needs meanwhile, it has in reserve, and so has the record of
//! who reads what: without it nothing of a person may be shown.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tracing::{info, warn};

/// Bytes that stay free for what is not asked for, such as sealing what was written.
const RESERVE: u64 = 256 << 20;
/// A small disk keeps this part of it.
const PART: u64 = 16;
/// This part of the reserve is for sealing alone; the rest of it is for the record of what is read.
const SEALING: u64 = 4;
/// Once it was full, writing begins again when the reserve and so much of it more is free.
const MARGIN: u64 = 4;
/// How long an answer holds.
const LASTS: Duration = Duration::from_millis(20);
/// How often a writer that waits for room looks again.
const PAUSE: Duration = Duration::from_millis(200);

/// The disk that a log is on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Option<Arc<Watched>>);

#[derive(Debug)]
struct Watched {
    folder: PathBuf,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    at: Instant,
    room: Room,
    record: RecordRoom,
}

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Enough,
    /// None but the reserve.
    Reserve,
}

/// How much room there is for the record of what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordRoom {
    /// Enough, be it of the reserve.
    Enough,
    /// The reserve is used up but for what sealing needs.
    Nothing,
}

/// The size of a disk, and what of it is free for this process, in bytes.
#[derive(Debug, Clone, Copy)]
struct Space {
    size: u64,
    free: u64,
}

impl Room {
    /// What it is with so much space, after it was `before`.
    fn with(space: Space, before: Self) -> Self {
        let reserve = space.reserve();
        let wanted = match before {
            Self::Enough => reserve,
            Self::Reserve => reserve + reserve / MARGIN,
        };
        if space.free < wanted {
            Self::Reserve
        } else {
            Self::Enough
        }
    }
}

impl RecordRoom {
    fn with(space: Space) -> Self {
        if space.free < space.reserve() / SEALING {
            Self::Nothing
        } else {
            Self::Enough
        }
    }
}

impl Space {
    fn reserve(self) -> u64 {
        RESERVE.min(self.size / PART)
    }
}

impl Disk {
    pub(crate) fn of(folder: PathBuf) -> Self {
        let seen = Mutex::new(None);
        Self(Some(Arc::new(Watched { folder, seen })))
    }

    /// How much room there is now. A disk that does not say counts as having enough: a write shows whether it has.
    pub(crate) fn room(&self) -> Room {
        self.look().0
    }

    /// How much room there is now for the record of what is read.
    pub(crate) fn record_room(&self) -> RecordRoom {
        self.look().1
    }

    fn look(&self) -> (Room, RecordRoom) {
        let Some(watched) = &self.0 else {
            return (Room::Enough, RecordRoom::Enough);
        };
        let mut seen = watched.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Seen { at, room, record }) = *seen
            && at.elapsed() < LASTS
        {
            return (room, record);
        }
        let before = seen.map_or(Room::Enough, |seen| seen.room);
        let (room, record) = match rustix::fs::statvfs(&watched.folder) {
            Ok(disk) => {
                let space = Space {
                    size: disk.f_blocks.saturating_mul(disk.f_frsize),
                    free: disk.f_bavail.saturating_mul(disk.f_frsize),
                };
                (Room::with(space, before), RecordRoom::with(space))
            }
            Err(_) => (Room::Enough, RecordRoom::Enough),
        };
        let at = Instant::now();
        *seen = Some(Seen { at, room, record });
        drop(seen);
        let folder = watched.folder.display();
        match (before, room) {
            (Room::Enough, Room::Reserve) => {
                warn!(%folder, "the disk is full: nothing is written until there is room; what is there can be read")
            }
            (Room::Reserve, Room::Enough) => {
                info!(%folder, "the disk has room again: it is written")
            }
            (Room::Enough, Room::Enough) | (Room::Reserve, Room::Reserve) => {}
        }
        (room, record)
    }

    /// Waits until there is room.
    pub(crate) async fn wait(&self) {
        while self.room() == Room::Reserve {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn a_reserve_stays_free_and_is_left_again_with_a_margin() {
        let disk = |free| Space {
            size: 100_000 * MIB,
            free,
        };
        assert_eq!(Room::with(disk(256 * MIB), Room::Enough), Room::Enough);
        assert_eq!(Room::with(disk(256 * MIB - 1), Room::Enough), Room::Reserve);
        assert_eq!(Room::with(disk(300 * MIB), Room::Reserve), Room::Reserve);
        assert_eq!(Room::with(disk(320 * MIB), Room::Reserve), Room::Enough);
    }

    #[test]
    fn a_small_disk_keeps_a_part_of_it() {
        let disk = |free| Space {
            size: 160 * MIB,
            free,
        };
        assert_eq!(Room::with(disk(10 * MIB), Room::Enough), Room::Enough);
        assert_eq!(Room::with(disk(10 * MIB - 1), Room::Enough), Room::Reserve);
        assert_eq!(Room::with(disk(0), Room::Enough), Room::Reserve);
    }

    /// On a full disk the service refuses commands, and still records who reads: reading is refused without that record.
    #[test]
    fn the_record_of_what_is_read_has_three_quarters_of_the_reserve() {
        let disk = |free| Space {
            size: 100_000 * MIB,
            free,
        };
        assert_eq!(Room::with(disk(64 * MIB), Room::Enough), Room::Reserve);
        assert_eq!(RecordRoom::with(disk(64 * MIB)), RecordRoom::Enough);
        assert_eq!(RecordRoom::with(disk(64 * MIB - 1)), RecordRoom::Nothing);
    }

    #[tokio::test]
    async fn a_disk_that_does_not_say_is_tried() {
        let nowhere = Disk::of(PathBuf::from("/nowhere/at/all"));
        assert_eq!(nowhere.room(), Room::Enough);
        assert_eq!(nowhere.record_room(), RecordRoom::Enough);
        nowhere.wait().await;
        assert_eq!(Disk::default().room(), Room::Enough);
    }
}
