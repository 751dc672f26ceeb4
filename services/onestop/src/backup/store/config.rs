//! Which object store the settings name, and with which access key.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context as _, bail, ensure};
use onestop_chassis::settings::{AddressStyle, Settings};
use reqwest::Url;
use rusty_s3::{Bucket, Credentials, UrlStyle};

use crate::bounded_file;

/// A bucket, and how the names of backups in it begin: empty, or with a slash at the end.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) bucket: Bucket,
    pub(super) prefix: String,
}

pub(super) fn place(settings: &Settings) -> anyhow::Result<Place> {
    let Some(named) = settings.backup_store.as_deref() else {
        bail!(said!("store-not-set"));
    };
    let described = || said!("store-names-no-bucket", named = named);
    let inside = named.strip_prefix("s3://").with_context(described)?;
    let (bucket, prefix) = inside.split_once('/').unwrap_or((inside, ""));
    let prefix = prefix.trim_end_matches('/');
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    ensure!(
        is_plain(bucket) && (prefix.is_empty() || prefix.split('/').all(is_plain)),
        described()
    );
    let prefix = if prefix.is_empty() {
        String::new()
    } else {
        format!("{prefix}/")
    };
    let region = settings.backup_store_region.clone();
    let endpoint = match &settings.backup_store_endpoint {
        Some(endpoint) => endpoint.clone(),
        None => format!("https://s3.{region}.amazonaws.com"),
    };
    let no_address = || said!("store-no-address", endpoint = endpoint);
    let url = Url::parse(&endpoint).with_context(no_address)?;
    let style = match settings.backup_store_style {
        AddressStyle::VirtualHost => UrlStyle::VirtualHost,
        AddressStyle::Path => UrlStyle::Path,
    };
    let bucket = Bucket::new(url, style, bucket.to_owned(), region).with_context(no_address)?;
    Ok(Place { bucket, prefix })
}

/// The access key, from the file or the environment. It is never printed.
pub(super) fn credentials(file: Option<&Path>) -> anyhow::Result<Credentials> {
    let Some(file) = file else {
        return Credentials::from_env().with_context(|| said!("store-needs-key"));
    };
    let path = file.display();
    let cannot_read = || said!("store-key-not-read", path = path);
    let mode = fs::metadata(file).with_context(cannot_read)?;
    ensure!(
        mode.permissions().mode() & 0o077 == 0,
        said!("store-key-open", path = path)
    );
    let text = bounded_file::read_text(file, bounded_file::SMALL)?;
    parse(&text).with_context(|| said!("store-no-key", path = path))
}

/// Reads the form that the tools of object stores use: `name = value`, one a line.
fn parse(text: &str) -> Option<Credentials> {
    let value = |wanted: &str| {
        let mut pairs = text.lines().filter_map(|line| line.split_once('='));
        let found = pairs.find(|(name, _)| name.trim() == wanted);
        found
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let (key, secret) = (value("aws_access_key_id")?, value("aws_secret_access_key")?);
    Some(match value("aws_session_token") {
        Some(token) => Credentials::new_with_token(key, secret, token),
        None => Credentials::new(key, secret),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(store: &str) -> Settings {
        Settings {
            backup_store: Some(store.to_owned()),
            backup_store_endpoint: Some("https://store.example".to_owned()),
            backup_store_style: AddressStyle::Path,
            ..Settings::default()
        }
    }

    #[test]
    fn a_store_is_a_bucket_and_a_prefix() {
        for (named, prefix) in [("s3://bureau", ""), ("s3://bureau/a/b/", "a/b/")] {
            let place = place(&settings(named)).unwrap();
            assert_eq!(place.bucket.name(), "bureau");
            assert_eq!(place.prefix, prefix);
        }
        for named in [
            "bureau",
            "s3://",
            "s3:///a",
            "s3://bureau/../other",
            "s3://bureau/a//b",
        ] {
            let refused = place(&settings(named)).unwrap_err().to_string();
            assert!(refused.contains("backup_store"), "{named}: {refused}");
        }
    }

    #[test]
    fn a_key_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.key");
        let text = "[default]\naws_access_key_id = AK\naws_secret_access_key = a=b\n";
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let refused = credentials(Some(&file)).unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let read = credentials(Some(&file)).unwrap();
        assert_eq!((read.key(), read.secret()), ("AK", "a=b"));
        fs::write(&file, "aws_access_key_id = AK\n").unwrap();
        let refused = credentials(Some(&file)).unwrap_err().to_string();
        assert!(refused.contains("aws_secret_access_key"), "{refused}");
    }
}
