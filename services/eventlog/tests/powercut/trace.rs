//! What a process did to its files, read from strace.

use std::path::{Path, PathBuf};

/// One call, in the order in which the calls took effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    Create(PathBuf),
    Truncate(PathBuf, u64),
    /// Where, and what; `None` appends to what the process wrote before.
    Write(PathBuf, Option<u64>, Vec<u8>),
    /// `fsync` or `fdatasync` of a file or a folder.
    Sync(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    MakeFolder(PathBuf),
    /// A line on the standard output.
    Said(String),
}

/// The calls that concern files below `folder`, and the lines on the standard output.
pub(crate) fn parse(trace: &str, folder: &Path) -> Vec<Call> {
    let mut unfinished: Vec<(&str, &str)> = Vec::new();
    let mut calls = Vec::new();
    for line in trace.lines() {
        let Some((thread, text)) = line.split_once(' ') else {
            continue;
        };
        let text = text.trim_start();
        if let Some(begin) = text.strip_suffix(" <unfinished ...>") {
            // What is written may reach the disk from here on; everything else takes effect at its end.
            match call(begin, folder) {
                Some(written @ Call::Write(..)) => calls.push(written),
                Some(_) | None => unfinished.push((thread, begin)),
            }
        } else if text.starts_with("<... ") {
            let Some(at) = unfinished.iter().position(|(of, _)| *of == thread) else {
                continue;
            };
            let (_, begin) = unfinished.remove(at);
            if !text.contains(" = -1 ") {
                calls.extend(call(begin, folder));
            }
        } else if !text.contains(" = -1 ") {
            calls.extend(call(text, folder));
        }
    }
    calls
}

fn call(text: &str, folder: &Path) -> Option<Call> {
    let (name, arguments) = text.split_once('(')?;
    let known = match name {
        "openat" => {
            let (path, flags) = quoted(arguments)?;
            flags
                .contains("O_CREAT")
                .then(|| Call::Create(PathBuf::from(path)))?
        }
        "pwrite64" => {
            let (bytes, rest) = hex(arguments)?;
            let mut numbers = rest.split(", ").skip(1);
            let offset = numbers.nth(1)?;
            let digits = offset.split(|c: char| !c.is_ascii_digit()).next()?;
            Call::Write(descriptor(arguments)?, Some(digits.parse().ok()?), bytes)
        }
        "write" if arguments.starts_with("1<") => {
            let (bytes, _) = hex(arguments)?;
            return Some(Call::Said(String::from_utf8_lossy(&bytes).into_owned()));
        }
        "write" => {
            let (bytes, _) = hex(arguments)?;
            Call::Write(descriptor(arguments)?, None, bytes)
        }
        "ftruncate" => {
            let (_, length) = arguments.split_once(", ")?;
            let digits = length.split(|c: char| !c.is_ascii_digit()).next()?;
            Call::Truncate(descriptor(arguments)?, digits.parse().ok()?)
        }
        "fsync" | "fdatasync" => Call::Sync(descriptor(arguments)?),
        "rename" => {
            let (from, rest) = quoted(arguments)?;
            let (to, _) = quoted(rest)?;
            Call::Rename(PathBuf::from(from), PathBuf::from(to))
        }
        "unlink" | "rmdir" => Call::Remove(PathBuf::from(quoted(arguments)?.0)),
        "unlinkat" => {
            let (path, _) = quoted(arguments)?;
            Call::Remove(descriptor(arguments)?.join(path))
        }
        "mkdir" => Call::MakeFolder(PathBuf::from(quoted(arguments)?.0)),
        _ => return None,
    };
    let is_ours = match &known {
        Call::Create(path)
        | Call::Truncate(path, _)
        | Call::Write(path, _, _)
        | Call::Sync(path)
        | Call::Rename(path, _)
        | Call::Remove(path)
        | Call::MakeFolder(path) => path.starts_with(folder),
        Call::Said(_) => true,
    };
    is_ours.then_some(known)
}

/// The path of the descriptor that the arguments begin with: `5</path>`.
fn descriptor(arguments: &str) -> Option<PathBuf> {
    let (_, rest) = arguments.split_once('<')?;
    Some(PathBuf::from(unescape(rest.split_once('>')?.0)))
}

/// The first string among the arguments, decoded, and what follows it.
fn quoted(arguments: &str) -> Option<(String, &str)> {
    let (bytes, rest) = hex(arguments)?;
    Some((String::from_utf8(bytes).ok()?, rest))
}

/// The first string among the arguments, which is all `\x..`, and what follows it.
fn hex(arguments: &str) -> Option<(Vec<u8>, &str)> {
    let (_, rest) = arguments.split_once('"')?;
    let (text, rest) = rest.split_once('"')?;
    Some((decode(text), rest))
}

fn decode(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or(0) as u8;
    let bytes = text.as_bytes().chunks_exact(4);
    bytes.map(|it| digit(it[2]) << 4 | digit(it[3])).collect()
}

fn unescape(path: &str) -> String {
    if path.starts_with("\\x") {
        String::from_utf8_lossy(&decode(path)).into_owned()
    } else {
        path.to_owned()
    }
}
