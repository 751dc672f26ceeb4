//! A program that ends with this process, also when this process is killed: the kernel sends it SIGTERM then.
//!
//! A process asks for that itself (`PR_SET_PDEATHSIG`). The program does not, so this executable is started in its place,
//! asks, and becomes the program. The signal comes when the thread ends that has started the program: that is for the main
//! thread to do.

use std::{
    env,
    ffi::{OsStr, OsString},
    io,
    os::unix::process::CommandExt as _,
    path::Path,
    process,
};

use rustix::process::{Signal, getppid, set_parent_process_death_signal};
use tokio::process::Command;

/// This executable, also after another one was put in its place.
const OWN: &str = "/proc/self/exe";
/// The name under which this executable is started to become a program.
const NAME: &str = "onestop-tied-child";

/// A command that runs a program which ends with this process.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new(OWN);
    command.arg0(NAME);
    command.arg(process::id().to_string()).arg(program);
    command
}

/// Becomes the program where that is what this process was started for. Returns why it could not.
pub(crate) fn become_program() -> Option<io::Error> {
    let mut words = env::args_os();
    if words.next()? != NAME {
        return None;
    }
    let parent = words.next()?;
    Some(become_child_of(&parent, words).unwrap_or_else(|error| error))
}

/// Returns only where it fails.
fn become_child_of(
    parent: &OsStr,
    mut words: impl Iterator<Item = OsString>,
) -> io::Result<io::Error> {
    set_parent_process_death_signal(Some(Signal::TERM))?;
    // It may have ended before.
    let current = getppid().map(|parent| parent.as_raw_nonzero().to_string());
    let current = current.map(OsString::from);
    if current.as_deref() != Some(parent) {
        return Err(io::Error::other(
            "the process that started this one has ended",
        ));
    }
    let program = words.next().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(process::Command::new(program).args(words).exec())
}
