//! A proof of a case is checked by two verifiers that share no code: they agree, on what is good and on
//! every change.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use onestop_proto::proof::ProofFile;
use serde_json::Value;

use crate::{
    command_line::run,
    harness::{Deployment, Onestop, Part, SERVICES, repository},
    journeys,
    test_user::TestUser,
};

/// Changed files for each kind of change at random.
const CHANGES: usize = 120;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What `tests/clients/verify_proof.py` says of each file.
fn by_python(keys: &Path, files: &[PathBuf]) -> BTreeMap<PathBuf, bool> {
    let clients = repository().join("tests/clients");
    let found = Command::new(clients.join("python.sh")).output().unwrap();
    assert!(found.status.success(), "no Python: {}", text(&found.stderr));
    let output = Command::new(text(&found.stdout).trim())
        .arg(clients.join("verify_proof.py"))
        .arg(keys)
        .args(files)
        .output()
        .unwrap();
    let said = text(&output.stdout);
    let verdict = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let file = PathBuf::from(line["file"].as_str().unwrap());
        (file, line["verdict"] == "proven")
    };
    let verdicts: BTreeMap<_, _> = said.lines().map(verdict).collect();
    assert_eq!(verdicts.len(), files.len(), "{}", text(&output.stderr));
    verdicts
}

/// What `onestop verify-proof` says.
fn by_onestop(keys: &Path, file: &Path) -> Output {
    let words = ["verify-proof", file.to_str().unwrap(), "--key"];
    run(None, &[&words[..], &[keys.to_str().unwrap()]].concat())
}

/// Both verifiers agree about every file; how many they found proven.
fn agreed(keys: &Path, files: &[PathBuf]) -> usize {
    let python = by_python(keys, files);
    let mut proven = 0;
    for file in files {
        let output = by_onestop(keys, file);
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 8)), "{}", text(&output.stderr));
        let is_proven = code == Some(0);
        assert_eq!(
            python[file],
            is_proven,
            "{}: {}",
            file.display(),
            text(&output.stdout)
        );
        proven += usize::from(is_proven);
    }
    proven
}

#[tokio::test]
async fn two_verifiers_agree_about_good_and_changed_proofs() {
    let mut onestop = Onestop::start(Deployment::SingleProcess).await;
    let user = TestUser::new(onestop.client().await);
    let case = journeys::wages(&user).await.case;
    let other = journeys::wages(&user).await.case;
    let folder = tempfile::tempdir().unwrap();
    let proof = |case: &str, name: &str| {
        let path = folder.path().join(name);
        let words = ["proof", case, "--out", path.to_str().unwrap()];
        let made = run(Some(&onestop), &words);
        assert!(made.status.success(), "{}", text(&made.stderr));
        (std::fs::read_to_string(&path).unwrap(), path)
    };
    let (good, path) = proof(&case.to_string(), "good.json");
    let (foreign, _) = proof(&other.to_string(), "other.json");
    assert_eq!(run(Some(&onestop), &["verify"]).status.code(), Some(0));

    // Offline from here on, with nothing but the public keys.
    let mut public = String::new();
    for service in SERVICES.iter().copied() {
        let file = onestop.data().join(service).join("signing.pub");
        public += &std::fs::read_to_string(file).unwrap();
    }
    assert_eq!(onestop.stop(Part::Everything), Some(0));
    let keys = folder.path().join("keys");
    std::fs::write(&keys, &public).unwrap();

    assert_eq!(agreed(&keys, std::slice::from_ref(&path)), 1);
    let file: ProofFile = serde_json::from_str(&good).unwrap();
    assert!(file.parts.len() >= 3, "intake, referral and journal");
    let without_one = folder.path().join("other-keys");
    let fewer: Vec<&str> = public
        .lines()
        .filter(|key| !key.contains("/intake/"))
        .collect();
    std::fs::write(&without_one, fewer.join("\n")).unwrap();
    assert_eq!(agreed(&without_one, &[path]), 0);

    let mut changed = told_changes(&file, &serde_json::from_str(&foreign).unwrap());
    let told = changed.len();
    changed.extend(random_changes(&good));
    let mut files = Vec::new();
    for (number, bytes) in changed.iter().enumerate() {
        let path = folder.path().join(format!("changed-{number}.json"));
        std::fs::write(&path, bytes).unwrap();
        files.push(path);
    }
    assert_eq!(agreed(&keys, &files[..told]), 0, "a forgery was believed");
    // A change of white space between tokens changes nothing.
    let proven = agreed(&keys, &files[told..]);
    eprintln!(
        "{proven} of {} changes at random changed nothing",
        files.len() - told
    );
    assert!(proven * 3 < files.len(), "{proven} of {}", files.len());
}

/// What a forger would try.
fn told_changes(good: &ProofFile, foreign: &ProofFile) -> Vec<Vec<u8>> {
    let change = |change: &dyn Fn(&mut ProofFile)| {
        let mut file = good.clone();
        change(&mut file);
        serde_json::to_vec(&file).unwrap()
    };
    let known = serde_json::to_string(good).unwrap();
    vec![
        change(&|file| file.format = "onestop-proof/2".to_owned()),
        change(&|file| file.case.clone_from(&foreign.case)),
        change(&|file| file.parts.clear()),
        change(&|file| file.parts[0].events.clear()),
        change(&|file| drop(file.parts[0].events.remove(0))),
        change(&|file| file.parts[0].events.swap(0, 1)),
        change(&|file| file.parts[0].events[0].position += 1),
        change(&|file| file.parts[0].events[0].revision += 1),
        change(&|file| file.parts[0].events[0].payload.push(' ')),
        change(&|file| drop(file.parts[0].events[0].proof.pop())),
        change(&|file| {
            let event = &mut file.parts[0].events[0];
            event.proof.push(event.previous.clone());
        }),
        change(&|file| file.parts[0].events[0].id = file.case.clone()),
        change(&|file| file.parts[0].checkpoint = file.parts[1].checkpoint.clone()),
        change(&|file| file.parts[0] = foreign.parts[0].clone()),
        change(&|file| {
            file.parts[0]
                .events
                .push(foreign.parts[0].events[0].clone())
        }),
        known.replacen("{", "{\"further\":1,", 1).into_bytes(),
        known.replacen("{", "{\"case\":\"\",", 1).into_bytes(),
        known
            .replacen("\"revision\":0", "\"revision\":-0", 1)
            .into_bytes(),
        known
            .replacen("\"revision\":0", "\"revision\":0.0", 1)
            .into_bytes(),
        [b"\xef\xbb\xbf", known.as_bytes()].concat(),
        known.to_uppercase().into_bytes(),
        b"{}".to_vec(),
        Vec::new(),
    ]
}

/// A bit flipped, a byte gone, a stretch repeated.
fn random_changes(good: &str) -> Vec<Vec<u8>> {
    let seed = std::env::var("TESTS_SEED").ok();
    let seed = seed.and_then(|seed| seed.parse().ok()).unwrap_or(7);
    eprintln!("repeat with TESTS_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut changed = Vec::new();
    for kind in 0..CHANGES {
        let mut bytes = good.as_bytes().to_vec();
        let at = random.usize(..bytes.len());
        match kind % 3 {
            0 => bytes[at] ^= 1 << random.u8(..8),
            1 => drop(bytes.remove(at)),
            _ => {
                let end = bytes.len().min(at + random.usize(1..9));
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
        changed.push(bytes);
    }
    changed
}
