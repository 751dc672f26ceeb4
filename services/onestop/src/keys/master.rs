//! `onestop keys new-master`, `onestop keys rotate-master`: the key that wraps the keys of personal data.

use std::path::Path;

use onestop_chassis::{data_lock::DataLock, settings::Settings};
use onestop_intake::keyring::{master, rotate_master};
use onestop_proto::case;
use serde_json::json;

use crate::{bounded_file, output::Output};

pub(super) fn new(out: &Path, output: &Output) -> anyhow::Result<()> {
    master::make(out)?;
    output.print_value(&json!({ "file": out }), || {
        let advice = output.message("master-key-made");
        format!("{}\n{advice}", out.display())
    });
    Ok(())
}

pub(super) fn rotate(
    new: Option<&Path>,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let _lock = DataLock::part(&settings.data, case::SERVICE)?;
    if let Some(new) = new {
        bounded_file::open(new)?;
    }
    let rotated = rotate_master(settings, new)?;
    let (keys, before) = (rotated.keys, rotated.before);
    output.print_value(&json!({ "keys": keys, "before": before }), || {
        let done = output.message("master-key-rotated");
        let advice = output.message("master-key-rotated-next");
        format!("{} {done}\n{advice}", keys + before)
    });
    Ok(())
}
