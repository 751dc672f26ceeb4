//! Settings of a service: a file, then the environment, then flags; and errors that name the setting.

use std::process::{Command, Output};

use onestop_chassis::settings::{Flags, Settings};

use crate::harness::{clean, free_port, repository, service};

fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(service("intake"));
    clean(&mut command);
    command
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(64));
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_unknown_setting_is_named() {
    let told = refused(&start(&[], &[("ONESTOP_NATZ", "nats://127.0.0.1:4222")]));
    assert!(told.contains("natz"), "{told}");
}

#[test]
fn a_bad_value_is_named() {
    let told = refused(&start(&[], &[("ONESTOP_HTTP", "everywhere")]));
    assert!(
        told.contains("http") && told.contains("environment"),
        "{told}"
    );
}

#[test]
fn a_missing_file_is_named() {
    let told = refused(&start(&["--config", "/nowhere/onestop.toml"], &[]));
    assert!(told.contains("/nowhere/onestop.toml"), "{told}");
}

/// The environment beats the file, and a flag beats both: seen by which bad address is complained about.
#[test]
fn the_later_wins() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("onestop.toml");
    let data = folder.path().join("data");
    std::fs::write(&file, "http = \"from-the-file\"\n").unwrap();
    let config = ["--config", file.to_str().unwrap()];
    let told = refused(&start(&config, &[]));
    assert!(told.contains("onestop.toml"), "{told}");
    let told = refused(&start(&config, &[("ONESTOP_HTTP", "from-the-environment")]));
    assert!(
        told.contains("environment") && !told.contains("onestop.toml"),
        "{told}"
    );

    // A flag that holds: it gets as far as listening, where the port is taken.
    let taken = std::net::TcpListener::bind(("127.0.0.1", free_port())).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let flags = [
        "--http",
        &address,
        "--data",
        data.to_str().unwrap(),
        "--log",
        "json",
    ];
    let ended = start(
        &[&config[..], &flags].concat(),
        &[("ONESTOP_HTTP", "127.0.0.1:1")],
    );
    assert_eq!(ended.status.code(), Some(70));
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(told.contains(&address) && told.contains("'http'"), "{told}");
}

/// What `deploy/onestop.toml` says is what holds without it.
#[test]
fn the_example_file_gives_the_defaults() {
    let flags = Flags {
        config: Some(repository().join("deploy/onestop.toml")),
        ..Flags::default()
    };
    assert_eq!(Settings::load(&flags).unwrap(), Settings::default());
}
