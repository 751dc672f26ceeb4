//! Every command of `README.md` and `deploy/nats/README.md` runs as it is written there.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use onestop_proto::{
    case,
    query::{LogPage, LogQuery},
};
use tempfile::TempDir;

use crate::{
    harness::{
        Deployment, Onestop, Part, Process, TIMEOUT, clean, free_port, nats_server, onestop,
        repository,
    },
    journeys,
    test_user::TestUser,
};

const README: &str = "README.md";
const NATS: &str = "deploy/nats/README.md";
const SUPERVISOR: &str = "supervisor/he-jun@530821.bureau";
/// What needs a broker of its own, in another test here.
const APART: [&str; 5] = [
    "onestop keys init",
    "onestop provision",
    "onestop-intake ",
    "onestop --nats-key",
    "nats-server ",
];
/// What builds everything, and what other tests run with a second machine (`standby/`, `three_nodes/`).
const ELSEWHERE: [&str; 5] = [
    "./deploy/run.sh",
    "./tests/run.sh",
    "export PATH",
    "onestop standby",
    "onestop switch",
];

/// The indented lines of a document: commands, without what is said of each behind two spaces.
fn commands(document: &str) -> Vec<String> {
    let text = fs::read_to_string(repository().join(document)).unwrap();
    let (mut commands, mut begun, mut is_fenced) = (Vec::new(), String::new(), false);
    for line in text.lines() {
        is_fenced ^= line.starts_with("```");
        let Some(line) = line.strip_prefix("    ").filter(|_| !is_fenced) else {
            continue;
        };
        match line.strip_suffix('\\') {
            Some(part) => begun += &format!("{} ", part.trim()),
            None => {
                let whole = format!("{}{}", std::mem::take(&mut begun), line.trim());
                let command = whole.split("  ").next().unwrap_or_default();
                commands.push(command.to_owned());
            }
        }
    }
    assert!(commands.len() > 5, "{document}: {commands:?}");
    commands
}

fn begins(command: &str, with: &[&str]) -> bool {
    with.iter().any(|begin| command.starts_with(begin))
}

/// Each word in the place of the next placeholder of its name.
fn filled(command: &str, stand_for: &[(&str, &str)]) -> String {
    let fill = |text: String, (word, by): &(&str, &str)| text.replacen(word, by, 1);
    stand_for.iter().fold(command.to_owned(), fill)
}

/// A folder in which commands are typed.
struct Shell {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
}

impl Shell {
    fn new() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
            settings: Vec::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `sh` in a folder, which finds the executables of this build and the broker.
    fn sh(&self, folder: &Path, command: &str) -> Command {
        let (own, broker) = (onestop(), nats_server());
        let found = [own, broker].map(|program| program.parent().unwrap().to_owned());
        let before = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(found.into_iter().chain(env::split_paths(&before)));
        let mut sh = Command::new("sh");
        clean(&mut sh);
        sh.env("PATH", path.unwrap());
        sh.envs(self.settings.iter().map(|(name, value)| (name, value)));
        sh.current_dir(folder).args(["-c", command]);
        sh
    }

    fn run(&self, command: &str) -> Output {
        let mut sh = self.sh(self.folder.path(), command);
        tokio::task::block_in_place(|| sh.output().unwrap())
    }

    /// Runs a command that must end well. Returns what it prints.
    fn play(&self, command: &str) -> String {
        let done = self.run(command);
        assert!(done.status.success(), "{command}: {done:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Repeats a command until what it prints is as wanted: services hear of each other a moment later.
    async fn play_until(&self, command: &str, wanted: impl Fn(&Output) -> bool) {
        let mut last = None;
        let played = async {
            loop {
                let done = last.insert(self.run(command));
                if wanted(done) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        };
        let played = tokio::time::timeout(TIMEOUT, played).await;
        assert!(played.is_ok(), "{command}: {last:?}");
    }

    /// Starts a program that goes on.
    fn start(&self, folder: &Path, command: &str) -> Process {
        let sh = self.sh(folder, &format!("exec {command}"));
        Process::spawn(sh, &self.path("started.log"))
    }
}

/// The values of the placeholders of a command that is run beside everything else in one process.
fn stand_for<'a>(command: &str, case: &'a str) -> Vec<(&'static str, &'a str)> {
    let of = |begin: &str| command.starts_with(begin);
    if of("onestop directory due") {
        vec![("step S", "step legal-aid.review"), ("DAY", "2026-11-30")]
    } else if of("onestop registry set-limit") {
        vec![
            ("SITE", "s6chnegt3"),
            ("STEP", "legal-aid.review"),
            ("DAYS", "5"),
            ("TEXT", "宁洱司发〔2026〕1号"),
        ]
    } else if of("onestop directory export") {
        vec![("FOLDER", "sites")]
    } else if of("onestop staff import") {
        vec![("SHEET", "staff.csv")]
    } else if of("onestop audit export") {
        vec![("FILE", "audit.jsonl")]
    } else if of("onestop staff") {
        vec![
            ("NAME", "wang-fang"),
            ("ROLE", "clerk"),
            (
                "UNIT",
                if of("onestop staff post") {
                    "530821101"
                } else {
                    "530821101201"
                },
            ),
        ]
    } else if of("onestop request-erasure") {
        vec![("CASE", case), ("BASIS", "consent-withdrawn")]
    } else if of("onestop keys backup-recipient") {
        vec![("FILE", "backup.identity")]
    } else if of("onestop backup make") {
        vec![("FILE", "node.age")]
    } else if of("onestop backup restore") {
        vec![
            ("FILE", "node.age"),
            ("FILE", "backup.identity"),
            ("FOLDER", "restored"),
        ]
    } else if of("onestop log export") {
        vec![("NAME", "intake"), ("FILE", "full.log")]
    } else if of("onestop log import") {
        vec![
            ("FULL", "full.log"),
            ("INCREMENT", "later.log"),
            ("NAME", "intake"),
        ]
    } else {
        vec![("CASE", case), ("NAME", "referral")]
    }
}

/// An increment for the export that the document takes.
async fn export_what_came_later(shell: &Shell, user: &TestUser) {
    let query = LogQuery { from: 0, limit: 0 };
    let page: LogPage = user.ask(&case::service(), "log", query).await.unwrap();
    journeys::open_wages(user).await;
    let since = page.head;
    shell.play(&format!(
        "onestop log export --service intake --since {since} --out later.log"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_readme_runs_as_it_is_written() {
    let mut running = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(running.client().await);
    let closed = journeys::at_the_window(&user).await.steps[0].event.subject;
    let mut shell = Shell::new();
    shell.settings = vec![
        ("ONESTOP_DATA", running.data().display().to_string()),
        ("ONESTOP_AS", SUPERVISOR.to_owned()),
    ];
    let sheet = "账号,姓名,角色,单位\nzhao-yun,赵云,clerk,530821101201\n";
    fs::write(shell.path("staff.csv"), sheet).unwrap();
    let (mut opened, closed) = (String::new(), closed.to_string());
    for written in commands(README) {
        if begins(&written, &APART) || begins(&written, &ELSEWHERE) {
            continue;
        }
        let of = |begin: &str| written.starts_with(begin);
        let case = if of("onestop request-erasure") {
            &closed
        } else {
            &opened
        };
        let command = filled(&written, &stand_for(&written, case));
        if of("onestop case open") {
            opened = shell.play(&format!("{command} --quiet")).trim().to_owned();
        } else if of("onestop referral accept") {
            // The case is offered a moment after it was opened.
            shell
                .play_until(&command, |done| done.status.success())
                .await;
        } else if of("onestop tail") {
            // It goes on until it is interrupted.
            let done = shell.run(&format!("timeout 1 {command}"));
            assert_eq!(done.status.code(), Some(124), "{done:?}");
        } else if of("onestop keys backup-recipient") {
            let said = shell.play(&command);
            let recipient = said.lines().next().unwrap().to_owned();
            shell
                .settings
                .push(("ONESTOP_BACKUP_RECIPIENTS", recipient));
        } else if of("onestop log export") {
            shell.play(&command);
            export_what_came_later(&shell, &user).await;
        } else if of("onestop log import") {
            shell.play(&format!("{command} --data aside"));
        } else if of("onestop restore") || of("onestop log refill") {
            assert_eq!(running.stop(Part::Everything), Some(0));
            fs::remove_dir_all(running.data().join("referral")).unwrap();
            shell.play(&command);
            running.run(Part::Everything);
            running.wait_until_ready().await;
        } else {
            shell
                .play_until(&command, |done| done.status.success())
                .await;
        }
    }
}

/// The configuration that was written, with a port that no other test uses.
fn move_to(port: u16, configuration: &Path) {
    let text = fs::read_to_string(configuration).unwrap();
    let moved = text.replace("127.0.0.1:4222", &format!("127.0.0.1:{port}"));
    assert_ne!(moved, text);
    fs::write(configuration, moved).unwrap();
}

/// Whether `onestop doctor` has an answer of intake.
fn intake_answers(said: &Output) -> bool {
    String::from_utf8_lossy(&said.stdout).contains("✓ 服务 intake")
}

#[tokio::test(flavor = "multi_thread")]
async fn services_run_apart_by_the_readme() {
    let (shell, port) = (Shell::new(), free_port());
    let (broker, data) = (shell.path("broker"), shell.path("data"));
    let address = format!("127.0.0.1:{port}");
    let stand_for = [
        ("127.0.0.1:4222", address.as_str()),
        ("/var/lib/nats", broker.to_str().unwrap()),
        ("/var/lib/onestop", data.to_str().unwrap()),
    ];
    let mut started = Vec::new();
    for written in commands(README) {
        if !begins(&written, &APART) {
            continue;
        }
        let command = filled(&written, &stand_for);
        if command.starts_with("onestop keys init") {
            shell.play(&command);
            move_to(port, &shell.path("keys/nats.conf"));
        } else if command.ends_with("doctor") {
            // The others do not run.
            shell.play_until(&command, intake_answers).await;
        } else {
            started.push(shell.start(shell.folder.path(), &command));
        }
    }
    assert_eq!(started.len(), 3, "the broker, provision and intake");
}

/// A person is enrolled and acts, over a broker that runs by these keys.
async fn an_operator_acts(shell: &Shell, command: &str, address: &str) {
    let provision = format!("onestop provision --keys keys --nats nats://{address}");
    let intake = format!("onestop-intake --nats-key keys/intake.nk --nats nats://{address}");
    let _running = ["nats-server -c keys/nats.conf", &provision, &intake]
        .map(|command| shell.start(shell.folder.path(), command));
    let open = "case open --item legal-aid --topic labour-pay --name 岩温";
    let command = command.replace("case …", open);
    shell
        .play_until(&command, |done| done.status.success())
        .await;
}

/// A site's programs, by what was made for it. Its hub is nowhere: it goes on alone.
async fn a_site_works(shell: &Shell, programs: &[String], port: u16) {
    let site = shell.path("keys/site-town-530821101");
    move_to(port, &site.join("leaf.conf"));
    let own_address =
        |command: &String| command.replace("127.0.0.1:4222", &format!("127.0.0.1:{port}"));
    let programs = programs.iter().map(own_address);
    let _running: Vec<Process> = programs
        .map(|command| {
            let web = if command.starts_with("onestop-gateway") {
                " --web 127.0.0.1:0"
            } else {
                ""
            };
            shell.start(&site, &format!("{command}{web}"))
        })
        .collect();
    let desk = format!(
        "cd {} && onestop --instance town-530821101 --nats-key desk.nk --nats nats://127.0.0.1:{port} doctor",
        site.display()
    );
    shell.play_until(&desk, intake_answers).await;
    crate::browser::address(&site.join("data")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_about_the_broker_runs_as_it_is_written() {
    let (shell, port, at_site) = (Shell::new(), free_port(), free_port());
    let broker = shell.path("broker");
    let address = format!("127.0.0.1:{port}");
    let stand_for = [
        ("127.0.0.1:4222", address.as_str()),
        ("/var/lib/nats", broker.to_str().unwrap()),
    ];
    let mut programs_of_site = Vec::new();
    for written in commands(NATS) {
        if written.contains("--instance") || written == "nats-server -c leaf.conf" {
            programs_of_site.push(written);
            continue;
        }
        let command = filled(&written, &stand_for);
        if command.contains("--issuer-key") {
            an_operator_acts(&shell, &command, &address).await;
        } else if command.contains("--cluster") {
            // It is another installation.
            fs::rename(shell.path("keys"), shell.path("former")).unwrap();
            shell.play(&command);
            assert!(shell.path("keys/n3.conf").exists());
            fs::rename(shell.path("keys"), shell.path("cluster")).unwrap();
            fs::rename(shell.path("former"), shell.path("keys")).unwrap();
        } else {
            shell.play(&command);
        }
    }
    for inline in [
        "onestop keys rotate gateway/main --keys keys",
        "onestop keys revoke gateway/main --which former --keys keys",
    ] {
        let text = fs::read_to_string(repository().join(NATS)).unwrap();
        assert!(text.contains(&format!("`{inline}`")), "{inline}");
        shell.play(inline);
    }
    assert_eq!(programs_of_site.len(), 3, "{programs_of_site:?}");
    a_site_works(&shell, &programs_of_site, at_site).await;
}
