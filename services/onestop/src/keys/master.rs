//! `onestop keys new-master`, `onestop keys rotate-master`: the key that wraps the keys of personal data.

use std::path::Path;

use onestop_chassis::settings::Settings;
use onestop_intake::keyring::{master, rotate_master};
use serde_json::json;

use crate::output::Output;

pub(super) fn new(out: &Path, output: &Output) -> anyhow::Result<()> {
    master::make(out)?;
    output.show(&json!({ "file": out }), || {
        let advice = output.say(
            "请另存一份，与备份分开保管；在设置中以 master_key_file 指明",
            "keep a copy apart from the backups; name it in the settings as master_key_file",
        );
        format!("{}\n{advice}", out.display())
    });
    Ok(())
}

pub(super) fn rotate(
    new: Option<&Path>,
    settings: &Settings,
    output: &Output,
) -> anyhow::Result<()> {
    let rotated = rotate_master(settings, new)?;
    let (keys, before) = (rotated.keys, rotated.before);
    output.show(&json!({ "keys": keys, "before": before }), || {
        let done = output.say("把密钥已重新封装", "keys wrapped anew");
        let advice = output.say(
            "请备份新主密钥，并销毁旧主密钥的全部副本",
            "copy the new master key, and destroy every copy of the old one",
        );
        format!("{} {done}\n{advice}", keys + before)
    });
    Ok(())
}
