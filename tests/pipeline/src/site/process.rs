//! A child process whose output goes to a file, and which does not outlive the measurement.

use std::{
    ffi::OsStr,
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
};

use onestop_testing::Tied;

use super::usage::Usage;

pub(super) struct Process {
    child: Child,
    _tied: Tied,
}

impl Process {
    pub(super) fn start(program: &Path, arguments: &[impl AsRef<OsStr>], log: &Path) -> Self {
        let output = File::options().create(true).append(true).open(log).unwrap();
        let child = clean(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .spawn();
        let child = child.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let tied = Tied::new(child.id());
        Self { child, _tied: tied }
    }

    pub(super) fn usage(&self) -> Usage {
        Usage::of(self.child.id())
    }

    /// SIGKILL.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and waits.
    pub(super) fn stop(mut self) {
        signal("TERM", self.child.id());
        self.child.wait().unwrap();
    }

    /// Panics if it has ended.
    pub(super) fn check(&mut self, name: &str, log: &Path) {
        if let Some(status) = self.child.try_wait().unwrap() {
            let text = std::fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let end = lines[lines.len().saturating_sub(8)..].join("\n");
            panic!("{name} ended: {status}\n{end}");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command without the settings of the measuring process: they are not those of what is measured.
pub(super) fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ONESTOP_") {
            command.env_remove(name);
        }
    }
    command
}

/// Sends a signal with `kill`: the standard library knows only SIGKILL.
pub(super) fn signal(name: &str, process: u32) {
    let mut kill = Command::new("kill");
    let _ = kill.args(["-s", name, &process.to_string()]).status();
}
