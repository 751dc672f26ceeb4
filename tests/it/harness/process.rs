//! A child process whose output goes to a file, and which does not outlive the test.

use std::{
    ffi::OsStr,
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
};

use onestop_testing::Tied;

use super::{Onestop, Part};

/// A file that may not grow is an error to the program, as on a full disk, not its end. No program holds a file of those who
/// run the tests, such as a lock.
const PRELUDE: &str = "trap '' XFSZ; exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec \"$0\" \"$@\"";

pub(crate) struct Process {
    child: Child,
    _tied: Tied,
}

impl Process {
    pub(crate) fn start(program: &Path, arguments: &[impl AsRef<OsStr>], log: &Path) -> Self {
        Self::start_with(program, arguments, log, &[])
    }

    /// The same, with further variables in its environment.
    pub(crate) fn start_with(
        program: &Path,
        arguments: &[impl AsRef<OsStr>],
        log: &Path,
        variables: &[(&str, String)],
    ) -> Self {
        let mut command = Command::new("sh");
        clean(&mut command);
        command
            .args(["-c", PRELUDE])
            .arg(program)
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)));
        Self::spawn(command, log)
    }

    /// Of a command that was put together.
    pub(crate) fn spawn(mut command: Command, log: &Path) -> Self {
        let output = File::options().create(true).append(true).open(log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let tied = Tied::new(child.id());
        Self { child, _tied: tied }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn terminate(&self) {
        signal("TERM", &self.child.id().to_string());
    }

    /// Waits until it ends by itself; its exit code. The test runner ends a test that waits for ever.
    pub(crate) fn wait(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Asks it to stop; its exit code. The test runner ends a test that waits for ever.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.terminate();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Onestop {
    /// Waits until a part ends by itself; its exit code.
    pub(crate) fn wait(&mut self, part: Part) -> Option<i32> {
        self.processes.remove(&part).unwrap().wait()
    }
}

/// Removes the settings of the developer's own environment from a command.
pub(crate) fn clean(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONESTOP_") {
            command.env_remove(name);
        }
    }
}

pub(crate) fn signal(name: &str, pid: &str) {
    assert!(
        try_signal(name, pid),
        "process {pid} could not be signalled"
    );
}

/// Sends a signal with `kill`: the standard library knows only SIGKILL. Returns whether there is such a process.
pub(crate) fn try_signal(name: &str, pid: &str) -> bool {
    let sent = Command::new("kill").args(["-s", name, pid]).status();
    sent.is_ok_and(|sent| sent.success())
}
