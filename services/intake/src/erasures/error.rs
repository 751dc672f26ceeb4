//! Why a list cannot be used.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// It cannot be read or written.
    #[error("the list of erasures {} cannot be used", path.display())]
    File {
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another node's journal has it, and does not answer, or not as it should.
    #[error("the list of erasures at {at} cannot be used: {problem}")]
    Node {
        /// The address of this node there.
        at: String,
        /// What it answered.
        problem: String,
    },
    #[error(
        "the list of erasures {} was altered: line {line} does not follow from the one before. Take another copy of it",
        path.display()
    )]
    Altered {
        path: PathBuf,
        /// The first line that is wrong.
        line: u64,
    },
}

pub(super) fn at(path: &Path) -> impl Fn(io::Error) -> ListError {
    let path = path.to_owned();
    move |source| ListError::File {
        path: path.clone(),
        source,
    }
}
