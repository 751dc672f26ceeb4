//! What the documents of `deploy`, the runbooks and the alerts name is there: every unit, command, flag, setting, metric and file.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::harness::{SERVICES, clean, onestop, repository};

/// Words of other programs, and fields of what they exchange.
const OF_OTHERS: [&str; 11] = [
    "allow_responses",
    "allowed_connection_types",
    "histogram_quantile",
    "instead_of",
    "job_name",
    "proxy_next_upstream",
    "requested_by",
    "rule_files",
    "scrape_configs",
    "scrape_interval",
    "static_configs",
];
/// Where settings, metrics and fields of the directory are.
const NAMED: [&str; 10] = [
    "deploy/onestop.toml",
    "deploy/directory/items.toml",
    "deploy/directory/sites.toml",
    "deploy/directory/standards.toml",
    "deploy/directory/calendar.toml",
    "services/chassis/src/runtime/metrics.rs",
    "services/chassis/src/runtime/machine.rs",
    "services/chassis/src/runtime/settings/mod.rs",
    "services/chassis/src/runtime/traces/counters.rs",
    "services/gateway/src/core/metrics.rs",
];

/// What ends a command.
const END: [char; 6] = ['|', ';', '&', '(', '\'', ','];

/// A document, and the commands and names that it sets in code.
struct Document {
    path: PathBuf,
    code: Vec<String>,
    text: String,
}

impl Document {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(repository().join(path)).unwrap();
        let joined = text.replace("\\\n", " ");
        let mut code = Vec::new();
        let mut prose = String::new();
        // Of the alerts, what is said to do.
        let begins = if path.extension().is_some_and(|kind| kind == "yaml") {
            "          action: "
        } else {
            "    "
        };
        for line in joined.lines() {
            if let Some(line) = line.strip_prefix(begins) {
                let command = line.split(" # ").next().unwrap_or_default();
                code.push(command.trim().trim_matches('"').to_owned());
            } else {
                prose.push_str(line);
                prose.push('\n');
            }
        }
        let spans = prose.split('`').skip(1).step_by(2);
        code.extend(spans.map(|span| span.replace('\n', " ")));
        Self {
            path: path.to_owned(),
            code,
            text,
        }
    }

    /// What follows a program's name wherever it is called, up to the end of the command.
    fn calls<'a>(&'a self, program: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
        let commands = self.code.iter().flat_map(|code| code.split(END));
        commands.filter_map(move |command| {
            let (before, words) = command.split_once(program)?;
            let begins = before.trim().is_empty() || before.ends_with('/');
            let rest = words.strip_prefix(' ').filter(|_| begins)?;
            Some(rest.split_whitespace().collect())
        })
    }
}

fn documents() -> Vec<Document> {
    let mut found: Vec<PathBuf> = [
        "README.md",
        "deploy/debian/README",
        "deploy/monitoring/alerts.yaml",
    ]
    .map(PathBuf::from)
    .into();
    let mut folders = vec![PathBuf::from("deploy")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(repository().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let all: Vec<Document> = found.iter().map(|path| Document::read(path)).collect();
    assert!(all.len() > 10, "{found:?}");
    all
}

fn files_of(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

/// Whether a unit is one of ours, of a service that there is.
fn is_unit(unit: &str, units: &BTreeSet<String>) -> bool {
    let (stem, kinds) = match unit.rsplit_once('.') {
        Some((stem, kind)) => (stem, vec![kind]),
        None => (unit, vec!["service", "timer"]),
    };
    let (name, of) = match stem.split_once('@') {
        Some((name, of)) => (format!("{name}@"), Some(of)),
        None => (stem.to_owned(), None),
    };
    let is_known = |of: &str| ["SERVICE", "gateway"].contains(&of) || SERVICES.contains(&of);
    let is_ours = |kind: &&str| units.contains(&format!("{name}.{kind}"));
    kinds.iter().any(is_ours) && of.is_none_or(is_known)
}

#[test]
fn every_unit_is_there() {
    let mut units = files_of("deploy/systemd");
    units.extend(files_of("deploy/three-nodes/systemd"));
    let mut seen = 0;
    for document in documents() {
        let managed = document.calls("systemctl");
        let logs = document.calls("journalctl");
        for words in managed.chain(logs) {
            // The verb and its flags come first; the names of units end at what the shell fills in.
            let names = words
                .iter()
                .skip(1)
                .skip_while(|word| word.starts_with('-'));
            let names = names.take_while(|word| word.contains(|it: char| it.is_ascii_lowercase()));
            for unit in names.filter(|word| !word.starts_with(['-', '$'])) {
                let place = document.path.display();
                assert!(is_unit(unit, &units), "{place} names the unit {unit}");
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}

/// What the command line says of a command, or nothing if there is no such command.
fn help(words: &[&str]) -> Option<String> {
    let mut command = Command::new(onestop());
    clean(&mut command);
    let said = command.args(words).arg("--help").output().unwrap();
    let is_command = said.status.success();
    is_command.then(|| String::from_utf8_lossy(&said.stdout).into_owned())
}

#[test]
fn every_command_and_flag_is_there() {
    let everywhere = help(&[]).unwrap();
    let documents = documents();
    let mut known: BTreeMap<Vec<&str>, String> = BTreeMap::new();
    let mut seen = 0;
    for document in &documents {
        for words in document.calls("onestop") {
            let is_of_name = |it: u8| it.is_ascii_lowercase() || it == b'-';
            let is_name = |word: &&&str| !word.starts_with('-') && word.bytes().all(is_of_name);
            let names: Vec<&str> = words.iter().take_while(is_name).copied().collect();
            let place = document.path.display();
            // Of two words, the second may be an argument.
            let found = (0..=names.len()).rev().find(|count| {
                let command = names[..*count].to_vec();
                known.contains_key(&command)
                    || help(&command).is_some_and(|said| {
                        known.insert(command, said);
                        true
                    })
            });
            let found = found.unwrap_or_default();
            assert!(found > 0 || names.is_empty(), "{place}: onestop {words:?}");
            let said = &known[&names[..found]];
            for word in words.iter().filter(|word| word.starts_with("--")) {
                let flag = word.split('=').next().unwrap_or_default();
                let flag = flag.trim_end_matches(|it: char| !it.is_ascii_lowercase());
                let is_flag = said.contains(flag) || everywhere.contains(flag);
                assert!(is_flag, "{place}: onestop {names:?} has no {flag}");
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen}");
}

/// What the command line itself tells people to run.
#[test]
fn every_command_that_a_message_names_is_there() {
    let folder = repository().join("services/onestop/locales");
    let mut seen = BTreeSet::new();
    for file in files_of("services/onestop/locales") {
        let text = fs::read_to_string(folder.join(&file)).unwrap();
        let mut before = "";
        for part in text.split("onestop ") {
            let is_program = !before.ends_with(|it: char| it.is_ascii_alphanumeric() || it == '-');
            let name = part
                .split(|it: char| !it.is_ascii_lowercase() && it != '-')
                .next();
            let name = name.filter(|name| !name.is_empty() && !name.starts_with('-'));
            if let Some(name) = name.filter(|_| is_program && !before.is_empty()) {
                let is_new = seen.insert(name.to_owned());
                assert!(!is_new || help(&[name]).is_some(), "{file}: onestop {name}");
            }
            before = part;
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn every_setting_and_metric_is_there() {
    let named: String = NAMED
        .map(|file| fs::read_to_string(repository().join(file)).unwrap())
        .concat();
    let words = |text: &str| -> BTreeSet<String> {
        let words = text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        words.map(str::to_owned).collect()
    };
    let named = words(&named);
    let ends = ["", "_bucket", "_count", "_sum", "_total"];
    let mut seen = 0;
    for document in documents() {
        for span in document.code.iter().flat_map(|code| words(code)) {
            let is_variable = span.starts_with("ONESTOP_");
            let name = span.strip_prefix("ONESTOP_").map(str::to_ascii_lowercase);
            let name = name.unwrap_or_else(|| span.clone());
            let is_of_name = |it: u8| it.is_ascii_lowercase() || it == b'_';
            let is_name = name.contains('_') && name.bytes().all(is_of_name);
            if !(is_name || is_variable) || OF_OTHERS.contains(&&*name) {
                continue;
            }
            let name = name.strip_prefix("onestop_").unwrap_or(&name);
            let stems = ends.iter().filter_map(|end| name.strip_suffix(end));
            let is_there = stems.into_iter().any(|stem| named.contains(stem));
            // The file of settings itself.
            let is_there = is_there || name == "config";
            assert!(is_there, "{}: {span}", document.path.display());
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

/// Files of the repository, those that the package installs, and the keys that units name.
#[test]
fn every_file_is_there() {
    let package = fs::read_to_string(repository().join("deploy/debian/package.sh")).unwrap();
    let installed = |file: &str| {
        let name = file.rsplit('/').next().unwrap_or_default();
        package.contains(name) || repository().join("deploy/monitoring").join(name).exists()
    };
    let mut seen = 0;
    for document in documents() {
        let place = document.path.display();
        let folder = document.path.parent().unwrap();
        let links = document.text.split("](").skip(1);
        let links = links.filter_map(|rest| rest.split([')', '#']).next());
        for link in links.filter(|link| !link.is_empty() && !link.starts_with("http")) {
            let there = repository().join(folder).join(link);
            assert!(there.exists(), "{place} leads to {link}");
            seen += 1;
        }
        let words = document
            .code
            .iter()
            .flat_map(|code| code.split([' ', '"', ',']));
        for word in words {
            let word = word.trim_start_matches("./");
            let of_ours = ["deploy/", "tests/"]
                .iter()
                .any(|top| word.starts_with(top));
            let is_whole = word
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"./-_".contains(&it));
            if of_ours && is_whole {
                assert!(repository().join(word).exists(), "{place} names {word}");
                seen += 1;
            }
        }
        let of_package = document.text.split("/usr/share/doc/onestop/").skip(1);
        for rest in of_package {
            let file = rest
                .split(|it: char| it.is_whitespace() || "`;,".contains(it))
                .next();
            let file = file.unwrap_or_default().trim_end_matches(['.', ':', ']']);
            assert!(installed(file), "{place} names {file} of the package");
        }
    }
    assert!(seen > 50, "{seen}");
}

/// Each unit names the key of its program, which the steps on Debian put where it looks.
#[test]
fn every_key_of_a_unit_is_put_there() {
    let steps = fs::read_to_string(repository().join("deploy/debian/README")).unwrap();
    let line = steps.lines().find(|line| line.contains("for program in"));
    let line = line.unwrap().trim_end_matches("; do");
    let programs: BTreeSet<&str> = line.split_whitespace().skip(3).collect();
    let mut seen = 0;
    for unit in files_of("deploy/systemd") {
        let text = fs::read_to_string(repository().join("deploy/systemd").join(&unit)).unwrap();
        for key in text.split("/etc/onestop/keys/").skip(1) {
            let Some(program) = key.split(".nk").next().filter(|_| key.contains(".nk")) else {
                continue;
            };
            if program == "%i" {
                assert!(SERVICES.iter().all(|service| programs.contains(service)));
            } else {
                assert!(programs.contains(program), "{unit} has no key {program}");
            }
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen}");
}
