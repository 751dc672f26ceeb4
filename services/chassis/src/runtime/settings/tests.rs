//! File, environment and flags, and their errors.

use super::*;

fn file_with(text: &str) -> (tempfile::TempDir, Flags) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("onestop.toml");
    std::fs::write(&file, text).unwrap();
    (
        folder,
        Flags {
            config: Some(file),
            ..Flags::default()
        },
    )
}

#[test]
fn a_flag_beats_the_file() {
    let (_folder, mut flags) = file_with("nats = 'nats://file:1'\ninstance = 'county'");
    flags.nats = Some("nats://flag:2".to_owned());
    let settings = Settings::load(&flags).unwrap();
    assert_eq!(settings.nats, "nats://flag:2");
    assert_eq!(settings.instance.to_string(), "county");
}

#[test]
fn networks_are_read_from_a_file_and_a_mistake_is_named() {
    let (_folder, flags) = file_with("trusted_proxies = '127.0.0.1, 10.0.0.0/8'");
    let settings = Settings::load(&flags).unwrap();
    assert!(settings.trusted_proxies.contain([10, 1, 2, 3].into()));
    let (_folder, flags) = file_with("trusted_proxies = 'the proxy'");
    let error = Settings::load(&flags).unwrap_err().to_string();
    assert!(
        error.contains("trusted_proxies") && error.contains("the proxy"),
        "{error}"
    );
}

#[test]
fn an_unknown_setting_is_named() {
    let (_folder, flags) = file_with("natz = 'x'");
    let error = Settings::load(&flags).unwrap_err().to_string();
    assert!(error.contains("natz"), "{error}");
}

#[test]
fn a_bad_value_is_named_with_its_file() {
    let (_folder, flags) = file_with("drain_seconds = 'soon'");
    let error = Settings::load(&flags).unwrap_err().to_string();
    assert!(
        error.contains("drain_seconds") && error.contains("onestop.toml"),
        "{error}"
    );
}
