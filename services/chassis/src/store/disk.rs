//! Whether the disk of a log has room. Nothing is written when it is nearly full, before a write fails: a log that could
//! not write closes, and would take reading with it. What it needs meanwhile, it has in reserve.

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
/// Once it was full, writing begins again when the reserve and so much of it more is free.
const MARGIN: u64 = 4;
/// How long an answer holds.
const LASTS: Duration = Duration::from_millis(20);
/// How often those look again who wait for room.
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
}

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Enough.
    Enough,
    /// None but the reserve.
    Reserve,
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
        let reserve = RESERVE.min(space.size / PART);
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

impl Disk {
    /// The disk that a folder is on.
    pub(crate) fn of(folder: PathBuf) -> Self {
        let seen = Mutex::new(None);
        Self(Some(Arc::new(Watched { folder, seen })))
    }

    /// How much room there is now. A disk that does not say has enough: writing to it says more.
    pub(crate) fn room(&self) -> Room {
        let Some(watched) = &self.0 else {
            return Room::Enough;
        };
        let mut seen = watched.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Seen { at, room }) = *seen
            && at.elapsed() < LASTS
        {
            return room;
        }
        let before = seen.map_or(Room::Enough, |seen| seen.room);
        let room = match rustix::fs::statvfs(&watched.folder) {
            Ok(disk) => {
                let space = Space {
                    size: disk.f_blocks.saturating_mul(disk.f_frsize),
                    free: disk.f_bavail.saturating_mul(disk.f_frsize),
                };
                Room::with(space, before)
            }
            Err(_) => Room::Enough,
        };
        let at = Instant::now();
        *seen = Some(Seen { at, room });
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
        room
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

    #[tokio::test]
    async fn a_disk_that_does_not_say_is_tried() {
        let nowhere = Disk::of(PathBuf::from("/nowhere/at/all"));
        assert_eq!(nowhere.room(), Room::Enough);
        nowhere.wait().await;
        assert_eq!(Disk::default().room(), Room::Enough);
    }
}
