//! The workbench in Chromium, as people use it: `tests/browser/*.mjs` walk it, driven by Playwright; what
//! they see lands as pictures in `target/pictures`.

mod typescript;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use onestop_proto::ids::CaseId;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Deployment, Onestop, clean, directory, found, onestop, repository};

/// Who sits at the windows: what the walks call them, account, name, role, unit.
const PEOPLE: [[&str; 5]; 11] = [
    ["clerk", "zhang-li", "张丽", "clerk", "530821101201"],
    [
        "officer",
        "wang-min",
        "王敏",
        "specialist",
        "530821.legal-aid",
    ],
    [
        "colleague",
        "chen-jing",
        "陈静",
        "specialist",
        "530821.legal-aid",
    ],
    [
        "notary",
        "li-qiang",
        "李强",
        "specialist",
        "530821.notarization",
    ],
    [
        "mediator",
        "yang-mei",
        "杨梅",
        "specialist",
        "530821101.mediation",
    ],
    ["supervisor", "he-ping", "和平", "supervisor", "5308.bureau"],
    ["county", "he-jun", "何军", "supervisor", "530821.bureau"],
    ["auditor", "liu-fang", "刘芳", "auditor", "5308.bureau"],
    [
        "administrator",
        "zhao-jun",
        "赵军",
        "unit-administrator",
        "530821.legal-aid",
    ],
    [
        "prefecture",
        "bai-lu",
        "白露",
        "specialist",
        "5308.legal-aid",
    ],
    [
        "simao",
        "dao-ying",
        "刀英",
        "specialist",
        "530802.legal-aid",
    ],
];

/// The password of every account here.
pub(crate) const PASSWORD: &str = "a-password-of-the-tests";

/// What the bureau of 宁洱 promises for the whole of legal aid.
const PROMISE: &str = "\n[[standard]]\nstep = \"intake.legal-aid\"\ndays = 10\nkind = \"working\"\n\
                       basis = \"宁洱县服务承诺\"\nstatus = \"local-promise\"\nplace = \"530821\"\n\
                       valid_from = 2026-01-01\n";

/// A running Onestop with people who can sign in, one case that has ended, and a browser's folder.
struct Workbench {
    running: Onestop,
    _directory: TempDir,
    folder: PathBuf,
    given: serde_json::Value,
}

impl Workbench {
    async fn start(pictures: &str) -> Self {
        // No test signs in with this provider; it makes the sign-in page show its second button.
        let provider = [
            "--oidc-issuer=http://127.0.0.1:9",
            "--oidc-client-id=onestop",
        ];
        let directory = directory::with_more("standards.toml", PROMISE);
        let at = format!("--directory={}", directory.path().display());
        let flags = [&provider[..], &[&at]].concat();
        let running = Onestop::start_with(Deployment::SingleProcess, &flags).await;
        let address = address(&running.data()).await;
        let people: serde_json::Map<_, _> = PEOPLE
            .iter()
            .map(|[called, staff, name, role, unit]| {
                sign_up(&running.data(), [staff, name, role, unit]);
                let person = json!({ "staff": staff, "name": name, "password": PASSWORD });
                ((*called).to_owned(), person)
            })
            .collect();
        add_post(
            &running.data(),
            ["zhao-jun", "specialist", "530821.legal-aid"],
        );
        let case = journey(&running.data(), "01-wages.sh");
        let (_, open) = offered(&running.data(), "玉香");
        let working = accepted(&running.data());
        let pictures = repository().join("target/pictures").join(pictures);
        let given = json!({
            "address": address,
            "accounts": running.data().join("gateway/gateway.db"),
            "people": people,
            "case": case,
            "open": open,
            "working": working,
            "pictures": pictures,
        });
        Self {
            running,
            _directory: directory,
            folder: folder(),
            given,
        }
    }

    /// Runs a script to its end, or fails with what it found.
    fn walk(&self, script: &str) {
        self.walk_with(script, &[]);
    }

    fn walk_with(&self, script: &str, arguments: &[&str]) {
        let walked = Command::new("node")
            .arg(script)
            .args(arguments)
            .current_dir(&self.folder)
            .env("TESTS_BROWSER", self.given.to_string())
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&walked.stdout);
        let err = String::from_utf8_lossy(&walked.stderr);
        assert!(walked.status.success(), "{script}: {out}\n{err}");
        eprintln!("{script}: {out}");
        // It lives until the walk is over.
        assert!(self.running.data().is_dir());
    }
}

/// Where `tests/browser.sh` put the scripts and what they need.
fn folder() -> PathBuf {
    let found = Command::new(repository().join("tests/browser.sh"))
        .output()
        .unwrap();
    assert!(found.status.success(), "{found:?}");
    PathBuf::from(String::from_utf8(found.stdout).unwrap().trim())
}

/// The address that the gateway wrote down when it began to serve.
pub(crate) async fn address(data: &Path) -> String {
    let file = data.join("gateway/address");
    found("the gateway's address", async || {
        let address = fs::read_to_string(&file).ok()?;
        address
            .strip_suffix('\n')
            .map(|address| address.trim().to_owned())
    })
    .await
}

pub(crate) fn sign_up(data: &Path, [staff, name, role, unit]: [&str; 4]) {
    let file = data.join("password");
    fs::write(&file, format!("{PASSWORD}\n")).unwrap();
    let mut command = Command::new(onestop());
    clean(&mut command);
    let added = command
        .args([
            "staff", "add", staff, "--change", "--name", name, "--role", role, "--unit", unit,
        ])
        .args(["--reason", "首次设立"])
        .arg("--password-file")
        .arg(&file)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    assert!(added.status.success(), "{added:?}");
}

/// Gives an account a further post, so that the head of its pages shows the choice.
fn add_post(data: &Path, [staff, role, unit]: [&str; 3]) {
    let mut command = Command::new(onestop());
    clean(&mut command);
    let added = command
        .args([
            "staff", "post", "add", staff, "--role", role, "--unit", unit,
        ])
        .arg("--data")
        .arg(data)
        .output()
        .unwrap();
    assert!(added.status.success(), "{added:?}");
}

/// Plays a journey by the command line; the number of its case.
fn journey(data: &Path, script: &str) -> String {
    let mut command = Command::new(repository().join("deploy/journeys").join(script));
    clean(&mut command);
    let played = command
        .env("ONESTOP", onestop())
        .env("ONESTOP_DATA", data)
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&played.stdout);
    assert!(played.status.success(), "{out}");
    // The replay at its end begins with the id alone.
    let mut cases = out.lines().filter_map(|line| line.strip_prefix("案件 "));
    let case = cases.find(|rest| rest.parse::<CaseId>().is_ok());
    case.unwrap_or_else(|| panic!("no case in {out}"))
        .to_owned()
}

/// What the command line answers.
fn says(data: &Path, words: &[&str]) -> String {
    let mut command = Command::new(onestop());
    clean(&mut command);
    let done = command.args(words).arg("--data").arg(data);
    let done = done.output().unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

/// A case that waits for the agency's answer: its id and number.
fn offered(data: &Path, name: &str) -> (String, String) {
    let clerk = "clerk/zhang-li@530821101201";
    let about = ["--item", "legal-aid", "--topic", "labour-pay"];
    let who = ["--by", clerk, "--name", name, "--json"];
    let opened = says(data, &[&["case", "open"][..], &about, &who].concat());
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    let text = |field: &str| opened[field].as_str().unwrap().to_owned();
    let (case, number) = (text("case"), text("number"));
    says(data, &["case", "wait", &case, "referral.offered"]);
    (case, number)
}

/// A case that the agency works on: its number.
fn accepted(data: &Path) -> String {
    let (case, number) = offered(data, "玉罕");
    let officer = "specialist/wang-min@530821.legal-aid";
    says(data, &["referral", "accept", &case, "--by", officer]);
    says(data, &["case", "wait", &case, "case.holder-noted"]);
    number
}

/// A script that does not parse takes all of its page's help away, and no page says so.
#[test]
fn every_script_that_the_gateway_serves_parses() {
    folder();
    let mut seen = 0;
    for of_gateway in ["static", "samples"] {
        let files = repository().join("services/gateway").join(of_gateway);
        for entry in fs::read_dir(files).unwrap() {
            let path = entry.unwrap().path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if !matches!(kind, Some("js" | "mjs")) {
                continue;
            }
            let checked = Command::new("node").arg("--check").arg(&path).output();
            let checked = checked.unwrap();
            let said = String::from_utf8_lossy(&checked.stderr);
            assert!(checked.status.success(), "{}: {said}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "only {seen}: have the scripts moved?");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_up_and_come_down() {
    Workbench::start("files").await.walk("files.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_case_file_tells_its_journey_on_the_first_screen() {
    let workbench = Workbench::start("case-file").await;
    workbench.walk("case-file.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_twice_and_nothing_typed_is_lost() {
    Workbench::start("twice").await.walk("twice.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_of_eight_people_are_not_stopped() {
    Workbench::start("days").await.walk("days.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_understood_in_their_own_words() {
    Workbench::start("own-words").await.walk("own-words.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_used_and_removed() {
    Workbench::start("passkeys").await.walk("passkeys.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn journeys_by_mouse_by_keys_and_without_a_script() {
    Workbench::start("journeys").await.walk("journeys.mjs");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ten_main_acts_by_keys_alone() {
    let workbench = Workbench::start("ten-acts").await;
    workbench.walk("ten-acts.mjs");
}

/// As usual, and on a screen of 320 CSS pixels.
#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_everybody() {
    let workbench = Workbench::start("pages").await;
    workbench.walk_with("every-page.mjs", &["usual", "small"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_for_old_eyes() {
    let workbench = Workbench::start("pages-for-old-eyes").await;
    workbench.walk_with("every-page.mjs", &["elder", "200"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_there_in_english() {
    let workbench = Workbench::start("pages-in-english").await;
    workbench.walk_with("every-page.mjs", &["en"]);
}
