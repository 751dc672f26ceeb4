//! `onestop keys backup-recipient`: the pair of keys of backups.

use std::{fs::OpenOptions, io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use age::{secrecy::ExposeSecret, x25519::Identity};
use anyhow::Context;
use serde_json::json;

use crate::output::Output;

/// Writes a new identity to a file, for its owner alone, and prints its recipient.
pub(super) fn make(out: &Path, output: &Output) -> anyhow::Result<()> {
    let identity = Identity::generate();
    let recipient = identity.to_public().to_string();
    let secret = identity.to_string();
    let text = format!("# public key: {recipient}\n{}\n", secret.expose_secret());
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(out);
    let written = opened.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.with_context(|| said!("cannot-write", path = out.display()))?;
    let value = json!({ "recipient": recipient, "identity": out });
    output.print_value(&value, || {
        let advice = output.message("backup-recipient-made");
        format!("{recipient}\n{}\n{advice}", out.display())
    });
    Ok(())
}
