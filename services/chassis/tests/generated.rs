//! `deploy/SETTINGS.md` is what the code says. To renew it after a change:
//!
//! ```text
//! TESTS_RENEW=1 cargo nextest run -p onestop-chassis -E 'binary(generated)'
//! ```

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

use clap::{Arg, Args, Command};
use onestop_chassis::settings::{Flags, Settings};
use serde_json::Value;

/// The setting that has no flag: a secret would be visible in the list of processes.
const WITHOUT_FLAG: &str = "master_key";

const HEAD: &str = "\
# Settings

Generated from the code; `TESTS_RENEW=1 cargo nextest run -p onestop-chassis -E 'binary(generated)'` renews it.
[onestop.toml](onestop.toml) says more of each, with an example.

Every setting has one name: `nats` in the file that `--config` or `ONESTOP_CONFIG` names, `ONESTOP_NATS` in the
environment, `--nats` as a flag. The later of the three wins, and one that is not known is refused. A setting without a
default is not set.

| Setting | Flag | Default | What it is |
|---|---|---|---|
";

/// A setting, as its flag describes it.
struct Row {
    name: String,
    flag: String,
    what: String,
}

impl Row {
    /// None for a flag that is no setting.
    fn of(flag: &Arg) -> Option<Self> {
        let help = flag.get_help()?.to_string();
        let name = help.split("[env: ONESTOP_").nth(1)?.split(']').next()?;
        let name = name.to_lowercase();
        let what = help.split(" [").next()?.to_owned();
        let long = flag.get_long()?;
        let value = flag.get_value_names()?.first()?;
        let possible: Vec<_> = flag
            .get_possible_values()
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect();
        let what = match possible.len() {
            0 => what,
            _ => format!("{what}: {}", possible.join(", ")),
        };
        (name != "config").then(|| Self {
            name,
            flag: format!("`--{long} {value}`"),
            what,
        })
    }
}

fn reference() -> String {
    let command = Flags::augment_args(Command::new("onestop"));
    let defaults = serde_json::to_value(Settings::default()).unwrap();
    let defaults = defaults.as_object().unwrap();
    let mut rows: Vec<Row> = command.get_arguments().filter_map(Row::of).collect();
    rows.push(Row {
        name: WITHOUT_FLAG.to_owned(),
        flag: "none".to_owned(),
        what: "The master key itself, where secrets come in the environment".to_owned(),
    });
    let told: BTreeSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    let all: BTreeSet<&str> = defaults.keys().map(String::as_str).collect();
    assert_eq!(
        told, all,
        "a setting without a flag, or the other way round"
    );
    let mut text = HEAD.to_owned();
    for Row { name, flag, what } in &rows {
        let default = match &defaults[name] {
            Value::Null => String::new(),
            Value::String(text) if text.is_empty() => String::new(),
            Value::String(text) => format!("`{text}`"),
            other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                format!("`{other}`")
            }
        };
        writeln!(text, "| `{name}` | {flag} | {default} | {what} |").unwrap();
    }
    text
}

#[test]
fn the_reference_of_settings_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/SETTINGS.md");
    let wanted = reference();
    if env::var_os("TESTS_RENEW").is_some() {
        fs::write(&file, &wanted).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == wanted, "stale; renew with TESTS_RENEW=1");
}
