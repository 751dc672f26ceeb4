//! The paths and names that documents mention are there: a newcomer who follows one finds the room.

use std::{collections::HashSet, fs, path::Path};

use super::{repository, texts};

/// Documents that say how the whole is built and how it is changed; the READMEs of the crates are read too.
const OF_THE_WHOLE: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

/// Folders whose READMEs are read.
const CRATES: [&str; 3] = ["proto", "services", "tests"];

/// A path that ends so is that of a file of the repository.
const KINDS: [&str; 7] = [".rs", ".ftl", ".html", ".md", ".mjs", ".sh", ".toml"];

/// The kinds of files in which names are looked for.
const SOURCES: [&str; 8] = ["rs", "ftl", "html", "js", "mjs", "py", "sh", "toml"];

/// Folders that hold what is built or downloaded.
const MADE: [&str; 4] = ["target", "node_modules", ".git", "data"];

/// What a document quotes between backticks, outside blocks of code.
fn quoted(text: &str) -> Vec<&str> {
    let mut in_block = false;
    let prose = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_block ^= fence;
        !in_block && !fence
    });
    prose
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .collect()
}

/// The files and folders below a folder, by their paths from it.
fn paths(folder: &Path, before: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if MADE.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{before}{name}");
        if entry.file_type().unwrap().is_dir() {
            paths(&entry.path(), &format!("{path}/"), found);
        }
        found.push(path);
    }
}

/// The path that a quotation is, if it is one of the repository and not of a data folder or of what is built.
fn path_in(quoted: &str) -> Option<&str> {
    let path = quoted.trim_start_matches("../").trim_start_matches("./");
    let path = path.trim_end_matches('/');
    let sign = |sign: char| sign.is_ascii_alphanumeric() || "_./<>*-".contains(sign);
    let (first, _) = path.split_once('/').unwrap_or((path, ""));
    let is_folder = ["", "services"]
        .iter()
        .any(|above| repository().join(above).join(first).is_dir());
    let is_ours = KINDS.iter().any(|kind| path.ends_with(kind)) || path.contains('/') && is_folder;
    (is_ours && path.chars().all(sign) && !path.starts_with(['/', '<', '*']) && first != "target")
        .then_some(path)
}

/// Whether a part of a path fits one of a document, in which `<service>` and `*` stand for anything.
fn part_fits(part: &str, pattern: &str) -> bool {
    let Some((before, rest)) = pattern.split_once(['<', '*']) else {
        return part == pattern;
    };
    let after = rest.rsplit(['>', '*']).next().unwrap_or_default();
    part.starts_with(before) && part.ends_with(after)
}

/// Whether a path ends like one of a document. Documents leave a crate's `src` out.
fn fits(path: &str, written: &str) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let short: Vec<&str> = written.split('/').collect();
    let mut long = short.clone();
    long.insert(1, "src");
    [short, long].iter().any(|wanted| {
        parts.len() >= wanted.len()
            && parts
                .iter()
                .rev()
                .zip(wanted.iter().rev())
                .all(|(part, pattern)| part_fits(part, pattern))
    })
}

/// The words of a quotation that is the name of a type, a path of modules or a test.
fn name_in(quoted: &str) -> Option<Vec<&str>> {
    let name = quoted.trim_end_matches("()").trim_end_matches('!');
    let words: Vec<&str> = name.split("::").collect();
    let is_word = |word: &&str| {
        !word.is_empty()
            && word
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    };
    let is_type = name.starts_with(|sign: char| sign.is_ascii_uppercase())
        && name.contains(|sign: char| sign.is_ascii_lowercase());
    let is_name = words.len() > 1 || is_type || name.matches('_').count() > 1;
    (is_name && words.iter().all(is_word)).then_some(words)
}

#[test]
fn documents_name_what_is_there() {
    let mut paths_there = Vec::new();
    paths(repository(), "", &mut paths_there);
    let mut words_there = HashSet::new();
    for (_, text) in texts(repository(), &SOURCES) {
        let words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
        words_there.extend(words.map(str::to_owned));
    }
    let (mut missing, mut looked_at) = (Vec::new(), 0);
    for (path, text) in texts(repository(), &["md"]) {
        let document = path.strip_prefix(repository()).unwrap();
        let of_crate = CRATES.iter().any(|folder| document.starts_with(folder));
        let is_read = OF_THE_WHOLE.iter().any(|name| document == Path::new(name))
            || of_crate && document.ends_with("README.md");
        for quoted in quoted(&text).into_iter().filter(|_| is_read) {
            let is_there = if let Some(written) = path_in(quoted) {
                paths_there.iter().any(|path| fits(path, written))
            } else if let Some(words) = name_in(quoted) {
                words.iter().all(|word| words_there.contains(*word))
            } else {
                continue;
            };
            looked_at += 1;
            if !is_there {
                missing.push(format!("{}: `{quoted}`", document.display()));
            }
        }
    }
    assert!(
        looked_at > 500,
        "only {looked_at} paths and names were read"
    );
    assert!(missing.is_empty(), "there is no\n{}", missing.join("\n"));
}
