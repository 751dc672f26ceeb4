//! Words that no comment uses, because they leave open which person, service or caller acts.

use std::path::Path;

/// The folders whose comments are checked.
pub(super) const FOLDERS: [&str; 3] = ["proto", "services", "tests"];

const WORDS: [&str; 9] = [
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "nobody",
    "somebody",
    "someone",
    "whence",
    "whoever",
];

/// The comment lines of a file that have such a word.
pub(super) fn vague(path: &Path, text: &str) -> Vec<String> {
    let vague = text.lines().zip(1..).filter_map(|(line, number)| {
        let comment = line.trim_start().strip_prefix("//")?;
        let word = comment
            .split(|letter: char| !letter.is_alphanumeric())
            .find(|word| WORDS.contains(&word.to_lowercase().as_str()))?;
        Some(format!("{}:{number}: {word}", path.display()))
    });
    vague.collect()
}
