//! Lists `texts/<language>/rejections.ftl`, so that adding a language of rejections is adding a folder.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=texts");
    let mut files = Vec::new();
    for folder in fs::read_dir("texts")? {
        let folder = folder?;
        let file = folder.path().join("rejections.ftl");
        if file.is_file() {
            files.push((folder.file_name(), file.canonicalize()?));
        }
    }
    files.sort();
    let mut list = String::from("[\n");
    for (tag, path) in &files {
        let tag = tag.to_string_lossy();
        // Writing to a string cannot fail.
        let _ = writeln!(list, "({tag:?}, include_str!({path:?})),");
    }
    list.push(']');
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(Path::new(&folder).join("rejections.rs"), list)
}
