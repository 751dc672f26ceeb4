//! Metrics that the services and the gateway share: queues in seconds, disk, backup, certificates.

use std::{path::Path, sync::atomic::AtomicU64, time::Duration};

use onestop_proto::time::Timestamp;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{family::Family, gauge::Gauge},
    registry::Registry,
};

use super::{
    bounded_file, certificate,
    last_backup::{self, BackupKind},
};

const MICROS_PER_SECOND: i64 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Queue {
    /// `relay`, `source`, `parked`, `read-model`, `registry`, `standby` or `webhooks`.
    queue: String,
    /// Of a source: its service and its instance. Of a read model: its file.
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Certificate {
    /// `broker` or `web`.
    name: String,
}

/// The files of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DirectoryFiles {
    /// Their version.
    files: String,
}

/// The metrics of the machine and of the queues.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    queue_age: Family<Queue, Gauge<f64, AtomicU64>>,
    disk_free: Gauge<u64, AtomicU64>,
    last_backup: Gauge,
    last_increment: Gauge,
    last_stored_backup: Gauge,
    last_stored_increment: Gauge,
    certificates: Family<Certificate, Gauge>,
    directory: Family<DirectoryFiles, Gauge>,
    directory_changes: Gauge<u64, AtomicU64>,
}

impl Machine {
    /// Registers them. The registry gives their names its prefix.
    pub fn register(registry: &mut Registry) -> Self {
        let machine = Self::default();
        registry.register(
            "queue_age_seconds",
            "Seconds that the oldest item of a queue has waited",
            machine.queue_age.clone(),
        );
        registry.register(
            "disk_free_bytes",
            "Bytes that the process may still write to the disk of its data",
            machine.disk_free.clone(),
        );
        registry.register(
            "last_backup_timestamp_seconds",
            "When the last whole backup was made, 0 if none is known",
            machine.last_backup.clone(),
        );
        registry.register(
            "last_increment_timestamp_seconds",
            "When the last increment was made, which a restore takes after its whole backup; 0 if none is known",
            machine.last_increment.clone(),
        );
        registry.register(
            "last_stored_backup_timestamp_seconds",
            "When the newest whole backup in the object store was made, 0 if none is known",
            machine.last_stored_backup.clone(),
        );
        registry.register(
            "last_stored_increment_timestamp_seconds",
            "When the newest increment in the object store was made, 0 if none is known",
            machine.last_stored_increment.clone(),
        );
        registry.register(
            "certificate_expiry_timestamp_seconds",
            "When a certificate expires, by its use",
            machine.certificates.clone(),
        );
        registry.register(
            "directory_info",
            "1 for the version of the directory's files",
            machine.directory.clone(),
        );
        registry.register(
            "directory_changes",
            "Changes of the registry that the directory has taken in",
            machine.directory_changes.clone(),
        );
        machine
    }

    /// Records by which directory the process decides: the version of the files, and behind a plus how many changes of the
    /// registry it has taken in.
    pub fn record_directory(&self, version: &str) {
        let (files, changes) = version.split_once('+').unwrap_or((version, "0"));
        let labels = DirectoryFiles {
            files: files.to_owned(),
        };
        self.directory.clear();
        self.directory.get_or_create(&labels).set(1);
        self.directory_changes.set(changes.parse().unwrap_or(0));
    }

    /// Records how long the oldest item of a queue has waited.
    pub fn record_queue(&self, queue: &str, age: Duration) {
        self.record_named_queue(queue, "", age);
    }

    /// Records how long the oldest item of one of several queues of a kind has waited.
    pub fn record_named_queue(&self, queue: &str, name: &str, age: Duration) {
        let labels = Queue {
            queue: queue.to_owned(),
            name: name.to_owned(),
        };
        let gauge = self.queue_age.get_or_create(&labels);
        gauge.set(age.as_secs_f64());
    }

    /// Forgets the queues, before each is recorded again: a source may not be followed any more.
    pub fn forget_queues(&self) {
        self.queue_age.clear();
    }

    /// Reads what is free on the disk of a data folder, and when the last backups of it were made.
    pub fn measure_data(&self, data: &Path) {
        if let Ok(disk) = rustix::fs::statvfs(data) {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            self.disk_free.set(free);
        }
        let seconds =
            |made: Option<Timestamp>| made.map_or(0, |it| it.as_micros() / MICROS_PER_SECOND);
        for (kind, made, stored) in [
            (
                BackupKind::Whole,
                &self.last_backup,
                &self.last_stored_backup,
            ),
            (
                BackupKind::Increment,
                &self.last_increment,
                &self.last_stored_increment,
            ),
        ] {
            made.set(seconds(last_backup::read(data, kind)));
            stored.set(seconds(last_backup::read_stored(data, kind)));
        }
    }

    /// Reads when a certificate expires: `broker` is shown to the broker, `web` to browsers. One that cannot be read
    /// expires at 0.
    pub fn measure_certificate(&self, name: &str, file: &Path) {
        let pem = bounded_file::read_text(file, bounded_file::SMALL).ok();
        let until = pem.and_then(|pem| certificate::valid_until(&pem));
        let seconds = until.map_or(0, |until| until.as_micros() / MICROS_PER_SECOND);
        let labels = Certificate {
            name: name.to_owned(),
        };
        self.certificates.get_or_create(&labels).set(seconds);
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;

    use super::*;

    fn text(registry: &Registry) -> String {
        let mut text = String::new();
        encode(&mut text, registry).unwrap();
        text
    }

    #[test]
    fn what_is_not_known_is_zero_and_what_is_forgotten_is_not_shown() {
        let mut registry = Registry::default();
        let machine = Machine::register(&mut registry);
        let folder = tempfile::tempdir().unwrap();
        machine.measure_data(folder.path());
        machine.measure_certificate("broker", &folder.path().join("missing.pem"));
        machine.record_queue("relay", Duration::ZERO);
        machine.record_named_queue("source", "referral/main", Duration::from_millis(2_500));
        let shown = text(&registry);
        for line in [
            "last_backup_timestamp_seconds 0\n",
            "last_stored_backup_timestamp_seconds 0\n",
            "last_increment_timestamp_seconds 0\n",
            "last_stored_increment_timestamp_seconds 0\n",
            r#"certificate_expiry_timestamp_seconds{name="broker"} 0"#,
            r#"queue_age_seconds{queue="relay",name=""} 0.0"#,
            r#"queue_age_seconds{queue="source",name="referral/main"} 2.5"#,
        ] {
            assert!(shown.contains(line), "{line}\n{shown}");
        }
        assert!(!shown.contains("disk_free_bytes 0\n"), "{shown}");
        let made = "2026-03-04T08:00:00Z".parse().unwrap();
        let file = Path::new("node.age");
        last_backup::note(folder.path(), BackupKind::Whole, file, made).unwrap();
        last_backup::note_stored(folder.path(), BackupKind::Whole, made).unwrap();
        machine.measure_data(folder.path());
        machine.forget_queues();
        let shown = text(&registry);
        assert!(shown.contains("last_backup_timestamp_seconds 1772611200\n"));
        assert!(shown.contains("last_stored_backup_timestamp_seconds 1772611200\n"));
        assert!(
            shown.contains("last_increment_timestamp_seconds 0\n"),
            "{shown}"
        );
        assert!(!shown.contains("queue_age_seconds{"), "{shown}");
    }

    #[test]
    fn the_directory_is_named_by_its_files_and_what_was_heard() {
        let mut registry = Registry::default();
        let machine = Machine::register(&mut registry);
        machine.record_directory("0f3a");
        machine.record_directory("77c2+17");
        let text = text(&registry);
        assert!(
            text.contains("directory_info{files=\"77c2\"} 1\n"),
            "{text}"
        );
        assert!(!text.contains("0f3a"), "{text}");
        assert!(text.contains("directory_changes 17\n"), "{text}");
    }
}
