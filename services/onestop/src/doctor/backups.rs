//! Whether the whole backups of this machine, and their copies in the object store, are as young as the settings want them: an
//! increment makes none younger, for a restore begins with the whole.

use onestop_chassis::{
    clock::SystemClock,
    last_backup::{self, BackupKind},
    node::LOG_FOLDER,
    settings::Settings,
};
use onestop_proto::time::Timestamp;

use super::{Finding, State};
use crate::{backup, output::Output, services};

const SECONDS_PER_HOUR: f64 = 3_600.0;

/// Nothing for a machine without logs: there is nothing to back up.
pub(super) fn findings(settings: &Settings, output: &Output) -> Vec<Finding> {
    let has_log = services::names().iter().any(|service| {
        settings
            .data
            .join(service.as_str())
            .join(LOG_FOLDER)
            .exists()
    });
    if !has_log {
        return Vec::new();
    }
    let mut findings = vec![local(settings, output)];
    if settings.backup_store.is_some() {
        findings.push(stored(settings, output));
    }
    findings
}

fn local(settings: &Settings, output: &Output) -> Finding {
    let about = output.message("doctor-backup");
    let made = last_backup::read(&settings.data, BackupKind::Whole);
    let increment = last_backup::read(&settings.data, BackupKind::Increment);
    let to_do = output.message(if settings.backup_recipients.is_none() {
        "doctor-backup-set"
    } else {
        "doctor-backup-make"
    });
    let found = judge(about, made, to_do, settings, output);
    with_increment(found, made, increment, output)
}

fn stored(settings: &Settings, output: &Output) -> Finding {
    let about = output.message("doctor-backup-store");
    if let Err(error) = backup::check_store(settings) {
        let to_do = output.message("doctor-backup-store-mend");
        return Finding::good(about, output.failure(&error)).but(State::Bad, to_do);
    }
    let made = last_backup::read_stored(&settings.data, BackupKind::Whole);
    let increment = last_backup::read_stored(&settings.data, BackupKind::Increment);
    let to_do = output.message("doctor-backup-store-copy");
    let found = judge(about, made, to_do, settings, output);
    with_increment(found, made, increment, output)
}

/// Says which is which, where an increment came after the whole.
fn with_increment(
    finding: Finding,
    whole: Option<Timestamp>,
    increment: Option<Timestamp>,
    output: &Output,
) -> Finding {
    let Some(later) = increment.filter(|made| whole.is_some_and(|whole| *made > whole)) else {
        return finding;
    };
    let at = output.moment(later);
    let words = output.message_with("doctor-backup-increment", &[("at", at.as_str())]);
    Finding {
        found: format!("{}{words}", finding.found),
        ..finding
    }
}

fn judge(
    about: String,
    made: Option<Timestamp>,
    to_do: String,
    settings: &Settings,
    output: &Output,
) -> Finding {
    let Some(made) = made else {
        let found = output.message("doctor-backup-none");
        return Finding::good(about, found).but(State::Look, to_do);
    };
    let found = Finding::good(about, output.moment(made));
    let hours = SystemClock.now().seconds_since(made) / SECONDS_PER_HOUR;
    if hours <= f64::from(settings.backup_hours) {
        return found;
    }
    let (at, limit) = (output.moment(made), settings.backup_hours.to_string());
    let arguments = [("at", at.as_str()), ("hours", limit.as_str())];
    let old = output.message_with("doctor-backup-old", &arguments);
    Finding {
        found: old,
        ..found
    }
    .but(State::Bad, to_do)
}
