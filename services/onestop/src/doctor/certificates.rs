//! Whether the certificates that the settings name hold for a while yet: one that has expired keeps programs from the broker, or
//! browsers from the workbench, and neither says so.

use std::path::Path;

use onestop_chassis::{certificate, clock::SystemClock, settings::Settings};
use onestop_proto::time::Timestamp;

use super::{Finding, State};
use crate::{bounded_file, output::Output};

const SECONDS_PER_DAY: f64 = 86_400.0;
/// One that ends sooner is to be renewed; the alert counts as many.
const SOON_DAYS: f64 = 14.0;

pub(super) fn findings(settings: &Settings, output: &Output) -> Vec<Finding> {
    let named = [&settings.tls_ca, &settings.tls_cert, &settings.web_tls_cert];
    let now = SystemClock.now();
    let files = named.into_iter().flatten();
    files.map(|file| finding(file, now, output)).collect()
}

fn finding(file: &Path, now: Timestamp, output: &Output) -> Finding {
    let about = format!(
        "{} {}",
        output.message("doctor-certificate"),
        file.display()
    );
    let to_do = output.message("doctor-certificate-renew");
    let pem = bounded_file::read_text(file, bounded_file::SMALL).ok();
    let Some(until) = pem.and_then(|pem| certificate::valid_until(&pem)) else {
        let found = output.message("doctor-certificate-not-read");
        return Finding::good(about, found).but(State::Bad, to_do);
    };
    let at = output.moment(until);
    let found = output.message_with("doctor-certificate-until", &[("at", at.as_str())]);
    let found = Finding::good(about, found);
    let days = until.seconds_since(now) / SECONDS_PER_DAY;
    if days <= 0.0 {
        found.but(State::Bad, to_do)
    } else if days < SOON_DAYS {
        found.but(State::Look, to_do)
    } else {
        found
    }
}
