//! How long a change waits for the standby.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

#[derive(Default)]
struct Counted(AtomicU64);

impl DatabaseSource for Counted {
    fn key(&self) -> &'static str {
        "a key"
    }

    fn version(&self) -> anyhow::Result<DatabaseVersion> {
        let newest = self.0.load(Ordering::Relaxed);
        let awaited = newest;
        Ok(DatabaseVersion { newest, awaited })
    }

    fn image(&self) -> anyhow::Result<DatabaseImage> {
        let (version, bytes) = (self.0.load(Ordering::Relaxed), Vec::new());
        Ok(DatabaseImage { version, bytes })
    }
}

#[test]
fn the_oldest_change_that_a_standby_lacks_has_an_age() {
    let (source, standby) = (Arc::new(Counted::default()), Uuid::from_u128(7));
    let settings = Settings {
        standby: StandbyMode::Async,
        ..Settings::default()
    };
    let own: Source = "/onestop/gateway/main".parse().unwrap();
    let issuer = "gateway/main".to_owned();
    let leadership = Leadership::open(&settings, own, issuer, source.clone()).unwrap();
    let write = || {
        source.0.fetch_add(1, Ordering::Relaxed);
        leadership.note_version();
    };
    let age_in = |seconds| leadership.standby_age(Instant::now() + Duration::from_secs(seconds));
    write();
    assert_eq!(age_in(60), Duration::ZERO, "no standby follows");
    leadership.copies.note_asked(standby, 1, 1);
    write();
    write();
    assert!(age_in(60) >= Duration::from_secs(60));
    leadership.copies.note_asked(standby, 3, 3);
    assert_eq!(age_in(60), Duration::ZERO, "it has everything");
}
