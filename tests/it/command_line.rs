//! The command line as its users meet it: exit codes that mean something, JSON for programs, help with
//! an example.

use std::process::{Command, Output};

use crate::harness::{Deployment, Onestop, Part, SERVICES, clean, directory, onestop, service};

pub(crate) fn run(running: Option<&Onestop>, arguments: &[&str]) -> Output {
    let mut command = Command::new(onestop());
    clean(&mut command);
    if let Some(running) = running {
        command.env("ONESTOP_DATA", running.data());
    } else {
        // A port on which nothing listens.
        command.env("ONESTOP_NATS", "nats://127.0.0.1:9");
    }
    command.args(arguments).output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const CLERK: &str = "clerk/zhang-li@530821101201";

fn open<'a>(item: &'a str, by: &'a str) -> Vec<&'a str> {
    let mut words = vec!["case", "open", "--by", by, "--item", item];
    words.extend(["--topic", "labour-pay", "--name", "岩温"]);
    words
}

#[tokio::test]
async fn exit_codes_mean_something() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let opened = run(
        Some(&running),
        &[&open("legal-aid", CLERK)[..], &["--quiet"]].concat(),
    );
    assert_eq!(code(&opened), 0);
    let case = stdout(&opened).trim().to_owned();

    assert_eq!(code(&run(Some(&running), &["case", "opne"])), 2);
    let refused = run(Some(&running), &open("adoption", CLERK));
    assert_eq!(code(&refused), 3);
    assert!(
        stderr(&refused).contains("item-not-offered"),
        "{}",
        stderr(&refused)
    );
    let unknown = run(Some(&running), &["case", "show", "s4k2m9qxa-260101-001"]);
    assert_eq!(code(&unknown), 4);
    let not_now = run(Some(&running), &["case", "archive", &case, "--by", CLERK]);
    assert_eq!(code(&not_now), 5);
    let not_yours = run(
        Some(&running),
        &["case", "withdraw", &case, "--by", "clerk/li-na@530821101"],
    );
    assert_eq!(code(&not_yours), 6);
    assert_eq!(code(&run(None, &["verify"])), 7);
    assert_eq!(code(&run(Some(&running), &["verify"])), 0);
}

/// The command line looks up the handoff that waits as who acts may see it, so it tells a stranger no more than the service does.
#[tokio::test]
async fn a_stranger_is_told_of_no_case() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let opened = run(
        Some(&running),
        &[&open("legal-aid", CLERK)[..], &["--quiet"]].concat(),
    );
    let case = stdout(&opened).trim().to_owned();
    let offered = run(Some(&running), &["case", "wait", &case, "referral.offered"]);
    assert_eq!(code(&offered), 0);
    let accept = |by: &str| run(Some(&running), &["referral", "accept", &case, "--by", by]);
    assert_eq!(code(&accept("specialist/wang-min@530821.legal-aid")), 0);
    assert_eq!(code(&accept("specialist/wang-min@530821.legal-aid")), 5);
    let stranger = accept("specialist/yan-wen@530102.legal-aid");
    assert_eq!(code(&stranger), 4, "{}", stderr(&stranger));
}

#[tokio::test]
async fn programs_get_json() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let opened = run(
        Some(&running),
        &[&open("legal-aid", CLERK)[..], &["--json"]].concat(),
    );
    let accepted: serde_json::Value = serde_json::from_str(&stdout(&opened)).unwrap();
    let number = accepted["number"].as_str().unwrap().to_owned();
    let waited = run(
        Some(&running),
        &["case", "wait", &number, "referral.offered", "--json"],
    );
    let step: serde_json::Value = serde_json::from_str(&stdout(&waited)).unwrap();
    assert_eq!(step["event_type"], "cn.onestop.referral.offered.v1");
    let replayed = run(Some(&running), &["replay", &number, "--json"]);
    let replay: serde_json::Value = serde_json::from_str(&stdout(&replayed)).unwrap();
    assert_eq!(
        replay["steps"][0]["event_type"],
        "cn.onestop.case.opened.v1"
    );
    let refused = run(
        Some(&running),
        &["case", "show", "s4k2m9qxa-260101-001", "--json"],
    );
    let rejected: serde_json::Value = serde_json::from_str(&stderr(&refused)).unwrap();
    assert_eq!(rejected["code"], "unknown-case");

    let step = run(Some(&running), &["replay", &number, "--step", "2"]);
    assert!(
        stdout(&step).contains("\"specversion\""),
        "{}",
        stdout(&step)
    );
    let english = run(Some(&running), &["replay", &number, "--lang", "en"]);
    assert!(
        stdout(&english).contains("Case opened: "),
        "{}",
        stdout(&english)
    );
}

/// The same key twice is one case.
#[tokio::test]
async fn a_repeated_command_gets_the_first_answer() {
    let running = Onestop::start(Deployment::SingleProcess).await;
    let key = ["--key", "019ab0c4-8000-7000-8000-0000000000aa", "--quiet"];
    let words = [&open("legal-aid", CLERK)[..], &key].concat();
    let (first, second) = (run(Some(&running), &words), run(Some(&running), &words));
    assert_eq!((code(&first), code(&second)), (0, 0));
    assert_eq!(stdout(&first), stdout(&second));
}

/// The logs can be verified without any service, and a changed byte is found.
#[tokio::test]
async fn verifying_the_files() {
    let mut running = Onestop::start(Deployment::SingleProcess).await;
    assert_eq!(code(&run(Some(&running), &open("legal-aid", CLERK))), 0);
    assert_eq!(running.stop(Part::Everything), Some(0));
    let verified = run(Some(&running), &["verify", "--offline"]);
    assert_eq!(code(&verified), 0, "{}", stderr(&verified));

    let log = running.data().join("intake/log/wal");
    let file = log.join("00000000000000000001");
    let mut bytes = std::fs::read(&file).unwrap();
    // In the middle of the first commit.
    bytes[200] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let damaged = run(Some(&running), &["verify", "--offline"]);
    assert_eq!(code(&damaged), 8, "{}", stdout(&damaged));
    assert!(stdout(&damaged).contains("intake"), "{}", stdout(&damaged));
}

/// The commands below some words, as their help lists them.
fn below(words: &[String]) -> Vec<Vec<String>> {
    let help = run(
        None,
        &[
            &words.iter().map(String::as_str).collect::<Vec<_>>()[..],
            &["--help"],
        ]
        .concat(),
    );
    let help = stdout(&help);
    let Some((_, list)) = help.split_once("Commands:\n") else {
        assert!(
            help.contains("Example"),
            "{words:?} shows no example: {help}"
        );
        return vec![words.to_vec()];
    };
    let list = list.split_once("\n\n").unwrap().0;
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names
        .filter(|name| !name.is_empty() && *name != "help")
        .flat_map(|name| below(&[words, &[name.to_owned()]].concat()))
        .collect()
}

#[test]
fn help_shows_an_example_of_every_command() {
    let commands = below(&[]);
    assert!(
        commands.len() > 35,
        "only {} commands: {commands:?}",
        commands.len()
    );
    assert!(stdout(&run(None, &["--help"])).contains("Exit codes"));
}

/// Name, version and commit: a bug report needs them.
#[test]
fn every_executable_says_its_version() {
    let commit = std::env::var("ONESTOP_COMMIT").unwrap_or_else(|_| "commit unknown".to_owned());
    let services = SERVICES.iter().chain(&["gateway"]);
    let services = services.map(|name| (format!("onestop-{name}"), service(name)));
    for (name, program) in services.chain([("onestop".to_owned(), onestop())]) {
        let mut command = Command::new(program);
        clean(&mut command);
        let said = command.arg("--version").output().unwrap();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(stdout(&said), format!("{name} {version} ({commit})\n"));
    }
}

#[test]
fn completions_complete() {
    let bash = run(None, &["completions", "bash"]);
    assert!(stdout(&bash).contains("complete -F _onestop"));
}

#[test]
fn the_directory_answers_without_any_service() {
    let found = run(None, &["directory", "sites", "--find", "宁洱县"]);
    assert!(
        stdout(&found).contains("宁洱哈尼族彝族自治县法律援助中心"),
        "{}",
        stdout(&found)
    );
    let words = [
        "directory",
        "route",
        "--item",
        "legal-aid",
        "--topic",
        "labour-pay",
    ];
    let routed = run(None, &[&words[..], &["--place", "530821101201"]].concat());
    assert!(
        stdout(&routed).contains("宁洱哈尼族彝族自治县法律援助中心"),
        "{}",
        stdout(&routed)
    );
}

/// `onestop up` refuses a port where something else listens, before any service connects to it.
#[test]
fn a_port_in_use_is_refused() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let up = run(
        None,
        &["up", "--port", &port, "--data", data.to_str().unwrap()],
    );
    assert_eq!(code(&up), 1);
    assert!(stderr(&up).contains("--port"), "{}", stderr(&up));
    assert!(!data.join("intake").exists(), "no service was started");
}

/// A lawyer who does not know the code changes a limit for one county, and sees which one holds.
#[test]
fn a_time_limit_is_changed_in_a_file() {
    let folder = directory::copied();
    let standards = folder.path().join("standards.toml");
    let shipped = std::fs::read_to_string(&standards).unwrap();
    let in_the_county = |days: u32| {
        let stricter = format!(
            "\n[[standard]]\nstep = \"legal-aid.review\"\ndays = {days}\nkind = \"calendar\"\n\
             basis = \"宁洱县服务承诺\"\nvalid_from = 2026-12-01\nplace = \"530821\"\n\
             status = \"local-promise\"\n"
        );
        std::fs::write(&standards, format!("{shipped}{stricter}")).unwrap();
    };
    let directory = folder.path().to_str().unwrap();
    let holds = |at: &str, on: &str| {
        let words = ["directory", "standards", "--directory", directory];
        run(None, &[&words[..], &["--at", at, "--on", on]].concat())
    };

    in_the_county(5);
    let there = stdout(&holds("530821000000", "2026-12-01"));
    assert!(
        there.contains("法律援助审查  5 自然日\n    宁洱县服务承诺（服务承诺）"),
        "{there}"
    );
    for (at, on) in [
        ("530821000000", "2026-11-30"),
        ("530822000000", "2026-12-01"),
    ] {
        let elsewhere = stdout(&holds(at, on));
        assert!(
            elsewhere.contains("法律援助审查  7 自然日\n    法律援助法第四十三条"),
            "{elsewhere}"
        );
    }

    in_the_county(8);
    let looser = holds("530821000000", "2026-12-01");
    assert_eq!(code(&looser), 1);
    let told = stderr(&looser);
    let line = shipped.lines().count() + 2;
    assert!(
        told.contains(&format!("standards.toml, line {line}")) && told.contains("looser"),
        "{told}"
    );
}

/// With `--recorded` the commands show what a county has recorded; without it they say that they read the files alone.
pub(crate) fn a_recorded_limit_is_shown(onestop: &Onestop, basis: &str, today: &str) {
    let words = ["directory", "standards", "--at", "530821"];
    let files = run(Some(onestop), &words);
    assert!(!stdout(&files).contains(basis), "{}", stdout(&files));
    assert!(stderr(&files).contains("--recorded"), "{}", stderr(&files));
    let recorded = run(Some(onestop), &[&words[..], &["--recorded"]].concat());
    assert!(stdout(&recorded).contains(basis), "{}", stdout(&recorded));
    assert!(
        !stderr(&recorded).contains("--recorded"),
        "{}",
        stderr(&recorded)
    );
    let due = [
        "directory",
        "due",
        "--step",
        "legal-aid.review",
        "--at",
        "530821",
        "--from",
        today,
    ];
    let files = run(Some(onestop), &due);
    assert!(!stdout(&files).contains(basis), "{}", stdout(&files));
    let recorded = run(Some(onestop), &[&due[..], &["--recorded"]].concat());
    assert!(stdout(&recorded).contains(basis), "{}", stdout(&recorded));
}

/// A lawyer asks the calendar: 法律援助法 art. 43 over 泼水节, and with a pause.
#[test]
fn the_calendar_says_when_a_step_is_due_and_why() {
    let due = |more: &[&str]| {
        let words = [
            "directory",
            "due",
            "--step",
            "legal-aid.review",
            "--at",
            "532801",
        ];
        run(None, &[&words[..], more].concat())
    };
    let told = stdout(&due(&["--from", "2025-04-07"]));
    assert!(told.contains("2025年4月17日 到期"), "{told}");
    assert!(
        told.contains("2025年4月14日  泼水节（傣历新年）（地方性假日）"),
        "{told}"
    );
    let paused = [
        "--from",
        "2026-03-04T16:20",
        "--pause",
        "2026-03-05..2026-03-08",
    ];
    let told = stdout(&due(&paused));
    assert!(told.contains("2026年3月16日 到期"), "{told}");
    assert!(told.contains("2026年3月7日  期限不计入的期间"), "{told}");
    let never = due(&["--from", "2026-03-04", "--extend", "2026-03-05"]);
    assert_eq!(code(&never), 1);
    assert!(
        stderr(&never).contains("这个期限不能延长"),
        "{}",
        stderr(&never)
    );
}

/// Services that run apart: the command line needs a key, and the broker is there.
#[tokio::test]
async fn a_broker_that_wants_a_key_is_not_said_to_be_away() {
    let running = Onestop::start(Deployment::Separate).await;
    let nats = format!("--nats={}", running.url());
    let refused = run(None, &["case", "show", "s4k2m9qxa-261123-001", &nats]);
    assert_eq!(code(&refused), 7);
    let said = stderr(&refused);
    assert!(
        said.contains("--nats-key") && !said.contains("Is it running"),
        "{said}"
    );
    let doctor = stdout(&run(None, &["doctor", "--lang", "en", &nats]));
    assert!(doctor.contains("--nats-key keys/desk.nk"), "{doctor}");
    assert!(!doctor.contains("onestop up, or"), "{doctor}");
}

#[tokio::test]
async fn the_doctor_finds_what_is_wrong_and_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt;

    let mut running = Onestop::start(Deployment::SingleProcess).await;
    let opened = run(Some(&running), &open("legal-aid", CLERK));
    assert_eq!(code(&opened), 0, "{}", stderr(&opened));
    let healthy = run(Some(&running), &["doctor", "--lang", "en"]);
    assert_eq!(code(&healthy), 0, "{}", stdout(&healthy));
    assert!(stdout(&healthy).contains("referral ← /onestop/intake/main"));

    let key = running.data().join("intake/signing.key");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    let open_key = run(Some(&running), &["doctor", "--lang", "en"]);
    assert_eq!(code(&open_key), 1);
    assert!(
        stdout(&open_key).contains("chmod 600"),
        "{}",
        stdout(&open_key)
    );
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();

    assert_eq!(running.stop(Part::Everything), Some(0));
    let stopped = run(Some(&running), &["doctor", "--lang", "en"]);
    assert_eq!(code(&stopped), 1);
    assert!(
        stdout(&stopped).contains("onestop up"),
        "{}",
        stdout(&stopped)
    );
}
