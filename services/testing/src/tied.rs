//! Ends what a test has started when the process of the test is gone, however that went: killed, aborted or panicked.
//!
//! A shell reads from a pipe which processes run. The kernel closes the pipe with the process that writes it, and then the
//! shell kills those that still run. A death signal of the kernel (`PR_SET_PDEATHSIG`) would come when the *thread* ends that
//! started a process, and tests start processes from threads that end early.

use std::{
    io::Write as _,
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    sync::{LazyLock, Mutex, PoisonError},
};

/// The guard holds no file of the program that runs the tests, such as a lock. It has no output, for which a test runner would wait.
const SCRIPT: &str = r#"
exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
all=
while read -r change id; do
  case $change in
    begins) all="$all $id" ;;
    ends)
      kept=
      for one in $all; do [ "$one" = "$id" ] || kept="$kept $one"; done
      all=$kept
      ;;
  esac
done
for one in $all; do kill -s KILL "$one"; done
"#;

/// The guard of this process.
static GUARD: LazyLock<Guard> = LazyLock::new(Guard::start);

/// A process that ends with this one, unless this is dropped before.
#[derive(Debug)]
pub struct Tied {
    id: u32,
}

impl Tied {
    /// Of a process that has just been started.
    #[must_use]
    pub fn new(id: u32) -> Self {
        GUARD.write("begins", id);
        Self { id }
    }
}

impl Drop for Tied {
    /// The process has ended: its id may be given to another one.
    fn drop(&mut self) {
        GUARD.write("ends", self.id);
    }
}

struct Guard(Mutex<Child>);

impl Guard {
    fn start() -> Self {
        let mut guard = Command::new("sh");
        guard
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // What a test runner sends to the group of a test ends the guard last.
            .process_group(0);
        Self(Mutex::new(guard.spawn().expect("sh can be started")))
    }

    fn write(&self, change: &str, id: u32) {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pipe) = &mut guard.stdin {
            // A line is written whole. Where the guard was killed, processes end as they did without one.
            let _ = pipe.write_all(format!("{change} {id}\n").as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn sleeper() -> Child {
        Command::new("sleep").arg("600").spawn().unwrap()
    }

    #[test]
    fn what_still_runs_is_killed_when_the_pipe_is_closed() {
        let guard = Guard::start();
        let (mut left, mut ended) = (sleeper(), sleeper());
        for child in [&left, &ended] {
            guard.write("begins", child.id());
        }
        guard.write("ends", ended.id());
        // The kernel does the same with the pipe of a process that is killed.
        let Guard(child) = guard;
        let mut child = child.into_inner().unwrap();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        assert_eq!(left.wait().unwrap().signal(), Some(9));
        assert!(ended.try_wait().unwrap().is_none(), "it was taken off");
        ended.kill().unwrap();
        ended.wait().unwrap();
    }
}
